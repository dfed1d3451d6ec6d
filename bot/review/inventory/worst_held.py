"""How bad what each holder has is: as a review would say of it if all of it were new, by the same steps."""

from __future__ import annotations

import functools
from collections.abc import Sequence

from bot.access_diff.delta import Delta, PolicySet
from bot.access_diff.diff import compare
from bot.access_diff.diff_configs import diff_configs
from bot.access_diff.holder_diff import Compare
from bot.evaluated.config import EvaluatedConfig
from bot.evaluated.fence import Clock, look_at
from bot.evaluated.named_things import named_things
from bot.extract import Extracted, root_name
from bot.review.inventory.model import Worst, WorstHeld
from bot.review.model import GRADES
from bot.review_config.settings import ReviewConfig
from bot.risk.assess import Surroundings, graded_alone
from bot.risk.escalation.iam_graph import iam_graph_of


def worst_held(
    configs: Sequence[EvaluatedConfig], extracted: Sequence[Extracted], rules: ReviewConfig, clock: Clock
) -> Worst:
    """By holder; `rules` name the own accounts. Each variant of a root is judged by itself: none has another's holders.

    Raises OutOfTime if a root takes longer than it may.
    """
    expired = clock.root()
    nothing = tuple(Extracted(one.root) for one in extracted)
    diff = diff_configs(nothing, extracted, _comparison(), clock.charged, frozenset(rules.accounts))
    beside = Surroundings(
        iam_graph_of(configs, extracted),
        named={root_name(config.root): tuple(named_things(config)) for config in configs},
        kinds={root_name(config.root): config.root.kind for config in configs},
    )
    worst: dict[tuple[str, str], WorstHeld] = {}
    for gain, grade, why in graded_alone(diff, rules, beside):
        look_at(expired)
        key = gain.grant.holder.root, gain.grant.holder.address
        if GRADES.index(grade) > GRADES.index(worst.get(key, WorstHeld()).grade):
            worst[key] = WorstHeld(grade, why)
    return worst


def _comparison() -> Compare:
    """Compares what is the same in several variants once, and proves nothing to anybody: only grades are told."""

    @functools.cache
    def compared(base: PolicySet, head: PolicySet, holder: str) -> Delta:
        return compare(base, head, holder, proofs=False)

    return compared
