"""data.aws_iam_policy_document, rendered as the provider renders it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator

from bot.data_sources.policy_model import (
    DocumentFault,
    PolicyDocument,
    RenderedStatement,
    conditions,
    descending,
    from_source,
    principals,
    rendered,
    statement_body,
)
from bot.data_sources.request_reading import attributes, given, symbol, symbol_at
from bot.data_sources.undecided import spelled_out
from bot.evaluated.call import FunctionFault
from bot.evaluated.config import DataRequest
from bot.evaluated.diagnostic import Step, StepKind, join_trails
from bot.evaluated.json_text import JsonFault, decode_json
from bot.evaluated.symbol_names import shortened, shown
from bot.evaluated.trails import alternatives, elements, string, with_trail
from bot.evaluated.value import (
    Alternative,
    Choice,
    ListValue,
    NullValue,
    ObjectValue,
    StringValue,
    Unknown,
    Value,
    key_of,
    known_text,
)
from bot.frontends.terraform.evaluate.convert import string_parts, to_string
from bot.frontends.terraform.functions.maps import sorted_object

_VERSIONS = ("2008-10-17", "2012-10-17")
_SETS = {"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource"}


def policy_document(request: DataRequest) -> ObjectValue:
    """The arguments with `json` and `minified_json`; both are Unknown with the reason if the provider refuses."""
    arguments = request.arguments
    texts = _texts(arguments, request)
    version = given(arguments, "version") or string("2012-10-17", arguments.trail)
    return attributes(request, texts | {"version": version, "id": symbol_at(request, "id")})


def _texts(arguments: ObjectValue, request: DataRequest) -> dict[str, Value]:
    statement = given(arguments, "statement")
    if isinstance(statement, Choice):
        outcomes = [
            (each.guard, _texts(_replaced(arguments, "statement", each.value), request))
            for each in alternatives(statement)
        ]
        return {
            name: Choice(tuple(Alternative(guard, texts[name]) for guard, texts in outcomes))
            for name in ("json", "minified_json")
        }
    try:
        document = _merged(arguments)
    except (DocumentFault, FunctionFault) as fault:
        reason = f"the provider refuses the document: {fault}"
        # Any line of the block may be what is refused: a change to one of them is a change to what is not known.
        trail = join_trails((Step(request.span, request.address, StepKind.ADDRESS),), arguments.trail)
        return {name: symbol(f"{request.address}.{name}", reason, trail) for name in ("json", "minified_json")}
    return {"json": rendered(document, 2), "minified_json": rendered(document, 0)}


def _replaced(arguments: ObjectValue, name: str, value: Value) -> ObjectValue:
    return ObjectValue(sorted_object(dict(arguments.entries) | {name: value}).entries, arguments.trail)


def _merged(arguments: ObjectValue) -> PolicyDocument:
    """Source documents, then the document's own statements, then overrides."""
    document = PolicyDocument()
    seen: set[str] = set()
    if (old := given(arguments, "source_json")) is not None:
        document = _source(old, "source_json") or document
        seen |= {statement.sid for statement in document.statements if statement.sid}
    for place, value in enumerate(_documents(arguments, "source_policy_documents")):
        what = f"source document {place}"
        source = _source(value, what)
        for statement in source.statements if source else ():
            if statement.sid in seen:
                raise DocumentFault(f"duplicate Sid ({statement.sid}) in source_policy_documents")
            seen |= {statement.sid} - {""}
        document = document.merged(source) if source else document
    document = document.merged(_own(arguments))
    for place, value in enumerate(_documents(arguments, "override_policy_documents")):
        override = _source(value, f"override document {place}")
        document = document.merged(override) if override else document
    if (old := given(arguments, "override_json")) is not None:
        document = document.merged(_source(old, "override_json") or PolicyDocument())
    return document


def _documents(arguments: ObjectValue, name: str) -> tuple[Value, ...]:
    value = given(arguments, name)
    match value:
        case None:
            return ()
        case ListValue():
            return elements(value)
        case Unknown() | Choice():
            return (value,)
    raise DocumentFault(f"{name} is not a list")


def _source(value: Value, what: str) -> PolicyDocument | None:
    """A source or override document; None if it is empty. One that is not known is one unknown statement."""
    match value:
        case NullValue():
            raise DocumentFault(f"{what} is null")
        case Unknown():
            return PolicyDocument(statements=(RenderedStatement("", value),))
        case Choice():
            return PolicyDocument(statements=(RenderedStatement("", _undecided(value, what)),))
        case StringValue() if value.known is not None and value.known == "":
            return None
        case StringValue() if value.encoded is not None:
            return from_source(with_trail(value.encoded, value.trail), what)
        case StringValue() if len(value.parts) == 1 and value.known is None:
            return PolicyDocument(statements=(RenderedStatement("", value),))
        case StringValue():
            try:
                return from_source(decode_json(value), what)
            except JsonFault as fault:
                raise DocumentFault(f"{what} is not JSON: {fault}") from None
    raise DocumentFault(f"{what} is not a string")


def _undecided(value: Choice, what: str) -> Value:
    """The statements of a document that depends on a condition, if each outcome has at most one; else unknown."""

    bodies: list[Alternative] = []
    for each in alternatives(value):
        document = _source(each.value, what) or PolicyDocument()
        if len(document.statements) != 1:
            return symbol(shortened(shown(value)), f"{what} depends on a condition", value.trail)
        bodies.append(Alternative(each.guard, document.statements[0].body))
    return Choice(tuple(bodies), value.trail)


