"""Commands of which it is plain that they do nothing: they wait, end, print what is written out, or keep a key of
their own."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.evaluated.document import Symbol
from bot.evaluated.value import ObjectValue, Value
from bot.extract.argument_reading import entry_of, items, known, string
from bot.late_pattern import late_pattern
from bot.review.unjudged.changed_blocks import PROVISIONER, Pair

_SAID = r" (?:[^$`<>|&;()\\*~#{}\[\]^!\r\n'\"]|\"[^\"$`\\\r\n]*+\"|'[^'$\r\n]*+')*+"
"""What is written out behind a word, each quote with its end: the shell puts nothing else in its place."""

_FOLDER = r" (?:[\w./@~+-]++|\"[\w ./@+-]++\"|'[\w ./@+-]++')"

WORDS: Mapping[str, str] = {
    ":": f"(?:{_SAID})?",
    "cd": f"(?:{_FOLDER})?",
    "date": "",
    "echo": f"(?:{_SAID})?",
    "exit": r"(?: [0-9]{1,3})?",
    "false": "",
    "printf": r" (?:\"(?:[^\"$`\\\r\n]|\\[nt])*+\"|'[^'$\r\n]*+')",
    "pwd": "",
    "set": r"(?: [+-][a-zA-Z]++(?: (?:errexit|errtrace|nounset|pipefail|verbose|xtrace))?)++",
    "sleep": r" [0-9.]++[smh]?",
    "true": "",
    "wait": "",
}
"""The words of a shell that do nothing by themselves, each with what may stand behind it: they wait, end, print what is
written out, or say how the shell goes on, which is nowhere else than to the next of them."""

_ONE = "(?:" + "|".join(f"{re.escape(word)}{behind}" for word, behind in WORDS.items()) + ")"
_NOTE = r"#[^\r\n]*+"
IDLE = late_pattern(rf"{_NOTE}|(?:{_ONE}(?: *+(?:;|&&|\|\|) *+{_ONE})*+ *+;? *+(?:(?<= ){_NOTE})?)?")
"""A line of words that do nothing, or a note: nothing in it is run, written or sent."""

_KEY = late_pattern(r"tls_private_key\.\w+(\[[^\[\]]*\])?\.private_key_(openssh|pem|pem_pkcs8)")
_KEEPS_KEY = late_pattern(r"echo ('\$KEY'|\"\$KEY\") > (\./)?[\w./-]+\.pem|chmod [0-7]{3,4} (\./)?[\w./-]+\.pem")
"""A command that keeps the key that Terraform made in a file, or says who of the machine may read that."""

SHELLS = late_pattern(r"(?:/usr/bin/env |(?:/usr)?/bin/)?(?:ba|da)?sh(?: -[eux]+| -[eux]*o pipefail)* -[eux]*c")

_INERT = frozenset({"command", "on_failure", "quiet", "when", "working_dir"})
"""What may stand beside a command that does nothing: another shell or variables may make something else of it."""


def does_nothing(pair: Pair) -> bool:
    """Whether what the head's block runs waits or prints alone."""
    runs = pair.values(PROVISIONER)[1]
    return runs is not None and all(map(_block_is_idle, items(runs))) and bool(items(runs))


def hook_is_idle(execute: Value) -> bool:
    """Whether a list of words, run as they are or by a shell, does nothing."""
    words = [known(one) or "$(?)" for one in items(execute)]
    if SHELLS.fullmatch(" ".join(words[:-1])):
        return _are_idle(words[-1])
    return bool(words and IDLE.fullmatch(" ".join(words)))


def _block_is_idle(block: Value) -> bool:
    """Whether each line of a block's command does; what else the block says may make something else of it."""
    if not isinstance(block, ObjectValue) or not _has_inert_rest(block):
        return False
    said = string(entry_of(block, "command"))
    parts = () if said is None else tuple(map(_shown_key, said.parts))
    return bool(parts) and None not in parts and _are_idle("".join(part or "" for part in parts))


def _are_idle(text: str) -> bool:
    lines = (line.strip(" \t").removesuffix("\r") for line in text.split("\n"))
    return all(IDLE.fullmatch(line) or _KEEPS_KEY.fullmatch(line) for line in lines)


def _has_inert_rest(block: ObjectValue) -> bool:
    shell = " ".join(known(one) or "$(?)" for one in items(entry_of(block, "interpreter")))
    names = {str(name) for name, _ in block.entries} - ({"interpreter"} if SHELLS.fullmatch(shell) else set())
    return names <= _INERT


def _shown_key(part: str | Symbol) -> str | None:
    """A part of a command, in short where it is a key that Terraform made; None for anything else that is not known,
    which makes the command one that is not."""
    if isinstance(part, str):
        return part
    return "$KEY" if _KEY.fullmatch(part.name) else None
