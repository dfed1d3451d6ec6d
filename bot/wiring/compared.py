"""What `diff` compares: revisions, the checkout as it is, its index, two folders, or only what plans tell."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bot.contents.default_base import DefaultBase, default_base
from bot.contents.folders import FolderContents
from bot.contents.git import GitContents
from bot.contents.nothing import NoContents
from bot.contents.port import Contents
from bot.contents.uncommitted import ignored_var_files, uncommitted, unstaged
from bot.contents.work_tree import Checkout, WorkTreeContents, is_unborn, snapshot
from bot.errors import ContentsError, RevisionError, UsageError
from bot.frozen import dataclass
from bot.render.markdown import visible
from bot.review.planned import PlanFile
from bot.review.prose import first_few

NAMED = 3
"""How many files are named that were not looked at."""

_NOTHING_NAMED = "say what to compare: --repo DIR (a git repository, and --base REV), or --base-dir OLD --head-dir NEW"


@dataclass(frozen=True, slots=True)
class ComparisonRequest:
    """What the options name; "" and None stand for what they do not. `index` is another index than the repository's."""

    repo: Path | None = None
    base: str = ""
    head: str = ""
    staged: bool = False
    base_dir: Path | None = None
    head_dir: Path | None = None
    index: Path | None = None

    @property
    def of_a_repository(self) -> bool:
        """Whether an option was given that is about a repository."""
        return self.repo is not None or bool(self.base or self.head) or self.staged


@dataclass(frozen=True, slots=True)
class Compared:
    """The change's contents, the checkouts that may hold installed modules, and what to tell of the choice in lines."""

    contents: Contents
    checkouts: tuple[Path, ...]
    told: tuple[str, ...] = ()


def refuse_unnamed(given: Sequence[str]) -> None:
    """Raises UsageError with the call that was meant, where two sides are given without options, as to `git diff`."""
    if not given:
        return
    sides = re.split(r"\.{2,3}", given[0]) if len(given) == 1 else given
    if len(given) == len(sides) == 1:
        raise UsageError(f"{given[0]}: {_one_side(given[0])}")
    if len(sides) != 2 or not all(sides):
        raise UsageError(f"{' '.join(given)}: {_NOTHING_NAMED}")
    base, head = ("--base-dir", "--head-dir") if all(Path(side).is_dir() for side in sides) else ("--base", "--head")
    raise UsageError(f"name both sides: iam-review diff {base} {shlex.quote(sides[0])} {head} {shlex.quote(sides[1])}")


def _one_side(given: str) -> str:
    if Path(given).exists():
        return "whole roots are reviewed, not single files or folders: iam-review diff alone looks at all that differs"
    against = f"against another revision: --base {shlex.quote(given)}"
    return f"iam-review diff alone looks at your files as they are; {against}"


def compared(asked: ComparisonRequest, plans: Sequence[PlanFile] = ()) -> Compared:
    """The change that the options name. Raises UsageError or ContentsError."""
    if asked.base_dir is not None or asked.head_dir is not None:
        return _folders(asked)
    if plans and not asked.of_a_repository:
        return Compared(NoContents("what is there", ", ".join(plan.name for plan in plans)), (Path(),))
    if asked.staged and asked.head:
        raise UsageError("give either --staged or --head: the index is a head of its own")
    return _repository(asked, asked.repo or Path())


def _folders(asked: ComparisonRequest) -> Compared:
    if asked.base_dir is None or asked.head_dir is None:
        raise UsageError("--base-dir and --head-dir go together")
    if asked.of_a_repository:
        raise UsageError("give either --repo with --base and --head, or --base-dir with --head-dir")
    _must_be_there("--base-dir", asked.base_dir)
    _must_be_there("--head-dir", asked.head_dir)
    return Compared(FolderContents(asked.base_dir, asked.head_dir), (asked.base_dir, asked.head_dir))


def _must_be_there(option: str, directory: Path) -> None:
    """Before the other folder is read, which may take long."""
    if not directory.is_dir():
        raise UsageError(f"{option} {directory}: not a directory")


