"""Writes what helm makes of the chart: the manifests of deploy/kubernetes, and those of every option for the tests."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).parent.parent
CHART = ROOT / "deploy" / "helm" / "iam-review"
FULL = ROOT / "tests" / "cases" / "deploy" / "full.yaml"

RECORDED: tuple[tuple[Path, tuple[str, ...]], ...] = (
    (ROOT / "deploy" / "kubernetes" / "iam-review.yaml", ()),
    (FULL.with_name("full.rendered.yaml"), ("--values", str(FULL))),
)
"""Each file and the arguments it is made with."""

HEAD = "# Made by `python -m tools.chart` from deploy/helm/iam-review: change it there.\n"


def rendered(*arguments: str) -> str:
    """The chart's manifests. Raises CalledProcessError, whose `stderr` says what helm has against the values."""
    command = ["helm", "template", "iam-review", str(CHART), "--namespace", "iam-review", *arguments]
    return HEAD + subprocess.run(command, check=True, capture_output=True, text=True).stdout


def main() -> None:
    """Write them all."""
    for path, arguments in RECORDED:
        path.write_text(rendered(*arguments))


if __name__ == "__main__":
    main()
