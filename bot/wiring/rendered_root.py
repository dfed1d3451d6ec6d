"""Composition of `render`: a root module's folder in, its policies as Terraform would render them out."""

from __future__ import annotations

from pathlib import Path

from bot.errors import UsageError
from bot.evaluated.config import EvaluatedConfig, Root
from bot.evaluated.source_tree import SourceTree
from bot.frontends.front_ends import FrontEnds, is_configuration
from bot.frozen import dataclass
from bot.render.markdown import visible
from bot.review.codec import indented
from bot.review.inventory.rendered import rendered as rendered_policies
from bot.wiring.working_tree import evaluated, roots_at_or_below

MOST_NAMED = 5
"""So many root modules are named to somebody who named none."""


@dataclass(frozen=True, slots=True)
class Output:
    """What a command prints about a root module, and words about what was not evaluated at all."""

    text: str
    unseen: tuple[str, ...]


def rendered(directory: Path, var_files: tuple[str, ...]) -> Output:
    """The policies of the root module in `directory` as JSON. Raises UsageError or ContentsError."""
    [config] = evaluated(directory, var_files, _root_at)
    return Output(indented(rendered_policies(config)), _unseen(config))


def _root_at(front_ends: FrontEnds, tree: SourceTree, where: str) -> tuple[Root, ...]:
    roots = roots_at_or_below(front_ends, tree, where)
    if not any(map(is_configuration, tree.directory(where))):
        named = ", ".join(visible(root.directory.removeprefix(f"{where}/")) for root in roots[:MOST_NAMED])
        more = f" and {len(roots) - MOST_NAMED} more" if len(roots) > MOST_NAMED else ""
        lacking = f"there is no Terraform configuration in {where or 'this folder'} itself"
        raise UsageError(f"{lacking}; --dir takes one root module, below it there are: {named}{more}")
    return roots[:1]


def _unseen(config: EvaluatedConfig) -> tuple[str, ...]:
    return tuple(
        f"{told.span}: not evaluated: {told.reason}"
        for told in (gap.diagnostic for gap in config.gaps)
        if told.kind.meaning.structural
    )
