"""The answer to one pair of policies, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from bot.access_diff.delta import Change, Delta, Witness
from bot.access_diff.pairs import PairVerdict
from bot.render.markdown import visible
from bot.risk.wording.words import row_words

MAX_ROWS = 20
"""So many rows of each list are told."""


def write(verdict: PairVerdict, delta: Delta, of_a_role: bool = False) -> str:
    """What NEW allows that OLD does not, each with its request; what is lost. `of_a_role`: its trust policy."""
    return "".join(f"{line}\n" for line in _lines(verdict, delta, of_a_role))


def _lines(verdict: PairVerdict, delta: Delta, of_a_role: bool) -> Iterator[str]:
    if verdict.witness is not None and verdict.new_access:
        yield "New access: NEW allows what OLD does not."
        if not delta.gained:
            yield from _request(verdict.witness, verdict.why, of_a_role)
        for change in delta.gained[:MAX_ROWS]:
            yield from _gained(change, of_a_role)
        yield from _more(delta.gained)
    elif verdict.may:
        yield f"Not decided, so it may be new access: {visible(verdict.why)}."
    else:
        yield "No new access: NEW allows no request that OLD does not."
    yield "Lost: OLD allows what NEW does not." if verdict.lost_access else "Nothing is lost."
    if verdict.lost_access:
        yield from (f"  lost     {_row(change)}" for change in delta.lost[:MAX_ROWS])
        yield from _more(delta.lost)


def _gained(change: Change, of_a_role: bool) -> Iterator[str]:
    yield f"  new      {_row(change)}"
    if change.witness is not None:
        yield from _request(change.witness, change.why_new, of_a_role)


def _row(change: Change) -> str:
    return visible(row_words(change.row, with_people=True))


def _more(changes: tuple[Change, ...]) -> Iterator[str]:
    if len(changes) > MAX_ROWS:
        yield f"  and {len(changes) - MAX_ROWS} more"


def _request(witness: Witness, why: str, of_a_role: bool) -> Iterator[str]:
    target = "the role" if of_a_role else witness.resource
    yield f"  request  {visible(witness.principal)} calls {visible(witness.action)} on {visible(target)}"
    for key, values in witness.context:
        yield f"  with     {visible(key)} = {visible(', '.join(values))}"
    for assumed in witness.assumes:
        yield f"  assumes  {visible(assumed)}"
    if why:
        yield f"  before   {visible(why)}"
