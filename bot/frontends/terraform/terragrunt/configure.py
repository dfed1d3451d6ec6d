"""What a unit configures: files in, the module and all that it is given out, each value with the lines it came by."""

from __future__ import annotations

import dataclasses
import posixpath
import re
from collections.abc import Iterable, Iterator

from bot.evaluated.call import FunctionFault
from bot.evaluated.diagnostic import Diagnostic, Span, origin
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.trails import listed_in, trail_of
from bot.evaluated.value import (
    BoolValue,
    NullValue,
    ObjectValue,
    Part,
    StringValue,
    Value,
    is_false,
    known_text,
)
from bot.evaluated.wanted_modules import RemoteCall
from bot.frontends.terraform.modules.backends import INERT
from bot.frontends.terraform.modules.module import SUFFIXES
from bot.frontends.terraform.modules.unit_config import GeneratedFile, RemoteSource, UnitConfig, UnitSetting
from bot.frontends.terraform.modules.var_file_names import is_loaded_unasked
from bot.frontends.terraform.modules.variant_roots import variables_in
from bot.frontends.terraform.terragrunt.config_file import ConfigFile
from bot.frontends.terraform.terragrunt.generated_parts import APART, NAMED, REST
from bot.frontends.terraform.terragrunt.merging import ConfigWords, known_entries
from bot.frontends.terraform.terragrunt.module_source import (
    as_written,
    leaves,
    local_module,
    of_open_version,
    remote_module,
)
from bot.frontends.terraform.terragrunt.reading import UnitReading
from bot.frontends.terraform.terragrunt.repository_paths import folder, inside
from bot.frozen import dataclass
from bot.late_pattern import late_pattern

_STATE_INERT = INERT | {"s3_bucket_tags", "dynamodb_table_tags", "accesslogging_bucket_tags", "disable_bucket_update"}
_CREDENTIALS = ("PROFILE", "ROLE", "ACCESS_KEY", "SECRET", "TOKEN", "CREDENTIALS", "CONFIG_FILE")
_BLOCK = late_pattern(r'\b(resource|module)\b[\s"]*[\w$%{]')
HOOKS = ("before_hook", "after_hook", "error_hook")
_CONFIGURATION = ".tf"
_APPLYING = frozenset({"plan", "apply"})


@dataclass(frozen=True, slots=True)
class UnitFile:
    """A file that may configure a unit, the folder the unit is applied in, and the values that its stack gives."""

    path: str
    directory: str
    values: Value | None = None


def configure(unit: UnitFile, reading: UnitReading) -> UnitConfig | None:
    """The unit; None for a file that applies nothing. What cannot be read of it is its problem."""
    at = Span(unit.path, 1, 1, 1, 1)
    try:
        source = reading.source(unit.path)
    except FunctionFault as fault:
        problem = Diagnostic.of(fault.kind, fault.reason, at)
        return _noted(UnitConfig(unit.directory, unit.path, _whole(unit.path, reading), problem=problem), reading)
    file = ConfigFile(reading, source, unit.directory, unit.directory, unit.directory, unit.values)
    said = file.said()
    if _is_skipped(said):
        return None
    found = _applied(unit, said, reading, at) or _lacking(unit, file, at)
    if found is None:
        return None
    generated = tuple(_generated(said, (*found.modules, folder(unit.path)), reading))
    beside = () if unit.directory in found.modules else tuple(_beside(unit, reading))
    var_files = tuple(dict.fromkeys(_var_files(said, unit, found.modules, reading)))
    config = UnitConfig(
        unit.directory,
        unit.path,
        found.at,
        found.modules,
        found.remote,
        dict(_variables(said)),
        tuple(one for one in generated if isinstance(one, GeneratedFile)),
        beside,
        var_files,
        tuple(map(reading.tree.blob, (*beside, *var_files))),
        (*_settings(said), *(one for one in generated if isinstance(one, UnitSetting))),
        problem=found.problem,
        uses=frozenset(_uses(beside, generated, reading)),
        version=found.version,
    )
    return _noted(config, reading)


