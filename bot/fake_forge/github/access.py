"""Who is asking, and what they may do: App keys, installation tokens, personal tokens."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime, timedelta
from functools import cache

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.fake_forge.git_http import password
from bot.fake_forge.github.rules import Refusal
from bot.fake_forge.world import Account, now
from bot.frozen import dataclass

TOKEN_LIFE = timedelta(hours=1)

DEFAULT_PERMISSIONS = {
    "metadata": "read",
    "contents": "read",
    "pull_requests": "write",
    "checks": "write",
    "statuses": "write",
    "merge_queues": "read",
    "members": "read",
}

_RANK = {"none": 0, "read": 1, "write": 2, "admin": 3}


@dataclass(frozen=True, slots=True)
class Caller:
    """Someone with a token. `is_app` callers speak for an `installation`; only they may write check runs."""

    user: Account
    permissions: Mapping[str, str]
    is_app: bool
    expires: datetime | None = None
    installation: int | None = None

    def require(self, needed: str) -> None:
        """Refuse unless one of the alternatives ("issues:write|pull_requests:write") is granted."""
        for alternative in needed.split("|"):
            name, _, level = alternative.partition(":")
            if _RANK[self.permissions.get(name, "none")] >= _RANK[level]:
                return
        who = "integration" if self.is_app else "personal access token"
        raise Refusal(403, f"Resource not accessible by {who}")


@dataclass(slots=True)
class Access:
    """All keys and tokens of one sandbox. `further` are installations on owners of their own."""

    app_id: int
    installation: int
    bot: Account
    permissions: dict[str, str] = field(default_factory=lambda: dict(DEFAULT_PERMISSIONS))
    private_key: str = ""
    further: dict[str, int] = field(default_factory=dict)
    _public_key: str = ""
    _callers: dict[str, Caller] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.private_key = self.private_key or new_private_key()
        self._public_key = _public_key(self.private_key)

    def personal_token(self, user: Account, permissions: Mapping[str, str] | None = None) -> str:
        """A new personal token for a user."""
        token = f"ghp_{secrets.token_urlsafe(27)}"
        self._callers[token] = Caller(user, dict(permissions or self.permissions), is_app=False)
        return token

    def installation_token(self, installation: int) -> tuple[str, datetime]:
        """A new token for the App's installation and when it expires."""
        if installation not in (self.installation, *self.further.values()):
            raise Refusal(404, "Not Found")
        token = f"ghs_{secrets.token_urlsafe(40)}"
        expires = now() + TOKEN_LIFE
        self._callers[token] = Caller(self.bot, self.permissions, True, expires, installation)
        return token, expires

    def installation_of(self, owner: str) -> int:
        """The App's installation on an owner's repositories: one of the further ones, or the first."""
        return self.further.get(owner, self.installation)

    def may_see(self, caller: Caller, owner: str) -> bool:
        """Whether the caller's token is for the repositories of that owner."""
        return caller.installation is None or caller.installation == self.installation_of(owner)

    def bots(self) -> list[Account]:
        """The accounts that act by a token or as the App."""
        return [self.bot, *(caller.user for caller in self._callers.values())]

    def expire_tokens(self) -> None:
        """Make all installation tokens worthless, as an hour would."""
        self._callers = {token: caller for token, caller in self._callers.items() if not caller.is_app}

    def check_app(self, authorization: str) -> None:
        """Refuse unless the header carries a JWT that the App's key signed."""
        kind, _, token = authorization.partition(" ")
        try:
            if kind.lower() != "bearer":
                raise Refusal(401, "A JSON web token could not be decoded")
            claims = jwt.decode(token, self._public_key, algorithms=["RS256"], options={"require": ["exp", "iat"]})
        except jwt.InvalidTokenError:
            raise Refusal(401, "A JSON web token could not be decoded") from None
        if str(claims.get("iss")) != str(self.app_id):
            raise Refusal(401, "'Issuer' claim ('iss') must be the App's id")

    def caller(self, authorization: str) -> Caller:
        """Who a REST request comes from ("token T" or "Bearer T"), or git ("Basic ..."). Raises Refusal 401."""
        kind, _, value = authorization.partition(" ")
        if kind.lower() == "basic":
            value = password(value)
        elif kind.lower() not in ("token", "bearer"):
            raise Refusal(401, "Requires authentication")
        caller = self._callers.get(value)
        if caller is None or (caller.expires is not None and caller.expires <= now()):
            raise Refusal(401, "Bad credentials")
        return caller


def new_private_key() -> str:
    """A key for an App, PEM; takes a noticeable fraction of a second to make."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode("ascii")


@cache
def _public_key(private_key: str) -> str:
    key = serialization.load_pem_private_key(private_key.encode("ascii"), password=None)
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return public.decode("ascii")
