"""Terragrunt's functions, for one file where it is evaluated, over Terraform's."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Protocol

from bot.evaluated.call import Call, Function, FunctionFault
from bot.evaluated.diagnostic import Step, StepKind, by_default
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.trails import is_known, joined, string, trail_of, with_trail
from bot.evaluated.value import ListValue, ObjectValue, StringValue, Unknown, Value, known_text
from bot.frontends.terraform.functions import FUNCTIONS
from bot.frontends.terraform.functions.arguments import arity, invalid, text, unknown_result
from bot.frontends.terraform.functions.json_writer import json_string
from bot.frontends.terraform.terragrunt.merging import deeply
from bot.frontends.terraform.terragrunt.reading import UnitReading
from bot.frontends.terraform.terragrunt.repository_paths import TOP, absolute, folder, inside, relative

SYMBOLS = (
    "run_cmd", "get_aws_account_alias", "get_aws_account_id", "get_aws_caller_identity_arn",
    "get_aws_caller_identity_user_id", "get_platform", "get_terraform_command", "get_terraform_cli_args",
    "get_terragrunt_source_cli_flag", "get_default_retryable_errors", "get_working_dir", "sops_decrypt_file",
    "constraint_check", "mark_as_read", "mark_glob_as_read",
)  # fmt: skip
"""What only a run of Terragrunt gives: named by what it is asked."""

COMMANDS = {
    "get_terraform_commands_that_need_vars": ("apply", "console", "destroy", "import", "plan", "push", "refresh"),
    "get_terraform_commands_that_need_locking": (
        "apply", "destroy", "import", "plan", "refresh", "taint", "untaint",
    ),
    "get_terraform_commands_that_need_input": ("apply", "import", "init", "plan", "refresh"),
    "get_terraform_commands_that_need_parallelism": ("apply", "plan", "destroy"),
}  # fmt: skip

_READING = ("file", "filebase64", "fileexists", "fileset", "templatefile", "filesha256", "filesha1", "filemd5",
            "filesha512", "filebase64sha256")  # fmt: skip
"""Terraform's functions whose first argument is a path."""

DEFAULT_FILE = "terragrunt.hcl"


class Asking(Protocol):
    """A file where it is evaluated, as its functions see it."""

    @property
    def reading(self) -> UnitReading:
        """What the unit's files share."""

    @property
    def directory(self) -> str:
        """The folder of the configuration: of an included file, that of the one that includes it."""

    @property
    def original(self) -> str:
        """The folder of the unit."""

    def included_in(self, label: str | None) -> str | None:
        """The folder of the file that is included, by its label where there are several; None if none is."""

    def read(self, path: str) -> Value:
        """What the file at a path says. Raises FunctionFault."""

    def values_of(self, path: str) -> ObjectValue:
        """The values of a var file. Raises FunctionFault."""


def functions(file: Asking) -> Mapping[str, Function]:
    """Terraform's functions with paths as Terragrunt has them, and Terragrunt's own."""
    own = _Functions(file)
    return {
        **FUNCTIONS,
        **{name: _reading(FUNCTIONS[name]) for name in _READING if name in FUNCTIONS},
        **dict.fromkeys(SYMBOLS, own.symbol),
        **{name: _constant(listed) for name, listed in COMMANDS.items()},
        **{name.removeprefix("tg_"): getattr(own, name) for name in vars(_Functions) if name.startswith("tg_")},
    }


def _reading(function: Function) -> Function:
    """The function for a path that may begin at the top of the repository."""

    def read(arguments: tuple[Value, ...], call: Call) -> Value:
        first = arguments[0] if arguments else None
        if isinstance(first, StringValue) and (first.known or "").startswith((f"{TOP}/", TOP)):
            path = inside(first.known or "", "") or "."
            return function(
                (string(path, trail_of(first)), *arguments[1:]), dataclasses.replace(call, root_directory="")
            )
        return function(arguments, call)

    return read


def _constant(listed: tuple[str, ...]) -> Function:
    return lambda arguments, call: ListValue(tuple(map(string, listed)))


