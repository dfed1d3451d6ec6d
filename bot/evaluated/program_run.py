"""A program that Terraform runs beside what it makes: a provisioner's, or one whose answer a data source is."""

from __future__ import annotations

from typing import Literal

from bot.evaluated.address import block_of
from bot.evaluated.config import Root
from bot.evaluated.redefinition import Place
from bot.frozen import dataclass

RunBy = Literal["command", "connection", "function", "hook"]
"""Where Terraform runs, on a machine that it connects to, a function of Lambda, or where Terragrunt runs."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What is run: `by` what, `names` are the arguments that say it, `text` all of it, by which runs are told apart.

    `places` are where that comes from, the likeliest cause first; `gives` the actions by which it plainly gives
    access, and did not before. `first` are the first words of a command that is written out, without what may be a
    secret; `alike` is all of it but for what is not known, "" where that is not written out.
    """

    by: frozenset[RunBy]
    names: tuple[str, ...]
    text: str
    places: tuple[Place, ...]
    gives: tuple[str, ...] = ()
    first: str = ""
    alike: str = ""


@dataclass(frozen=True, slots=True)
class ProgramRun:
    """What a block of a root runs at head and did not before, or runs otherwise.

    `written` is where the block stands, so that all instances of one are one run. It `replaces` what the block ran
    before, if it ran anything.
    """

    root: Root
    address: str
    written: Place
    ran: Ran
    replaces: bool = False

    @property
    def block(self) -> str:
        """The block's address, whichever of its instances it is."""
        return block_of(self.address)
