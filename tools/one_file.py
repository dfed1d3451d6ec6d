"""Makes one file of the command line and all that it needs, a zipapp: `python3 iam-review-VERSION.pyz diff`.

    python -m tools.one_file dist

The folder holds the wheel. The packages are the hashed ones of requirements/slim.txt. Four of them hold compiled code,
whose files are called after the Python and the system that they are for: those of each stand side by side, so that one
file is for all. Python loads no compiled code from an archive, so it is unpacked once into ~/.shiv (or SHIV_ROOT).
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bot import __version__

ROOT = Path(__file__).parent.parent
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = ("x86_64-manylinux_2_34", "aarch64-manylinux_2_34")
NAME = f"iam-review-{__version__}.pyz"


def main() -> int:
    """Write it beside the wheel, with the time of SOURCE_DATE_EPOCH."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    [wheel] = folder.glob("iam_review-*.whl")
    with tempfile.TemporaryDirectory() as work:
        site = Path(work, "site")
        for python in PYTHONS:
            for platform in PLATFORMS:
                merge(packages(Path(work, f"{python}-{platform}"), python, platform), site)
        _install(site, "--no-deps", str(wheel))
        tidy(site)
        _run("shiv", "--site-packages", site, "--compressed", "--reproducible", "--entry-point", "bot.__main__:main",
             "--python", "/usr/bin/env python3", "--output-file", folder / NAME)  # fmt: skip
    print(f"one file: {NAME}, {(folder / NAME).stat().st_size // 1000} kB")
    return 0


def packages(place: Path, python: str, platform: str) -> Path:
    """The slim packages as they are for one Python on one platform; only wheels with the right hashes."""
    only = ("--only-binary", ":all:", "--require-hashes", "--requirements", str(ROOT / "requirements" / "slim.txt"))
    _install(place, "--python-version", python, "--python-platform", platform, *only)
    return place


def merge(one: Path, into: Path) -> None:
    """Add what is not there yet. Raises ValueError where two files of one name differ and one is compiled."""
    for path in sorted(each for each in one.rglob("*") if each.is_file()):
        target = into / path.relative_to(one)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        elif path.suffix == ".so" and target.read_bytes() != path.read_bytes():
            raise ValueError(f"{target.relative_to(into)} is another one for {one.name}")


def tidy(site: Path) -> None:
    """Take away what tells where and when it was installed, or starts something else."""
    for name in ("bin", ".lock"):
        place = site / name
        shutil.rmtree(place) if place.is_dir() else place.unlink(missing_ok=True)
    for kind in ("RECORD", "INSTALLER", "direct_url.json", "uv_cache.json", "REQUESTED"):
        for path in site.glob(f"*.dist-info/{kind}"):
            path.unlink()


def _install(place: Path, *arguments: str) -> None:
    _run("uv", "pip", "install", "--quiet", "--no-config", "--target", place, *arguments)


def _run(program: str, *arguments: str | Path) -> None:
    call = [str(Path(sys.executable).parent / program), *map(str, arguments)]
    subprocess.run(call, check=True, env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"})


if __name__ == "__main__":
    sys.exit(main())
