"""Small changes of valid Terraform, by stratum; those of labels and of layout mean nothing."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import posixpath
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from bench.silence import graph, layout, relabelled
from bench.silence.judge import is_irrelevant
from bench.silence.mutation import Mutation, Path
from bench.silence.other_values import other
from bench.silence.spelling import CALLED, UNASKED
from bench.silence.world import Edit, World
from bench.silence.written import Declared, Spot, Written, header_label, key_text, opened, twins
from bot.frontends.terraform.syntax.nodes import Argument, FunctionCall, Node, ObjectExpression, TupleExpression

OTHER_ROLE = "arn:aws:iam::999988887777:role/other"
ALIAS = "mutated"
NEW_PROVIDERS = "mutated_providers.tf"
NEW_VALUES = "mutated.auto.tfvars"


@dataclass(frozen=True)
class Site:
    """A world and the directory of the root module whose review is asked for."""

    world: World
    root: str = ""

    @functools.cached_property
    def written(self) -> Written:
        """What is written where."""
        return Written(self.world)

    def at_root(self, kind: str) -> list[Declared]:
        """The root module's own blocks of a kind."""
        return [one for one in self.written.of(kind) if one.directory == self.root]

    def path(self, name: str) -> str:
        """A file of the root module."""
        return f"{self.root}/{name}" if self.root else name

    @functools.cached_property
    def given(self) -> dict[str, list[str]]:
        """The var files that Terraform reads by itself, by the variables that they give a value."""
        found: dict[str, list[str]] = {}
        for path, one in self.written.files.items():
            directory, _, name = path.rpartition("/")
            if directory == self.root and (name == "terraform.tfvars" or name.endswith(".auto.tfvars")):
                for argument in one.body.arguments:
                    found.setdefault(argument.name, []).append(path)
        return found

    @functools.cached_property
    def aliases(self) -> list[str]:
        """The other providers of AWS that the root module has."""
        found = (one for one in self.at_root("provider") if one.labels == ("aws",))
        named = (spot.text for one in found for spot in self.written.spots(one) if spot.path == ("alias",))
        return [f"aws.{name}" for name in named]


def _of_spots(stratum: str, spots: Iterable[Spot], about: str = "") -> Iterator[tuple[Spot, Mutation]]:
    for spot in spots:
        text = other(spot)
        if text is not None:
            path = ".".join(spot.path)
            name = f"{about} {path}: {spot.text!r} -> {text!r}"
            yield spot, Mutation(stratum, name, (Edit(spot.file, spot.start, spot.end, text),), path)


def _of_blocks(stratum: str, site: Site, blocks: Iterable[Declared]) -> Iterator[Mutation]:
    for one in blocks:
        for spot, found in _of_spots(stratum, site.written.spots(one), ".".join((one.kind, *one.labels))):
            sort = ".".join((*one.labels[:-1], found.sort))
            yield dataclasses.replace(found.of(one.directory, *_carried(site, one, spot)), sort=sort)


def _carried(site: Site, one: Declared, spot: Spot) -> tuple[Path, Path]:
    """What the rest of a module calls what a literal is in, and the names inside of that."""
    inner = graph.WHOLE if spot.structured else spot.path[1:]
    if spot.loose or {"content", "for_each"}.intersection(spot.path) or spot.path[0] == "count":
        return (), ()
    match one.kind:
        case "data" if spot.path[0] not in UNASKED and not is_irrelevant(f"data.{one.labels[0]}", spot.path):
            return ("data", *one.labels), graph.WHOLE
        case "locals":
            return ("local", spot.path[0]), inner
        case "variable" if one.directory == site.root and one.labels[0] not in site.given:
            return ("var", one.labels[0]), inner
        case "resource":
            return ("resource", *one.labels, *spot.path), ()
    return (), ()


def data_arguments(site: Site) -> Iterator[Mutation]:
    """A data source looks for something else."""
    yield from _of_blocks("data argument", site, site.written.of("data"))


def managed_arguments(site: Site) -> Iterator[Mutation]:
    """A resource says something else, but for what principals are called: others may name them by a literal."""
    for found in _of_blocks("resource argument", site, site.written.of("resource")):
        if found.sort not in [f"{kind}.name" for kind in CALLED]:
            yield found


def locals_(site: Site) -> Iterator[Mutation]:
    """A local has another value."""
    yield from _of_blocks("local", site, site.written.of("locals"))


def defaults(site: Site) -> Iterator[Mutation]:
    """A variable has another default."""
    for found in _of_blocks("variable default", site, site.written.of("variable")):
        if found.sort.partition(".")[0] == "default":
            yield found


def var_files(site: Site) -> Iterator[Mutation]:
    """A var file that Terraform reads by itself gives another value."""
    for path in site.written.files:
        if path.endswith(".tfvars"):
            for spot, found in _of_spots("var file", site.written.values(path), path):
                is_given = site.given.get(spot.path[0]) == [path]
                yield found.of(site.root, ("var", spot.path[0]), spot.path[1:]) if is_given else found

    yield from _new_values(site)


