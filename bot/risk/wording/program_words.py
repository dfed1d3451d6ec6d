"""What is said of programs that Terraform runs: what a program does is not known from its text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.evaluated.program_run import ProgramRun, RunBy
from bot.review.prose import Prose
from bot.risk.wording.sentence import Modality, Predicate, Sentence, Verb, fitted
from bot.risk.wording.words import few

_ALLOWED: Mapping[RunBy, str] = {
    "command": "do anything that Terraform's credentials allow",
    "connection": "do anything on the machine that Terraform connects to, with that machine's role",
    "hook": "do anything that the credentials of whoever applies the unit allow",
    "function": "do anything that the function's role allows",
}


def program_title(runs: Sequence[ProgramRun]) -> Prose:
    """Which block's program may do what; most of its kinds first."""
    first = runs[0]
    others = len(dict.fromkeys(one.block for one in runs)) - 1
    more = f" and {others} more" if others else ""
    by = frozenset[RunBy]().union(*(one.ran.by for one in runs))
    allowed = next(words for kind, words in _ALLOWED.items() if kind in by)
    called = "the function called by" if by == {"function"} else "the programs of" if others else "the program of"
    gives = tuple(dict.fromkeys(action for one in runs for action in one.ran.gives))

    def said(shown: int) -> Sentence:
        subject = f"{called} {first.block}{more} ({few(first.ran.names, max(shown, 1))})"
        if gives:
            predicate = Predicate(Verb.GAINS, f"give others access by {few(gives, max(shown, 1))}")
            return Sentence(subject, Modality.CERTAIN, predicate)
        return Sentence(subject, Modality.POSSIBLE, Predicate(Verb.GAINS, allowed))

    return fitted(said)


def before_program(runs: Sequence[ProgramRun]) -> Prose:
    """What the blocks ran in its place."""
    replaced = {one.replaces for one in runs}
    if replaced == {True}:
        return Prose("another program, or the same one with something else")
    return Prose("no such program, or another one" if True in replaced else "no such program")


def after_program() -> Prose:
    """What is run."""
    return Prose("a program that is run whenever Terraform makes the block or asks it, or Terragrunt applies the unit")


def why_program() -> Prose:
    """Why it is not settled."""
    return Prose("what a program does is not known here")


def program_advice() -> Prose:
    """What to do about it."""
    return Prose("Read what is run and where it comes from; leave to Terraform's own resources what they can do.")
