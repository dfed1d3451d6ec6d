"""Units that a stack is made of: a file each, the folder Terragrunt would copy it to, and the values it is given."""

from __future__ import annotations

from collections.abc import Iterator

from bot.evaluated.call import FunctionFault
from bot.evaluated.trails import with_trail
from bot.evaluated.value import BoolValue, ObjectValue, Value, known_text
from bot.frontends.terraform.modules.unit_config import STACK, TERRAGRUNT
from bot.frontends.terraform.terragrunt.config_file import ConfigFile
from bot.frontends.terraform.terragrunt.configure import UnitFile
from bot.frontends.terraform.terragrunt.module_source import local_module
from bot.frontends.terraform.terragrunt.reading import UnitReading
from bot.frontends.terraform.terragrunt.repository_paths import folder, inside, joined

MAX_NESTING = 8
GENERATED = ".terragrunt-stack"
VALUES = "terragrunt.values.hcl"


def units_of_stack(
    path: str, directory: str, reading: UnitReading, values: Value | None = None, depth: int = 0
) -> Iterator[UnitFile]:
    """The units of the stack that the file at `path` describes in `directory`, and of the stacks in it."""
    try:
        source = reading.source(path)
    except FunctionFault:
        return
    file = ConfigFile(reading, source, directory, directory, directory, values)
    for kind in ("unit", "stack"):
        for block in file.blocks(kind):
            body = file.body(block)
            place = _place(body, directory)
            found = _source(body, directory, reading, TERRAGRUNT if kind == "unit" else (STACK,))
            if place is None or found is None:
                continue
            given = body.get("values")
            given = _own_values(folder(found), reading) if given is None else with_trail(given, body.trail)
            if kind == "unit":
                yield UnitFile(found, place, given)
            elif depth < MAX_NESTING:
                yield from units_of_stack(found, place, reading, given, depth + 1)


def _place(body: ObjectValue, directory: str) -> str | None:
    """The folder that a unit or stack is copied to."""
    path, plain = body.get("path"), body.get("no_dot_terragrunt_stack")
    written = known_text(path)
    if written is None:
        return None
    is_plain = isinstance(plain, BoolValue) and plain.value
    return inside(written, directory if is_plain else joined(directory, GENERATED))


def _source(body: ObjectValue, directory: str, reading: UnitReading, names: tuple[str, ...]) -> str | None:
    """The file of the repository that a unit or stack is copied from."""
    written = body.get("source")
    text = known_text(written)
    found = None if text is None else local_module(text, directory)
    if found is None:
        return None
    return next((path for name in names if reading.files.exists(path := joined(found, name))), None)


def _own_values(directory: str, reading: UnitReading) -> Value | None:
    """What a file beside the copied one gives where the stack gives nothing."""
    path = joined(directory, VALUES)
    if not reading.files.exists(path):
        return ObjectValue(())
    try:
        source = reading.source(path)
    except FunctionFault:
        return None
    return ConfigFile(reading, source, directory, directory, directory).values_of(path)
