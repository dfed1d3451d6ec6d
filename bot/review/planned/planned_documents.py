"""Policy documents that a plan reads only while it is applied: rendered from what the plan knows of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from bot.data_sources import PROVIDER
from bot.evaluated.call import FunctionFault
from bot.evaluated.config import DataRequest, RootSettings
from bot.evaluated.trails import with_trail
from bot.evaluated.value import ObjectValue, StringValue, Unknown, Value
from bot.frontends.terraform.plan.plan import Plan, PlannedResource
from bot.frontends.terraform.plan.values import place

_DOCUMENT = "aws_iam_policy_document"


def with_documents(plan: Plan) -> Plan:
    """The plan with policies in place of the documents that they are, where only parts of those are unknown."""
    documents = {
        f"{one.address}.{named}": rendered
        for one in plan.resources
        if one.mode == "data" and one.type == _DOCUMENT and (rendered := _rendered(one)) is not None
        for named in ("json", "minified_json", "id")  # of an instance by key the plan does not tell which attribute
    }
    if not documents:
        return plan
    resources = (dataclasses.replace(one, after=_filled(one.after, documents)) for one in plan.resources)
    return dataclasses.replace(plan, resources=tuple(resources))


def _rendered(one: PlannedResource) -> Value | None:
    if one.after is None:
        return None
    arguments = ObjectValue(tuple((name, value) for name, value in one.after.entries if name != "json"))
    request = DataRequest(one.address, arguments, RootSettings(), place(one.address))
    try:
        value = PROVIDER.data_sources[_DOCUMENT](request).get("json")
    except FunctionFault:
        return None
    return value if isinstance(value, StringValue) else None


def _filled(values: ObjectValue | None, documents: Mapping[str, Value]) -> ObjectValue | None:
    if values is None:
        return None
    return ObjectValue(tuple((name, _document(value, documents)) for name, value in values.entries), values.trail)


def _document(value: Value, documents: Mapping[str, Value]) -> Value:
    found = documents.get(value.symbol.name) if isinstance(value, Unknown) else None
    return value if found is None else with_trail(found, value.trail)
