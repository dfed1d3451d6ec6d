"""A second judge of what goes over the wire: prism (`proxy --errors`) between the bot and the sandbox's GitHub.

    python -m bench.prism_judge [PRISM]

Prism holds every request and every answer against GitHub's official description (tests/fake_forge/openapi/rest.json)
and answers with an error where one of both breaks it. Its program is the argument, or `prism` on the path, or what npx
fetches (@stoplight/prism-cli). Exit code 1 if anything was not as described.
"""

from __future__ import annotations

import json
import logging
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from tests.wiring.by_hand import Place, sandbox, stop_all

NPX = ["npx", "--yes", "@stoplight/prism-cli"]

DESCRIPTION = Path("tests/fake_forge/openapi/rest.json")

NULL_IN_PRACTICE = ("line", "position")
"""What GitHub answers with null for an outdated comment, though its description says that it is a number."""

STEPS: tuple[tuple[str, object], ...] = (
    ("push", ["b = *", "d = 4"]),
    ("push", ["b = *", "c = **"]),
    ("say", "/iam help"),
    ("say", "/iam explain"),
    ("say", "/iam review"),
    ("force", ["a = 1", "e = ***"]),
    ("push", ["a = 1"]),
    ("say", "/iam pause"),
    ("say", "/iam dance"),
)
"""What is done to the pull request: everything that the bot asks of GitHub in an ordinary life."""


@contextmanager
def prism(program: list[str], upstream: str, log: Path) -> Iterator[str]:
    """Prism before `upstream`; yields its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    description = json.loads(DESCRIPTION.read_text())
    description["info"]["title"] = "GitHub"
    for name in NULL_IN_PRACTICE:
        description["components"]["schemas"]["pull-request-review-comment"]["properties"][name]["nullable"] = True
    whole = log.with_name("rest.json")
    whole.write_text(json.dumps(description))
    command = [*program, "proxy", str(whole), upstream, "--errors", "--port", str(port), "--verboseLevel", "info"]
    with log.open("w") as output, subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as process:
        try:
            _wait(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def _wait(port: int, seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError("prism does not listen")


def main() -> int:
    """Tell one story through prism and one without; they have to end alike."""
    program = sys.argv[1:2] or ([found] if (found := shutil.which("prism")) else NPX)
    if shutil.which(program[0]) is None:
        print("neither prism nor npx is here: npm install @stoplight/prism-cli")
        return 1
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "prism.log"
        with prism(program, sandbox("github").api_url, log) as address:
            before = len(sandbox("github").requests)
            judged = _story(Path(folder) / "judged", address)
            asked = len(sandbox("github").requests) - before
        plain = _story(Path(folder) / "plain", "")
        violations = [line for line in log.read_text().splitlines() if "iolation" in line or "error" in line.lower()]
    stop_all()
    alike = judged == plain
    print(
        f"{asked} requests through prism, {len(violations)} violations, conversations {'alike' if alike else 'differ'}"
    )
    for line in violations[:20]:
        print(line)
    return 0 if alike and not violations else 1


def _story(folder: Path, address: str) -> object:
    folder.mkdir()
    place = Place(folder, api_url=address)
    try:
        for what, with_it in STEPS:
            if what == "say":
                place.say(str(with_it))
            else:
                assert isinstance(with_it, list)
                place.push(with_it, force=what == "force")
            place.deliver(place.mine()[-1])
            place.look()
        return place.conversation(), len(place.replies())
    finally:
        place.close()


if __name__ == "__main__":
    sys.exit(main())