def _noted(config: UnitConfig, reading: UnitReading) -> UnitConfig:
    """The same with what was read for it."""
    return dataclasses.replace(
        config,
        reads=frozenset((*reading.noted.read_paths, *config.beside)),
        needs=frozenset(reading.noted.needs),
        is_open=reading.noted.is_open,
        asks=frozenset(reading.noted.asked),
        by_default=frozenset(reading.noted.by_default),
    )


def _is_skipped(said: ConfigWords) -> bool:
    skip = said.single.get("skip")
    return isinstance(skip, BoolValue) and skip.value


@dataclass(frozen=True, slots=True)
class _Applied:
    at: Span
    modules: tuple[str, ...] = ()
    remote: RemoteSource | None = None
    problem: Diagnostic | None = None
    version: Value | None = None


def _applied(unit: UnitFile, said: ConfigWords, reading: UnitReading, at: Span) -> _Applied | None:
    """The module; None if no source is named and the folder holds none."""
    source = said.single.get("source")
    if source is None or isinstance(source, NullValue):
        return _Applied(at, (unit.directory,)) if _is_module(folder(unit.path), reading) else None
    trail = trail_of(source)
    at = origin(trail) if trail else at
    texts = [text for leaf in leaves(source) if (text := known_text(leaf)) is not None]
    local = [found for text in texts if (found := local_module(text, unit.directory)) is not None]
    # A release of this repository, as far as anything tells: what is merged here is in the next one.
    guessed = [found for leaf in leaves(source) if (found := of_open_version(leaf)) is not None]
    own = {unit.directory} if said.named.get("generate") else frozenset[str]()
    modules = tuple(dict.fromkeys(found for found in (*local, *guessed) if found in own or _is_module(found, reading)))
    if modules:
        problem = _open_version(modules[0], at) if guessed else None
        return _Applied(at, modules, problem=problem, version=source if guessed else None)
    for call in filter(None, map(remote_module, texts)):
        return _Applied(at, (), RemoteSource(call, at))
    # Outside of the repository, or by an address that only a run knows: what it is given says what can be known of it.
    return _Applied(at, (), RemoteSource(RemoteCall(as_written(source)), at, source))


def _open_version(module: str, at: Span) -> Diagnostic:
    reason = f"only a run knows which version of a module it takes: it was judged with {module} as it is here"
    return Diagnostic.of(DiagnosticKind.NOT_EVALUATED, reason, at)


def _lacking(unit: UnitFile, file: ConfigFile, at: Span) -> _Applied | None:
    """What is not known of a file that names no module itself, and includes one that is not there or not known."""
    for block in file.blocks("include"):
        written = block.body.argument("path")
        if written is not None and "".join(block.labels[:1]) not in file.includes():
            path = file.source.text(written.value)
            reason = f"{unit.path} includes {path}, which may name a module and is not there or not known"
            return _Applied(at, problem=Diagnostic.of(DiagnosticKind.NOT_EVALUATED, reason, at))
    return None


def _is_module(directory: str, reading: UnitReading) -> bool:
    return any(path.endswith(SUFFIXES) for path in reading.listing(directory))


def _variables(said: ConfigWords) -> Iterator[tuple[str, Value]]:
    """The values of variables: inputs, and over them what the environment and the command line are given."""
    if said.inputs is not None:
        yield from known_entries(said.inputs).items()
    for arguments in _applying(said):
        environment = arguments.get("env_vars")
        for name, value in environment.entries if isinstance(environment, ObjectValue) else ():
            if name.startswith("TF_VAR_"):
                yield name.removeprefix("TF_VAR_"), value
        for option, item, given in _options(arguments):
            name, _, text = (given or "").partition("=")
            if option == "var" and name:
                yield name, StringValue((Part(text, item.trail),), item.trail)


