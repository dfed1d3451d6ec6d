"""Calls in an API's description (OpenAPI) that asked who somebody is, and ask nobody now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.public_method import PublicMethod
from bot.evaluated.redefinition import Place
from bot.evaluated.trails import entries, listed_in
from bot.evaluated.value import ListValue, ObjectValue, Value
from bot.extract.api_descriptions import is_body
from bot.extract.argument_reading import argument, known
from bot.frozen import dataclass
from bot.review.unjudged.disposition import Disposition

_AUTH = "x-amazon-apigateway-auth"
_ANY = "x-amazon-apigateway-any-method"
_VERBS = frozenset({"delete", "get", "head", "options", "patch", "post", "put", "trace", _ANY})
_SIGNS_IN = ("x-amazon-apigateway-authorizer", "x-amazon-apigateway-authtype")
"""What of a scheme says who is asked; one of type `apiKey` without them asks for a key alone (Amazon API Gateway
Developer Guide, "OpenAPI extensions")."""


def described_methods(
    base: EvaluatedConfig, head: EvaluatedConfig, found: Iterable[Disposition]
) -> Iterator[PublicMethod]:
    """The calls of descriptions, chosen in one way, that anybody can make now and only some could."""
    changed = {one.address: one for one in found if is_body(one.type, one.argument)}
    before = {one.address: one for one in base.resources if one.address in changed}
    for new in head.resources:
        old, why = before.get(new.address), changed.get(new.address)
        if old is not None and why is not None:
            yield from _opened(old, new, head, why)


def _opened(
    old: ResourceInstance, new: ResourceInstance, head: EvaluatedConfig, why: Disposition
) -> Iterator[PublicMethod]:
    there, name = _Described.of(old), known(argument(new, "name")) or ""
    here = _Described.of(new)
    for (path, verb), call in here.calls.items():
        earlier = there.calls.get((path, verb))
        if earlier is not None and there.asks(earlier) and here.asks(call) is False:
            said = "ANY" if verb == _ANY else verb.upper()
            keyed = bool(listed_in(call.get("security")))
            places = tuple(sorted(why.places, key=_in_code))
            yield PublicMethod(head.root, new.address, new.address, said, name, path, True, keyed, places)


def _in_code(place: Place) -> bool:
    """Whether it is in Terraform's own files: a description in a file of its own says there whom it asks."""
    return place[1].file.endswith((".tf", ".tfvars", ".tf.json", ".tfvars.json"))


@dataclass(frozen=True, slots=True)
class _Described:
    """A description's calls by path and verb, its schemes of signing in by name, and whether it says one for all."""

    calls: Mapping[tuple[str, str], ObjectValue]
    schemes: Mapping[str, Value]
    for_all: bool

    @classmethod
    def of(cls, api: ResourceInstance) -> _Described:
        said = _object(argument(api, "body"))
        calls = {
            (path, verb): call
            for path, item in _object(said.get("paths")).entries
            for verb, call in _object(item).entries
            if verb in _VERBS and isinstance(call, ObjectValue)
        }
        schemes = (
            _object(_object(said.get("components")).get("securitySchemes")),
            _object(said.get("securityDefinitions")),
        )
        return cls(
            calls, {name: one for each in schemes for name, one in entries(each)}, said.get("security") is not None
        )

    def asks(self, call: ObjectValue) -> bool | None:
        """Whether a call asks who somebody is; None where that is not known."""
        security, auth = call.get("security"), call.get(_AUTH)
        if auth is not None:
            kind = known(_object(auth).get("type"))
            return None if kind is None or (kind == "NONE" and listed_in(security)) else kind != "NONE"
        if security is None:
            return None if self.for_all else False
        return any(map(self._signs_in, listed_in(security))) if isinstance(security, ListValue) else None

    def _signs_in(self, asked: Value) -> bool:
        """Whether one way of signing in asks for more than a key; a scheme that is not here may."""
        found = [self.schemes.get(name) for name, _ in _object(asked).entries]
        return any(one is None or not _is_key(_object(one)) for one in found)


def _is_key(scheme: ObjectValue) -> bool:
    return known(scheme.get("type")) == "apiKey" and all(scheme.get(name) is None for name in _SIGNS_IN)


_NOTHING = ObjectValue(())


def _object(value: Value | None) -> ObjectValue:
    return value if isinstance(value, ObjectValue) else _NOTHING
