"""A folder as it is now, for the commands that compare nothing: its working tree, options, and place in it."""

from __future__ import annotations

from pathlib import Path

from bot.contents.folders import OneFolder
from bot.contents.once import Once
from bot.errors import UsageError
from bot.frozen import dataclass
from bot.review.inventory.place import InventoryPlace, Reach
from bot.review_process.rounds import Options
from bot.wiring import offline
from bot.wiring.given_var_files import check_var_files


@dataclass(frozen=True, slots=True)
class WorkingTree:
    """What a command looks at, by the same rules, var files and modules as `diff` would."""

    contents: Once
    options: Options
    at: InventoryPlace


def working_tree(directory: Path, options: Options, reach: Reach) -> WorkingTree:
    """The working tree that holds `directory`, and the place that this is in it. Raises UsageError or ContentsError."""
    if not directory.is_dir():
        raise UsageError(f"--dir {directory}: not a directory")
    top = top_of(directory.resolve())
    where = directory.resolve().relative_to(top).as_posix()
    contents = Once(OneFolder.listed(top))
    check_var_files(options.var_files, contents.revisions().head_listing)
    options = offline.with_modules_here(options, contents, (top,))
    return WorkingTree(contents, options, InventoryPlace("" if where == "." else where, reach))


def top_of(directory: Path) -> Path:
    """The working tree that holds the directory: modules beside it are looked for there."""
    return next((parent for parent in (directory, *directory.parents) if (parent / ".git").exists()), directory)
