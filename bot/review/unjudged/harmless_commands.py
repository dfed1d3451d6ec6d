"""Commands of which it is plain that they do nothing: they wait, end, print what is written out, or keep a key of
their own."""

from __future__ import annotations

from bot.evaluated.document import Symbol
from bot.evaluated.value import ObjectValue, Value
from bot.extract.argument_reading import entry_of, items, known, string
from bot.late_pattern import late_pattern
from bot.review.unjudged.changed_blocks import PROVISIONER, Pair

SAYS_NOTHING = late_pattern(
    r"sleep [0-9.]+[smh]?|echo( [^$`<>|&;()\\*~#{}\[\]^!\r\n]*)?|echo \"[^\"$`\\\r\n]*\"|exit [0-9]{1,3}|true|"
)
"""A command that waits, ends or prints a text that is written out: nothing in it is run, written or sent."""

_KEY = late_pattern(r"tls_private_key\.\w+(\[[^\[\]]*\])?\.private_key_(openssh|pem|pem_pkcs8)")
_KEEPS_KEY = late_pattern(r"echo ('\$KEY'|\"\$KEY\") > (\./)?[\w./-]+\.pem|chmod [0-7]{3,4} (\./)?[\w./-]+\.pem")
"""A command that keeps the key that Terraform made in a file, or says who of the machine may read that."""

_SHELLS = frozenset({("bash", "-c"), ("/bin/bash", "-c"), ("sh", "-c"), ("/bin/sh", "-c")})

_INERT = frozenset({"command", "on_failure", "quiet", "when"})
"""What may stand beside a command that does nothing: a shell, a folder or variables may make something else of it."""


def does_nothing(pair: Pair) -> bool:
    """Whether what the head's block runs waits or prints alone."""
    runs = pair.values(PROVISIONER)[1]
    return runs is not None and all(map(_says_nothing, items(runs))) and bool(items(runs))


def _says_nothing(block: Value) -> bool:
    """Whether each line of a block's command does; what else the block says may make something else of it."""
    if not isinstance(block, ObjectValue) or not _has_inert_rest(block):
        return False
    said = string(entry_of(block, "command"))
    if said is None:
        return False
    lines = [line.strip() for line in "".join(map(_shown_key, said.parts)).splitlines()]
    return all(SAYS_NOTHING.fullmatch(line) or _KEEPS_KEY.fullmatch(line) for line in lines)


def _has_inert_rest(block: ObjectValue) -> bool:
    shell = tuple(known(one) or "" for one in items(entry_of(block, "interpreter")))
    names = {str(name) for name, _ in block.entries} - ({"interpreter"} if shell in _SHELLS else set())
    return names <= _INERT


def _shown_key(part: str | Symbol) -> str:
    """A part of a command, in short where it is a key that Terraform made; anything else that is not known makes the
    command one that is."""
    if isinstance(part, str):
        return part
    return "$KEY" if _KEY.fullmatch(part.name) else "$(?)"
