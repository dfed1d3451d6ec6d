"""What is said of programs that Terraform runs: what a program does is not known from its text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.evaluated.program_run import ProgramRun, RunBy
from bot.review.prose import Prose
from bot.risk.wording.sentence import Modality, Predicate, Sentence, Verb, fitted
from bot.risk.wording.words import few, variants_in_words

_WITH: Mapping[RunBy, str] = {
    "command": "with Terraform's credentials",
    "connection": "on the machine that Terraform connects to, with that machine's role",
    "hook": "with the credentials of whoever applies the unit",
}


def program_title(runs: Sequence[ProgramRun]) -> Prose:
    """Which block's program may do what; most of its kinds first."""
    first = runs[0]
    others = len(dict.fromkeys(one.block for one in runs)) - 1
    who = f"{first.block}{f' and {others} more' if others else ''}"
    by = frozenset[RunBy]().union(*(one.ran.by for one in runs))
    called = "the function called by" if by == {"function"} else "the programs of" if others else "the program of"
    gives = tuple(dict.fromkeys(action for one in runs for action in one.ran.gives))

    def said(shown: int) -> Sentence:
        names = few(first.ran.names, max(shown, 1))
        if gives:
            predicate = Predicate(Verb.GAINS, f"give others access by {few(gives, max(shown, 1))}")
            return Sentence(f"{called} {who} ({names})", Modality.CERTAIN, predicate)
        if by == {"function"}:
            predicate = Predicate(Verb.GAINS, "do anything that the function's role allows")
            return Sentence(f"{called} {who} ({names})", Modality.POSSIBLE, predicate)
        with_what = next(words for kind, words in _WITH.items() if kind in by)
        what = f"{_which(runs)} {_noun(runs)}{_cut(runs, shown)} {with_what}"
        return Sentence(
            f"{who}{_where(runs, shown)}", Modality.CERTAIN, Predicate(Verb.RUN if others else Verb.RUNS, what)
        )

    return fitted(said)


def _where(runs: Sequence[ProgramRun], shown: int) -> str:
    """In which roots it is, where each of them writes it."""
    if len({one.written for one in runs}) < 2:
        return ""
    return f" {variants_in_words(tuple(dict.fromkeys(one.root.directory or '.' for one in runs)), shown)}"


def _which(runs: Sequence[ProgramRun]) -> str:
    replaced = {one.replaces for one in runs}
    return "a changed" if replaced == {True} else "a new or changed" if True in replaced else "a new"


def _noun(runs: Sequence[ProgramRun]) -> str:
    return "command" if all(one.ran.first for one in runs) else "program"


def _cut(runs: Sequence[ProgramRun], shown: int) -> str:
    """What its text begins with, and what else says what is run."""
    first = tuple(dict.fromkeys(one.ran.first for one in runs if one.ran.first))
    names = tuple(name for name in runs[0].ran.names if name != "command" or not first)
    return f" ({few((*first, *names), max(shown, 1))})"


def before_program(runs: Sequence[ProgramRun]) -> Prose:
    """What the blocks ran in its place."""
    noun, replaced = _noun(runs), {one.replaces for one in runs}
    if replaced == {True}:
        return Prose(f"another {noun}, or the same one with something else")
    return Prose(f"no such {noun}, or another one" if True in replaced else f"no such {noun}")


def after_program(runs: Sequence[ProgramRun]) -> Prose:
    """What is run."""
    when = "that is run whenever Terraform makes the block or asks it, or Terragrunt applies the unit"
    return Prose(f"a {_noun(runs)} {when}")


def why_program(runs: Sequence[ProgramRun]) -> Prose:
    """Why it is not settled."""
    if _noun(runs) == "command":
        return Prose("what a command does is not worked out here")
    return Prose("nothing here says what a program does")


def program_advice(runs: Sequence[ProgramRun]) -> Prose:
    """What to do about it."""
    read = (
        "Read the command that is written there"
        if _noun(runs) == "command"
        else "Read what is run and where it comes from"
    )
    return Prose(f"{read}; leave to Terraform's own resources what they can do.")
