"""Which programs the product starts: git, and Python with a module of ours; nothing of a change, and no Terraform."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.places import PROJECT
from tests.sources import nodes

STARTERS = {
    "bot/contents/command.py": "git",
    "bot/review_process/parent.py": "Python, with a module of ours",
}
_STARTING = frozenset({"subprocess", "pty", "multiprocessing"})
_CALLS = ("system", "popen", "startfile", "posix_spawn", "exec", "spawn")


def _starts(tree: tuple[ast.AST, ...]) -> Iterator[str]:
    """Imports of what starts processes, and calls in `os` that do."""
    for node in tree:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in _STARTING)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in _STARTING:
            yield str(node.module)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "os":
            yield from (f"os.{node.attr}" for start in _CALLS if node.attr.startswith(start))


def test_git_and_python_are_all_that_is_started() -> None:
    found = {
        str(path.relative_to(PROJECT)): sorted(set(_starts(nodes(path.read_text("utf-8")))))
        for path in sorted((PROJECT / "bot").rglob("*.py"))
    }
    assert {path for path, starts in found.items() if starts} == STARTERS.keys()
    assert 'shutil.which("git")' in (PROJECT / "bot/contents/command.py").read_text("utf-8")
    assert "return (sys.executable, " in (PROJECT / "bot/review_process/parent.py").read_text("utf-8")
