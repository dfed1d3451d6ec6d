"""The text of what blocks and hooks run, and its first words, as far as no secret can be among them."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from bot.evaluated.diagnostic import Step, StepKind
from bot.evaluated.mentions import plain
from bot.evaluated.value import ListValue, ObjectValue, Part, StringValue, Value
from bot.extract.argument_reading import blocks, entry_of, items
from bot.late_pattern import late_pattern
from bot.review.unjudged.changed_blocks import PROVISIONER
from bot.review.unjudged.harmless_commands import IDLE, SHELLS, WORDS

_HOLE = "\0"
"""Stands for all that is not written right there."""

_HOLES = late_pattern(rf"{_HOLE}{{2,}}")
_JOINTS = late_pattern(r"&&|\|\||;")
_SHELLS_OWN = late_pattern(r"[\n;&|]")
"""What parts commands in a shell, and nowhere else."""

_GOES = late_pattern(r"cd (?:[^\s'\"]+|\"[^\"]*\")")
_WORD = r"[./]{0,12}[A-Za-z_][\w.+/-]{0,60}"
_CALL = r"aws\s+[a-z][a-z0-9-]{1,40}\s+[a-z][a-z0-9-]{1,60}"
_FILE = rf"{_WORD}\s+{_WORD}\.(?:bash|js|pl|ps1|py|rb|sh)"
_FIRST = late_pattern(rf"(?:{_CALL}|{_FILE}|{_WORD})(?=[\s|&>]|\Z)")
"""What no secret is: a program's name; of AWS's command line the call, of what runs a file the file."""


def of_block(runs: ObjectValue) -> str:
    """The text of all that a block's provisioners run, with holes."""
    return "\n".join(_lines(blocks(entry_of(runs, PROVISIONER))))


def of_words(words: Value | None) -> str:
    """The text of a list of words, run as they are or by a shell."""
    said = [_text(one) for one in items(words)] if isinstance(words, ListValue) else []
    script = next((said[at] for at in range(1, len(said)) if SHELLS.fullmatch(" ".join(said[:at]))), None)
    return _SHELLS_OWN.sub(_HOLE, " ".join(said)) if script is None else script


def _lines(programs: Iterator[ObjectValue]) -> Iterator[str]:
    for one in programs:
        shell = " ".join(_text(word) for word in items(entry_of(one, "interpreter")))
        if not shell or SHELLS.fullmatch(shell):
            yield from (_text(line) for name in ("command", "inline") for line in items(entry_of(one, name)))
        else:
            yield _HOLE


def _text(value: Value) -> str:
    """What is written right there; what comes from elsewhere, known or not, is a hole."""
    if not isinstance(value, StringValue) or sum(map(_passes_on, value.trail)) > 1:
        return _HOLE
    said = (str(part.content) if _is_written_there(part) else _HOLE for part in value.parts)
    return _HOLES.sub(_HOLE, "".join(said))


def _passes_on(step: Step) -> bool:
    """Whether a value went through it: the argument that it is given to is one such step."""
    return step.kind is not StepKind.AROUND


def _is_written_there(part: Part) -> bool:
    own = (step for step in part.trail if step.what not in _OWN_FOLDER)
    return isinstance(part.content, str) and not any(map(_passes_on, own))


_OWN_FOLDER = frozenset({"path.module", "path.root"})


def alike(value: Value) -> Hashable:
    """What a value says, whatever comes from elsewhere into its texts."""
    match value:
        case StringValue() if (said := _text(value)) != _HOLE:
            return said
        case ListValue():
            return tuple(map(alike, value.items))
        case ObjectValue():
            return tuple((str(name), alike(each)) for name, each in value.entries)
    return plain(value)


def first_words(text: str) -> str:
    """The program that a text runs first of those that do something, and that there is more; "" if that is not plain.

    What only prints or waits is nothing to show a command by: what does something stands behind it.
    """
    joined = text.replace("\\\n", " ").strip()
    began = next((part for line in joined.split("\n") for part in _at_work(line.strip())), "")
    first = _FIRST.match(began)
    if first is None or first[0] in (*WORDS, "export"):
        return ""
    return " ".join(first[0].split()) + (" and more" if first[0] != joined else "")


def _at_work(line: str) -> Iterator[str]:
    """The commands of a line that do something, up to a note."""
    for part in () if IDLE.fullmatch(line) else map(str.strip, _JOINTS.split(line)):
        if part.startswith("#"):
            return
        if not (IDLE.fullmatch(part) or _GOES.fullmatch(part)):
            yield part
