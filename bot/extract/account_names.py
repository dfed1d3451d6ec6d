"""By what names a root calls the accounts that its providers work in."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import field

from bot.evaluated.config import EvaluatedConfig, MadeBy, ResourceInstance
from bot.evaluated.mentions import plain
from bot.frozen import dataclass
from bot.iam.arn import accounts_of_iam, printed_segments
from bot.resource_types.provider_accounts import REFUSING, SAME_ACCOUNT, accounts_said

_DEFAULT = "aws"
_OF_AWS = frozenset({_DEFAULT, "awscc"})


@dataclass(frozen=True, slots=True)
class AccountNames:
    """The accounts that the providers of a root say they work in, as printed, by the provider; and by address who makes
    what is perhaps made in another account than the default provider's. `validated` are the accounts in one of which
    whatever a variable names has to be, by the variable. `credentials` are what providers come by their accounts with,
    `providers` by address who makes what the default one does not.
    """

    said: Mapping[str, frozenset[str]] = field(default_factory=dict)
    makers: Mapping[str, MadeBy] = field(default_factory=dict)
    validated: Mapping[str, frozenset[str]] = field(default_factory=dict)
    credentials: Mapping[str, Hashable] = field(default_factory=dict)
    providers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def of(self, address: str) -> frozenset[str]:
        """What the account is called that a thing is made in: as a provider says it, else as that provider's."""
        maker = self.makers.get(address)
        return self.said_of(address) | (frozenset() if maker is None else {maker.account})

    def said_of(self, address: str) -> frozenset[str]:
        """The accounts in one of which a thing is made, as far as its provider says it."""
        return frozenset[str]().union(*(self.said.get(name, frozenset()) for name in self._names(address)))

    def credentials_of(self, address: str) -> Hashable:
        """What a thing is made with: a role, a profile, a key."""
        return tuple(self.credentials.get(name, ()) for name in self._names(address))

    def _names(self, address: str) -> tuple[str, ...]:
        return self.providers.get(address, (_DEFAULT,))

    def is_elsewhere(self, address: str) -> bool:
        """Whether a thing is perhaps made in another account than the default provider's."""
        return address in self.makers


def account_names(config: EvaluatedConfig) -> AccountNames:
    """What one evaluated root says of its accounts."""
    aws = tuple(one for one in config.providers if one.type in _OF_AWS)
    made = (*config.resources, *config.latent)
    return AccountNames(
        {one.name: accounts_said(one.attributes) for one in aws},
        {one.address: one.made_by for one in made if _is_elsewhere(one)},
        {name: frozenset(_begun_with(beginnings)) for name, beginnings in config.validated.items()},
        {one.name: plain(one.attributes, SAME_ACCOUNT | REFUSING) for one in aws},
        {one.address: one.made_by.names for one in made if _is_by_another(one)},
    )


def _is_by_another(one: ResourceInstance) -> bool:
    return one.mode != "data" and one.made_by.names != (_DEFAULT,)


def _is_elsewhere(one: ResourceInstance) -> bool:
    return one.mode == "managed" and one.made_by.account != ""


def _begun_with(beginnings: Iterable[str]) -> Iterator[str]:
    """The accounts of the ARNs of IAM that are written up to their accounts, and what follows those."""
    for parts in map(printed_segments, beginnings):
        if len(parts) > 5 and parts[0] == "arn" and parts[1].replace("-", "").isalpha():
            yield from accounts_of_iam(":".join(("", *parts[2:5], "")))
