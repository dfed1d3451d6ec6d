"""Providers that work in another account at head, and blocks that another provider makes: whose access it is."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping, Sequence

from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.derived import looked_up_by, symbols_in
from bot.evaluated.diagnostic import Side
from bot.evaluated.mentions import differing, plain, spans
from bot.evaluated.redefinition import Place, Redefinition, redefinition
from bot.evaluated.value import Value
from bot.late_pattern import late_pattern
from bot.resource_types.known import RESOURCE_TYPES
from bot.resource_types.provider_accounts import CREDENTIALS, REFUSING, SAME_ACCOUNT, account_number
from bot.resource_types.row import Reading
from bot.review.prose import and_more

_SAYS_WHO = SAME_ACCOUNT | REFUSING | CREDENTIALS
"""What is nothing to a provider of which account it works in is known; another address to ask (`endpoints`) is."""

AWS = frozenset({"aws", "awscc"})
_REMEDY = "check in which account this is then, and who has that access there"

_REGION = late_pattern(
    r"(?:af|ap|ca|cn|eu|il|me|mx|sa|us)(?:[-_]gov)?[-_]?(?:north|south)?(?:central|east|north|south|west)[-_]?[1-9]"
)
"""How whoever calls a module calls a provider that is the default one in another region: by the region alone."""

Names = Mapping[str, ResourceInstance]


def changed_accounts(base: EvaluatedConfig, head: EvaluatedConfig) -> Iterator[Redefinition]:
    """Providers with other credentials, one thing each, and blocks that went over to another provider."""
    if not all(config.resources or config.latent for config in (base, head)):
        return  # a new root: whatever it makes is new where it says; one that is gone makes nothing
    before, after = ({one.name: one for one in config.providers} for config in (base, head))
    for name in dict.fromkeys((*before, *after)):
        if name in AWS or (name in before and name in after):
            yield from _changed(name, before, after, _in_use(base, head))
    yield from _moved_over(base, head, before, after)
    yield from _once_more(base, head, before, after)


def _in_use(*configs: EvaluatedConfig) -> frozenset[str]:
    """The providers of which something is made or looked up that AWS access could come from."""
    looked_up = (one.type for config in configs for one in config.resources if one.mode == "data")
    return AWS | {kind.partition("_")[0] for kind in looked_up}


def _changed(name: str, before: Names, after: Names, used: frozenset[str]) -> Iterator[Redefinition]:
    old, new = before.get(name), after.get(name)
    some = new or old
    if some is None or some.type not in used or _identity(name, before) == _identity(name, after):
        return
    if _only_refuses(old, new):
        return
    names = _arguments(old, new)
    yield redefinition(some.address, _words(some, old, new, names), _REMEDY, tuple(_places(old, new, names)))


def _words(
    some: ResourceInstance, old: ResourceInstance | None, new: ResourceInstance | None, names: tuple[str, ...]
) -> str:
    earlier, number = ("" if one is None else account_number(one.attributes) for one in (old, new))
    if number and earlier:
        return (
            f"{some.address} works in account {number} now, before in account {earlier}: "
            "whatever it makes and looks up is there"
        )
    return (
        f"{some.address} comes by its account another way ({', '.join(names)}): "
        "whatever it makes and looks up may be another account's"
    )


def _only_refuses(old: ResourceInstance | None, new: ResourceInstance | None) -> bool:
    """Whether a provider is what it was but that it refuses accounts from now on: it comes by its own as before."""
    if new is None or any(old is not None and old.attribute(name) is not None for name in REFUSING):
        return False
    before = () if old is None else plain(old.attributes, SAME_ACCOUNT)
    return before == plain(new.attributes, SAME_ACCOUNT | REFUSING)


def _arguments(old: ResourceInstance | None, new: ResourceInstance | None) -> tuple[str, ...]:
    if old is None or new is None:
        some = new or old
        return tuple(name for name, _ in some.attributes.entries if name not in SAME_ACCOUNT) if some else ()
    return differing(old.attributes, new.attributes, SAME_ACCOUNT)


def _places(old: ResourceInstance | None, new: ResourceInstance | None, names: tuple[str, ...]) -> Iterator[Place]:
    sides: tuple[tuple[Side, ResourceInstance | None], ...] = (("head", new), ("base", old))
    for side, one in sides:
        if one is not None:
            values = [value for name in names if (value := one.attribute(name)) is not None]
            yield from ((side, span) for value in values for span in spans(value))
            yield side, one.span
            yield from ((side, step.span) for value in values for step in looked_up_by(symbols_in(value)))


def _identity(name: str, known: Names) -> Hashable:
    """Whose account a provider works in, as far as it is written; one without credentials is the one at hand."""
    one = known.get(name)
    return () if one is None else _in_account(account_number(one.attributes), one)


def _moved_over(base: EvaluatedConfig, head: EvaluatedConfig, before: Names, after: Names) -> Iterator[Redefinition]:
    """Blocks of AWS that were made with one account's credentials and are made with another's: one for each cause."""
    there, things = {one.here: one for one in base.resources}, {one.thing for one in base.resources}
    moved = {one.target: one.source for one in head.moved}
    causes: dict[tuple[Place, ...], list[tuple[ResourceInstance, ResourceInstance]]] = {}
    for one in head.resources:
        old = there.get(one.address) or there.get(_earlier(one.address, moved))
        if old is None or not (one.mode == "module" or one.type.startswith(("aws_", "awscc_"))):
            continue
        if one.mode == "data" and one.thing in things:  # looked up there before, under whatever label
            continue
        judged = old.unlike and _is_thing(one.type)  # its access is compared as another account's
        if not judged and old.made_by.names != one.made_by.names and _whose(old, before) != _whose(one, after):
            causes.setdefault((*_said_at("head", one), *_said_at("base", old)), []).append((old, one))
    yield from (_made_by_others(cause, pairs) for cause, pairs in causes.items())


_NAMED_BY = ("role", "roles", "user", "users", "group", "groups", "cluster_name")
"""Arguments by which what gives one thing to another names either of them, which is one of each account."""

_GIVING = frozenset(
    {
        Reading.ATTACHMENT,
        Reading.CREDENTIAL,
        Reading.GROUP_MEMBERSHIP,
        Reading.INLINE_POLICY,
        Reading.INSTANCE_PROFILE,
        Reading.MANY_ATTACHMENTS,
        Reading.USER_GROUP_MEMBERSHIP,
    }
)


def _once_more(base: EvaluatedConfig, head: EvaluatedConfig, before: Names, after: Names) -> Iterator[Redefinition]:
    """New blocks that give to a name in one account what base gives to that name in another: it is somebody else there.

    Who is not made here is known by the name alone, as one of all accounts.
    """
    known = _known_names(base, before)
    made = {(_whose(one, after), plain(name)) for one in head.resources for name in _own_names(one)}
    found: dict[tuple[Place, ...], list[ResourceInstance]] = {}
    for one in _new_giving(base, head):
        whose = _whose(one, after)
        others = (named for named in _names_given(one) if named in known and whose not in known[named])
        if any((whose, value) not in made for _, value in others):
            found.setdefault(_first_said(one), []).append(one)
    for places, some in found.items():
        yield _given_there(places, some)


def _known_names(base: EvaluatedConfig, before: Names) -> Mapping[Hashable, set[Hashable]]:
    """In which accounts base gives to each name."""
    known: dict[Hashable, set[Hashable]] = {}
    for one in filter(_gives, base.resources):
        for named in _names_given(one):
            known.setdefault(named, set()).add(_whose(one, before))
    return known


def _new_giving(base: EvaluatedConfig, head: EvaluatedConfig) -> Iterator[ResourceInstance]:
    there, moved = {one.here for one in base.resources}, {one.target: one.source for one in head.moved}
    found = (one for one in filter(_gives, head.resources) if one.address not in there)
    return (one for one in found if _earlier(one.address, moved) not in there)


def _first_said(one: ResourceInstance) -> tuple[Place, ...]:
    steps: tuple[Place, ...] = tuple(("head", step.span) for step in one.existence)
    return steps or (("head", one.span),)


def _given_there(places: tuple[Place, ...], some: Sequence[ResourceInstance]) -> Redefinition:
    one, more = some[0], and_more(len(some) - 1)
    reason = "gives in another account what was given in one before, and who has these names there is not known"
    return redefinition(one.address, f"{one.address}{more}: {reason}", _REMEDY, (*places, *_said_at("head", one)))


def _gives(one: ResourceInstance) -> bool:
    row = RESOURCE_TYPES.get(one.type)
    return one.mode == "managed" and row is not None and (row.reading in _GIVING or one.type == _PODS)


_PODS = "aws_eks_pod_identity_association"


def _names_given(one: ResourceInstance) -> Iterator[tuple[str, Hashable]]:
    for name in _NAMED_BY:
        value = one.attribute(name)
        if value is not None:
            yield name.rstrip("s"), plain(value)


def _own_names(one: ResourceInstance) -> Iterator[Value]:
    """What a principal that is made here is called."""
    row = RESOURCE_TYPES.get(one.type)
    name = one.attribute("name") if row is not None and row.principal is not None else None
    if name is not None:
        yield name


def _said_at(side: Side, one: ResourceInstance) -> Iterator[Place]:
    """Where it is said who makes a block: in the root first, where most modules get their providers."""
    yield from ((side, place) for place in reversed(one.made_by.through or (one.span,)))


def made_alike(old: ResourceInstance, new: ResourceInstance, base: EvaluatedConfig, head: EvaluatedConfig) -> bool:
    """Whether two blocks of both sides are made by providers of one name that work in one account."""
    before, after = ({one.name: one for one in config.providers} for config in (base, head))
    return old.made_by.names == new.made_by.names and _whose(old, before) == _whose(new, after)


def _is_thing(kind: str) -> bool:
    """Whether others name what a block makes, so that another one is named otherwise; a policy is not named."""
    row = RESOURCE_TYPES.get(kind)
    return row is not None and (row.principal is not None or row.arn is not None)


def _made_by_others(
    cause: tuple[Place, ...], pairs: Sequence[tuple[ResourceInstance, ResourceInstance]]
) -> Redefinition:
    old, new = pairs[0]
    more = and_more(len(pairs) - 1)
    return redefinition(
        new.address,
        f"{new.address}{more}: made by {_listed(old)} before and by {_listed(new)} now, which may be another account",
        _REMEDY,
        (*cause, ("head", new.span)),
    )


def _listed(one: ResourceInstance) -> str:
    return ", ".join(one.made_by.names)


def _earlier(address: str, moved: Mapping[str, str]) -> str:
    for target, source in moved.items():
        if address == target or address.startswith((f"{target}.", f"{target}[")):
            return source + address[len(target) :]
    return address


def _whose(one: ResourceInstance, known: Names) -> tuple[Hashable, ...]:
    """The accounts of an instance's providers; a name that stands for no block of the root is itself."""
    return tuple(_of_name(name, known) for name in one.made_by.names)


def _of_name(name: str, known: Names) -> Hashable:
    default, _, alias = name.partition(".")
    if name in known or name in AWS:
        return _identity(name, known)
    if default in AWS and _REGION.fullmatch(alias):
        return _identity(default, known)
    return "no provider block", name


def _in_account(number: str, one: ResourceInstance) -> Hashable:
    """Whose account a provider works in: one that is numbered is that one, whoever comes to it."""
    return (number, plain(one.attributes, _SAYS_WHO)) if number else plain(one.attributes, SAME_ACCOUNT)
