"""What is said of whoever is put into a group, permission set or role that is defined elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from bot.review.prose import Prose
from bot.risk.wording.sentence import Modality, Predicate, Sentence, Verb, fitted
from bot.risk.wording.words import cut, few


def come_title(who: Sequence[str], what: str) -> Prose:
    """Who might now do what something allows."""
    every = tuple(dict.fromkeys(who))

    def said(shown: int) -> Sentence:
        predicate = Predicate(Verb.GAINS, f"do what {cut(what)} may")
        return Sentence(few(every, max(shown, 1)), Modality.POSSIBLE, predicate, ("; that is defined elsewhere",))

    return fitted(said)


def before_and_after(what: str) -> tuple[Prose, Prose]:
    """What there was, and what is now."""
    return Prose("not by this"), Prose(f"whatever {cut(what)} allows, which is defined elsewhere")


def why_come(what: str) -> Prose:
    """Why it is not settled."""
    return Prose(f"what {cut(what)} holds is defined elsewhere")


def come_advice(what: str) -> Prose:
    """What to do about it."""
    return Prose(f"Look up what {cut(what)} allows, and whether all of it is meant.")
