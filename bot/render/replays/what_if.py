"""What other settings would have made of the same changes: thresholds, and what findings have in common."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import get_args

from bot.frozen import dataclass
from bot.iam.arn import account_of, identifier_of
from bot.render.replays.replay import ReplayedChange
from bot.review.model import Finding, Review
from bot.review_config.settings import FailClosed, Threshold, meets
from bot.risk.verdict import blind_spots, unsettled, with_verdict

THRESHOLDS: tuple[Threshold, ...] = get_args(Threshold)

SHOWN = 5
"""So many of a kind are suggested."""


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """What one grade as a threshold does: changes blocked by it, changes commented from it on, and the comments."""

    grade: Threshold
    blocked: int
    commented: int
    comments: int


@dataclass(frozen=True, slots=True)
class WhatIf:
    """A setting, and of how many comments on how many changes it decides."""

    setting: str
    means: str
    comments: int
    changes: int


def at_thresholds(changes: Sequence[ReplayedChange]) -> tuple[AtThreshold, ...]:
    """Each grade as `fail_at`, and as `comment_at`; what `paths` of the rules say of some files stays."""
    return tuple(_at(grade, changes) for grade in THRESHOLDS)


def _at(grade: Threshold, changes: Sequence[ReplayedChange]) -> AtThreshold:
    blocked = 0
    comments = []
    for one in changes:
        if one.replay.review is None:
            continue
        blocked += with_verdict(one.replay.review, dataclasses.replace(one.rules, fail_at=grade)).verdict == "fail"
        comments.append(len(one.inline_comments(dataclasses.replace(one.rules, comment_at=grade))))
    return AtThreshold(grade, blocked, sum(map(bool, comments)), sum(comments))


@dataclass(frozen=True, slots=True)
class AtFailClosed:
    """What `fail_closed` does, all else as the rules have it: changes that would wait, how many of them for what is
    open alone, and what that is: gaps by kind, the most frequent first, and findings that are undecided."""

    setting: FailClosed
    blocked: int
    open_alone: int
    gaps: tuple[tuple[str, int], ...]
    undecided: int


def at_fail_closed(changes: Sequence[ReplayedChange]) -> tuple[AtFailClosed, ...]:
    """Each value of `fail_closed`, by what gives the real verdict."""
    return tuple(_closed(setting, changes) for setting in get_args(FailClosed))


def blocks_if_closed(one: ReplayedChange, setting: FailClosed) -> bool:
    """Whether a change would wait under that value; one that could not be reviewed is none that is known to."""
    review = one.replay.review
    return review is not None and _judged(one, review, setting).verdict == "fail"


def _judged(one: ReplayedChange, review: Review, setting: FailClosed) -> Review:
    return with_verdict(review, dataclasses.replace(one.rules, fail_closed=setting))


def _closed(setting: FailClosed, changes: Sequence[ReplayedChange]) -> AtFailClosed:
    blocked = open_alone = undecided = 0
    kinds = Counter[str]()
    for one in changes:
        if one.replay.review is None:
            continue
        review = _judged(one, one.replay.review, setting)
        blocked += review.verdict == "fail"
        open_alone += review.blocked_by == ("gaps",)
        if "gaps" in review.blocked_by:
            rules = dataclasses.replace(one.rules, fail_closed=setting)
            kinds.update(gap.kind for gap in blind_spots(review, rules))
            undecided += len(unsettled(review))
    return AtFailClosed(setting, blocked, open_alone, tuple(kinds.most_common()), undecided)


def what_ifs(changes: Sequence[ReplayedChange]) -> tuple[WhatIf, ...]:
    """Settings that would have changed the comments, those that decide most of them first."""
    found: dict[tuple[str, str], list[int]] = {}
    grave = _grave_files(changes)
    for number, one in enumerate(changes):
        for finding in one.commented():
            for what in _settings(finding, grave):
                found.setdefault(what, []).append(number)
    every = [WhatIf(*what, len(where), len(set(where))) for what, where in found.items()]
    kinds = Counter[str]()
    kept = []
    for what_if in sorted(every, key=lambda each: (-each.comments, each.setting)):
        kinds[what_if.means] += 1
        if kinds[what_if.means] <= SHOWN:
            kept.append(what_if)
    return tuple(kept)


def _grave_files(changes: Sequence[ReplayedChange]) -> frozenset[str]:
    """Files of findings that nobody should be advised to leave out."""
    reviews = (one.replay.review for one in changes if one.replay.review is not None)
    return frozenset(one.location.file for review in reviews for one in review.gained if meets(one.grade, "high"))


def _settings(finding: Finding, grave: frozenset[str]) -> Iterator[tuple[str, str]]:
    for account in sorted(set(_accounts(finding))):
        yield f'accounts: ["{account}"]', "if that account is yours, trust in it weighs less"
    folder = finding.location.file.rpartition("/")[0]
    if folder and not any(file.startswith(f"{folder}/") for file in grave):
        yield f'ignored_paths: ["{folder}/**"]', "if what lies there is no concern, its findings are left out"
    yield f"rules: {{{finding.rule}: low}}", "if that kind of finding is wanted quieter, or off"
    if finding.variants:
        named = ", ".join(finding.variants[:3])
        yield f"roots: [{{path: ..., var_files: [...]}}]  # these are of {named}", "if only some variants are applied"


def _accounts(finding: Finding) -> Iterable[str]:
    """Accounts, by number, that another account's principals are let in from."""
    if "cross-account" not in (finding.rule, *finding.also):
        return ()
    principals = [proof.principal for proof in finding.proofs]
    if finding.witness is not None:
        principals.append(finding.witness.principal)
    found = (account_of(identifier_of(principal)) for principal in principals)
    return (account for account in found if account.isdecimal())
