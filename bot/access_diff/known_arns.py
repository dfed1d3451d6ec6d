"""Resources whose ARN is a symbol of which most is known: what a pattern beside them takes in is said of them too.

`aws_kms_key.k.arn` is one of `arn:aws:kms:eu-west-1:111122223333:key/*`. Statements that name the one on one side and
the other on the other side seem to be of two things; each is given what its own resources take in, which changes
nothing in what it allows or denies.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import field

from bot.evaluated.document import Symbol, Text
from bot.frozen import dataclass
from bot.iam.arn import segments
from bot.iam.grant import Grant
from bot.iam.pattern import TooComplex, arn_pattern, covers
from bot.iam.statement import Statement
from bot.late_pattern import late_pattern

Grants = tuple[Grant, ...]

_FIRST = 0xF0000
_MADE_UP = late_pattern(r"-\?{6}\Z")
"""The end of the pattern of a secret: "six random characters" (Secrets Manager, IAM policy examples)."""


def with_known_arns(base: Grants, head: Grants) -> tuple[Grants, Grants]:
    """Both sides with what their resources take in of those of the other side."""
    named = [one for grant in (*base, *head) for one in grant.statement.resources]
    if not any(map(_is_spelled, named)):
        return base, head
    spelling = _Spelling()
    said: dict[Text, set[str]] = {}
    for one in named:
        said.setdefault(one, set()).add(spelling.of(one))
    known = {one: min(ways) for one, ways in said.items() if len(ways) == 1}  # else it is called otherwise now
    before, after = (tuple(_wider(grant, known, spelling) for grant in side) for side in (base, head))
    return before, after


def _is_spelled(text: Text) -> bool:
    return any(isinstance(part, Symbol) and part.spelled for part in text.parts)


def _wider(grant: Grant, known: Mapping[Text, str], spelling: _Spelling) -> Grant:
    resources = grant.statement.resources
    more = tuple(
        text for text, said in known.items() if text not in resources and _is_among(text, said, resources, spelling)
    )
    if not more:
        return grant
    statement: Statement = dataclasses.replace(grant.statement, resources=(*resources, *more))
    return dataclasses.replace(grant, statement=statement)


def _is_among(text: Text, said: str, resources: Iterable[Text], spelling: _Spelling) -> bool:
    """Whether a resource takes in another one, as far as a symbol of either says what it is."""
    asked = (spelling.of(one) for one in resources if _is_spelled(text) or _is_spelled(one))
    try:
        return any(_takes_in(one, said) for one in asked)
    except TooComplex:
        return False


def _is_secret(pattern: str) -> bool:
    """Whether it is the ARN of one secret, whose random characters stand for one letter at its end."""
    parts = segments(pattern)
    return len(parts) > 5 and parts[2] == "secretsmanager" and pattern[-2:-1] == "-" and pattern[-1:] not in ("*", "?")


def _takes_in(pattern: str, said: str) -> bool:
    if _is_secret(pattern) and said == f"{pattern[:-1]}??????":
        return True
    return covers(arn_pattern(_MADE_UP.sub("-*", pattern)), said)


@dataclass(frozen=True, slots=True)
class _Spelling:
    """Texts as patterns, each symbol that nobody knows more of as one letter that nothing else is."""

    _letters: dict[str, str] = field(default_factory=dict)

    def of(self, text: Text) -> str:
        """A text with what its symbols are known to be."""
        return "".join(map(self._part, text.parts))

    def _part(self, part: str | Symbol) -> str:
        if isinstance(part, str):
            return part
        if part.spelled:
            return "".join(map(self._part, part.spelled))
        return self._letters.setdefault(part.name, chr(_FIRST + len(self._letters)))
