"""What a root hands to others, and the policy documents that a module only hands to its callers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.evaluated.call import FunctionFault
from bot.evaluated.config import ResourceInstance
from bot.evaluated.value import ListValue, ObjectValue, StringValue, Value
from bot.frontends.terraform.evaluate.instance import ModuleInstance

_POLICY = "aws_iam_policy"


def output_policies(instance: ModuleInstance, resources: Iterable[ResourceInstance]) -> Iterator[ResourceInstance]:
    """The outputs that are such documents and that no resource of the module holds, each as a policy of its own.

    Not those that name principals: whose policies they are is for the caller to say.
    """
    held = [value for one in resources if one.mode == "managed" for _, value in one.attributes.entries]
    for output in output_values(instance):
        value = output.attributes.get("value")
        if value is not None and _is_policy(value) and value not in held:
            attributes = ObjectValue((("policy", value),))
            yield ResourceInstance(output.address, "managed", _POLICY, output.name, attributes, output.span)


def output_values(instance: ModuleInstance) -> Iterator[ResourceInstance]:
    """The outputs of a module that can be evaluated, each as a block of mode "output"."""
    for name, declared in instance.module.outputs.items():
        try:
            attributes = ObjectValue((("value", instance.output(name)),))
        except FunctionFault:
            continue
        yield ResourceInstance(f"output.{name}", "output", "", name, attributes, declared.span)


def _is_policy(value: Value) -> bool:
    document = value.encoded if isinstance(value, StringValue) else None
    statements = document.get("Statement") if isinstance(document, ObjectValue) else None
    listed = statements.items if isinstance(statements, ListValue) else ()
    return bool(listed) and not any(_names_principals(one) for one in listed)


def _names_principals(statement: Value) -> bool:
    return isinstance(statement, ObjectValue) and any("Principal" in name for name, _ in statement.entries)
