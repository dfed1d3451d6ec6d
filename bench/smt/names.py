"""The resources there can be: ARNs of AWS's formats, whose names hold a colon only where a policy writes one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bench.smt.document import Statement
from bench.smt.languages import Language
from bench.smt.text import Part, Wild, Word, parts

NO_RESOURCE = Language(((Word("*"),),))
"""What an action without resource-level permissions acts on."""

_PLACE = re.compile(r"\$\{(\w+)\}")
_NO_SLASH = {"BucketName", "TableName"}
"""Names without a slash: what follows one is another type of resource."""

_OTHER_THAN_AWS = re.compile(r"arn:(?!aws:|\*:|:|\$\{)[^:]+:")


class Names:
    """The resources of one pair of policies; the partition is `aws` unless a policy names another."""

    def __init__(self, every: Iterable[Statement]) -> None:
        texts = {one for statement in every for one in statement.resources}
        self._partition = Wild(":") if any(map(_OTHER_THAN_AWS.match, texts)) else Word("aws")
        taken = (
            parts(one, variables=statement.variables, globs=True) for statement in every for one in statement.resources
        )
        self._written = Language(tuple(_closed(one) for one in taken if _colons(one) > 5))
        head = (Word("arn:"), *(part for _ in range(4) for part in (Wild(":"), Word(":"))))
        self.every_arn = ((NO_RESOURCE,), (Language(((*head, Wild("*")),)),))
        self.any = ((NO_RESOURCE,), (Language(((*head, Wild(":")), *self._written.choices)),))

    def of(self, formats: tuple[str, ...]) -> tuple[tuple[Language, ...], ...]:
        """What an action acts on whose resource types have these formats: in all languages of one of the tuples."""
        if not formats:
            return ((NO_RESOURCE,),)
        plain = [(Language((self._format(one, ":"),)),) for one in formats]
        if not self._written.choices:
            return tuple(plain)
        return (*plain, *((Language((self._format(one, "*"),)), self._written) for one in formats))

    def _format(self, arn_format: str, run: str) -> tuple[Part, ...]:
        pieces: list[Part] = []
        for index, piece in enumerate(_PLACE.split(arn_format)):
            if index % 2:
                pieces.append(self._place(piece, run))
            elif piece:
                pieces.append(Word(piece))
        return tuple(pieces)

    def _place(self, name: str, run: str) -> Part:
        if name == "Partition":
            return self._partition
        return Wild(":" if name in ("Region", "Account") else "/" if name in _NO_SLASH else run)


def _colons(wanted: tuple[Part, ...]) -> int:
    return sum(part.text.count(":") for part in wanted if isinstance(part, Word))


def _closed(wanted: tuple[Part, ...]) -> tuple[Part, ...]:
    """As written, wildcards and variables without colons."""
    return tuple(part if isinstance(part, Word) else Wild("1" if part == Wild("?") else ":") for part in wanted)
