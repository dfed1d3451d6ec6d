"""The same Terraform laid out otherwise: blanks, comments, the order of arguments and of blocks, other files."""

from __future__ import annotations

from collections.abc import Iterator

from bench.silence.mutation import Mutation
from bench.silence.world import Edit
from bench.silence.written import Declared, Written, opened

OTHER_FILE = "mutated_layout.tf"


def layouts(written: Written) -> Iterator[Mutation]:
    """Every block laid out otherwise, in each way that it can be."""
    for one in written.blocks:
        name = ".".join((one.kind, *one.labels))
        for how, edits in (
            ("commented", _commented(written, one)),
            ("further down", (Edit(one.file, one.block.start, one.block.start, "# What follows.\n\n\n"),)),
            ("spaced", _spaced(one)),
            ("arguments in another order", _reordered(written, one)),
            ("in another file", _elsewhere(written, one)),
        ):
            if edits:
                yield Mutation("format", f"{name} {how}", edits)


def _commented(written: Written, one: Declared) -> tuple[Edit, ...]:
    at = one.block.header_end
    return (Edit(one.file, at, at, "\n  # As it was."),) if opened(written.world, one) else ()


def _spaced(one: Declared) -> tuple[Edit, ...]:
    at = [argument.start + len(argument.name) for argument in one.block.body.arguments]
    return tuple(Edit(one.file, place, place, "    ") for place in at)


def _reordered(written: Written, one: Declared) -> tuple[Edit, ...]:
    """The first and the last argument change places."""
    body = one.block.body
    if len(body.arguments) < 2:
        return ()
    first, last = body.arguments[0], body.arguments[-1]
    text = written.world.text(one.file)
    if "<<" in text[first.start : first.end] or "<<" in text[last.start : last.end]:
        return ()  # what ends with its line
    return (
        Edit(one.file, first.start, first.end, text[last.start : last.end]),
        Edit(one.file, last.start, last.end, text[first.start : first.end]),
    )


def _elsewhere(written: Written, one: Declared) -> tuple[Edit, ...]:
    text = written.world.text(one.file)
    path = f"{one.directory}/{OTHER_FILE}" if one.directory else OTHER_FILE
    block = text[one.block.start : one.block.end]
    return Edit(one.file, one.block.start, one.block.end, ""), Edit(path, 0, 0, f"{block}\n")
