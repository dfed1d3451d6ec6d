"""Programs that Terraform runs, or runs otherwise, with a change: by provisioners, and by data sources, used or not."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from bot.evaluated.address import block_of
from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.diagnostic import MAX_LINES, Side, Span
from bot.evaluated.mentions import inside, plain, spans, symbols
from bot.evaluated.program_run import ProgramRun, Ran, RunBy
from bot.evaluated.redefinition import Place, Redefinition, redefinition
from bot.evaluated.thing import Asked, Thing
from bot.evaluated.value import ObjectValue, Value
from bot.extract.argument_reading import blocks, entry_of, items, known, string
from bot.iam.action_kind import ActionKind, kind_of
from bot.iam.catalog import load_catalog
from bot.iam.operations import permitted_by
from bot.late_pattern import late_pattern
from bot.review.unjudged.changed_blocks import PROVISIONER, same_places
from bot.review.unjudged.command_text import alike, first_words, of_block, of_words
from bot.review.unjudged.disposition import ArgumentOutcome, Disposition
from bot.review.unjudged.harmless_commands import hook_is_idle
from bot.review.unjudged.root_pair import RootPair

PROGRAMS = frozenset({"external", "aws_lambda_invocation", "shell_script"})

_REMEDY = "check what it does, with the credentials that Terraform runs with"
_BY: Mapping[str, RunBy] = {
    "command": "command", "destination": "connection", "inline": "connection", "script": "connection",
    "scripts": "connection",
}  # fmt: skip
"""By which argument it is known what kind a provisioner is."""

_HOW = frozenset({"connection", "on_failure", "quiet", "when"})
_COMMAND = late_pattern(
    r"\baws(?:2|-cli\S{0,60})?(?:[\s\\]+--[\w-]{1,40}(?:[=\s][^\s|;&-][^\s|;&]{0,200})?){0,6}[\s\\]+([a-z][a-z0-9-]{1,40})[\s\\]+([a-z][a-z0-9-]{1,80})"
    r"([^\n;&|]{0,2000})"
)
"""A call of AWS's command line: its service, what is asked for, and with what."""

_PREFIXES = {"s3api": "s3", "s3control": "s3", "sso-admin": "sso", "cognito-idp": "cognito-idp"}
"""What the command line calls a service otherwise than actions do."""

_TAKES = ("delete", "deny", "detach", "remove", "revoke")
"""How operations begin that take something away."""

_LIMITS = late_pattern(r"deny|denies|forbid|guard[-_]?rail|limit|restrict|boundary|prevent", re.IGNORECASE)
"""What policies are called that keep somebody from something."""

_WITH: tuple[tuple[re.Pattern[str], re.Pattern[str], str], ...] = (
    (
        late_pattern(r"(?:s3|s3api) (?:cp|mv|sync|copy-object|create-bucket|create-multipart-upload|put-object)"),
        late_pattern(r"--acl[=\s]+['\"]?(?:public-|authenticated-|aws-exec-)|--grants?(?:-\w[\w-]*)?[=\s]"),
        "s3:PutObjectAcl",
    ),
    (
        late_pattern(r"cloudformation (?:deploy|create-stack(?:-set)?|update-stack(?:-set)?|create-change-set)"),
        late_pattern(r"\bCAPABILITY_(?:NAMED_)?IAM\b"),
        "cloudformation:ExecuteChangeSet",
    ),
    (late_pattern(r"iam (?:delete|detach)-(?:role|user|group)-policy"), _LIMITS, "iam:DeleteRolePolicy"),
)
"""Calls that give access by what else they say, and the action that they take: what is copied for everybody, what a
stack makes that may make roles, and a policy that goes by whose name it is a limit."""


def _calls(*values: Value | None) -> Mapping[tuple[str, ...], str]:
    """The calls in programs by which access is given, each with all that it says, and the action that it takes."""
    text = "\n".join(_words(value) for value in values if value is not None)
    found = ((tuple(match[0].split()), _action(match[1], match[2], match[3])) for match in _COMMAND.finditer(text))
    return {said: action for said, action in found if action}


def _words(value: Value) -> str:
    """All texts in a value, each on lines of its own."""
    return "\n".join(str(said) for each in inside(value) if (said := string(each)) is not None)


def _action(service: str, operation: str, said: str) -> str:
    """The action by which a call gives access; "" of any other."""
    call = f"{service} {operation}"
    given = next((given for calls, how, given in _WITH if calls.fullmatch(call) and how.search(said)), "")
    return given or _permitted(service, operation)