class _Functions:
    """Each `tg_name` is the function `name`."""

    def __init__(self, file: Asking) -> None:
        self._file = file

    def _path(self, path: str, call: Call, *arguments: Value) -> Value:
        return string(path, joined((Step(call.span, call.name),), trail_of(*arguments)))

    def symbol(self, arguments: tuple[Value, ...], call: Call) -> Value:
        """What only a run tells; a file that it is given is one that the unit reads, and tells two of them apart."""
        told = unknown_result(call, arguments)
        blobs = [blob for each in arguments if (blob := self._blob(each)) is not None]
        if not blobs:
            return told
        name = f"{told.symbol.name} of {' and '.join(blob[:12] for blob in blobs)}"
        return Unknown(dataclasses.replace(told.symbol, name=name), told.trail)

    def _blob(self, written: Value) -> str | None:
        known = known_text(written)
        path = None if not known or ("/" not in known and "." not in known) else inside(known, self._file.directory)
        if not path or path in self._file.reading.folders or not self._file.reading.has(path):
            return None
        return self._file.reading.tree.blob(path)

    def tg_find_in_parent_folders(self, arguments: tuple[Value, ...], call: Call) -> Value:
        """The nearest such file above the configuration's folder, else what is given for that case."""
        arity(call, arguments, 0, 2)
        if arguments and not is_known(arguments[0]):
            self._file.reading.noted.is_open = True
            return unknown_result(call, arguments)
        name = text(arguments[0], call) if arguments else DEFAULT_FILE
        above = self._file.directory
        while above:
            above = folder(above)
            found = inside(name, above)
            if found is not None and self._file.reading.has(found):
                return self._path(absolute(found), call, *arguments[:1])
        if len(arguments) == 2:
            return arguments[1]
        raise FunctionFault(DiagnosticKind.FILE_MISSING, f"there is no {name} in a folder above {self._file.directory}")

    def tg_path_relative_to_include(self, arguments: tuple[Value, ...], call: Call) -> Value:
        """The way from the included file's folder to the configuration's."""
        there = self._included(arguments, call)
        return self._path("." if there is None else relative(there, self._file.directory), call)

    def tg_path_relative_from_include(self, arguments: tuple[Value, ...], call: Call) -> Value:
        """The way from the configuration's folder to the included file's."""
        there = self._included(arguments, call)
        return self._path("." if there is None else relative(self._file.directory, there), call)

    def tg_get_parent_terragrunt_dir(self, arguments: tuple[Value, ...], call: Call) -> Value:
        """The included file's folder; without one, the configuration's."""
        there = self._included(arguments, call)
        return self._path(absolute(self._file.directory if there is None else there), call)

    def _included(self, arguments: tuple[Value, ...], call: Call) -> str | None:
        arity(call, arguments, 0, 1)
        return self._file.included_in(text(arguments[0], call) if arguments else None)

    def tg_get_terragrunt_dir(self, arguments: tuple[Value, ...], call: Call) -> Value:
        """The configuration's folder."""
        return self._path(absolute(self._file.directory), call)

    def tg_get_original_terragrunt_dir(self, arguments: tuple[Value, ...], call: Call) -> Value:
        """The unit's folder, also in a file that is read for it."""
        self._file.reading.noted.is_own = True
        return self._path(absolute(self._file.original), call)

    def tg_get_repo_root(self, arguments: tuple[Value, ...], call: Call) -> Value:
        """The top of the repository."""
        return self._path(TOP, call)

    def tg_get_path_from_repo_root(self, arguments: tuple[Value, ...], call: Call) -> Value:
        """The way from the top to the configuration's folder."""
        return self._path(relative("", self._file.directory), call)

    def tg_get_path_to_repo_root(self, arguments: tuple[Value, ...], call: Call) -> Value:
        """The way from the configuration's folder to the top."""
        return self._path(relative(self._file.directory, ""), call)

    def tg_get_env(self, arguments: tuple[Value, ...], call: Call) -> Value:
        """The default, which holds where the environment says nothing else; without one only a run knows."""
        arity(call, arguments, 1, 2)
        if len(arguments) < 2:
            return unknown_result(call, arguments)
        if isinstance(arguments[1], StringValue) and arguments[1].known:
            self._file.reading.noted.by_default.add(arguments[1].known)
        return with_trail(arguments[1], (Step(call.span, by_default("get_env"), StepKind.DEFAULT),))

    def tg_read_terragrunt_config(self, arguments: tuple[Value, ...], call: Call) -> Value:
        """What another file says, or the default where there is none."""
        arity(call, arguments, 1, 2)
        path = self._file_named(arguments[0], call)
        if path is None:
            return unknown_result(call, arguments)
        if not self._file.reading.has(path) and len(arguments) == 2:
            return arguments[1]
        return self._file.read(path)

    def tg_read_tfvars_file(self, arguments: tuple[Value, ...], call: Call) -> Value:
        """The values of a var file as JSON text."""
        arity(call, arguments, 1)
        path = self._file_named(arguments[0], call)
        return unknown_result(call, arguments) if path is None else json_string(self._file.values_of(path))

    def _file_named(self, written: Value, call: Call) -> str | None:
        """The path of a file that is read; None if only a run knows. Raises FunctionFault if it is outside."""
        if not is_known(written):
            self._file.reading.noted.is_open = True
            return None
        path = inside(text(written, call), self._file.directory)
        if path is None:
            raise invalid(call, "is given a path outside of the repository")
        return path

    def tg_deep_merge(self, arguments: tuple[Value, ...], call: Call) -> Value:
        """Maps into one, key by key, lists one after the other."""
        if not arguments or not all(isinstance(each, ObjectValue) for each in arguments):
            return unknown_result(call, arguments)
        found = arguments[0]
        for each in arguments[1:]:
            found = deeply(found, each)
        return found
