"""Composition of `init`: a working tree in, a first `.iam-review.yaml` out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from bot.contents.folders import OneFolder
from bot.contents.selection import CODE_OWNERS
from bot.data_sources import PROVIDER
from bot.errors import UsageError
from bot.evaluated.source_tree import SourceTree
from bot.frontends.front_ends import FrontEnds, holds_values
from bot.frozen import dataclass
from bot.review_config.code_owners import owners_of
from bot.review_config.first_rules import KnownRoot, RepositoryProfile, first_rules
from bot.review_config.settings import RULES_FILE
from bot.wiring.working_tree import top_of

_LOADED_UNASKED = ("terraform.tfvars", "terraform.tfvars.json")
_LOADED_ENDINGS = (".auto.tfvars", ".auto.tfvars.json")


@dataclass(frozen=True, slots=True)
class Suggested:
    """The text for the top of a working tree; `noted` is what keeps it from being of use there, in sentences."""

    top: Path
    text: str
    noted: tuple[str, ...]


def suggested(directory: Path) -> Suggested:
    """What there is to write for the working tree that holds `directory`. Raises UsageError or ContentsError."""
    top = _top(directory)
    folder = OneFolder.listed(top)
    tree = SourceTree(str(directory), folder.listing, folder.first())
    front_ends = FrontEnds(PROVIDER)
    roots = sorted({root.directory for root in front_ends.roots_within(tree, "")})
    owned_by = next((place for place in CODE_OWNERS if place in folder.listing), "")
    approvers = owners_of(RULES_FILE, _text(folder, owned_by)) if owned_by else ()
    held = _by_directory(tree)
    accounts = {root: front_ends.own_accounts(held[root], (root,)) for root in roots}
    known = (KnownRoot(root, _alone(accounts[root]), tuple(_var_files(held[root]))) for root in roots)
    # What units of Terragrunt say stands in other folders than the roots that they apply.
    named = sorted(front_ends.own_accounts(tree, roots).union(*accounts.values()))
    text = first_rules(RepositoryProfile(tuple(named), tuple(known), approvers, owned_by))
    return Suggested(top, text, tuple(_noted(top, has_roots=bool(roots))))


def _noted(top: Path, *, has_roots: bool) -> Iterator[str]:
    if not (top / ".git").exists():
        yield f"{top} is in no checkout of a git repository: rules are read from a repository's base branch"
    if not has_roots:
        yield f"there is no Terraform configuration in {top} or below, so nothing is said of roots and accounts"


def write(found: Suggested) -> Path:
    """Write it at the top of the working tree. Raises UsageError if there is one."""
    file = found.top / RULES_FILE
    try:
        with file.open("x", encoding="utf-8") as opened:
            opened.write(found.text)
    except FileExistsError:
        raise UsageError(f"{file} is there already; `iam-review init --print` shows what would be written") from None
    except OSError as error:
        raise UsageError(f"{file}: cannot be written: {error.strerror}") from error
    return file


def _top(directory: Path) -> Path:
    if not directory.is_dir():
        raise UsageError(f"--repo {directory}: not a directory")
    return top_of(directory.resolve())


def _text(folder: OneFolder, path: str) -> str:
    blob = folder.listing[path]
    return folder.read({blob}).get(blob, b"").decode("utf-8", "replace")


def _by_directory(tree: SourceTree) -> Mapping[str, SourceTree]:
    """Each directory's own files as a tree: asking the whole one for each root takes minutes where there are many."""
    listings: dict[str, dict[str, str]] = defaultdict(dict)
    for path, blob in tree.listing.items():
        listings[path.rpartition("/")[0]][path] = blob
    return {directory: SourceTree(tree.revision, listing, tree.blobs) for directory, listing in listings.items()}


def _alone(accounts: Collection[str]) -> str:
    return next(iter(accounts)) if len(accounts) == 1 else ""


def _var_files(tree: SourceTree) -> Iterator[str]:
    """Those that nothing loads unasked."""
    for path in sorted(tree.listing):
        name = path.rpartition("/")[2]
        if holds_values(path) and name not in _LOADED_UNASKED and not name.endswith(_LOADED_ENDINGS):
            yield name