def _permitted(service: str, operation: str) -> str:
    name = f"{_PREFIXES.get(service, service)}:{operation.title().replace('-', '')}"
    action = permitted_by(name) or name
    info = load_catalog().info(action)
    if info is None or (operation.startswith(_TAKES) and not _lifts(action)):
        return ""
    kind = kind_of(action)
    gives = kind in (ActionKind.ADMINISTERS, ActionKind.PERMISSIONS)
    return str(info) if gives or (kind is ActionKind.CREDENTIALS and service == "iam") else ""


def _lifts(action: str) -> bool:
    """Whether an operation takes a limit away: a boundary, a control policy, a block of public access."""
    limits = action.startswith("organizations:") or action == "s3:PutBucketPublicAccessBlock"
    return limits or kind_of(action) is ActionKind.ADMINISTERS


def _gives(base: EvaluatedConfig, *said: Value | None, ran: Value | None = None) -> tuple[str, ...]:
    """The actions by which a program gives access by calls that no block of the base made, nor what `ran`."""
    calls = _calls(*said)
    if not calls:
        return ()
    running = (one for one in base.blocks if one.runs.entries or one.type in (*PROGRAMS, *_MAKES))
    before = {call for one in running for call in _calls(one.runs, one.attributes)} | _calls(ran).keys()
    return tuple(dict.fromkeys(action for call, action in calls.items() if call not in before))


def other_programs(base: EvaluatedConfig, head: EvaluatedConfig) -> Iterator[tuple[Redefinition, ProgramRun]]:
    """The data sources that run another program at head, or the same one with other arguments."""
    data, names = [one for one in base.resources if one.mode == "data"], head.names()
    named = (lambda one: names.target(one.here), lambda one: one.here, lambda one: one.address)
    there = {name(one): one for name in named for one in data}  # by head's name for the same
    found: dict[str, None] = {}
    for new in filter(_is_program, head.resources):
        if block_of(new.address) in found:
            continue
        ran = _run_otherwise(there.get(new.address), new, base, head)
        if ran is not None:
            found[block_of(new.address)] = None
            reason = f"{block_of(new.address)} runs something else ({', '.join(ran.names)})"
            thing = redefinition(new.address, reason, _REMEDY, ran.places, f"data.{new.type}.{new.name}")
            yield thing, ProgramRun(head.root, new.address, ("head", new.span), ran, new.address in there)


def of_hook(root: RootPair, thing: Redefinition) -> ProgramRun | None:
    """What Terragrunt runs with a unit and did not before, unless that waits or prints; None of anything else."""
    if thing.runs is None:
        return None
    old, new = thing.runs
    if hook_is_idle(new):
        return None
    gives = _gives(root.base, new, ran=old)
    ran = Ran(frozenset({"hook"}), ("execute",), repr(plain(new)), thing.places, gives, first_words(of_words(new)))
    written: Place = next((("head", span) for span in spans(new)), thing.places[0])
    return ProgramRun(root.head.root, thing.address, written, ran, old is not None)


def _is_program(one: ResourceInstance) -> bool:
    return one.mode == "data" and one.type in PROGRAMS


def _asked(old: ResourceInstance | None, new: ResourceInstance, asked: Sequence[Asked], gives: tuple[str, ...]) -> Ran:
    by: RunBy = "function" if new.type.startswith("aws_") else "command"
    text = repr([(one.name, one.value) for one in (new.thing and new.thing.asked) or ()])
    first = first_words(of_words(new.attribute("program")))
    return Ran(frozenset({by}), tuple(one.name for one in asked), text, tuple(_places(old, new, asked)), gives, first)


def _run_otherwise(
    old: ResourceInstance | None, new: ResourceInstance, base: EvaluatedConfig, head: EvaluatedConfig
) -> Ran | None:
    asked = _differing(None if old is None else old.thing, new.thing)
    if asked:
        return _asked(old, new, asked, _gives(base, new.attributes))
    made = _made_for(new.attributes, base, head)
    return None if made is None else _asked_by(*made, base)


def _asked_by(path: str, made: ResourceInstance, base: EvaluatedConfig) -> Ran:
    text, places = repr(plain(made.attributes)), (*spans(made.attributes), made.span)
    where: tuple[Place, ...] = tuple(("head", span) for span in dict.fromkeys(places))
    return Ran(frozenset({"command"}), (path,), text, where, _gives(base, made.attributes))


def provisioners(base: EvaluatedConfig, head: EvaluatedConfig, found: Iterable[Disposition]) -> Iterator[ProgramRun]:
    """What blocks run when Terraform makes or destroys them, where nothing of the base ran just that."""
    every = tuple(found)
    yield from _calls_of_functions(base, head, every)
    here = {one.address: one for one in head.blocks if one.runs.entries}
    if not here:
        return
    there = same_places(base, head)
    ran = {address for address, one in there.items() if one.runs.entries}
    for run in _commands(base, head, here, there, every):
        yield replace(run, replaces=run.address in ran)


