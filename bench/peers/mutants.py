"""Lists mutants of Python files with mutmut's operators, one JSON line each; runs in an environment of its own.

    python mutants.py FILE...

mutmut itself leaves out functions with decorators, which are the heart of the algebra; these are included here. Left
out are texts of exceptions, annotations, decorators and budgets (`MAX_...`), which change no verdict.
"""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import libcst as cst  # type: ignore[import-not-found]
from libcst.metadata import MetadataWrapper, PositionProvider  # type: ignore[import-not-found]
from mutmut.mutation.mutators import mutation_operators  # type: ignore[import-not-found]

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


def mutants(path: Path) -> Iterator[dict[str, object]]:
    """The file's mutants: line, the line before and after, and the whole mutated text."""
    wrapper = MetadataWrapper(cst.parse_module(path.read_text()))
    finder = Finder()
    wrapper.visit(finder)
    before = wrapper.module.code.split("\n")
    for line, node, mutated in finder.found:
        changed = wrapper.module.deep_replace(node, mutated)
        assert isinstance(changed, cst.Module)
        code = changed.code
        after = code.split("\n")
        at = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), None)
        if at is not None:
            yield {"file": str(path), "line": line, "was": before[at].strip(), "is": after[at].strip(), "text": code}


if __name__ == "__main__":
    for name in sys.argv[1:]:
        for mutant in mutants(Path(name)):
            print(json.dumps(mutant))
