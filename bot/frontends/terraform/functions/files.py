"""Terraform's filesystem functions: they read the revision under review and nothing else."""

from __future__ import annotations

import base64
import dataclasses
import posixpath
import re
from collections.abc import Callable

from bot.evaluated.call import Call, Function, FunctionFault, below_checkout, checked_out
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.fetched_modules import is_fetched, told_path
from bot.evaluated.trails import is_known, string, trail_of
from bot.evaluated.value import BoolValue, ListValue, NullValue, ObjectValue, StringValue, Value
from bot.frontends.terraform.functions.arguments import arity, plain, text, unknown_result
from bot.frontends.terraform.functions.budget import bounded
from bot.frontends.terraform.functions.re2 import Regex, RegexError, compile_regex

MAX_WILDCARDS = 12
"""No pattern for files has more wildcards and choices."""


def file(arguments: tuple[Value, ...], call: Call) -> Value:
    """A file's text; positions in it are the file's lines."""
    arity(call, arguments, 1)
    return call.files.read(call.path(arguments[0]))


def filebase64(arguments: tuple[Value, ...], call: Call) -> Value:
    """A file's bytes in base64."""
    arity(call, arguments, 1)
    content = call.files.read_bytes(call.path(arguments[0]))
    return string(base64.b64encode(content).decode("ascii"), trail_of(*arguments))


def fileexists(arguments: tuple[Value, ...], call: Call) -> Value:
    """Whether the revision has the file."""
    arity(call, arguments, 1)
    path = call.path(arguments[0])
    if not call.files.exists(path) and call.files.listing(path):
        raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, f"{told_path(path)} is a directory")
    return BoolValue(call.files.exists(path), trail_of(*arguments))


def templatefile(arguments: tuple[Value, ...], call: Call) -> Value:
    """A file rendered as a template with the variables given."""
    arity(call, arguments, 2)
    variables = arguments[1]
    if not isinstance(variables, ObjectValue):
        if isinstance(variables, (NullValue, StringValue, ListValue)):
            raise FunctionFault(DiagnosticKind.WRONG_TYPE, f"{call.name} takes an object of variables")
        return unknown_result(call, arguments)
    return call.render(call.files.read(call.path(arguments[0])), variables)


def templatestring(arguments: tuple[Value, ...], call: Call) -> Value:
    """A string rendered as a template with the variables given."""
    arity(call, arguments, 2)
    template, variables = arguments
    if not isinstance(template, StringValue) or template.known is None or not isinstance(variables, ObjectValue):
        return unknown_result(call, arguments)
    return call.render(dataclasses.replace(template, encoded=None), variables)


def fileset(arguments: tuple[Value, ...], call: Call) -> Value:
    """Paths of files below a directory that match a pattern, relative to it."""
    arity(call, arguments, 2)
    if not is_known(arguments[1]):
        return unknown_result(call, arguments)
    directory, pattern = call.path(arguments[0]), posixpath.normpath(text(arguments[1], call))
    try:
        matcher = _glob_regex(pattern)
    except RegexError as refusal:
        raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, f"the pattern {pattern}: {refusal}") from None
    start = len(directory) + 1 if directory else 0
    found = [path[start:] for path in call.files.listing(directory) if matcher.search(path[start:])]
    trail = trail_of(*arguments)
    return ListValue(tuple(string(path, trail) for path in sorted(bounded(found))), trail, True)


def _glob_regex(pattern: str) -> Regex:
    """A doublestar pattern: `*` and `?` stay within a name, `**` does not, `{a,b}` and `[a-z]` are choices.

    It takes linear time, as names and patterns are the author's. Raises FunctionFault for a pattern that does not close
    what it opens, or RegexError.
    """
    if sum(map(pattern.count, "*{")) > MAX_WILDCARDS:
        raise FunctionFault(DiagnosticKind.OVER_BUDGET, f"the pattern {pattern} has too many wildcards")
    out: list[str] = []
    position, depth = 0, 0
    while position < len(pattern):
        piece, position, depth = _glob_piece(pattern, position, depth)
        out.append(piece)
    if depth:
        raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, f"the pattern {pattern} does not close a brace")
    return compile_regex(f"(?s)\\A(?:{''.join(out)})\\z")


