"""One small change of a world."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

from bench.silence.world import Edit

Path = tuple[str, ...]

MEANINGLESS = frozenset({"label", "moved", "format"})
"""Strata whose mutations change nothing but labels or layout."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """`sort` is equal of mutations that are much alike.

    `carried` is what a reference in the module in `directory` calls what is another, `inner` are the names inside of
    it on the way there; () where that is not known.
    """

    stratum: str
    name: str
    edits: tuple[Edit, ...]
    sort: str = ""
    directory: str = ""
    carried: Path = ()
    inner: Path = ()

    def of(self, directory: str, carried: Path, inner: Path) -> Mutation:
        """The same, known to be of a named value."""
        return dataclasses.replace(self, directory=directory, carried=carried, inner=inner)

    @property
    def meaningless(self) -> bool:
        """Whether it changes nothing but labels or layout."""
        return self.stratum in MEANINGLESS