def _commands(
    base: EvaluatedConfig,
    head: EvaluatedConfig,
    here: Mapping[str, ResourceInstance],
    there: Mapping[str, ResourceInstance],
    found: Sequence[Disposition],
) -> Iterator[ProgramRun]:
    """What runs otherwise of the blocks that run something: by its own text, else by what that is given."""
    told = set[str]()
    for new, places in _of_commands(base, here, found):
        told.add(new.address)
        yield _run(base, head, new, tuple(dict.fromkeys(_names(new))), places)
    for new in (one for address, one in here.items() if address not in told):
        for name, some, places in _given_otherwise(new, there.get(new.address), found, base, head):
            yield _run(base, head, new, (name,), places, some)


def _calls_of_functions(
    base: EvaluatedConfig, head: EvaluatedConfig, found: Sequence[Disposition]
) -> Iterator[ProgramRun]:
    """The calls of functions that blocks make when Terraform makes or changes them, where none of the base made just
    that one."""
    calls = [one for one in head.resources if (one.mode, one.type) == _CALL]
    there = same_places(base, head) if calls else {}
    for new in calls:
        names = _asked_otherwise(there.get(new.address), new)
        if names:
            places = _places_of(new, names[0] if new.address in there else "", found)
            ran = Ran(_FUNCTION, names, repr(_asks(new)), places)
            yield ProgramRun(head.root, new.address, ("head", new.span), ran, new.address in there)


def _asked_otherwise(old: ResourceInstance | None, new: ResourceInstance) -> tuple[str, ...]:
    said, before = _asks(new), {} if old is None else _asks(old)
    return tuple(name for name in _CALLS if said.get(name) != before.get(name))


_FUNCTION: frozenset[RunBy] = frozenset({"function"})


def _asks(call: ResourceInstance) -> dict[str, Hashable]:
    return {name: plain(value) for name in _CALLS if (value := call.attribute(name)) is not None}


_CALL = ("managed", "aws_lambda_invocation")
_CALLS = ("function_name", "qualifier", "input")
"""A block that has a function called, and what says which one, and for what."""


def _of_commands(
    base: EvaluatedConfig, here: Mapping[str, ResourceInstance], found: Iterable[Disposition]
) -> Iterator[tuple[ResourceInstance, tuple[Place, ...]]]:
    """The blocks whose commands evaluate otherwise, where no block of the base ran just these."""
    before = {_wherever(one) for one in base.resources if one.runs.entries}
    for one in found:
        if one.argument == PROVISIONER and one.outcome is ArgumentOutcome.JUDGED and one.address in here:
            new = here[one.address]
            if _wherever(new) not in before or _of_itself(new):
                yield new, one.places


def _run(
    base: EvaluatedConfig,
    head: EvaluatedConfig,
    new: ResourceInstance,
    names: tuple[str, ...],
    places: tuple[Place, ...],
    given: ResourceInstance | None = None,
) -> ProgramRun:
    """The run of a block, of which `given` says what it is."""
    by = frozenset(_BY[name] for name in _names(new) if name in _BY) or frozenset({"command"})
    said = (given or new).attributes
    first, same = first_words(of_block(new.runs)), "" if given else repr((new.type, alike(new.runs)))
    gives = _gives(base, new.runs, said)
    ran = Ran(by, names, repr((_text(new), plain(said) if given else ())), places, gives, first, same if first else "")
    return ProgramRun(head.root, new.address, ("head", new.span), ran)


def _given_otherwise(
    new: ResourceInstance,
    old: ResourceInstance | None,
    found: Sequence[Disposition],
    base: EvaluatedConfig,
    head: EvaluatedConfig,
) -> Iterator[tuple[str, ResourceInstance, tuple[Place, ...]]]:
    """The argument of a block's own, or the file that another block makes, by which it runs something else."""
    asked = _of_itself(new)
    if old is not None and _said(new, asked) != _said(old, asked):
        name = next(way[0] for way in asked if _said(new, (way,)) != _said(old, (way,)))
        yield name, new, _places_of(new, name, found)
        return
    made = _made_for(new.runs, base, head)
    if made is not None:
        yield *made, _places_of(made[1], "content", found)


def _made_for(said: Value, base: EvaluatedConfig, head: EvaluatedConfig) -> tuple[str, ResourceInstance] | None:
    """The first file that a run makes of something else, and that a program names, and what makes it."""
    words = _words(said)
    return next(((path, one) for path, one in made_otherwise(base, head) if _names_file(words, path)), None)


