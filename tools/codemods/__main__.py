"""Applies a plan to the checkout: python -m tools.codemods PLAN.toml"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.codemods.index import module_name, read_index
from tools.codemods.plan import Plan, read_plan
from tools.codemods.rewrite import Rewriter

ROOT = Path(__file__).parent.parent.parent
TEXTS = (".md", ".toml", ".yaml", ".yml", ".sh", ".json", ".txt", ".cfg", "Makefile", "Dockerfile", "run", ".gitignore")
KEPT = ("CHANGELOG.md", "docs/decisions/", "docs/measurements/", "tools/codemods/")
"""What tells of the past keeps the names of the past."""


def main() -> int:
    """Move, rewrite, put imports in order."""
    plan_file = Path(sys.argv[1])
    known = subprocess.run(["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\n")
    known = [path for path in known if path and (ROOT / path).is_file()]
    plan = read_plan(plan_file, known)
    _check(plan, known)
    index = read_index(ROOT, known)
    texts = {path: (ROOT / path).read_text("utf-8") for path in known if _is_text(path)}
    for module in index.values():
        texts[module.path] = (ROOT / module.path).read_text("utf-8")
    for path, text in texts.items():
        module = index.get(module_name(path)) if path.endswith(".py") else None
        new = plan.in_text(text) if module is None else Rewriter(plan, index, module, text).rewritten()
        if path.endswith(".py"):
            for one in plan.identifiers:
                new = one.rewritten(path, new)
        if new != text:
            (ROOT / path).write_text(new, "utf-8")
    for path in known:
        new_path = plan.moved_path(path)
        if new_path != path:
            (ROOT / new_path).parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["git", "mv", path, new_path], cwd=ROOT, check=True)
    for package, purpose in plan.packages.items():
        init = ROOT / package.replace(".", "/") / "__init__.py"
        init.parent.mkdir(parents=True, exist_ok=True)
        if not init.exists():
            init.write_text(f'"""{purpose}"""\n', "utf-8")
    return 0


def _is_text(path: str) -> bool:
    if path.startswith("tests/cases/"):
        return path.endswith(".yaml") and "/changes/" not in path
    return path.endswith(TEXTS) and not path.startswith((*KEPT, "requirements/"))


def _check(plan: Plan, known: list[str]) -> None:
    names = {module_name(path) for path in known if path.endswith(".py")}
    missing = [old for old in (*plan.modules, *(module for module, _ in plan.names)) if old not in names]
    if missing:
        raise SystemExit(f"no such modules: {', '.join(sorted(set(missing)))}")


if __name__ == "__main__":
    sys.exit(main())
