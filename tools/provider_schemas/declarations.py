"""Reads the schemas out of an unpacked cdktn provider package: its declarations of what each type takes."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.type_registry.argument_names import Kind
from tools.provider_schemas.schema import Argument, Provider, Schema

META = frozenset(("connection", "count", "depends_on", "for_each", "lifecycle", "provider", "provisioners"))
"""What every block takes, whatever its type."""

EVERYWHERE = frozenset(("id", "tags", "tags_all", "timeouts", "region"))
"""Arguments of the provider's own on (nearly) every type: `id` is none that can be set."""

DEEPEST = 12
"""Schemas that hold themselves (rules within rules) are followed so far."""

_LINK = re.compile(r"providers/hashicorp/(?P<provider>\w+)/(?P<version>[\d.]+)/docs/(?P<mode>resources|data-sources)/")
_TYPE = re.compile(r"^# `(?:data_)?(?P<name>\w+)`", re.MULTILINE)
_STRUCT = re.compile(
    r"^class (?P<name>\w+)(?:\(\s*(?P<base>[\w.]+),?\s*\))?:\n"
    r"    def __init__\(\n        self,\n        \*,\n(?P<takes>.*?)    \) -> None:\n"
    r"        '''(?P<doc>.*?)'''",
    re.MULTILINE | re.DOTALL,
)
_PARAMETER = re.compile(r"^        (?P<name>\w+): (?P<type>.+?)(?: = None)?,$", re.MULTILINE)
_DOCUMENTED = re.compile(
    r"^        :param (?P<name>\w+): (?P<about>.*?)(?=^        :param |\Z)", re.MULTILINE | re.DOTALL
)
_EXACT = re.compile(r"#(?P<name>\w+) \w+#\w+\}")
_READ = re.compile(r"^    @jsii\.member\(jsii_name=\"\w+\"\)\n    def (?P<name>\w+)\(self\) -> ", re.MULTILINE)
_NO_DATA = re.compile(r"_input$|^(_|terraform_|cdktf_|fqn$|internal_value$|complex_|to_|put_|reset_|interpolat)")

_Struct = tuple[str, str]


def read_package(folder: Path) -> Provider:
    """The provider whose bindings are unpacked in `folder`. Raises SystemExit if they are not of one version."""
    package = next(folder.glob("*.dist-info"))
    modules = sorted(folder.glob("*/*/__init__.py"))
    texts = [text for module in modules if (text := module.read_text("utf-8")) and _LINK.search(text[:2000])]
    schemas = [schema for text in texts if (schema := _schema(text)) is not None]
    versions = {found.groups()[:2] for text in texts if (found := _LINK.search(text[:2000]))}
    if len(versions) != 1:
        raise SystemExit(f"{folder}: schemas of {sorted(versions)}, one provider in one version was expected")
    name, version = versions.pop()
    made = datetime.datetime.fromtimestamp((package / "METADATA").stat().st_mtime, datetime.UTC).date()
    distribution, _, number = package.name.removesuffix(".dist-info").rpartition("-")
    return Provider(name, version, f"{distribution.replace('_', '-')} {number}", made.isoformat(), tuple(schemas))


def _schema(text: str) -> Schema | None:
    head = text[:2000]
    named, link = _TYPE.search(head), _LINK.search(head)
    if named is None or link is None or named["name"] == "provider":
        return None
    found = list(_STRUCT.finditer(text))
    structs = {one["name"]: (one["takes"], one["doc"]) for one in found}
    config = next((one["name"] for one in found if (one["base"] or "").endswith("TerraformMetaArguments")), None)
    if config is None:
        return None
    mode = "data" if link["mode"] == "data-sources" else "managed"
    arguments = tuple(one for one in _arguments(config, structs, 0) if one.name not in META)
    read = sorted({one["name"].rstrip("_") for one in _READ.finditer(text)}) if mode == "data" else ()
    return Schema(named["name"], mode, arguments, tuple(name for name in read if not _NO_DATA.search(name)))


def _arguments(struct: str, structs: Mapping[str, _Struct], depth: int) -> Iterator[Argument]:
    takes, doc = structs[struct]
    told = {found["name"]: " ".join(found["about"].split()) for found in _DOCUMENTED.finditer(doc)}
    for found in _PARAMETER.finditer(takes):
        about = told.get(found["name"], "")
        exact = _EXACT.search(about)
        name = exact["name"] if exact else found["name"].rstrip("_")
        inner = next((one for one in re.findall(r'"(\w+)"', found["type"]) if one in structs), None)
        if inner is not None and depth < DEEPEST and inner != struct:
            yield Argument(name, Kind.BLOCK, tuple(_arguments(inner, structs, depth + 1)))
        else:
            yield Argument(name, _kind(found["type"]), (), about.partition("Docs at Terraform Registry")[0].strip())


def _kind(declared: str) -> Kind:
    for word, kind in (("Mapping", Kind.MAP), ("builtins.str", Kind.STRING), ("jsii.Number", Kind.NUMBER)):
        if word in declared:
            return kind
    return Kind.BOOL if "builtins.bool" in declared else Kind.ANY