def _names_file(words: str, path: str) -> bool:
    """Whether a program names a file, by its path or from its folder (`cd gen && sh run.sh`)."""
    folder, _, name = path.rpartition("/")
    alone = re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", words)
    return path in words or (bool(folder) and alone is not None and posixpath.basename(folder) in words)


def _of_itself(one: ResourceInstance) -> tuple[tuple[str, ...], ...]:
    """The ways into a block's own arguments that its commands name: what comes out of `input` goes in there."""
    ways = (tuple(symbol.name.split(".")[1:]) for symbol in symbols(one.runs) if symbol.name.startswith("self."))
    return tuple(dict.fromkeys(("input", *way[1:]) if way[:1] == ("output",) else way for way in ways if way))


def _said(one: ResourceInstance, ways: Iterable[tuple[str, ...]]) -> Hashable:
    return tuple(plain(_at(one.attributes, way)) for way in ways)


def _at(value: Value, way: tuple[str, ...]) -> Value:
    """What is at the end of a way, as far as that goes."""
    inner = entry_of(value, way[0]) if way and isinstance(value, ObjectValue) else None
    return value if inner is None and way else _at(inner, way[1:]) if inner is not None else value


def _places_of(one: ResourceInstance, name: str, found: Iterable[Disposition]) -> tuple[Place, ...]:
    differing = (each.places for each in found if each.address == one.address and each.argument == name)
    return next(differing, ()) or (("head", one.span),)


_MAKES = {"archive_file": "output_path", "local_file": "filename", "local_sensitive_file": "filename"}
"""Types whose blocks make a file when Terraform runs, and by which argument that is named."""


def made_otherwise(base: EvaluatedConfig, head: EvaluatedConfig) -> Iterator[tuple[str, ResourceInstance]]:
    """The files that a run makes at head of something else than at base, and what makes them."""
    there = {path: plain(one.attributes) for one in base.blocks if (path := _made_by(one)) is not None}
    for one in head.blocks:
        path = _made_by(one)
        if path is not None and there.get(path) != plain(one.attributes):
            yield path, one


def _made_by(one: ResourceInstance) -> str | None:
    path = string(entry_of(one.attributes, _MAKES[one.type])) if one.type in _MAKES else None
    if path is None:
        return None
    written = str(path).removeprefix("${path.cwd}/")
    return written if "${" in written else posixpath.normpath(written)


def _names(one: ResourceInstance) -> Iterator[str]:
    """The arguments that say what is run, else how."""
    every = [str(name) for block in blocks(entry_of(one.runs, PROVISIONER)) for name, _ in block.entries]
    yield from [name for name in every if name not in _HOW] or every


def _text(one: ResourceInstance) -> str:
    return repr((one.type, plain(one.runs)))


def _wherever(one: ResourceInstance) -> str:
    """What a block runs, its files by their texts alone: one that lies elsewhere is no other program."""
    said = _text(one)
    programs = (each for _, every in one.runs.entries for each in items(every) if isinstance(each, ObjectValue))
    for path, text in ((str(path), text) for each in programs for path, text in each.entries):
        if any(span.file == path for span in spans(text)):
            said = _PATHS.sub(partial(_by_text, path, known(text) or path), said)
    return said


_PATHS = late_pattern(r"[\w./@+-]+")


def _by_text(path: str, text: str, named: re.Match[str]) -> str:
    """What stands for a file where its path is named, from wherever; what else is called like it is not the file."""
    way = _UPWARDS.sub("", named[0])
    return text if f"/{path}".endswith(f"/{way}") and not way.startswith("/") else named[0]


_UPWARDS = late_pattern(r"\A(?:\.{1,2}/+)+")


def _differing(old: Thing | None, new: Thing | None) -> tuple[Asked, ...]:
    """The arguments by which another thing is asked for."""
    before, after = ({one.name: one for one in (thing and thing.asked) or ()} for thing in (old, new))
    every = {**before, **after}
    return tuple(one for name, one in every.items() if before.get(name) != after.get(name))


def _places(old: ResourceInstance | None, new: ResourceInstance, asked: Sequence[Asked]) -> Iterator[Place]:
    yield from (("head", Span(one.file, 1, 1, MAX_LINES, 1)) for one in asked if one.file)
    sides: tuple[tuple[Side, ResourceInstance | None], ...] = (("head", new), ("base", old))
    there = [(side, one) for side, one in sides if one is not None]
    for side, instance in there:
        yield from ((side, span) for span in _spans(instance, asked))
    yield from ((side, one.span) for side, one in there)


def _spans(instance: ResourceInstance, asked: Sequence[Asked]) -> Iterator[Span]:
    for one in asked:
        value = instance.attribute(one.name)
        yield from () if value is None else spans(value)
