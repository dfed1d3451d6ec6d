"""What the bot has to know of a forge: each forge's package fills in one ForgeAdapter, wiring lists them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, SecretStr

from bot.config import ForgeSection
from bot.contents.remote import GitCredential
from bot.errors import ConfigError
from bot.forges.ci_job import CiRunner
from bot.forges.event import Event
from bot.forges.health import CheckResult
from bot.forges.port import Forge, RepositoryRef
from bot.forges.sign_in import OAuthProvider
from bot.forges.watch import Watch
from bot.frozen import dataclass

S = TypeVar("S", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Webhook:
    """How one forge's deliveries are checked and read; `delivery` gives the delivery's id and the event's name."""

    is_authentic: Callable[[Mapping[str, str], bytes], bool]
    delivery: Callable[[Mapping[str, str]], tuple[str, str]]
    read_event: Callable[[Mapping[str, str], bytes], Event]


@dataclass(frozen=True, slots=True)
class Connected:
    """One job's client of a forge, and what git needs there; `clone_url` is where it fetches a repository by name.

    `sarif`: the forge shows reviews as SARIF logs, and is configured to be given them.
    """

    forge: Forge
    credential: Callable[[], GitCredential]
    clone_url: Callable[[str], str]
    sarif: bool = False


Connect = Callable[[RepositoryRef], Connected]
"""Opens the client of one job in a repository."""

Budget = Callable[[int | None, int], None]
"""Told, by account, how many requests a forge still answers this hour."""


def unheard(account: int | None, left: int) -> None:
    """Where nobody counts requests."""


@dataclass(frozen=True, slots=True)
class ForgeAdapter(Generic[S]):
    """One forge. The name of its `section` is its name in references and addresses (/hooks/NAME) as well; what the
    section says every function is given.

    `connect` and `watch` hear of the forge's limits by `Budget`; `watch` gives None where the forge cannot tell what
    was missed. `health` is given the address that deliveries should go to, "" if that is not known;
    `repository_health` a repository's name. `change_url` is a change request's page, made of repository and number.
    `sign_in` is given None where only people's signing in is configured, not the forge, then the registration's id
    and secret. Raise ConfigError for a section that cannot be right.
    """

    title: str
    section: ForgeSection
    webhook: Callable[[S], Webhook]
    connect: Callable[[S, Budget], Connect]
    watch: Callable[[S, Budget], Watch | None]
    health: Callable[[S, str], Iterable[CheckResult]]
    repository_health: Callable[[S, str], Iterable[CheckResult]]
    change_url: Callable[[S, str, int], str]
    sign_in: Callable[[S | None, str, str], OAuthProvider] | None = None
    ci: CiRunner | None = None

    @property
    def name(self) -> str:
        """The forge's name."""
        return self.section.name


Adapters = tuple[ForgeAdapter[Any], ...]


def adapter_of(adapters: Adapters, name: str) -> ForgeAdapter[Any]:
    """The adapter of that name. Raises ConfigError."""
    for adapter in adapters:
        if adapter.name == name:
            return adapter
    raise ConfigError(f"{name}: there is no such forge; there are {', '.join(each.name for each in adapters)}")


def secret_values(*secrets: SecretStr | None) -> tuple[str, ...]:
    """Those secrets of a section that are given."""
    return tuple(secret.get_secret_value() for secret in secrets if secret is not None)
