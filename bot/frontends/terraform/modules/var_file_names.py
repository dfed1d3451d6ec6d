"""Which files hold values for a root module's variables, told by their names."""

from __future__ import annotations

from bot.evaluated.call import FunctionFault, resolve

VAR_FILE_SUFFIXES = (".tfvars", ".tfvars.json")
AUTO_SUFFIXES = (".auto.tfvars", ".auto.tfvars.json")
_DEFAULT_NAMES = ("terraform.tfvars", "terraform.tfvars.json")


def loaded_by_default(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Which of a directory's files Terraform loads values from unasked, in its order."""
    names = {path: path.rsplit("/", 1)[-1] for path in paths}
    first = [path for name in _DEFAULT_NAMES for path in paths if names[path] == name]
    return (*first, *sorted(path for path in paths if names[path].endswith(AUTO_SUFFIXES)))


def written_paths(directory: str, written: str) -> tuple[str, ...]:
    """Where a configured var file may be: from the root module's directory, or from the top of the repository."""
    try:
        return resolve(directory, written), written
    except FunctionFault:
        return (written,)
