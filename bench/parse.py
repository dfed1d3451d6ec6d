"""Parses every Terraform file below a folder: failures with their places, and milliseconds per KB."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from bot.terraform.parse import grammar_diagnostics, parse_file
from bot.terraform.syntax import SyntaxFault, line_starts, span

SUFFIXES = (".tf", ".tofu", ".tfvars", ".hcl")


def main(folder: str) -> None:
    grammar_diagnostics()
    paths = [path for path in sorted(Path(folder).rglob("*")) if path.suffix in SUFFIXES and path.is_file()]
    size = failures = 0
    seconds = 0.0
    for path in paths:
        text = path.read_bytes().decode("utf-8", "replace").removeprefix("\ufeff")
        size += len(text)
        begun = time.process_time()
        try:
            parse_file(text)
        except SyntaxFault as fault:
            failures += 1
            print(f"{span(str(path), line_starts(text), fault.start, fault.start)}: {fault.reason}")
        seconds += time.process_time() - begun
    kilobytes = size / 1024
    rate = 1000 * seconds / max(kilobytes, 1)
    print(f"{len(paths)} files, {failures} failures, {kilobytes:.0f} KB, {seconds:.2f} s CPU, {rate:.2f} ms/KB")


if __name__ == "__main__":
    main(sys.argv[1])
