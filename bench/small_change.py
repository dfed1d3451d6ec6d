"""CPU seconds and memory of one small change from the command line, both sides, as a user waits for it."""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from bot.sandbox.sample import SAMPLES


def measure(command: tuple[str, ...]) -> tuple[float, float, int]:
    """CPU seconds, peak memory in MB and exit code of one run of `command`."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, process.returncode


def main() -> None:
    """Run the sample change a few times."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--base-dir", type=Path, default=SAMPLES / "base")
    parser.add_argument("--head-dir", type=Path, default=SAMPLES / "head")
    given = parser.parse_args()
    command = (
        sys.executable,
        "-m",
        "bot",
        "diff",
        "--base-dir",
        str(given.base_dir),
        "--head-dir",
        str(given.head_dir),
    )
    runs = [measure((*command, "--format", "json")) for _ in range(given.runs)]
    print(json.dumps({
        "cpu_seconds_median": round(statistics.median(cpu for cpu, _, _ in runs), 3),
        "cpu_seconds_best": round(min(cpu for cpu, _, _ in runs), 3),
        "megabytes_peak": round(max(memory for _, memory, _ in runs), 1),
        "exit_codes": sorted({code for _, _, code in runs}),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
