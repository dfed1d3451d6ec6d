"""What a Terraform function is to the evaluator: its type, what it is told of its call, and how it declines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from bot.evaluated.diagnostic import MAX_LINES, Span, Step, Trail
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.document import Symbol
from bot.evaluated.fetched_modules import is_fetched, package_of, told_path
from bot.evaluated.value import ObjectValue, Part, StringValue, Value
from bot.frozen import dataclass
from bot.late_pattern import late_pattern


class FunctionFault(Exception):
    """A call, conversion or operation that cannot be evaluated.

    The evaluator turns it into Unknown(Symbol(call.text, reason)) and a gap; inside `try` and `can` it is
    a failure, unless its kind stops them. `reason` is a sentence. `trail` is what else than the call it depends on.
    """

    def __init__(self, kind: DiagnosticKind, reason: str, trail: Trail = ()) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.trail = trail


class FileReader(Protocol):
    """The files of the revision under evaluation; paths are repository paths as `Call.path` returns them.

    Every method raises FunctionFault (FILE_MISSING, REFUSED_FILE or NEEDS_FILE) where it cannot answer.
    """

    def read(self, path: str) -> StringValue:
        """The file as UTF-8 text, one verbatim part whose trail is the file's first line to its last."""

    def read_bytes(self, path: str) -> bytes:
        """The file's bytes."""

    def exists(self, path: str) -> bool:
        """Whether the revision has a regular file at `path`."""

    def listing(self, prefix: str) -> tuple[str, ...]:
        """Paths, sorted, of every file below directory `prefix` ("" is the top), at any depth."""


Renderer = Callable[[StringValue, ObjectValue], Value]
"""Renders a template's text, which is known, with variables; raises FunctionFault for text that does not parse."""

TextReader = Callable[[Value], Value]
"""Reads the file at a path as text; raises FunctionFault as the function `file` does."""


@dataclass(frozen=True, slots=True)
class Call:
    """One function call: `text` is its source text, and the symbol's name if it cannot be evaluated.

    Directories are repository paths ("" is the top). `render` is templatefile's engine; `spend` takes steps of
    the budget, and raises FunctionFault when it is spent.
    """

    name: str
    text: str
    span: Span
    root_directory: str
    files: FileReader
    render: Renderer
    spend: Callable[[int], None] = lambda steps: None

    def path(self, written: Value) -> str:
        """The repository path of a file named in Terraform; see `resolve`. Raises FunctionFault."""
        if not isinstance(written, StringValue):
            raise FunctionFault(DiagnosticKind.UNRESOLVED_PATH, f"the path given to {self.name} is not known")
        texts = [self._path_text(part.content) for part in written.parts]
        unknown = next((part.content for part, text in zip(written.parts, texts, strict=True) if text is None), None)
        if unknown is not None:
            reason = f"the path given to {self.name} contains {unknown}"
            raise FunctionFault(DiagnosticKind.UNRESOLVED_PATH, reason, self._may_be(texts))
        return resolve(self.root_directory, "".join(text or "" for text in texts))

    def _path_text(self, content: object) -> str | None:
        """What a part of a path says, relative to the root module's directory."""
        if isinstance(content, str):
            return content
        if content == CHECKOUT:
            return "/".join(".." for step in self.root_directory.split("/") if step) or "."
        return "." if str(content) == "${path.cwd}" else None

    def _may_be(self, texts: Sequence[str | None]) -> Trail:
        """The call, and the files that its path may name, of which parts are not known: it depends on each of these."""
        try:
            pattern = resolve(
                self.root_directory, "".join("*" if text is None else _LIVE.sub(r"[\g<0>]", text) for text in texts)
            )
        except FunctionFault:
            return ()
        if not pattern.replace("*", ""):
            return ()
        return (Step(self.span, self.name), Step(Span(pattern, 1, 1, MAX_LINES, 1), "file"))


_LIVE = late_pattern(r"[*?[]")
"""What means something else than itself in a pattern of paths."""


def resolve(root_directory: str, path: str) -> str:
    """The repository path of `path`, which Terraform takes relative to the root module's directory.

    Raises FunctionFault for a path that is absolute or leaves the repository.
    """
    if path.startswith(("/", "~")):
        raise FunctionFault(DiagnosticKind.UNRESOLVED_PATH, f"{told_path(path)} lies outside the repository")
    steps: list[str] = []
    for step in f"{root_directory}/{path}".split("/"):
        if step == "..":
            if not steps:
                raise FunctionFault(DiagnosticKind.UNRESOLVED_PATH, f"{told_path(path)} lies outside the repository")
            steps.pop()
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


Function = Callable[[tuple[Value, ...], Call], Value]
"""A function on evaluated arguments (`...` already spread).

Top-level arguments are never Choice: the evaluator calls once per combination of alternatives. Each function
decides what unknown arguments mean to it: `upper` of Unknown is `unknown(call)`, jsonencode keeps
holes. Functions kept by the evaluator itself, as their arguments are not evaluated first: try, can.
"""


def stay_inside(origin: str, target: str) -> None:
    """Raise FunctionFault if a fetched module's path leads out of its package."""
    if is_fetched(origin) and target != package_of(origin) and not target.startswith(f"{package_of(origin)}/"):
        raise FunctionFault(DiagnosticKind.UNRESOLVED_PATH, "a module's source leads out of its package")


CHECKOUT = Symbol("abspath of the repository", "the machine that runs Terraform keeps the repository where it likes")


def checked_out(path: str, trail: Trail = ()) -> StringValue:
    """The absolute path of a repository path ("" is the top)."""
    below = (Part(f"/{path}", trail),) if path else ()
    return StringValue((Part(CHECKOUT, trail), *below), trail)


def below_checkout(value: Value) -> str | None:
    """What of an absolute path comes after the checkout: "" for the top, else with its first slash; None if it is no
    such path, or not known in full."""
    if not isinstance(value, StringValue) or not value.parts or value.parts[0].content != CHECKOUT:
        return None
    rest = [part.content for part in value.parts[1:]]
    return "".join(map(str, rest)) if all(isinstance(part, str) for part in rest) else None