def _own(arguments: ObjectValue) -> PolicyDocument:
    version = given(arguments, "version") or string("2012-10-17", arguments.trail)
    known = known_text(version)
    if known is not None and known not in _VERSIONS:
        raise DocumentFault(f'version "{known}" is neither of {", ".join(_VERSIONS)}')
    value = given(arguments, "statement")
    blocks = elements(value) if isinstance(value, ListValue) else () if value is None else (value,)
    statements = tuple(_statement(block, known or "") for block in blocks)
    sids = [statement.sid for statement in statements if statement.sid]
    for sid in sids:
        if sids.count(sid) > 1:
            raise DocumentFault(f"duplicate Sid ({sid})")
    return PolicyDocument(version, given(arguments, "policy_id"), statements)


def _statement(block: Value, version: str) -> RenderedStatement:
    """A statement block; one with an undecided argument is a choice of statements."""
    sids: set[str] = set()

    def build(outcome: Value) -> Value:
        if not isinstance(outcome, ObjectValue):
            return outcome
        statement = _known_statement(outcome, version)
        sids.add(statement.sid)
        return statement.body

    body = spelled_out(block, build)
    if body is None:
        body = symbol(shortened(shown(block)), "the statement depends on too many conditions", block.trail)
    return RenderedStatement(sids.pop() if len(sids) == 1 else "", body)


def _known_statement(block: ObjectValue, version: str) -> RenderedStatement:
    sid = given(block, "sid")
    known_sid = known_text(sid) or ""
    effect = given(block, "effect") or string("Allow", block.trail)
    if isinstance(effect, StringValue) and effect.known not in (None, "Allow", "Deny"):
        raise DocumentFault(f'the effect "{effect.known}" is neither Allow nor Deny')
    members: dict[str, Value | None] = {
        "Sid": sid if not isinstance(sid, StringValue) or sid.known != "" else None,
        "Effect": effect,
    }
    for name, element in _SETS.items():
        replace = variables(version) if element.endswith("Resource") else _same
        members[element] = _strings(given(block, name), name, replace)
    members["Principal"] = _principals(given(block, "principals"), version)
    members["NotPrincipal"] = _principals(given(block, "not_principals"), version)
    members["Condition"] = _conditions(given(block, "condition"), version)
    body = statement_body(members)
    return RenderedStatement(known_sid, dataclasses.replace(body, trail=block.trail))


def _same(value: Value) -> Value:
    return value


def variables(version: str) -> Callable[[Value], Value]:
    """What turns `&{` into `${` in a document of `version`; the old version refuses it."""

    def replace(value: Value) -> Value:
        if not isinstance(value, StringValue) or not any("&{" in str(part.content) for part in value.parts):
            return value
        if version == _VERSIONS[0]:
            raise DocumentFault("found &{, which is not supported in document version 2008-10-17")
        changed = (
            dataclasses.replace(part, content=part.content.replace("&{", "${"))
            if isinstance(part.content, str)
            else part
            for part in value.parts
        )
        return dataclasses.replace(value, parts=tuple(changed))

    return replace


def _strings(value: Value | None, name: str, replace: Callable[[Value], Value]) -> Value | None:
    """A set of strings as a statement's element; None if it is empty."""
    match value:
        case None | ListValue(items=()):
            return None
        case Unknown():
            return value
        case ListValue():
            return descending((replace(_string(item, name)) for item in _flat(value.items)), value.trail)
    raise DocumentFault(f"{name} is not a set of strings")


def _flat(items: tuple[Value, ...]) -> Iterator[Value]:
    """Lists in the list are taken apart, as before Terraform 0.12: since then they are refused, and mean nothing."""
    for item in items:
        if isinstance(item, ListValue):
            yield from _flat(elements(item))
        else:
            yield item


def _string(value: Value, name: str) -> Value:
    if isinstance(value, NullValue):
        raise DocumentFault(f"{name} has a null element")
    if isinstance(value, Unknown):
        return StringValue(string_parts(value))
    return to_string(value)


def _principals(value: Value | None, version: str) -> Value | None:
    pairs: list[tuple[str, Value]] = []
    for block in _blocks(value):
        if not isinstance(block, ObjectValue):
            return block
        kind = given(block, "type")
        identifiers = given(block, "identifiers")
        if identifiers is None or kind is None:
            raise DocumentFault("principals needs type and identifiers")
        if not isinstance(kind, StringValue) or kind.known is None:
            return symbol(f"principals of type {key_text(kind)}", "the type of a principal is not known", kind.trail)
        listed = _strings(identifiers, "identifiers", variables(version))
        pairs.append((kind.known, listed if listed is not None else ListValue((), identifiers.trail)))
    return principals(pairs) if pairs else None


def _conditions(value: Value | None, version: str) -> Value | None:
    replace = variables(version)
    triples: list[tuple[str, str, Value]] = []
    for block in _blocks(value):
        if not isinstance(block, ObjectValue):
            return block
        test, variable, values = (given(block, name) for name in ("test", "variable", "values"))
        if test is None or variable is None or values is None:
            raise DocumentFault("condition needs test, variable and values")
        triples.append((key_text(test), key_text(variable), _condition_values(values, replace)))
    return conditions(triples) if triples else None


def _condition_values(values: Value, replace: Callable[[Value], Value]) -> Value:
    if isinstance(values, ListValue):
        listed = _flat(elements(values))
        return ListValue(tuple(replace(_string(item, "values")) for item in listed), values.trail)
    if not isinstance(values, Unknown | Choice):
        raise DocumentFault("values is not a list of strings")
    return values


def key_text(value: Value) -> str:
    """A string as an object's key."""
    return key_of(StringValue(string_parts(value)))


def _blocks(value: Value | None) -> tuple[Value, ...]:
    match value:
        case None:
            return ()
        case ListValue():
            return elements(value)
    return (value,)