def _applying(said: ConfigWords) -> Iterator[ObjectValue]:
    """The extra arguments of commands that plan or apply."""
    for each in said.named.get("extra_arguments", {}).values():
        if isinstance(each, ObjectValue):
            commands = each.get("commands")
            known = {known_text(item) for item in listed_in(commands)}
            if not known or None in known or known & _APPLYING:
                yield each


def _options(arguments: ObjectValue) -> Iterator[tuple[str, Value, str | None]]:
    """What Terraform's options of variables are given: "var" or "var-file", where, and the text if it is known."""
    items = iter(listed_in(arguments.get("arguments")))
    for item in items:
        option, written, given = (known_text(item) or "").partition("=")
        name = option.lstrip("-")
        if name in ("var", "var-file") and option.startswith("-"):
            value = item if written else next(items, item)
            yield name, value, given if written else known_text(value)


def _var_files(said: ConfigWords, unit: UnitFile, modules: tuple[str, ...], reading: UnitReading) -> Iterator[str]:
    """The var files that are given to Terraform, as far as they are there."""
    for arguments in _applying(said):
        for name in ("required_var_files", "optional_var_files"):
            for item in listed_in(arguments.get(name)):
                yield from _found(known_text(item), unit, modules, reading)
        for option, _, given in _options(arguments):
            if option == "var-file":
                yield from _found(given, unit, modules, reading)
            reading.noted.is_open = reading.noted.is_open or given is None


def _found(written: str | None, unit: UnitFile, modules: tuple[str, ...], reading: UnitReading) -> Iterator[str]:
    if written is None:
        reading.noted.is_open = True
        return
    for base in (unit.directory, *modules):
        path = inside(written, base)
        if path is not None and reading.files.exists(path):
            yield path
            return


def _generated(
    said: ConfigWords, folders: Iterable[str], reading: UnitReading
) -> Iterator[GeneratedFile | UnitSetting]:
    """The files that are generated; of one whose contents only a run knows, that it is. In the folders is what they
    come to stand beside."""
    blocks = {name: one for name, one in said.named.get("generate", {}).items() if isinstance(one, ObjectValue)}
    for label, block in blocks.items():
        disabled, contents = block.get("disable"), block.get("contents")
        how, written = block.get("if_exists"), _path(block)
        if written and contents is not None and not (isinstance(disabled, BoolValue) and disabled.value):
            if isinstance(contents, StringValue):
                yield GeneratedFile(written, contents, (known_text(how)) != "skip")
                continue
            others = tuple(each for name, each in blocks.items() if name != label)
            apart = _apart(written, block, others, folders, reading)
            rest = contents if apart is None else block.get(REST) or contents
            yield UnitSetting("generated", written, rest, _makes(rest, reading))
            yield from () if apart is None or not apart.contents.parts else (apart,)


def _path(block: ObjectValue) -> str | None:
    name = block.get("path")
    return known_text(name)


def _apart(
    written: str, block: ObjectValue, others: Iterable[ObjectValue], folders: Iterable[str], reading: UnitReading
) -> GeneratedFile | None:
    """What can be told apart of such a file, as a file of its own; None if it cannot: there is such a file, or what
    would stand apart is named by others."""
    made, named = block.get(APART), block.get(NAMED)
    if not isinstance(made, StringValue) or not isinstance(named, StringValue) or not written.endswith(_CONFIGURATION):
        return None
    name = f"{written.removesuffix(_CONFIGURATION)}_apart{_CONFIGURATION}"
    others = tuple(others)
    beside = [path for each in dict.fromkeys(folders) for path in reading.listing(each) if path.endswith(SUFFIXES)]
    taken = {_stem(path) for path in (*beside, *(_path(each) or name for each in others))}
    texts = [(reading.tree.read(path) or b"").decode("utf-8", "replace") for path in beside]
    texts += [text for each in others for text in _texts(each.get("contents"), reading)]
    patterns = "|".join(part.content.strip() for part in named.parts if isinstance(part.content, str))
    if _stem(name) in taken or (patterns and any(re.search(patterns, text) for text in texts)):
        return None
    return GeneratedFile(name, made)


