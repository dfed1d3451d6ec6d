"""Runs pip-audit against a checkout of the PyPA advisory database, for networks whose package index has no advisories.

`python -m tools.advisories CHECKOUT [pip-audit's options]`. The checkout (github.com/pypa/advisory-database) is served
on the loopback address as OSV's `v1/query` (ossf.github.io/osv-schema), which pip-audit asks.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

Advisory = Mapping[str, Any]
Advisories = Mapping[str, list[Advisory]]  # by canonical package name


def read_advisories(checkout: Path) -> Advisories:
    """Every advisory in the checkout's `vulns/`. Raises SystemExit where there is none: nothing is not a pass."""
    by_package: dict[str, list[Advisory]] = {}
    for path in sorted(checkout.glob("vulns/*/*.yaml")):
        advisory = yaml.load(path.read_text(encoding="utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        for name in {canonicalize_name(each["package"]["name"]) for each in advisory["affected"]}:
            by_package.setdefault(name, []).append(advisory)
    if not by_package:
        raise SystemExit(f"{checkout}: no advisories in vulns/; give a checkout of the PyPA advisory database")
    return by_package


def advisories_for(advisories: Advisories, package: str, version: str) -> list[Advisory]:
    """Those that name `version` of `package`, or whose range has it, also where it is newer than the database."""
    name = canonicalize_name(package)
    return [each for each in advisories.get(name, []) if any(_affects(it, name, version) for it in each["affected"])]


def newest(advisories: Advisories) -> str:
    """The ISO date of the newest change to any of them: what came later, the audit cannot know."""
    return max(str(each["modified"]) for them in advisories.values() for each in them)[:10]


def _affects(affected: Mapping[str, Any], name: str, version: str) -> bool:
    if canonicalize_name(affected["package"]["name"]) != name:
        return False
    ranges = [each["events"] for each in affected.get("ranges", []) if each["type"] == "ECOSYSTEM"]
    return version in affected.get("versions", []) or any(_within(events, Version(version)) for events in ranges)


def _within(events: list[Mapping[str, str]], version: Version) -> bool:
    """OSV's rule: an `introduced` not above `version`, with no `fixed` up to it and no `last_affected` before it."""
    bounds = [(bound, kind) for event in events for kind, text in event.items() if (bound := _bound(kind, text))]
    within = False
    for bound, kind in sorted(bounds):
        if kind == "introduced" and bound <= version:
            within = True
        if (kind == "fixed" and bound <= version) or (kind == "last_affected" and bound < version):
            within = False
    return within


def _bound(kind: str, text: str) -> Version | None:
    """The version of one event; where it cannot be read, the range counts as wider, never as narrower."""
    try:
        return Version(text)
    except InvalidVersion:
        return Version("0") if kind == "introduced" else None


class _Handler(BaseHTTPRequestHandler):
    def __init__(self, advisories: Advisories, *rest: Any) -> None:
        self.advisories = advisories
        super().__init__(*rest)

    def do_POST(self) -> None:
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = advisories_for(self.advisories, query["package"]["name"], query["version"])
        body = json.dumps({"vulns": found} if found else {}, default=_as_text).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """One line per package would bury what pip-audit says."""


def _as_text(value: object) -> str:
    return value.isoformat().removesuffix("+00:00") + "Z" if isinstance(value, datetime) else str(value)


def main(arguments: list[str]) -> int:
    """Serve the checkout, run pip-audit with the other arguments, return its exit code."""
    if not arguments:
        raise SystemExit("python -m tools.advisories CHECKOUT [pip-audit's options]: which checkout is missing")
    advisories = read_advisories(Path(arguments[0]))
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, advisories))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"advisories of {len(advisories)} packages, the newest of {newest(advisories)}", flush=True)
    url = f"http://127.0.0.1:{server.server_address[1]}/v1/query"
    command = [sys.executable, "-m", "pip_audit", "--vulnerability-service", "osv", "--osv-url", url, *arguments[1:]]
    try:
        return subprocess.run(command, check=False).returncode
    finally:
        server.shutdown()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
