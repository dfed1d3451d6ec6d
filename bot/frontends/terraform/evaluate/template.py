"""Evaluates templates: quoted strings, heredocs and template files."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from bot.evaluated.call import Call, FunctionFault, Renderer, TextReader
from bot.evaluated.diagnostic import NOWHERE, StepKind
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.guard import Guard
from bot.evaluated.partial import RepeatedList, RepeatedObject
from bot.evaluated.trails import entries, left_empty
from bot.evaluated.value import ObjectValue, Part, StringValue, SymbolicKey, Unknown, Value
from bot.frontends.terraform.evaluate.choice import assume, spread
from bot.frontends.terraform.evaluate.convert import string_parts, to_string
from bot.frontends.terraform.evaluate.iteration import decide, iterations
from bot.frontends.terraform.evaluate.run import Run
from bot.frontends.terraform.evaluate.scope import AccessStep, Scope
from bot.frontends.terraform.syntax.free_names import free_names
from bot.frontends.terraform.syntax.nodes import (
    Body,
    Expression,
    SyntaxFault,
    SyntaxFile,
    Template,
    TemplateFor,
    TemplateIf,
    TemplatePart,
    TemplateText,
    line_starts,
)
from bot.frontends.terraform.syntax.parse import parse_template
from bot.frontends.terraform.syntax.source_files import Source

MAX_LENGTH = 4 * 1024**2
"""Characters a rendered string may have."""

MAX_PARTS = 20_000
"""Stretches from different places it may be put together from."""

PARTS_A_STEP = 4
"""So many of them are as much work as an expression."""

Evaluate = Callable[[Expression, Scope], Value]


def template(node: Template, scope: Scope, evaluate: Evaluate) -> Value:
    """The template's value; one that is a single interpolation keeps its type. Raises FunctionFault."""
    if len(node.parts) == 1 and node.quoted and not isinstance(node.parts[0], (TemplateText, TemplateIf, TemplateFor)):
        return evaluate(node.parts[0], scope)
    if not node.parts:
        return StringValue((), (scope.source.step(node, "literal", StepKind.AROUND),))
    return _rendered(node.parts, scope, evaluate)