def _stem(path: str) -> str:
    """The name by which one file takes another's place, without the end that says in which syntax it is."""
    return posixpath.basename(path).partition(".")[0]


def _texts(contents: Value | None, reading: UnitReading) -> Iterator[str]:
    """What is written in a file that is generated, also if only a run knows it whole."""
    if isinstance(contents, StringValue):
        yield "".join(part.content if isinstance(part.content, str) else "x" for part in contents.parts)
    for step in () if contents is None else trail_of(contents):
        yield _lines(step.span, reading)


def _makes(contents: Value, reading: UnitReading) -> bool:
    """Whether the words of a file that only a run knows whole have blocks that make or call something."""
    written = [_lines(step.span, reading) for step in trail_of(contents)]
    return not written or any(_BLOCK.search(text) for text in written)


def _whole(path: str, reading: UnitReading) -> Span:
    """All lines of a file: any of them may be why it says nothing."""
    return Span(path, 1, 1, max(1, len((reading.tree.read(path) or b"").splitlines())), 1)


def _lines(span: Span, reading: UnitReading) -> str:
    text = (reading.tree.read(span.file) or b"").decode("utf-8", "replace")
    return "\n".join(text.splitlines()[span.line - 1 : span.end_line])


def _beside(unit: UnitFile, reading: UnitReading) -> Iterator[str]:
    """The files of the unit's own folder that Terraform finds in the copy of the module."""
    for path in reading.listing(folder(unit.path)):
        if path.endswith(SUFFIXES) or is_loaded_unasked(path):
            yield path


def _uses(
    beside: Iterable[str], generated: Iterable[GeneratedFile | UnitSetting], reading: UnitReading
) -> Iterator[str]:
    """The variables that files beside the module's own ask for."""
    texts = [reading.tree.read(path) or b"" for path in beside]
    for one in generated:
        if isinstance(one, GeneratedFile):
            texts += (part.content.encode() for part in one.contents.parts if isinstance(part.content, str))
    yield from (name for text in texts for name in variables_in(text))


def _settings(said: ConfigWords) -> Iterator[UnitSetting]:
    state = said.single.get("remote_state")
    if isinstance(state, ObjectValue):
        yield UnitSetting("state", "remote_state", _state(state))
    for name in ("iam_role", "iam_web_identity_token"):
        if name in said.single:
            yield UnitSetting("credentials", name, said.single[name])
    for arguments in _applying(said):
        environment = arguments.get("env_vars")
        for name, value in environment.entries if isinstance(environment, ObjectValue) else ():
            if name.startswith("AWS_") and any(word in name for word in _CREDENTIALS):
                yield UnitSetting("credentials", name, value)
    yield from _left_out(said)
    for kind in HOOKS:
        for name, block in said.named.get(kind, {}).items():
            executed = block.get("execute") if isinstance(block, ObjectValue) else None
            if executed is not None:
                yield UnitSetting("hook", f"{kind} {name}", executed)


def _left_out(said: ConfigWords) -> Iterator[UnitSetting]:
    """By what a unit may be left out of runs."""
    excluded = said.single.get("exclude")
    if isinstance(excluded, ObjectValue) and not is_false(excluded.get("if")):
        yield UnitSetting("excluded", "exclude", excluded)


def _state(state: ObjectValue) -> Value:
    """Where the state is, without what leaves it there."""
    config = state.get("config")
    if not isinstance(config, ObjectValue):
        return state
    kept = tuple((name, value) for name, value in config.entries if name not in _STATE_INERT)
    backend = state.get("backend")
    return ObjectValue(
        (*(() if backend is None else (("backend", backend),)), ("config", ObjectValue(kept, config.trail))),
        state.trail,
    )
