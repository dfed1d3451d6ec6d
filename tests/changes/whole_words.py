"""What stands in a sentence of a finding is whole: no expression is cut in the middle of a call, and no digest told."""

from __future__ import annotations

import re

from bot.render.markdown import words
from bot.review.model import Finding, Review
from bot.review.prose import Prose, text_of_prose

_SPAN = re.compile(r"(?<!`)`([^`]+)`(?!`)")
_DIGEST = re.compile(r"\.\.\.[0-9a-f]{12}\b")


def is_whole(text: str) -> bool:
    """Whether every bracket and quotation that is opened has its end."""
    text = re.sub(r'"(?:\\.|[^"\\])*"', "", text)
    while (less := re.sub(r"\([^][(){}]*\)|\[[^][(){}]*\]|\{[^][(){}]*\}", "", text)) != text:
        text = less
    return not re.search(r'[][(){}"]', text)


def _sentences(finding: Finding) -> list[Prose]:
    assumed = finding.witness.assumes if finding.witness else ()
    return [finding.title, finding.before, finding.after, finding.fix, finding.held_where, *map(Prose, assumed)]


def every_expression_is_whole(review: Review) -> None:
    """Asserts so of all that its findings say; asked of every change beside what else is (`test_changes`)."""
    for finding in (*review.gained, *review.undecided, *review.lost):
        for said in _sentences(finding):
            assert is_whole(text_of_prose(said)), text_of_prose(said)
            assert not _DIGEST.search(text_of_prose(said))
            assert all(map(is_whole, _SPAN.findall(words(said)))), words(said)
