"""CPU seconds and memory of one small change from the command line, both sides, beside checkov on both.

As installed: modules are compiled once, into a folder of this run, whatever the environment says of writing bytecode.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.peer import environment, verdict
from bot.fake_forge.sample import SAMPLES

MAX_SECONDS = 0.5
MAX_MEGABYTES = 100.0
MAX_SHARE_OF_CHECKOV = 0.1


def measure(command: tuple[str, ...], output: Path = Path(os.devnull), bytecode: str = "") -> tuple[float, float, int]:
    """CPU seconds, peak memory in MB and exit code of one run of `command`; what it says goes to `output`.

    `bytecode` is a folder for compiled modules, "" to do with them as the environment says.
    """
    variables = dict(os.environ)
    if bytecode:
        variables.pop("PYTHONDONTWRITEBYTECODE", None)
        variables["PYTHONPYCACHEPREFIX"] = bytecode
    with output.open("wb") as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.DEVNULL, env=variables)
        _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode


def main() -> int:
    """Run the sample change a few times; 1 if a figure is over its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--base-dir", type=Path, default=SAMPLES / "base")
    parser.add_argument("--head-dir", type=Path, default=SAMPLES / "head")
    parser.add_argument("--no-peer", action="store_true", help="without checkov")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as bytecode:
        return _compared(given, bytecode)


def _compared(given: argparse.Namespace, bytecode: str) -> int:
    sides = ("--base-dir", str(given.base_dir), "--head-dir", str(given.head_dir))
    command = (sys.executable, "-m", "bot", "diff", *sides, "--format", "json")
    runs = [measure(command, bytecode=bytecode) for _ in range(given.runs)]
    best = min(cpu for cpu, _, _ in runs)
    memory = max(memory for _, memory, _ in runs)
    bounds = {"CPU seconds": (best, MAX_SECONDS), "megabytes": (memory, MAX_MEGABYTES)}
    figures = {
        "cpu_seconds_median": round(statistics.median(cpu for cpu, _, _ in runs), 3),
        "cpu_seconds_best": round(best, 3),
        "megabytes_peak": round(memory, 1),
        "exit_codes": sorted({code for _, _, code in runs}),
    }
    programs = None if given.no_peer else environment("checkov")
    if programs is not None:
        both = (given.base_dir, given.head_dir)
        checkov = min(sum(_checkov(programs, one, bytecode) for one in both) for _ in range(2))
        figures |= {"checkov_cpu_seconds": round(checkov, 2), "share_of_checkov": round(best / checkov, 3)}
        bounds["share of checkov"] = (best / checkov, MAX_SHARE_OF_CHECKOV)
    print(json.dumps(figures))
    return verdict(bounds)


def _checkov(programs: Path, directory: Path, bytecode: str) -> float:
    options = ("--framework", "terraform", "--quiet", "--skip-download", "--output", "json")
    return measure((str(programs / "checkov"), "--directory", str(directory), *options), bytecode=bytecode)[0]


if __name__ == "__main__":
    sys.exit(main())
