"""What is wrong with the rules that a review should be judged by, and how they get right again, as Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from bot.render.markdown import code, words
from bot.render.phrases import revision
from bot.review.model import Review

_MEND = "Mend them where they are in force: `iam-review config check FILE` names every problem of a file."
REMEDY = (
    f"{_MEND} Until then nobody is known to be an approver: an administrator merges the change that mends them past "
    "this check."
)


def rules_problems(review: Review) -> str:
    """Each problem, and the remedy; "" if there is none."""
    return "\n\n".join(filter(None, (_earlier(review), _broken(review))))


def _earlier(review: Review) -> str:
    if review.earlier_rules is not None:
        count = f"those of its commit {code(revision(review.earlier_rules.commit))} count until they can"
        listed = _listed(review.earlier_rules.problems)
        return f"**The base branch's rules cannot be read**, so {count}:\n\n{listed}\n\n{_MEND}"
    return ""


def _broken(review: Review) -> str:
    if not review.rules_problems:
        return ""
    listed = _listed(review.rules_problems)
    return f"**The rules cannot be read**, so no change passes until they can:\n\n{listed}\n\n{REMEDY}"


def plain_problems(review: Review) -> tuple[str, ...]:
    """The same in lines of plain text, without the remedy."""
    if review.earlier_rules is None:
        return review.rules_problems
    count = f"rules as of {revision(review.earlier_rules.commit)} count: the newest cannot be read"
    return (*(f"{problem} ({count})" for problem in review.earlier_rules.problems), *review.rules_problems)


def _listed(problems: Iterable[str]) -> str:
    return "\n".join(f"- {words(problem)}" for problem in problems)
