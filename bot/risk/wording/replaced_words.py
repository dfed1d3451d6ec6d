"""What a name stands for now and what it stood for before, in words behind a title."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.evaluated.thing import Replacement, Thing
from bot.late_pattern import late_pattern
from bot.review.prose import counted
from bot.risk.wording.symbol_words import begun_whole
from bot.risk.wording.words import LONGEST, variants_in_words


def replaced_words(replaced: Iterable[Replacement], only_in: Sequence[str] = ()) -> str:
    """ "; data.aws_iam_role.who: name developers, before intern", "" if every name stands for what it stood for.

    `only_in` are the environments in which it does not, where others have the same.
    """
    found = list(dict.fromkeys(replaced))
    if not found:
        return ""
    first = found[0]
    more = f", and {counted(len(found) - 1, 'more name')}" if len(found) > 1 else ""
    where = f" ({variants_in_words(only_in)})" if only_in else ""
    return f"; {first.address}: {', '.join(_differences(first.now, first.before))}{more}{where}"


def _brief(expression: str) -> str:
    """The expression, with what its calls and look-ups are given left out where it is long."""
    if len(expression) <= LONGEST and begun_whole(expression, LONGEST) == expression:
        return expression
    left = _GIVEN.sub("(...)", expression)
    begun = begun_whole(left, LONGEST - 3)
    return begun if begun == left else f"{begun}..."


_GIVEN = late_pattern(r"\((?:[^()]|\([^()]*\))*\)")


def _differences(now: Thing, before: Thing) -> Iterator[str]:
    after, earlier = ({one.name: one for one in thing.asked or ()} for thing in (now, before))
    for name in dict.fromkeys((*after, *earlier)):
        if after.get(name) != earlier.get(name):
            new, old = (_brief(str(each[name].shown)) if name in each else "none" for each in (after, earlier))
            yield f"{name} {new}, before {old}"
    if not now.home.may_be(before.home):
        there, elsewhere = now.home.words, before.home.words
        named = there != elsewhere
        yield f"in {there}, before in {elsewhere}" if named else f"in another account of {there} than before"
