"""Composition of `render`: a root module's folder in, its policies as Terraform would render them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.data_sources import PROVIDER
from bot.errors import UsageError
from bot.evaluated.config import EvaluatedConfig
from bot.evaluated.source_tree import SourceTree
from bot.frontends.front_ends import FrontEnds
from bot.frozen import dataclass
from bot.render.markdown import visible
from bot.review.codec import indented
from bot.review.inventory.rendered import RenderedPolicy
from bot.review.inventory.rendered import rendered as rendered_policies
from bot.review.inventory.roots_now import RootsNow, roots_now
from bot.review.model import Need
from bot.review.prose import first_few
from bot.review_config.in_force import in_force
from bot.review_process.child import head_of, real_paths
from bot.review_process.protocol import Fetched, Needs
from bot.review_process.rounds import Options, config_texts, first_files, in_rounds
from bot.wiring.working_tree import WorkingTree, working_tree

MOST_NAMED = 5
"""So many root modules are named to somebody who named none."""


@dataclass(frozen=True, slots=True)
class Output:
    """What a command prints about a root module, and words about what was not evaluated at all."""

    text: str
    unseen: tuple[str, ...]


def rendered(directory: Path, options: Options) -> Output:
    """The policies of the root module in `directory` as JSON; of one with variants each policy once a variant.

    Raises UsageError or ContentsError.
    """
    tree = working_tree(directory, options, "only")
    found = _looked_at(tree)
    configs = found.configs
    if not configs and not found.troubles:
        raise UsageError(_lacking(tree))
    policies: dict[str, RenderedPolicy] = {}
    for one in configs:
        variant = f" ({one.root.variant})" if len(configs) > 1 else ""
        policies |= {f"{address}{variant}": policy for address, policy in rendered_policies(one).items()}
    return Output(
        indented(policies), tuple(dict.fromkeys((*_unseen(configs), *(one.reason for one in found.troubles))))
    )


def _unseen(configs: Iterable[EvaluatedConfig]) -> Iterator[str]:
    for told in (gap.diagnostic for one in configs for gap in one.gaps):
        if told.kind.meaning.structural:
            yield f"{told.span}: not evaluated: {told.reason}"


def _looked_at(tree: WorkingTree) -> RootsNow:
    revisions = tree.contents.revisions()
    rules = in_force(config_texts(revisions, tree.options)).rules

    def ask(fetched: Fetched) -> RootsNow | Needs:
        head: SourceTree = head_of(fetched)
        found = roots_now(head, rules, FrontEnds(PROVIDER), tree.at)
        return Needs(real_paths(found.paths, head), found.modules) if isinstance(found, Need) else found

    modules = tree.options.modules
    return in_rounds(tree.contents, revisions, first_files(revisions, modules), ask, modules)


def _lacking(tree: WorkingTree) -> str:
    """Why there is nothing to render, and what is below."""
    where, revisions = tree.at.folder, tree.contents.revisions()
    here = where or "this folder"
    files = SourceTree(revisions.head, revisions.head_listing, revisions.blobs)
    below = FrontEnds(PROVIDER).roots_within(files, where)
    if not below:
        return f"there is no Terraform configuration in {here} or below"
    named = first_few([visible(one.directory.removeprefix(f"{where}/")) for one in below], MOST_NAMED)
    return (
        f"there is no Terraform configuration in {here} itself; "
        f"--dir takes one root module, below it there are: {named}"
    )
