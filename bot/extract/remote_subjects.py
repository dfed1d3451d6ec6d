"""Whose tokens an unread module's role is for, where its arguments say so by their shape.

A repository's (`repo:org/app:ref:...`) or a service account's (`system:serviceaccount:jobs:worker`).
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from bot.evaluated.config import ResourceInstance
from bot.evaluated.diagnostic import join_trails
from bot.evaluated.document import Symbol, Text
from bot.evaluated.mentions import plain
from bot.evaluated.trails import entries, with_trail
from bot.evaluated.value import Choice, ListValue, ObjectValue, StringValue, Value
from bot.extract.argument_reading import argument, entry_of, items, present, string
from bot.extract.choices import outcomes
from bot.extract.policy_shapes import documents_in
from bot.frozen import dataclass
from bot.iam.symbol_shape import cluster_provider
from bot.late_pattern import late_pattern

GITHUB = "token.actions.githubusercontent.com"
"""The issuer of GitHub's tokens ("Configuring OpenID Connect in Amazon Web Services", GitHub Docs)."""

PROVIDERS = (
    "provider_url", "provider_urls", "oidc_provider_urls", "provider_arn", "oidc_provider_arn", "github_provider",
    "openid_connect_provider_arn",
)  # fmt: skip
"""Arguments of modules that say whose tokens their roles are for."""

_REPOSITORY = "repo:"
_ACCOUNTS = "namespace_service_accounts"
_ACCOUNT = "system:serviceaccount:"
_PARTS = ("repo_name", "claim")
_CLAIMS = "claims"
_OF_ROLE = frozenset({"name", "org_name", *_PARTS})
"""What a role for a repository is told of by the modules of cds-snc: its name, and the parts of a token's subject."""

MAX_DEPTH = 5


@dataclass(frozen=True, slots=True)
class TokenSubject:
    """A pattern of subjects, the value that says it, and whether that says nothing else and nothing stands for it where
    it is left out. `provider` is whose tokens they are, None where the module is given it elsewhere. `role` is what the
    role for them is called, None where nothing says it.
    """

    text: Text
    value: Value
    alone: bool = False
    provider: Text | None = Text((GITHUB,))
    role: Text | None = None


def subjects_of(instance: ResourceInstance, name: str) -> list[TokenSubject]:
    """The subjects of tokens that an argument of an unread module names, wherever it has them."""
    value = entry_of(instance.attributes, name)
    if value is None or any(True for _ in documents_in(value)):
        return []
    found = list(_in(value, entry_of(instance.attributes, "org_name"), instance.address, MAX_DEPTH))
    if not found and "repo" in name and _trusts_tokens(instance):
        return list(_of_named_repositories(value, instance.address))
    return found


def _trusts_tokens(instance: ResourceInstance) -> bool:
    """Whether a module is told, or called after, the provider whose tokens its role is for."""
    return "oidc" in instance.type.lower() or argument(instance, *PROVIDERS) is not None


def of_repositories(value: Value) -> Iterator[TokenSubject]:
    """The subjects of an argument that lists repositories with or without what subjects begin with."""
    for item in items(value):
        written = string(present(item))
        if written is not None:
            whole = str(written).startswith(_REPOSITORY)
            yield TokenSubject(written if whole else Text((_REPOSITORY, *written.parts), written.trail), item)


def _of_named_repositories(value: Value, module: str) -> Iterator[TokenSubject]:
    """The subjects of an argument that names repositories by owner and name (`repo = "org/app"`).

    Where nothing stands behind the name, the module at address `module` says which of a repository's tokens it means.
    """
    for item in items(value):
        written = string(present(item))
        named = _NAMED.fullmatch(str(written)) if written is not None else None
        if written is not None and named is not None:
            rest = () if named["claim"] else (":", Symbol(f"{module} claim"))
            yield TokenSubject(Text((_REPOSITORY, *written.parts, *rest), written.trail), item)


_NAMED = late_pattern(r"[\w.-]+/[\w.*-]+(?P<claim>[^\w.*/-].+)?")


def accounts_by_provider(value: Value, module: str) -> Iterator[tuple[Text, tuple[Text, ...]]]:
    """The subjects of service accounts, by the identity provider of their cluster.

    A map lists them for each, or for each cluster by its name, whose provider the module at address `module` looks up.
    """
    for name, one in (each for _, way in outcomes(value) for each in _named(way)):
        inner = one if isinstance(one, ObjectValue) else ObjectValue(((_ACCOUNTS, one),))
        looked_up = Text((Symbol(f"{module} provider" if inner is one else cluster_provider(module, name)),))
        written = tuple(map(string, items(entry_of(inner, _ACCOUNTS))))
        accounts = tuple(Text((_ACCOUNT, *each.parts), each.trail) for each in written if each is not None)
        if accounts:
            yield string(present(entry_of(inner, "provider_arn"))) or looked_up, accounts


