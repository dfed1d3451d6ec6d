"""What is wrong with the rules that a review should be judged by, and how they get right again, as Markdown."""

from __future__ import annotations

from bot.render.markdown import words
from bot.review.model import Review

REMEDY = (
    "Mend them where they are in force: `iam-review config check FILE` names every problem of a file. Until then "
    "nobody is known to be an approver: an administrator merges the change that mends them past this check."
)


def rules_problems(review: Review) -> str:
    """Each problem, and the remedy; "" if there is none."""
    if not review.rules_problems:
        return ""
    listed = "\n".join(f"- {words(problem)}" for problem in review.rules_problems)
    return f"**The rules cannot be read**, so no change passes until they can:\n\n{listed}\n\n{REMEDY}"
