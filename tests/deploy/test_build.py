"""Building the wheel: its environment has what `build-system` names, and none of what the program needs."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib

from tests.places import PROJECT

ROOT = PROJECT

IMPORTED_AS = {"python-hcl2": "hcl2"}

BUILD = """
import importlib.abc, sys

class Bare(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top = name.partition(".")[0]
        if top in {"bot", *sys.argv[1:]} or top in sys.stdlib_module_names:
            return None
        raise ModuleNotFoundError(f"{name} is not among what build-system requires", name=name)

sys.meta_path.insert(0, Bare())
from bot.frontends.terraform.syntax import grammar_table
sys.stdout.buffer.write(grammar_table.compiled())
"""

WRITE = "sys.stdout.buffer.write(grammar_table.compiled())"


def test_hook_needs_nothing_that_the_build_does_not_require() -> None:
    required = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    names = [re.split(r"[=<>!~ \[;]", one)[0] for one in required]
    modules = [IMPORTED_AS.get(name, name.replace("-", "_")) for name in names]
    done = subprocess.run([sys.executable, "-c", BUILD, *modules], cwd=ROOT, capture_output=True, check=False)
    assert (done.returncode, done.stderr.decode()) == (0, "")
    assert len(done.stdout) > 50_000


def test_the_same_checkout_gives_the_same_table() -> None:
    """Numbers of states and rules came from where Lark's objects lay in memory."""
    call = [sys.executable, "-c", "import sys\nfrom bot.frontends.terraform.syntax import grammar_table\n" + WRITE]
    tables = {subprocess.run(call, cwd=ROOT, capture_output=True, check=True).stdout for _ in range(2)}
    assert len(tables) == 1
