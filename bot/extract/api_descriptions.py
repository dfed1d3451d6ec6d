"""What an API's description in OpenAPI says, in place of its text; the policy in it is the block's argument."""

from __future__ import annotations

import dataclasses

from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.mentions import plain
from bot.evaluated.trails import alternatives, entries
from bot.evaluated.value import Alternative, Choice, NullValue, ObjectValue, Unknown, Value
from bot.extract.argument_reading import argument, present
from bot.extract.yaml_reading import read_yaml

REST_API = "aws_api_gateway_rest_api"
_APIS = frozenset({REST_API, "aws_apigatewayv2_api"})
_BODY, _POLICY = "body", "policy"

EXTENSION = "x-amazon-apigateway-policy"
"""Where the description has the policy (Amazon API Gateway Developer Guide, "OpenAPI extensions")."""


def with_descriptions(config: EvaluatedConfig) -> EvaluatedConfig:
    """The root with its APIs' descriptions read, be they JSON or YAML; one that is not known stays as it is.

    A REST API's own `policy` overrides that of its description (AWS provider, aws_api_gateway_rest_api, policy), where
    other APIs have none.
    """
    if not any(one.type in _APIS for one in config.blocks):
        return config
    resources, latent = (tuple(map(_read, side)) for side in (config.resources, config.latent))
    return dataclasses.replace(config, resources=resources, latent=latent)


def is_body(kind: str, argument: str) -> bool:
    """Whether an argument of a type is a description, of which extraction reads nothing."""
    return kind in _APIS and argument == _BODY


def is_description(address: str) -> bool:
    """Whether a block holds a description, of which a finding about its policy tells nothing else."""
    return not _APIS.isdisjoint(address.split("."))


def _read(instance: ResourceInstance) -> ResourceInstance:
    body = argument(instance, _BODY) if instance.type in _APIS and instance.mode == "managed" else None
    said = None if body is None else _structure(body)
    if said is None:
        return instance
    given = dict(instance.attributes.entries) | {_BODY: said}
    own = present(given.get(_POLICY))
    if instance.type == REST_API and not isinstance(own, Choice | Unknown):  # else the body's may be in force, or not
        given |= {_BODY: _rest(said), _POLICY: own or _policy(said)}
    attributes = dataclasses.replace(instance.attributes, entries=tuple(sorted(given.items())))
    return dataclasses.replace(instance, attributes=attributes)


def _structure(value: Value) -> Value | None:
    """The description, or each of those it is chosen from; None where one of them cannot be read."""
    if isinstance(value, Choice):
        ways = [(way.guard, _structure(way.value)) for way in alternatives(value)]
        every = tuple(Alternative(guard, said) for guard, said in ways if said is not None)
        return Choice(every) if len(every) == len(ways) else None
    found = read_yaml(value)
    return found if isinstance(found, ObjectValue) else None


def _policy(said: Value) -> Value:
    """The policy of a description."""
    if isinstance(said, Choice):
        return Choice(tuple(Alternative(way.guard, _policy(way.value)) for way in said.alternatives))
    written = dict(entries(said)) if isinstance(said, ObjectValue) else {}
    return written.get(EXTENSION) or NullValue()


def _rest(said: Value) -> Value:
    """A description without its policy; one, where all that it is chosen from say the same beside that."""
    if isinstance(said, Choice):
        ways = tuple(Alternative(way.guard, _rest(way.value)) for way in said.alternatives)
        return Choice(ways) if len({plain(way.value) for way in ways}) > 1 else ways[0].value
    assert isinstance(said, ObjectValue)
    return dataclasses.replace(said, entries=tuple(one for one in said.entries if one[0] != EXTENSION))
