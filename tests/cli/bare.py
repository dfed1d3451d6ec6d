"""The program in an environment that holds what some requirements name, and nothing else that is installed here."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.places import PROJECT

PROGRAM = """
import sys
sys.path[:0] = [{place!r}, {project!r}]
from bot.__main__ import run
sys.exit(run(sys.argv[1:]))
"""


def required(file: Path) -> Iterator[str]:
    """The names in a file of hashed requirements whose markers are this machine's."""
    for name, marker in re.findall(r"^([A-Za-z0-9._-]+)(?:\[\w+\])?==[^;\s]+(?: ; ([^\\]*))?", file.read_text(), re.M):
        if "win32" not in marker or "!=" in marker:
            yield name


def bare_environment(place: Path, names: Iterator[str]) -> Path:
    """Links to what the named distributions brought into this environment."""
    place.mkdir()
    for name in names:
        distribution = importlib.metadata.distribution(name)
        tops = {file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}
        for top in tops:
            (place / top).symlink_to(Path(str(distribution.locate_file(top))))
    return place


def run_bare(place: Path, arguments: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """The command line in that environment: no site-packages, no variables of this one."""
    program = PROGRAM.format(place=str(place), project=str(PROJECT))
    call = [sys.executable, "-I", "-S", "-c", program, *arguments]
    return subprocess.run(call, capture_output=True, text=True, check=False, cwd=folder)
