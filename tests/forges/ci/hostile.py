"""What a change request can put into its checkout to be executed by the job that reviews it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

MODULES = (
    "venv.py", "sitecustomize.py", "usercustomize.py", "typing.py", "startup.py", "conftest.py", "hatch_build.py",
    "pip/__init__.py", "pip/__main__.py", "ensurepip/__init__.py", "ensurepip/__main__.py", "bot/__init__.py",
    "bot/__main__.py", "hatchling/__init__.py", "hatchling/build.py", "lark/__init__.py", "typer/__init__.py",
)  # fmt: skip


def traps(marks: Path) -> dict[str, str]:
    """Files of a checkout, each of which leaves a file in `marks` if it is executed, or breaks what reads it."""
    modules = {
        name: f"import os; open(os.path.join({str(marks)!r}, {name.replace('/', '.')!r}), 'w').close()\n"
        for name in MODULES
    }
    script = f"sh -c 'touch {marks}/git'"
    return {
        **modules,
        "setup.cfg": "[install]\nprefix = /nowhere\n",
        "pip.conf": "[global]\nindex-url = http://127.0.0.1:9/\n",
        "pyvenv.cfg": "home = /nowhere\n",
        "pyproject.toml": "[build-system]\nrequires = ['nowhere']\n",
        ".python-version": "0.0.0-nowhere\n",
        ".tool-versions": "python 0.0.0-nowhere\n",
        ".netrc": "machine 127.0.0.1 login nobody password wrong\n",
        ".gitconfig": f"[core]\n\tfsmonitor = {script}\n[filter \"trap\"]\n\tclean = {script}\n",
        ".gitattributes": "*.tf filter=trap diff=trap\n",
    }  # fmt: skip


def variables(workspace: Path) -> Mapping[str, str]:
    """Variables of a workflow that let its own programs find the project's modules."""
    return {
        "PYTHONPATH": f".:{workspace}",
        "PYTHONSTARTUP": str(workspace / "startup.py"),
        "PYTHONHOME": str(workspace),
        "PYTHONUSERBASE": str(workspace),
    }


def sprung(marks: Path) -> list[str]:
    """Which traps were executed."""
    return sorted(path.name for path in marks.iterdir())


def spring(workspace: Path, module: str) -> None:
    """What the traps are for: `python -m MODULE` in the checkout executes what stands there."""
    subprocess.run((sys.executable, "-m", module, "--help"), cwd=workspace, capture_output=True, check=False)
