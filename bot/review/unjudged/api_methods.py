"""Methods and routes of APIs: which ask nobody who they are, and are told, and which are others' to decide."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from types import MappingProxyType

from bot.evaluated.address import block_of
from bot.evaluated.config import EvaluatedConfig, ResourceInstance, Root
from bot.evaluated.document import Text
from bot.evaluated.mentions import plain, symbols
from bot.evaluated.public_method import PublicMethod
from bot.evaluated.redefinition import Place
from bot.evaluated.value import ObjectValue
from bot.extract import root_name
from bot.extract.argument_reading import argument, blocks, entry_of, known, nested, string
from bot.extract.reference import ResourceIndex, index
from bot.frozen import dataclass
from bot.review.unjudged.changed_blocks import Pair
from bot.review.unjudged.disposition import JUDGED, Disposition, Found

NOBODY_ASKED = "NONE"
_WHERE = ("api_id", "http_method", "resource_id", "rest_api_id", "route_key")
"""Arguments that say which call of which API it is."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A type's arguments: who is asked, by what and for what, which call it is and of which API."""

    asks: str
    by: frozenset[str]
    call: str
    api: str


_APIS = ("aws_api_gateway_rest_api", "aws_apigatewayv2_api")
_DEEPEST = 30
"""More than the parts of a path that API Gateway takes."""

_GRAPHQL = "aws_appsync_graphql_api"
_FIRST_WAY, _MORE_WAYS = "authentication_type", "additional_authentication_provider"
_BY_KEY = "API_KEY"

_METHOD, _ROUTE, _ANSWERS = "aws_api_gateway_method", "aws_apigatewayv2_route", "aws_apigatewayv2_integration"

_KINDS: Mapping[str, _Kind] = {
    _METHOD: _Kind("authorization", frozenset({"authorizer_id", "authorization_scopes"}), "http_method", "rest_api_id"),
    _ROUTE: _Kind("authorization_type", frozenset({"authorizer_id", "authorization_scopes"}), "route_key", "api_id"),
}


def of_method(pair: Pair, name: str) -> Found | None:
    """What becomes of an argument of a method that lets anybody call it, which is told, or that asks from now on."""
    kind = _KINDS.get(pair.some.type)
    if pair.some.type == _GRAPHQL:
        return _of_graphql(pair, name)
    if kind is None or pair.new is None:
        return None
    if _asks_nobody(pair.new, kind):
        return JUDGED
    asked_nobody = pair.old is not None and _asks_nobody(pair.old, kind)
    return JUDGED if asked_nobody and name in (kind.asks, *kind.by) else None


def _of_graphql(pair: Pair, name: str) -> Found | None:
    """What becomes of a GraphQL API's ways to sign in where whoever has a key needs none, which is told."""
    old, new = pair.values(name)
    if pair.new is None or new is None or name not in (_FIRST_WAY, _MORE_WAYS):
        return None
    if name == _FIRST_WAY:
        return JUDGED if known(new) == _BY_KEY else None
    before, after = ([plain(one) for one in blocks(each) if not _is_by_key(one)] for each in (old, new))
    return JUDGED if before == after and any(map(_is_by_key, blocks(new))) else None


def keyed_apis(base: EvaluatedConfig, head: EvaluatedConfig, found: Iterable[Disposition]) -> Iterator[PublicMethod]:
    """The GraphQL APIs that from now on let in whoever has a key, which AppSync gives to nobody in particular."""
    there, here = ({one.address: one for one in _graphql(side)} for side in (base, head))
    gone = {known(argument(one, "name")): one for address, one in there.items() if address not in here}
    places = {one.address: one.places for one in found if one.argument in (_FIRST_WAY, _MORE_WAYS)}
    for address, new in here.items():
        name = known(argument(new, "name")) or ""
        old = there.get(address) or gone.get(name)  # under another label: one that is still there is another one
        if address in places and _asks_for_key(new) and (old is None or not _asks_for_key(old)):
            call = "GraphQL operations"
            yield PublicMethod(head.root, address, address, call, name, "", old is not None, True, places[address])


def _graphql(config: EvaluatedConfig) -> list[ResourceInstance]:
    return [one for one in config.blocks if one.type == _GRAPHQL]


def _asks_for_key(api: ResourceInstance) -> bool:
    return known(argument(api, _FIRST_WAY)) == _BY_KEY or any(map(_is_by_key, nested(api, _MORE_WAYS)))


def _is_by_key(way: ObjectValue) -> bool:
    return known(entry_of(way, _FIRST_WAY)) == _BY_KEY


def public_methods(
    base: EvaluatedConfig, head: EvaluatedConfig, found: Iterable[Disposition]
) -> Iterator[PublicMethod]:
    """The methods that let anybody call them, of which something differs that says so, or which call they are."""
    here = {one.address: one for one in _methods(head)}
    if not here:
        return
    before, after = _Calls.of(base), _Calls.of(head)
    resources, there = index(head, root_name(head.root)), {one.address: one for one in _methods(base)}
    for address, one in _first_of_each(found, head).items():
        new, old = here.get(address), there.get(address)
        if new is None:
            asked, new = True, _answered_by_all(old, here, after)
        else:
            asked, new = _call(new) in before.asking, None if before.is_open(_call(new)) else new
        if new is not None and after.is_open(_call(new)):
            yield _method(new, resources, head.root, one.places, asked=asked)


def _answered_by_all(
    old: ResourceInstance | None, here: Mapping[str, ResourceInstance], after: _Calls
) -> ResourceInstance | None:
    """What is for every method or path, asks nobody and answers a call that is gone, which asked who somebody is."""
    if old is None or _asks_nobody(old, _KINDS[old.type]):
        return None
    calls = {_call(one): one for one in here.values()}
    taker = next((call for call in _takers(old) if call in calls), None)
    return None if taker in (None, _call(old)) or not after.is_open(taker) else calls[taker]