def _new_values(site: Site) -> Iterator[Mutation]:
    """A var file that is new gives a variable another value than its default."""
    for one in site.at_root("variable"):
        default = one.block.body.argument("default")
        if default is not None and one.labels[0] not in site.given:
            for spot, found in _of_spots("var file", site.written.spots(one), f"new, {one.labels[0]}"):
                if spot.path[0] == "default":
                    edit = found.edits[0]
                    text = site.world.text(one.file)
                    value = text[default.value.start : edit.start] + edit.text + text[edit.end : default.value.end]
                    new = Edit(site.path(NEW_VALUES), 0, 0, f"{one.labels[0]} = {value}\n")
                    found = dataclasses.replace(found, edits=(new,))
                    yield found.of(site.root, ("var", one.labels[0]), spot.path[1:])


def provider_arguments(site: Site) -> Iterator[Mutation]:
    """A provider has other credentials, or none of its own before."""
    blocks = [one for one in site.at_root("provider") if one.labels == ("aws",)]
    yield from _of_blocks("provider argument", site, blocks)
    role = f'assume_role {{\n    role_arn = "{OTHER_ROLE}"\n  }}'
    for one in blocks:
        if opened(site.world, one) and not any(block.type == "assume_role" for block in one.block.body.blocks):
            at = one.block.header_end
            edit = Edit(one.file, at, at, f"\n  {role}\n")
            yield Mutation("provider argument", "assume_role added", (edit,))
    if not blocks:
        edit = Edit(site.path(NEW_PROVIDERS), 0, 0, f'provider "aws" {{\n  {role}\n}}\n')
        yield Mutation("provider argument", "block added", (edit,)).of(site.root, ("provider", ""), ())


def provider_of(site: Site) -> Iterator[Mutation]:
    """A resource or data source is another provider's."""
    for one in (*site.at_root("resource"), *site.at_root("data")):
        if one.labels[0].startswith("aws_") and opened(site.world, one):
            name = ".".join((one.kind, *one.labels))
            for alias, extra in _other_aliases(site):
                found = Mutation("provider =", f"{name} of {alias}", (_provider_edit(site, one, alias), *extra))
                is_other = extra and one.kind == "resource"
                yield found.of(site.root, ("provider", f"{'.'.join(one.labels)}."), ()) if is_other else found


def _provider_edit(site: Site, one: Declared, alias: str) -> Edit:
    argument = one.block.body.argument("provider")
    if argument is None:
        return Edit(one.file, one.block.header_end, one.block.header_end, f"\n  provider = {alias}\n")
    return Edit(one.file, argument.value.start, argument.value.end, alias)


def _other_aliases(site: Site) -> Iterator[tuple[str, tuple[Edit, ...]]]:
    for alias in site.aliases:
        yield alias, ()
    if not site.aliases:
        body = f'alias = "{ALIAS}"\n  assume_role {{\n    role_arn = "{OTHER_ROLE}"\n  }}'
        yield f"aws.{ALIAS}", (Edit(site.path(NEW_PROVIDERS), 0, 0, f'provider "aws" {{\n  {body}\n}}\n'),)


def providers_of(site: Site) -> Iterator[Mutation]:
    """A module is given another provider, but for one that has its own: that Terraform refuses."""
    for one in site.at_root("module"):
        if _configures_its_own(site, one):
            continue
        written = one.block.body.argument("providers")
        for alias, extra in _other_aliases(site):
            if written is None and opened(site.world, one):
                at = one.block.header_end
                edit = Edit(one.file, at, at, f"\n  providers = {{ aws = {alias} }}\n")
                found = Mutation("providers", f"module.{one.labels[0]} with {alias}", (edit, *extra))
                yield found.of(site.root, ("provider", f"module.{one.labels[0]}."), ()) if extra else found
            elif written is not None and isinstance(written.value, ObjectExpression):
                for item in written.value.items:
                    edit = Edit(one.file, item.value.start, item.value.end, alias)
                    name = f"module.{one.labels[0]}: {key_text(item.key)} is {alias}"
                    yield Mutation("providers", name, (edit, *extra))


def _configures_its_own(site: Site, call: Declared) -> bool:
    source = call.block.body.argument("source")
    text = None if source is None else key_text(source.value)
    folder = posixpath.normpath(posixpath.join(call.directory, text)) if text and text.startswith(".") else None
    return any(one.directory == folder and one.labels == ("aws",) for one in site.written.of("provider"))


def for_each_keys(site: Site) -> Iterator[Mutation]:
    """What is made for each of some keys is made for others."""
    for one in (*site.written.of("resource"), *site.written.of("module"), *site.written.of("data")):
        argument = one.block.body.argument("for_each")
        if argument is not None:
            yield from _keys(one, argument.value, site)


