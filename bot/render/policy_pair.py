"""The answer to one pair of policies, for a person at a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from bot.access_diff.delta import Witness
from bot.access_diff.pairs import PairVerdict
from bot.render.markdown import visible


def write(verdict: PairVerdict, of_a_role: bool = False) -> str:
    """What NEW allows that OLD does not, with its request; whether something is lost. `of_a_role`: its trust policy."""
    return "".join(f"{line}\n" for line in _lines(verdict, of_a_role))


def _lines(verdict: PairVerdict, of_a_role: bool) -> Iterator[str]:
    if verdict.witness is not None and verdict.new_access:
        yield "New access: NEW allows a request that OLD does not."
        yield from _request(verdict.witness, "the role" if of_a_role else verdict.witness.resource, verdict.why)
    elif verdict.may:
        yield f"Not decided, so it may be new access: {visible(verdict.why)}."
    else:
        yield "No new access: NEW allows no request that OLD does not."
    yield "Lost: OLD allows a request that NEW does not." if verdict.lost_access else "Nothing is lost."


def _request(witness: Witness, target: str, why: str) -> Iterator[str]:
    yield f"  request  {visible(witness.principal)} calls {visible(witness.action)} on {visible(target)}"
    for key, values in witness.context:
        yield f"  with     {visible(key)} = {visible(', '.join(values))}"
    for assumed in witness.assumes:
        yield f"  assumes  {visible(assumed)}"
    yield f"  before   {visible(why)}"