def _named(value: Value) -> Iterator[tuple[str, Value]]:
    """The entries of a map, or what a list or a single value has, without names."""
    if isinstance(value, ObjectValue):
        return ((str(name), one) for name, one in entries(value))
    return (("", one) for one in items(value) if isinstance(one, ObjectValue))


def _in(value: Value, organisation: Value | None, module: str, depth: int) -> Iterator[TokenSubject]:
    found = _of_object(value, organisation, module) if isinstance(value, ObjectValue) else None
    if isinstance(value, StringValue):
        yield from _of_text(value)
    elif found is not None:
        yield from found
    elif depth:
        for inner in _within(value):
            yield from _in(with_trail(inner, value.trail), organisation, module, depth - 1)


def _of_object(value: ObjectValue, organisation: Value | None, module: str) -> Iterator[TokenSubject] | None:
    """The subjects of a cluster's or a role's object; None of anything else."""
    if present(entry_of(value, _ACCOUNTS)):
        return _of_accounts(value)
    claims = (value,) if _has_parts(value) else tuple(_claims(value))
    return (subject for one in claims for subject in _of_parts(one, organisation, module)) if claims else None


def _claims(role: ObjectValue) -> Iterator[ObjectValue]:
    """A role with one of its `claims` at a time, where it lists several; none if some are not known."""
    several = [one for one in items(entry_of(role, _CLAIMS)) if isinstance(one, ObjectValue) and _has_parts(one)]
    rest = tuple((name, one) for name, one in role.entries if name != _CLAIMS)
    if len(several) == len(items(entry_of(role, _CLAIMS))):
        yield from (ObjectValue((*rest, *one.entries), one.trail) for one in several)


def _has_parts(value: ObjectValue) -> bool:
    return all(present(entry_of(value, name)) for name in _PARTS)


def _within(value: Value) -> Iterator[Value]:
    match value:
        case ObjectValue():
            yield from (inner for _, inner in value.entries)
        case ListValue():
            yield from value.items
        case Choice():
            yield from (way.value for way in value.alternatives)


def _of_text(value: StringValue) -> Iterator[TokenSubject]:
    written = string(value)
    if written is not None and str(written).startswith(_REPOSITORY) and "/" in str(written):
        yield TokenSubject(written, value)
    elif written is not None and str(written).startswith(_ACCOUNT):
        yield TokenSubject(written, value, provider=None)


def beside_subjects(value: Value | None) -> Hashable:
    """What a value says besides subjects of tokens, as something that equals another if both say the same."""
    match value:
        case StringValue() if any(True for _ in _of_text(value)):
            return _SUBJECT
        case ListValue():
            return frozenset(map(beside_subjects, value.items))
        case ObjectValue():
            said: tuple[str, ...] = _PARTS if _has_parts(value) else ()
            said = (_ACCOUNTS,) if present(entry_of(value, _ACCOUNTS)) else said
            return frozenset((name, _SUBJECT if name in said else beside_subjects(one)) for name, one in value.entries)
        case Choice():
            return tuple((way.guard, beside_subjects(way.value)) for way in value.alternatives)
    return None if value is None else plain(value)


_SUBJECT = object()
"""Stands for any subject, whatever it is."""


def _of_accounts(cluster: ObjectValue) -> Iterator[TokenSubject]:
    provider = string(present(entry_of(cluster, "provider_arn")))
    for item in items(entry_of(cluster, _ACCOUNTS)):
        written = string(present(item))
        if written is not None:
            yield TokenSubject(Text((_ACCOUNT, *written.parts), written.trail), item, provider=provider)


def _of_parts(role: ObjectValue, organisation: Value | None, module: str) -> Iterator[TokenSubject]:
    repository, claim = (string(entry_of(role, name)) for name in _PARTS)
    owner = string(present(entry_of(role, "org_name"))) or string(present(organisation))
    owner = owner or Text((Symbol(f"{module} org_name"),))
    if repository is not None and claim is not None:
        said = (_REPOSITORY, *owner.parts, "/", *repository.parts, ":", *claim.parts)
        trail = join_trails(claim.trail, repository.trail, owner.trail)
        alone = {name for name, _ in role.entries} <= _OF_ROLE
        yield TokenSubject(Text(said, trail), role, alone, role=string(present(entry_of(role, "name"))))
