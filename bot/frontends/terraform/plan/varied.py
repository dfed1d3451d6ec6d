"""Tells values that another value of a root variable would change."""

from __future__ import annotations

from bot.evaluated.diagnostic import Step, StepKind
from bot.evaluated.value import StringValue, Value
from bot.evaluated.value_size import contents

MAX_VALUES = 10_000


def by_root_variable(value: Value, directory: str) -> bool:
    """Whether the default or a var file's value of a variable of the module in `directory` takes part in it."""
    pending = [value]
    for _ in range(MAX_VALUES):
        if not pending:
            return False
        one = pending.pop()
        if any(_is_variable(step, directory) for step in one.trail):
            return True
        if isinstance(one, StringValue):
            if any(_is_variable(step, directory) for part in one.parts for step in part.trail):
                return True
            pending += () if one.encoded is None else (one.encoded,)
        pending += contents(one)
    return False


def _is_variable(step: Step, directory: str) -> bool:
    file = step.span.file
    return (step.kind is StepKind.DEFAULT and file.rpartition("/")[0] == directory) or file.endswith(
        (".tfvars", ".tfvars.json")
    )
