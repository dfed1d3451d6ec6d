"""A method or route of an API that asks nobody who they are."""

from __future__ import annotations

from bot.evaluated.address import block_of
from bot.evaluated.config import Root
from bot.evaluated.redefinition import Place
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class PublicMethod:
    """One that lets anybody call it at head, and did not before, or not there.

    `api` and `call` are the API and what is called as they are written ("GET", "POST /pets"); `name` and `path` how the
    API is called and where of it the method is, "" if the folder does not say. `asked` if at base the same call asked
    who somebody is. `keyed` if it asks for an API key. `places` are the likeliest cause first.
    """

    root: Root
    address: str
    api: str
    call: str
    name: str
    path: str
    asked: bool
    keyed: bool
    places: tuple[Place, ...]

    @property
    def block(self) -> str:
        """The block's address, whichever of its instances it is."""
        return block_of(self.address)