def _keys(one: Declared, value: Node, site: Site) -> Iterator[Mutation]:
    address = ".".join((one.kind, *one.labels))
    while isinstance(value, FunctionCall) and value.arguments and value.name in ("toset", "tomap", "merge"):
        value = value.arguments[0]
    if isinstance(value, ObjectExpression):
        for item in value.items:
            text = key_text(item.key)
            if text:
                edit = Edit(one.file, item.key.start, item.key.end, f'"{text}-other"')
                yield Mutation("for_each key", f"{address}: {text}", (edit,))
    elif isinstance(value, TupleExpression):
        spots = site.written.spots_of(one.file, value, ("for_each",))
        yield from (found for _, found in _of_spots("for_each key", spots, address))


def templates(site: Site) -> Iterator[Mutation]:
    """A file that configuration reads says something else."""
    for path in site.world.files:
        if path.endswith((".json", ".tpl", ".tftpl", ".yaml", ".yml")):
            for spot, found in _of_spots("template", _texts(path, site.world.text(path)), path):
                yield found.of(site.root, ("file", path), graph.WHOLE) if spot.path[0] in _POLICY else found


def _texts(path: str, text: str) -> Iterator[Spot]:
    for match in _VALUE.finditer(text):
        if match["key"] not in ("Sid", "Version"):
            yield Spot(path, (match["key"] or "",), *match.span("text"), match["text"], structured=True)


_POLICY = ("Action", "Effect", "Resource", "AWS", "Service")
_VALUE = re.compile(r'(?:"?(?P<key>\w+)"?\s*:\s*(?:\[\s*)?)?"(?P<text>[^"\n${}%\\]+)"(?!\s*:)')


def module_versions(site: Site) -> Iterator[Mutation]:
    """A module that is not here in another version."""
    for one in site.written.of("module"):
        for argument in one.block.body.arguments:
            found = _version(one, argument, site)
            if found is not None:
                yield Mutation("module version", f"module.{one.labels[0]}: {argument.name}", (found,))


def _version(one: Declared, argument: Argument, site: Site) -> Edit | None:
    text = site.world.text(one.file)[argument.value.start : argument.value.end]
    if argument.name == "version":
        return Edit(one.file, argument.value.end - 1, argument.value.end - 1, "1") if text[-2:-1].isdigit() else None
    if argument.name == "source" and "ref=" in text:
        return Edit(one.file, argument.value.end - 1, argument.value.end - 1, "1")
    return None


def wrong_labels(site: Site) -> Iterator[Mutation]:
    """Two data sources change their labels, and nobody follows: each name means the other thing."""
    for one, more in twins(site.written):
        places = (header_label(site.world, one, 1), header_label(site.world, more, 1))
        if _differ(site, one, more) and None not in places:
            edits = (_put(one, places[0], more.labels[1]), _put(more, places[1], one.labels[1]))
            yield Mutation("labels exchanged", f"data.{'.'.join(one.labels)} and {more.labels[1]}", edits)


def _differ(site: Site, one: Declared, more: Declared) -> bool:
    """Whether they ask for different things of one sort: a policy that names principals is none of a role's own."""
    asked = (_asks(site, one), _asks(site, more))
    return asked[0] != asked[1] and len({"principals" in each for each in asked}) == 1


def _asks(site: Site, one: Declared) -> str:
    return " ".join(site.world.text(one.file)[one.block.header_end : one.block.end].split())


def _put(one: Declared, place: tuple[int, int] | None, label: str) -> Edit:
    assert place is not None
    return Edit(one.file, *place, label)


Stratum = Callable[[Site], Iterator[Mutation]]

STRATA: dict[str, Stratum] = {
    "data argument": data_arguments,
    "resource argument": managed_arguments,
    "provider argument": provider_arguments,
    "provider =": provider_of,
    "providers": providers_of,
    "for_each key": for_each_keys,
    "local": locals_,
    "variable default": defaults,
    "var file": var_files,
    "template": templates,
    "module version": module_versions,
    "labels exchanged": wrong_labels,
    "label": lambda site: relabelled.labels(site.written),
    "moved": lambda site: relabelled.moved(site.written),
    "format": lambda site: layout.layouts(site.written),
}
"""Every way to change something, by name; the last three mean nothing."""


def drawn(sites: Sequence[Site], seed: int) -> Iterator[tuple[Site, Mutation]]:
    """All mutations, evenly over the strata as long as these have any, of each sort one before another comes again.

    The order follows from the seed and each one's own name: a world more changes little of it.
    """
    pools = {name: _mixed([(site, one) for site in sites for one in made(site)], seed) for name, made in STRATA.items()}
    while any(pools.values()):
        yield from [pool.pop() for pool in pools.values() if pool]


def _mixed(found: list[tuple[Site, Mutation]], seed: int) -> list[tuple[Site, Mutation]]:
    """In an order of chance in which those come last that are alike to others; taken from the end."""
    found.sort(key=lambda one: hashlib.sha256(f"{seed}:{one[0].world.name}:{one[1].name}".encode()).digest())
    turns: Counter[str] = Counter()
    order: list[tuple[int, int]] = []
    for index, (_, one) in enumerate(found):
        turns[one.sort] += 1
        order.append((turns[one.sort], index))
    return [found[index] for _, index in sorted(order, reverse=True)]