_GLOB_SIMPLE = {"*": "[^/]*", "?": "[^/]", "{": "(?:"}


def _glob_piece(pattern: str, position: int, depth: int) -> tuple[str, int, int]:
    """The regular expression of the piece at `position`, the position after it, and the depth of braces."""
    if pattern.startswith("**/", position):
        return "(?:[^/]+/)*", position + 3, depth
    if pattern.startswith("**", position):
        return ".*", position + 2, depth
    char = pattern[position]
    if char in _GLOB_SIMPLE:
        return _GLOB_SIMPLE[char], position + 1, depth + (char == "{")
    if depth and char in ",}":
        return ("|", position + 1, depth) if char == "," else (")", position + 1, depth - 1)
    if char == "[":
        return _glob_class(pattern, position, depth)
    if char == "\\" and position + 1 < len(pattern):
        return re.escape(pattern[position + 1]), position + 2, depth
    return re.escape(char), position + 1, depth


def _glob_class(pattern: str, position: int, depth: int) -> tuple[str, int, int]:
    end = pattern.find("]", position + 2)
    if end < 0:
        raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, f"the pattern {pattern} does not close a bracket")
    body = pattern[position + 1 : end]
    negated = body.startswith("^")
    members = re.escape(body[1:] if negated else body).replace("\\-", "-")
    if not negated and compile_regex(f"[{members}]").search("/"):
        raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, f"the pattern {pattern} chooses among folders in a name")
    return f"[{'^/' if negated else ''}{members}]", end + 1, depth


def _dirname(path: str) -> str:
    """Go's filepath.Dir."""
    directory = posixpath.dirname(path)
    return posixpath.normpath(directory) if directory else "."


def _basename(path: str) -> str:
    """Go's filepath.Base."""
    if not path:
        return "."
    return posixpath.basename(path.rstrip("/")) or "/"


def _pathexpand(path: str) -> str:
    if path.startswith("~"):
        raise ValueError("a home directory is not part of the repository")
    return path


def abspath(arguments: tuple[Value, ...], call: Call) -> Value:
    """Where the machine that runs Terraform keeps the repository is not known; what lies below it is."""
    arity(call, arguments, 1)
    if not is_known(arguments[0]):
        return unknown_result(call, arguments)
    if text(arguments[0], call).startswith("/"):
        return string(posixpath.normpath(text(arguments[0], call)), trail_of(*arguments))
    try:
        path = call.path(arguments[0])
    except FunctionFault:  # a folder beside the repository, of which nothing can be said
        return unknown_result(call, arguments)
    return unknown_result(call, arguments) if is_fetched(path) else checked_out(path, trail_of(*arguments))


def _within_checkout(function: Callable[[str], str]) -> Function:
    """A function on a path; of one below the checkout, what is known of it."""
    known = plain(function, text)

    def run(arguments: tuple[Value, ...], call: Call) -> Value:
        below = below_checkout(arguments[0]) if len(arguments) == 1 else None
        if not below:
            return known(arguments, call)
        found = function(below)
        if found.startswith("/"):
            return checked_out(found[1:], trail_of(*arguments))
        return string(found, trail_of(*arguments))

    return run


FUNCTIONS: dict[str, Function] = {
    "abspath": abspath,
    "basename": _within_checkout(_basename),
    "dirname": _within_checkout(_dirname),
    "file": file,
    "filebase64": filebase64,
    "fileexists": fileexists,
    "fileset": fileset,
    "pathexpand": plain(_pathexpand, text),
    "templatefile": templatefile,
    "templatestring": templatestring,
}
