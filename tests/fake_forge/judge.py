"""Judges what went over the wire by GitHub's official descriptions (see tools/openapi/reduce.py)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from jsonschema import Draft202012Validator  # type: ignore[import-untyped, unused-ignore]
from jsonschema.exceptions import ValidationError  # type: ignore[import-untyped, unused-ignore]
from jsonschema.protocols import Validator  # type: ignore[import-untyped, unused-ignore]
from jsonschema.validators import extend  # type: ignore[import-untyped, unused-ignore]

from bot.fake_forge.deliveries import SentDelivery
from bot.fake_forge.github.forge import AnsweredRequest

PLACE = Path("tests/fake_forge/openapi")
PREFIX = "/api/v3"


def violations_of_requests(requests: Iterable[AnsweredRequest]) -> list[str]:
    """What the REST description does not allow, request by request; answers that tests ordered are left out."""
    return [
        f"{request.method} {request.path}: {said}"
        for request in requests
        if request.path.startswith(PREFIX)
        for said in _request(request)
    ]


def violations_of_deliveries(deliveries: Iterable[SentDelivery]) -> list[str]:
    """What the webhook description does not allow."""
    return [f"{each.event}: {said}" for each in deliveries for said in _delivery(each)]


@cache
def description(name: str) -> dict[str, Any]:
    """A description as OpenAPI 3.1 has it, whose schemas are JSON Schema."""
    document: dict[str, Any] = _modern(json.loads((PLACE / f"{name}.json").read_text("utf-8")))
    return document


def _modern(node: Any) -> Any:
    """OpenAPI 3.0's `nullable` in JSON Schema's words."""
    if isinstance(node, list):
        return [_modern(item) for item in node]
    if not isinstance(node, dict):
        return node
    modern = {key: _modern(value) for key, value in node.items() if key != "nullable"}
    if node.get("nullable") is not True:
        return modern
    if isinstance(modern.get("type"), str) and "enum" not in modern:
        return {**modern, "type": [modern["type"], "null"]}
    return {"anyOf": [modern, {"type": "null"}]}


@cache
def _validator(name: str, pointer: str) -> Validator:
    document = description(name)
    schema = document
    for step in pointer.split("\n"):
        schema = schema[step]
    return _judge(name)({**schema, "components": document["components"]})


@cache
def _judge(name: str) -> type[Validator]:
    """Draft 2020-12, where a value that a named schema has been found to allow is not looked at again.

    The same users and repositories stand in every answer, and nothing takes longer than to judge them.
    """
    allowed: set[tuple[str, str]] = set()

    def named(validator: Validator, ref: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
        key = ref, json.dumps(instance)
        if key in allowed:
            return
        errors = list(Draft202012Validator.VALIDATORS["$ref"](validator, ref, instance, schema))
        yield from errors
        if not errors:
            allowed.add(key)

    made: type[Validator] = extend(Draft202012Validator, {"$ref": named})  # type: ignore[no-untyped-call, unused-ignore]
    return made


# GitHub answers null here for comments on files and for outdated ones, which its description leaves out.
NULL_IN_PRACTICE = re.compile(r"\$(\[\d+\])?\.(line|original_line|position|start_line|original_start_line)")


def _complaints(name: str, pointer: str, value: Any) -> Iterator[str]:
    for error in _validator(name, pointer).iter_errors(value):
        if error.instance is None and NULL_IN_PRACTICE.fullmatch(error.json_path):
            continue
        yield f"{error.json_path}: {error.message[:200]}"


@cache
def _operations() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Paths as patterns; the last parameter may hold slashes."""
    found = []
    for path in description("rest")["paths"]:
        pattern = re.sub(r"\{(?:basehead|ref)\}", "(.+)", path)
        found.append((re.compile(re.sub(r"\{\w+\}", "([^/]+)", pattern)), path))
    return tuple(found)


def _request(request: AnsweredRequest) -> Iterator[str]:
    parts = urlsplit(request.path.removeprefix(PREFIX))
    path = next((path for pattern, path in _operations() if pattern.fullmatch(unquote(parts.path))), None)
    operation = description("rest")["paths"].get(path, {}).get(request.method.lower())
    if path is None or operation is None:
        yield "not an operation of the description"
        return
    where = f"paths\n{path}\n{request.method.lower()}"
    yield from _parameters(operation, dict(parse_qsl(parts.query)))
    if request.given is not None and request.status < 400:
        yield from _complaints("rest", f"{where}\nrequestBody\ncontent\napplication/json\nschema", request.given)
    if not request.ordered:
        yield from _answer(operation, where, request)


def _parameters(operation: Mapping[str, Any], given: Mapping[str, str]) -> Iterator[str]:
    known = {}
    for parameter in operation.get("parameters", []):
        if "$ref" in parameter:
            parameter = description("rest")["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
        if parameter["in"] == "query":
            known[parameter["name"]] = parameter["schema"]
    for name, value in given.items():
        if name not in known:
            yield f"unknown query parameter {name}"
            continue
        typed = int(value) if known[name].get("type") == "integer" and value.isdecimal() else value
        for error in Draft202012Validator(known[name]).iter_errors(typed):
            yield f"query parameter {name}: {error.message}"


def _answer(operation: Mapping[str, Any], where: str, request: AnsweredRequest) -> Iterator[str]:
    answer = operation["responses"].get(str(request.status))
    if answer is None:
        # Refusals that the description leaves out have GitHub's usual words.
        if request.status < 400 or not isinstance(request.answer, dict) or "message" not in request.answer:
            yield f"answer {request.status} is not in the description"
        return
    if "$ref" in answer:
        where = "\n".join(answer["$ref"].removeprefix("#/").split("/"))
        answer = description("rest")["components"]["responses"][answer["$ref"].rpartition("/")[2]]
    else:
        where = f"{where}\nresponses\n{request.status}"
    if "application/json" in answer.get("content", {}):
        yield from _complaints("rest", f"{where}\ncontent\napplication/json\nschema", request.answer)


def _delivery(delivery: SentDelivery) -> Iterator[str]:
    payload = delivery.payload
    name = "-".join(filter(None, (delivery.event, payload.get("action")))).replace("_", "-")
    if name not in description("webhooks")["webhooks"]:
        yield f"{name} is not a webhook of the description"
        return
    yield from _complaints("webhooks", f"webhooks\n{name}\ncontent\napplication/json\nschema", payload)
