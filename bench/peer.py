"""Other tools, measured beside this one: pip installs each into an environment of its own, outside the repository."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import venv
from pathlib import Path

CACHE = Path(tempfile.gettempdir()) / "iam-review-bench"
PEERS = {"checkov": "checkov==3.3.30", "tfparse": "tfparse==0.6.22", "pygohcl": "pygohcl==1.2.9"}


def environment(name: str) -> Path | None:
    """The folder of the peer's programs; None, with a line that says why, if it cannot be installed."""
    home = CACHE / name
    if not (home / "installed").exists():
        venv.create(home, with_pip=True)
        command = [str(home / "bin" / "pip"), "install", "--quiet", PEERS[name]]
        found = subprocess.run(command, check=False, capture_output=True, text=True)
        if found.returncode:
            print(f"{name} cannot be installed: {(found.stderr.strip().splitlines() or ['no reason given'])[-1]}")
            return None
        (home / "installed").touch()
    return home / "bin"


def verdict(bounds: dict[str, tuple[float, float]]) -> int:
    """1 and a line for each figure over its bound, else 0."""
    over = {what: pair for what, pair in bounds.items() if pair[0] > pair[1]}
    for what, (found, bound) in over.items():
        print(f"over its bound: {what} {found:.3f} > {bound:g}", file=sys.stderr)
    return 1 if over else 0