def _repository(asked: ComparisonRequest, repo: Path) -> Compared:
    _must_be_there("--repo", repo)
    checkout = Checkout.holding(repo)
    if checkout is None:
        if not asked.base:
            raise UsageError(f"{repo.resolve().name or repo} is in no checkout of a git repository; {_NOTHING_NAMED}")
        if asked.staged:
            raise UsageError(f"--staged: {repo} is no checkout, so it has no index")
        return Compared(GitContents.local(repo, asked.base, asked.head or "HEAD"), (repo,))
    if asked.head:
        base = DefaultBase(asked.base, "", "") if asked.base else default_base(repo, asked.head)
        contents: Contents = GitContents.local(repo, base.revision, asked.head)
        return Compared(contents, (checkout.top,), (*_base_taken(base), *not_committed(repo)))
    return _checkout(asked, checkout)


def _checkout(asked: ComparisonRequest, checkout: Checkout) -> Compared:
    if asked.base in ("", "HEAD") and is_unborn(checkout):
        return _first_commit(asked, checkout)
    taken = snapshot(checkout, asked.staged, asked.index if asked.staged else None)
    base = DefaultBase(asked.base, "", "") if asked.base else default_base(checkout.top, "HEAD")
    told = [*_base_taken(base)]
    if asked.staged:
        told += not_staged(checkout.top)
    if taken is None:
        return Compared(GitContents.local(checkout.top, base.revision, "HEAD"), (checkout.top,), tuple(told))
    told += not_in_git(checkout.top)
    return Compared(WorkTreeContents(base.revision, taken), (checkout.top,), tuple(told))


def _first_commit(asked: ComparisonRequest, checkout: Checkout) -> Compared:
    """Everything is new where nothing was committed."""
    taken = snapshot(checkout, asked.staged, asked.index if asked.staged else None)
    if taken is None:
        raise RevisionError(f"{checkout.top} has no commit yet, and no file to review")
    told = ("compared with nothing, because there is no commit yet", *not_in_git(checkout.top))
    return Compared(WorkTreeContents("", taken), (checkout.top,), told)


def _base_taken(base: DefaultBase) -> Iterator[str]:
    """Which base was taken where none was named."""
    if base.merge_base:
        yield f"compared with {visible(base.name)} (merge base {base.merge_base}); --base REV takes another"
    elif base.name:
        missing = "there is no branch origin/HEAD, main or master with a common ancestor"
        yield f"compared with HEAD, because {missing}; --base REV takes another"


def not_committed(repo: Path) -> tuple[str, ...]:
    """What to tell of the working tree, of which a review of two revisions sees nothing: at most one line."""
    remedy = "commit first, or leave --head out, to review"
    return _left_out(repo, uncommitted, "committed", remedy)


def not_staged(repo: Path) -> tuple[str, ...]:
    """The same of what a review of the index does not see."""
    return _left_out(repo, unstaged, "staged", "stage first to review")


def _left_out(repo: Path, find: Callable[[Path], tuple[str, ...]], state: str, remedy: str) -> tuple[str, ...]:
    try:
        files = find(repo)
    except ContentsError as error:
        return (f"whether {repo} has Terraform files that are not {state} could not be seen: {error}",)
    if not files:
        return ()
    one = len(files) == 1
    what = "1 Terraform file that is" if one else f"{len(files)} Terraform files that are"
    return (
        f"not looked at: {what} changed or new and not {state} ({_named(files)}); {remedy} {'it' if one else 'them'}",
    )


def not_in_git(repo: Path) -> tuple[str, ...]:
    """Var files that Terraform may read and a review of what git knows does not: at most one line."""
    try:
        files = ignored_var_files(repo)
    except ContentsError as error:
        return (f"whether {repo} has var files that git ignores could not be seen: {error}",)
    what = "1 var file" if len(files) == 1 else f"{len(files)} var files"
    return (f"not looked at: {what} that git ignores ({_named(files)})",) if files else ()


def _named(files: Sequence[str]) -> str:
    return first_few(list(map(visible, files)), NAMED)
