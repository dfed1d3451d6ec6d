"""Which files of a module's package are kept, and how many."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.contents.modules.port import NotFetched

MAX_FILES = 3_000
MAX_FILE_BYTES = 1024**2
MAX_BYTES = 10 * 1024**2
"""What is kept of one package."""

READ = (
    *(".tf", ".tf.json", ".tofu", ".tofu.json", ".json", ".yaml", ".yml", ".txt"),
    *(".tftpl", ".tpl", ".tmpl", ".template"),
)
"""Files that a module may read; others are left out."""


def kept(files: Iterable[tuple[str, bytes]]) -> Mapping[str, bytes]:
    """The files worth keeping, within bounds. Raises NotFetched beyond them."""
    found: dict[str, bytes] = {}
    total = 0
    for path, content in files:
        if len(content) > MAX_FILE_BYTES:
            continue
        total += len(content)
        found[path] = content
        if len(found) > MAX_FILES or total > MAX_BYTES:
            raise NotFetched(f"it is larger than {MAX_FILES} files and {MAX_BYTES >> 20} MiB")
    if not found:
        raise NotFetched("it holds no Terraform")
    return found


def wanted(path: str) -> bool:
    """Whether a file of a package is kept: by its name, and nothing that leads elsewhere."""
    steps = path.split("/")
    if path.startswith("/") or "\\" in path or "\0" in path or any(step in ("", ".", "..") for step in steps):
        return False
    return path.endswith(READ) and not any(step.startswith(".") for step in steps[:-1])
