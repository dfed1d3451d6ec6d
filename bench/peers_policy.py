"""Agreement and speed on the conformance pairs: this engine, PolicyGlass and invariant-sast, one after the other.

    python -m bench.peers_policy [--limit N] [--write docs/measurements/FILE.md]

The peers are installed by pip into environments of their own in a cache folder outside the repository.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import venv
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

ROOT = Path(__file__).parent.parent
CONFORMANCE = ROOT.parent / "shared" / "conformance"
CACHE = Path(tempfile.gettempdir()) / "iam-review-bench"


@dataclass(frozen=True, slots=True)
class Peer:
    """A comparer: its judge under bench/peers and what pip installs for it (nothing: this environment)."""

    name: str
    judge: str
    packages: tuple[str, ...] = ()


HEAD = """Pairs a second and p99 are of CPU time, start-up apart.

| | agrees with the judge | false alarms | missed | no answer | pairs a second | p99 |
|---|---|---|---|---|---|---|"""

PEERS = (
    Peer("this engine", "our_judge.py"),
    Peer("PolicyGlass 0.8.0", "policyglass_judge.py", ("policyglass==0.8.0", "pydantic<2")),
    Peer("invariant-sast 0.3.3", "invariant_judge.py", ("invariant-sast==0.3.3", "z3-solver")),
)


def python_of(peer: Peer) -> Path:
    """The interpreter of the peer's environment, made if it is not there."""
    if not peer.packages:
        return Path(sys.executable)
    home = CACHE / peer.judge.removesuffix("_judge.py")
    if not (home / "installed").exists():
        venv.create(home, with_pip=True)
        subprocess.run([home / "bin" / "pip", "install", "--quiet", *peer.packages], check=True)
        (home / "installed").touch()
    return home / "bin" / "python"


def answers(peer: Peer, pairs: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The peer's answers by pair id; a pair its process died on is missing."""
    lines = "\n".join(json.dumps(pair) for pair in pairs) + "\n"
    command = [python_of(peer), ROOT / "bench" / "peers" / peer.judge]
    environment = {"PYTHONPATH": str(ROOT)} if not peer.packages else {}
    done = subprocess.run(command, input=lines, capture_output=True, text=True, env=environment, check=False)
    return {answer["id"]: answer for answer in map(json.loads, done.stdout.splitlines())}


def row(peer: Peer, pairs: list[dict[str, Any]]) -> str:
    """One line of the table."""
    given = answers(peer, pairs)
    said = [(pair["new_access"], given.get(pair["id"], {}).get("new_access")) for pair in pairs]
    agreed = sum(label is answer for label, answer in said)
    alarms = sum(label is False and answer is True for label, answer in said)
    missed = sum(label is True and answer is False for label, answer in said)
    silent = sum(answer is None for _, answer in said)
    times = sorted([answer["seconds"] for answer in given.values()][1:])
    rate, p99 = len(times) / sum(times), quantiles(times, n=100)[98] * 1e3
    return f"| {peer.name} | {agreed}/{len(pairs)} | {alarms} | {missed} | {silent} | {rate:,.0f} | {p99:,.1f} ms |"


def main() -> int:
    """Print the table; 2 if the conformance pairs are not there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=int, help="only every pair up to this many, spread evenly")
    parser.add_argument("--write", type=Path, help="also write the table to this file")
    options = parser.parse_args()
    if not CONFORMANCE.is_dir():
        print("peers: the conformance pairs are not beside the repository", file=sys.stderr)
        return 2
    found = [json.loads(line) for file in sorted(CONFORMANCE.glob("*.jsonl")) for line in file.read_text().splitlines()]
    pairs = found[:: max(1, len(found) // options.limit)] if options.limit else found
    table = "\n".join([HEAD, *(row(peer, pairs) for peer in PEERS)])
    print(table)
    if options.write:
        options.write.write_text(
            f"# Policy pairs: agreement and speed beside others\n\n`python -m bench.peers_policy`\n\n{table}\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