def _takers(old: ResourceInstance) -> Iterator[Hashable]:
    """The call of a method, and what answers it where it is gone."""
    name = _KINDS[old.type].call
    yield _call(old)
    yield from (_call(old, {name: (call,)}) for call in _for_all(string(argument(old, name))))


def _for_all(call: Text | None) -> Iterator[str]:
    """What answers a call when nothing else does, nearest first: "ANY"; "ANY /pets", "ANY /{proxy+}", "$default"."""
    verb, _, path = ("" if call is None else str(call)).partition(" ")
    if path:
        yield from (f"ANY {path}", f"{verb} /{{proxy+}}", "ANY /{proxy+}", "$default")
    else:
        yield "ANY"


@dataclass(frozen=True, slots=True)
class _Calls:
    """The calls of one side: those that ask nobody, those that ask somebody, and those of the first that reach nothing.

    API Gateway answers what an integration of type MOCK is for by what is written.
    """

    asking_nobody: frozenset[Hashable]
    asking: frozenset[Hashable]
    answered: frozenset[Hashable]

    @classmethod
    def of(cls, config: EvaluatedConfig) -> _Calls:
        methods = {_call(one): _asks_nobody(one, _KINDS[one.type]) for one in _methods(config)}
        nobody = frozenset(call for call, asks_nobody in methods.items() if asks_nobody)
        answers = _answers(config)
        others = {_call(one) for one in answers if one.guards or known(argument(one, "type")) != "MOCK"}
        return cls(nobody, frozenset(methods) - nobody, frozenset(map(_call, answers)) - others)

    def is_open(self, call: Hashable) -> bool:
        """Whether it is there, asks nobody who they are, and reaches anything."""
        return call in self.asking_nobody and call not in self.answered


def _first_of_each(found: Iterable[Disposition], head: EvaluatedConfig) -> dict[str, Disposition]:
    """One argument of each block, that which says who is asked if it is another, or one of what answers its calls."""
    calls = {_call(one): one.address for one in _methods(head)}
    of_answers = {one.address: calls.get(_call(one), "") for one in _answers(head)}
    first: dict[str, Disposition] = {}
    for one in found:
        kind, address = _KINDS.get(one.type), of_answers.get(one.address, one.address)
        if address not in first or (kind is not None and one.argument == kind.asks):
            first[address] = one
    return first


def _method(
    new: ResourceInstance, resources: ResourceIndex, root: Root, places: tuple[Place, ...], *, asked: bool
) -> PublicMethod:
    kind = _KINDS[new.type]
    api, call = (string(argument(new, name)) for name in (kind.api, kind.call))
    keyed = known(argument(new, "api_key_required")) == "true"
    made = None if api is None else resources.find(api, _APIS, new.address)
    name = "" if made is None else known(argument(made, "name")) or ""
    path = _path(resources, new)
    return PublicMethod(root, new.address, str(api or ""), str(call or ""), name, path, asked, keyed, places)


def _path(resources: ResourceIndex, method: ResourceInstance) -> str:
    """Where of its API a method is: "/pets/{id}"; "" if the folder does not say."""
    parts: list[str] = []
    above, scope = string(argument(method, "resource_id")), method.address
    for _ in range(_DEEPEST):
        found = None if above is None else resources.find(above, ("aws_api_gateway_resource", *_APIS), scope)
        if found is None:
            return ""
        if found.type in _APIS:
            return "/" + "/".join(reversed(parts))
        parts.append(known(argument(found, "path_part")) or "...")
        above, scope = string(argument(found, "parent_id")), found.address
    return ""


def _methods(config: EvaluatedConfig) -> list[ResourceInstance]:
    return [one for one in config.blocks if one.type in _KINDS]


def _answers(config: EvaluatedConfig) -> list[ResourceInstance]:
    return [one for one in config.blocks if one.type == "aws_api_gateway_integration"]


def answers_to(method: ResourceInstance, config: EvaluatedConfig) -> tuple[ResourceInstance, ...]:
    """The integrations that answer the calls of a method or route; none where one that is always there is not in view.

    A method has one, which `PutIntegration` "Sets up" (Amazon API Gateway, API Reference, Method, methodIntegration).
    """
    found = _of_route(method, config) if method.type == _ROUTE else ()
    if method.type == _METHOD:
        call = _call(method)
        found = tuple(one for one in _answers(config) if _call(one) == call)
    return found if any(one in config.resources and not one.guards for one in found) else ()


def _of_route(route: ResourceInstance, config: EvaluatedConfig) -> tuple[ResourceInstance, ...]:
    """What a route names as its target ("integrations/ID")."""
    target = argument(route, "target")
    named = {block_of(symbol.name.rpartition(".")[0]) for symbol in (() if target is None else symbols(target))}
    return tuple(one for one in config.blocks if one.type == _ANSWERS and block_of(one.address) in named)


def _asks_nobody(one: ResourceInstance, kind: _Kind) -> bool:
    """Whether a method asks nobody who they are: a route that does not say does not."""
    value = argument(one, kind.asks)
    return known(value) == NOBODY_ASKED or (value is None and one.type == _ROUTE)


def _call(one: ResourceInstance, instead: Mapping[str, Hashable] = MappingProxyType({})) -> Hashable:
    said = ((name, entry_of(one.attributes, name)) for name in _WHERE)
    return tuple((name, instead.get(name, plain(value))) for name, value in said if value is not None)
