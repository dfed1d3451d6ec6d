"""What signing in at a forge takes: its OAuth 2.0 endpoints and our registration there."""

from __future__ import annotations

from dataclasses import field

from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class OAuthProvider:
    """A forge's OAuth 2.0 endpoints and our registration there.

    `forge` is its name in addresses, `title` its name for people; `login` is the field of its answer with the name.
    """

    forge: str
    title: str
    authorize: str
    token: str
    user: str
    login: str
    scope: str
    client_id: str
    client_secret: str = field(repr=False)
