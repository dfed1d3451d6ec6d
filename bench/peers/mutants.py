"""Lists mutants of Python files with mutmut's operators, one JSON line each; runs in an environment of its own.

    python mutants.py [--sample N --seed S] FILE...

With --sample, that many drawn from all of the files together.
mutmut itself leaves out functions with decorators, which are the heart of the algebra; these are included here. Left
out are texts of exceptions, annotations, decorators and budgets (`MAX_...`), which change no verdict.
"""

from __future__ import annotations

import argparse
import contextlib
import json
from pathlib import Path
from random import Random

import libcst as cst  # type: ignore[import-not-found]
from libcst.metadata import MetadataWrapper, PositionProvider  # type: ignore[import-not-found]
from mutmut.mutation.mutators import mutation_operators  # type: ignore[import-not-found]

Mutation = tuple[Path, cst.Module, int, cst.CSTNode, cst.CSTNode]
"""File, its tree, line, node and what becomes of it."""

LEFT_OUT = (cst.Raise, cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom)


class Finder(cst.CSTVisitor):  # type: ignore[misc]
    """Collects every node with what an operator makes of it."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self) -> None:
        self.found: list[tuple[int, cst.CSTNode, cst.CSTNode]] = []
        self.line = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        if isinstance(node, LEFT_OUT) or _budget(node):
            return False
        with contextlib.suppress(KeyError):
            self.line = self.get_metadata(PositionProvider, node).start.line
        for kind, operator in mutation_operators:
            if isinstance(node, kind):
                self.found += [(self.line, node, mutated) for mutated in operator(node)]
        return True


def _budget(node: cst.CSTNode) -> bool:
    """Whether a node is an assignment of a module's constant that bounds work."""
    targets = [node.target] if isinstance(node, cst.AnnAssign) else []
    targets += [one.target for one in node.targets] if isinstance(node, cst.Assign) else []
    return any(isinstance(one, cst.Name) and one.value.lstrip("_").startswith("MAX_") for one in targets)


def mutations(path: Path) -> list[Mutation]:
    """What the operators make of a file, not carried out yet."""
    wrapper = MetadataWrapper(cst.parse_module(path.read_text()))
    finder = Finder()
    wrapper.visit(finder)
    return [(path, wrapper.module, *one) for one in finder.found]


def mutant(
    path: Path, module: cst.Module, line: int, node: cst.CSTNode, mutated: cst.CSTNode
) -> dict[str, object] | None:
    """A mutant: line, the line before and after, and the whole mutated text; None where the text is the same."""
    changed = module.deep_replace(node, mutated)
    assert isinstance(changed, cst.Module)
    pairs = zip(module.code.split("\n"), changed.code.split("\n"), strict=False)
    differs = next(((a, b) for a, b in pairs if a != b), None)
    if differs is None:
        return None
    was, now = differs
    return {"file": str(path), "line": line, "was": was.strip(), "is": now.strip(), "text": changed.code}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    found = [one for name in options.files for one in mutations(name)]
    if options.sample is not None:
        drawn = sorted(Random(options.seed).sample(range(len(found)), min(options.sample, len(found))))
        found = [found[index] for index in drawn]
    for one in found:
        made = mutant(*one)
        if made is not None:
            print(json.dumps(made))
