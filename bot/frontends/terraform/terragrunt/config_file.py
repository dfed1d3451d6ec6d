"""One file of Terragrunt where it is evaluated: its locals, what it includes, depends on and says."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from bot.evaluated.call import FunctionFault
from bot.evaluated.config import Provider, Root
from bot.evaluated.diagnostic import StepKind
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Symbol
from bot.evaluated.partial import OpenObject, Outputs
from bot.evaluated.trails import with_step
from bot.evaluated.value import BoolValue, ObjectValue, StringValue, Unknown, Value, known_text
from bot.frontends.terraform.evaluate.block import argument
from bot.frontends.terraform.evaluate.expression import evaluate
from bot.frontends.terraform.evaluate.run import Run
from bot.frontends.terraform.evaluate.scope import AccessStep, Scope
from bot.frontends.terraform.modules.module import Written
from bot.frontends.terraform.syntax.nodes import Argument, Attribute, Block, Index
from bot.frontends.terraform.syntax.source_files import Source
from bot.frontends.terraform.terragrunt.functions import functions
from bot.frontends.terraform.terragrunt.generated_parts import in_parts
from bot.frontends.terraform.terragrunt.merging import DEEP, NO_MERGE, SHALLOW, ConfigWords, merged
from bot.frontends.terraform.terragrunt.reading import UnitReading, nothing_known
from bot.frontends.terraform.terragrunt.repository_paths import folder, inside

LABELLED = ("extra_arguments", "before_hook", "after_hook", "error_hook", "generate", "feature")
SINGLE = ("iam_role", "iam_web_identity_token", "iam_assume_role_session_name", "skip", "remote_state", "exclude")
_EVALUATING = object()

Bound = tuple["ConfigFile", Block]
"""A block and the file it is in."""


@dataclass(frozen=True, slots=True)
class Included:
    """A file that another one includes, and how it is merged."""

    file: ConfigFile
    strategy: str


@dataclass(slots=True)
class ConfigFile:
    """`directory` is the folder of the configuration it is part of, `base` that which its `file("...")` counts from,
    `original` the unit's. `values` are those a stack gives. `is_included` if it is merged into another.

    Locals are evaluated when first asked for; what cannot be evaluated is a symbol.
    """

    reading: UnitReading
    source: Source
    directory: str
    base: str
    original: str
    values: Value | None = None
    is_included: bool = False
    address: str = ""
    run: Run = field(init=False)
    _known: dict[str, object] = field(default_factory=dict)
    _included: dict[str, Included] | None = None

    def __post_init__(self) -> None:
        reading, root = self.reading, Root(self.base)
        own = functions(self)
        self.run = Run(reading.tree, root, Provider(), own, reading.cache, reading.files, _no_call)
        self.run.expired = reading.expired

    @property
    def path(self) -> str:
        """Where the file is."""
        return self.source.path

    def scope(self) -> Scope:
        """Where its expressions are evaluated."""
        return Scope(self, self.source, {})

    def is_collection(self, variable: str) -> bool:
        """Whether a variable is declared as a list, set or map: there are none."""
        return False

    def blocks(self, kind: str) -> Iterator[Block]:
        """Its blocks of a type."""
        return (block for block in self.source.syntax.body.blocks if block.type == kind)

    def attribute(self, name: str) -> Value | None:
        """What it says at the top by that name; None if nothing."""
        written = self.source.syntax.body.argument(name)
        return None if written is None else self._argument(written, name)

    def _argument(self, written: Argument, what: str) -> Value:
        return argument(Written(written, self.source), self.scope(), what)

    def body(self, block: Block) -> ObjectValue:
        """A block's arguments, and its unlabelled blocks."""
        found = {each.name: self._argument(each, each.name) for each in block.body.arguments}
        inner = {each.type: self.body(each) for each in block.body.blocks if not each.labels}
        whole = ObjectValue(tuple(sorted({**found, **inner}.items())))
        step = self.source.header_step(block, " ".join((block.type, *block.labels)))
        return with_step(whole, step)  # type: ignore[return-value]

    def refer(self, head: str, steps: list[AccessStep], scope: Scope) -> tuple[Value, int]:
        """What a reference names. Raises FunctionFault for names that are not declared."""
        named = steps[0].name if steps and isinstance(steps[0], Attribute) else ""
        match head:
            case "local":
                return self._once(f"local.{named}", lambda: self._local(named)), 1
            case "include":
                label = self._label(steps)
                alone = tuple(self.includes()) == ("",) and label != ""
                exposed = "" if alone else label
                return self._once(f"include.{exposed}", lambda: self._exposed(exposed)), int(not alone)
            case "dependency":
                return self._once(f"dependency.{named}", lambda: self._dependency(named)), 1
            case "feature":
                return self._once(f"feature.{named}", lambda: self._feature(named)), 1
            case "values":
                self.reading.noted.is_own = True
                return self.values or Unknown(Symbol("values", "only the stack that has the unit knows them")), 0
        raise FunctionFault(DiagnosticKind.INVALID_REFERENCE, f"{head} has no meaning here")

    def _label(self, steps: list[AccessStep]) -> str:
        """Which include `include.label` or `include["label"]` names."""
        first = steps[0] if steps else None
        if isinstance(first, Index):
            return known_text(evaluate(first.key, self.scope())) or ""
        return first.name if first is not None else ""

    def _once(self, key: str, compute: Callable[[], Value]) -> Value:
        found = self._known.get(key)
        if found is _EVALUATING:
            raise FunctionFault(DiagnosticKind.CYCLE, f"{key} refers to itself")
        if found is not None:
            return found  # type: ignore[return-value]
        self._known[key] = _EVALUATING
        catching, self.run.catching = self.run.catching, 0
        try:
            self._known[key] = result = compute()
        except BaseException:
            del self._known[key]
            raise
        finally:
            self.run.catching = catching
        return result

    def _local(self, name: str) -> Value:
        for block in self.blocks("locals"):
            written = block.body.argument(name)
            if written is not None:
                return self._argument(written, f"local.{name}")
        raise FunctionFault(DiagnosticKind.INVALID_REFERENCE, f"there is no local value {name!r}")

    def _locals(self) -> ObjectValue:
        names = sorted(each.name for block in self.blocks("locals") for each in block.body.arguments)
        return ObjectValue(tuple((name, self._or_unknown(f"local.{name}", name)) for name in names))

    def _or_unknown(self, key: str, name: str) -> Value:
        try:
            return self._once(key, lambda: self._local(name))
        except FunctionFault as fault:
            return Unknown(Symbol(f"{self.path} {key}", fault.reason))

    def _feature(self, name: str) -> Value:
        """A feature's default: what the command line says instead is not known."""
        for block in self.blocks("feature"):
            if block.labels == (name,):
                return ObjectValue((("value", self.body(block).get("default") or Unknown(Symbol(name, "no default"))),))
        raise FunctionFault(DiagnosticKind.INVALID_REFERENCE, f"there is no feature {name!r}")

    def includes(self) -> dict[str, Included]:
        """The files it includes that can be read, by label, in their order."""
        if self._included is None:
            self._included = {}
            for block in () if self.is_included else self.blocks("include"):
                found = self._include(block)
                if found is not None:
                    self._included["".join(block.labels[:1])] = found
        return self._included

    def _include(self, block: Block) -> Included | None:
        written, how = block.body.argument("path"), block.body.argument("merge_strategy")
        path = None if written is None else self._path_of(self._argument(written, "path"))
        strategy = SHALLOW if how is None else known_text(self._argument(how, "merge_strategy")) or SHALLOW
        if path is None:
            return None
        self.reading.noted.included.add(path)
        try:
            source = self.reading.source(path)
        except FunctionFault as fault:
            self.run.gap(fault.kind, fault.reason, self.source.span(block))
            return None
        return Included(self._opened(source, self.directory, is_included=True), strategy)

    def _path_of(self, written: Value) -> str | None:
        known = known_text(written)
        if known is None:
            self.reading.noted.is_open = True
            return None
        return inside(known, self.directory)

    def _opened(self, source: Source, directory: str, *, is_included: bool = False) -> ConfigFile:
        base = folder(source.path) if is_included else directory
        return ConfigFile(self.reading, source, directory, base, self.original, self.values, is_included)

    def included_in(self, label: str | None) -> str | None:
        """The folder of the file that it includes, or its own if it is included. Raises FunctionFault."""
        if self.is_included:
            return folder(self.path)
        found = self.includes()
        if len(found) <= 1:
            return next((folder(one.file.path) for one in found.values()), None)
        if label not in found:
            raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, f"there is no include {label!r}")
        return folder(found[label].file.path)

    def read(self, path: str) -> Value:
        """What another file says. Raises FunctionFault."""
        return self.reading.once(path, lambda: self._opened(self.reading.source(path), folder(path)).as_value())

    def values_of(self, path: str) -> ObjectValue:
        """The values of a var file. Raises FunctionFault."""
        source = self.reading.source(path)
        file = self._opened(source, folder(path))
        return ObjectValue(
            tuple(sorted((each.name, file._argument(each, each.name)) for each in source.syntax.body.arguments))
        )

    def _exposed(self, label: str) -> Value:
        found = self.includes().get(label)
        if found is None:
            raise FunctionFault(DiagnosticKind.INVALID_REFERENCE, f"there is no include {label!r}")
        return found.file.as_value()

    def as_value(self) -> Value:
        """What it says, for those who read it or include it exposed: to this unit alone if it depends on units, as what
        is asked of those is noted when somebody asks."""
        self.reading.noted.is_own |= bool(self.dependencies())

        def rest() -> Mapping[str, Value]:
            said = self.said()
            named = {kind: ObjectValue(tuple(sorted(blocks.items()))) for kind, blocks in said.named.items()}
            source = said.single.get("source")
            terraform = ObjectValue(() if source is None else (("source", source),))
            return {**named, **said.single, "terraform": terraform, "dependency": self._dependencies()}

        entries = (("inputs", self.said().inputs or ObjectValue(())), ("locals", self._locals()))
        return OpenObject(entries, address=self.path, more=rest)

    def said(self) -> ConfigWords:
        """What it says, merged over what it includes: the last include over the first, itself over all."""
        found = self._known.get("said")
        if not isinstance(found, ConfigWords):
            found = self._own()
            for each in reversed(self.includes().values()):
                if each.strategy != NO_MERGE:
                    found = merged(each.file.said(), found, deep=each.strategy == DEEP)
            self._known["said"] = found
        return found

    def _own(self) -> ConfigWords:
        single = {name: value for name in SINGLE if (value := self.attribute(name)) is not None}
        single |= {block.type: self.body(block) for block in self.source.syntax.body.blocks if block.type in SINGLE}
        named: dict[str, dict[str, Value]] = {}
        for block in self.blocks("terraform"):
            written = block.body.argument("source")
            if written is not None:
                single["source"] = self._argument(written, "terraform.source")
            for inner in block.body.blocks:
                if inner.type in LABELLED and inner.labels:
                    named.setdefault(inner.type, {})[inner.labels[0]] = self.body(inner)
        for block in self.blocks("generate"):
            named.setdefault("generate", {})["".join(block.labels[:1])] = self._generate(block)
        written_generate = self.attribute("generate")
        if isinstance(written_generate, ObjectValue):
            named.setdefault("generate", {}).update(written_generate.entries)
        return ConfigWords(self.attribute("inputs"), single, named)

    def _generate(self, block: Block) -> ObjectValue:
        """What is said of a file that is generated; of one that only a run knows whole, part by part."""
        said, written = self.body(block), block.body.argument("contents")
        if written is None or isinstance(said.get("contents"), StringValue):
            return said
        return in_parts(said, written.value, self.source, self._is_open)

    def _is_open(self, name: str) -> bool:
        """Whether only a run knows a local value."""
        return isinstance(self._or_unknown(f"local.{name}", name), Unknown)

    def dependencies(self) -> dict[str, Bound]:
        """The blocks that name a unit whose outputs are used: its own over those of the files it includes."""
        found: dict[str, Bound] = {}
        for each in self.includes().values():
            if each.strategy != NO_MERGE:
                found |= each.file.dependencies()
        for block in self.blocks("dependency"):
            name = "".join(block.labels[:1])
            if name not in found or block.body.argument("config_path") is not None:
                found[name] = (self, block)
        return found

    def _dependencies(self) -> ObjectValue:
        """The blocks themselves, for those who include them exposed."""
        found = {name: file.body(block) for name, (file, block) in self.dependencies().items()}
        return ObjectValue(tuple(sorted(found.items())))

    def _dependency(self, name: str) -> Value:
        bound = self.dependencies().get(name)
        if bound is None:
            raise FunctionFault(DiagnosticKind.INVALID_REFERENCE, f"there is no dependency {name!r}")
        file, block = bound
        unit = file._unit_of(block)
        where = f"dependency.{name}" if unit is None else unit
        symbol = Symbol(f"{where}.outputs", "known only after apply")
        step = file.source.header_step(block, f"dependency.{name}", StepKind.ADDRESS)
        known = functools.partial(nothing_known if unit is None else self.reading.output_of, where)
        outputs = Outputs(symbol, (step,), where, known)
        return ObjectValue((("outputs", outputs),))

    def _unit_of(self, block: Block) -> str | None:
        """The folder of the unit that a dependency names; None if it is not known, or switched off."""
        written, enabled = block.body.argument("config_path"), block.body.argument("enabled")
        flag = None if enabled is None else self._argument(enabled, "enabled")
        if written is None or (isinstance(flag, BoolValue) and not flag.value):
            return None
        known = known_text(self._argument(written, "config_path"))
        return None if known is None else inside(known, self.directory)


def _no_call(*_: object) -> object:
    """Terragrunt's files call no modules."""
    raise FunctionFault(DiagnosticKind.INVALID_REFERENCE, "module has no meaning here")