def _rendered(parts: tuple[TemplatePart, ...], scope: Scope, evaluate: Evaluate) -> Value:
    if len(parts) == 1 and isinstance(parts[0], TemplateText):
        return _text(parts[0], scope)
    pieces = tuple(_piece(part, scope, evaluate) for part in parts)
    held = sum(len(piece.parts) for piece in pieces if isinstance(piece, StringValue))
    scope.module.run.spend(held // PARTS_A_STEP)
    return spread(pieces, _joined)


def _piece(part: TemplatePart, scope: Scope, evaluate: Evaluate) -> Value:
    if isinstance(part, TemplateText):
        return _text(part, scope)
    if isinstance(part, TemplateIf):
        return _if(part, scope, evaluate)
    if isinstance(part, TemplateFor):
        return _for(part, scope, evaluate)
    return evaluate(part, scope)


def _text(part: TemplateText, scope: Scope) -> Value:
    found = scope.source.constants.get(part.start)
    if found is None:
        trail = (scope.source.step(part, "literal", StepKind.AROUND),)
        found = StringValue((Part(part.text, trail, part.verbatim),))
        scope.source.constants[part.start] = found
    return found


def _joined(pieces: tuple[Value, ...]) -> Value:
    texts = tuple(map(to_string, pieces))
    if sum(len(text.parts) for text in texts if isinstance(text, StringValue)) > MAX_PARTS:
        raise FunctionFault(DiagnosticKind.OVER_BUDGET, f"a string is put together from more than {MAX_PARTS} pieces")
    parts = tuple(part for text in texts for part in string_parts(text))
    if sum(len(part.content) for part in parts if isinstance(part.content, str)) > MAX_LENGTH:
        raise FunctionFault(DiagnosticKind.OVER_BUDGET, f"a string has more than {MAX_LENGTH} characters")
    return StringValue(parts, left_empty(texts))


def _if(part: TemplateIf, scope: Scope, evaluate: Evaluate) -> Value:
    def branch(given: frozenset[Guard], parts: tuple[TemplatePart, ...]) -> Value:
        taken.append(parts)
        scope.module.run.take(parts, scope)
        return _rendered(parts, scope.assuming(given), evaluate) if parts else StringValue(())

    taken: list[tuple[TemplatePart, ...]] = []
    condition = evaluate(part.condition, scope)
    result = decide(
        condition,
        scope.assumed,
        functools.partial(branch, parts=part.then),
        functools.partial(branch, parts=part.otherwise),
    )
    for parts in (part.then, part.otherwise):
        if not any(parts is one for one in taken):
            scope.module.run.leave(scope, parts, part.condition, condition)
    return result


def _for(part: TemplateFor, scope: Scope, evaluate: Evaluate) -> Value:
    def render(collection: Value, given: frozenset[Guard]) -> Value:
        if isinstance(collection, (RepeatedList, RepeatedObject, Unknown)):
            raise FunctionFault(DiagnosticKind.UNRESOLVED_COLLECTION, "what the template's for goes over is not known")
        pieces = []
        for key, item in iterations(collection):
            names = {part.value: item} if part.key is None else {part.key: key, part.value: item}
            inner = scope.assuming(given).bind(**names)
            pieces.append(_rendered(part.body, inner, evaluate) if part.body else StringValue(()))
        if pieces:
            scope.module.run.take(part.body, scope)
        else:
            scope.module.run.leave(scope, part.body, part.collection, collection)
        return spread(tuple(pieces), _joined)

    return assume(evaluate(part.collection, scope), render)


@dataclass(slots=True)
class _TemplateNames:
    """A template file sees its variables and nothing of the module."""

    run: Run
    address: str
    directory: str

    def refer(self, head: str, steps: list[AccessStep], scope: Scope) -> tuple[Value, int]:
        raise FunctionFault(DiagnosticKind.INVALID_REFERENCE, f"the template has no variable {head!r}")

    def is_collection(self, variable: str) -> bool:
        return False


def renderer(scope: Scope, evaluate: Evaluate) -> Renderer:
    """The engine of templatefile and template_file."""

    def render(text: StringValue, variables: ObjectValue) -> Value:
        content = text.known
        assert content is not None, "who renders knows the text"
        run = scope.module.run
        try:
            node = parse_template(content)
        except SyntaxFault as fault:
            raise FunctionFault(fault.kind, f"the template does not parse: {fault.reason}") from None
        if type(variables) is ObjectValue and (absent := _absent(content, variables)):
            raise FunctionFault(
                DiagnosticKind.INVALID_ARGUMENT, f"the template needs {', '.join(absent)}, which it is not given"
            )
        names = _TemplateNames(run, scope.module.address, scope.module.directory)
        bindings = dict(entries(variables))
        return template(node, Scope(names, _source(text, content), bindings, scope.label), evaluate)

    return render


def reader(scope: Scope, evaluate: Evaluate) -> TextReader:
    """What reads a file of the revision by its path, as `file` does."""

    def read(path: Value) -> Value:
        run = scope.module.run
        told = Call("file", "", NOWHERE, run.root.directory, run.files, renderer(scope, evaluate), run.spend)
        return run.files.read(told.path(path))

    return read


def _absent(content: str, variables: ObjectValue) -> list[str]:
    """The names a template needs and is not given; nothing if a given name is not known."""
    given = {name for name, _ in variables.entries}
    if any(isinstance(name, SymbolicKey) for name in given):
        return []
    return sorted(_needed(content) - given)


@functools.lru_cache(maxsize=256)
def _needed(content: str) -> frozenset[str]:
    return free_names(parse_template(content))


def _source(text: StringValue, content: str) -> Source:
    """The text as a file of its own, its lines numbered from where it is written."""
    trail = text.parts[0].trail if text.parts else text.trail
    path, line = (trail[0].span.file, trail[0].span.line) if trail else ("", 1)
    starts = (0,) * (line - 1) + line_starts(content)
    return Source(path, SyntaxFile(content, Body(0, 0, (), ()), starts))
