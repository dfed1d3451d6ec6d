"""How many requests one review makes, by forge: the first time, and on a push that changes nothing.

    python -m bench.forge_requests [FILES ...]

For repositories of so many Terraform files (default 5 and 3000), with the real bot, just started, beside a sandbox.
Requests of git are counted apart from those to the API; those that look for what was missed are left out.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.fake_forge.gitlab.fake_gitlab import GitLabSandbox
from bot.fake_forge.repository import folder
from bot.fake_forge.sample import SAMPLES, AnySandbox
from bot.fake_forge.sandbox import Sandbox
from bot.fake_forge.world import PullRequest
from bot.wiring.fake_forge import running_bot

ROUNDS = re.compile(
    r"/app/hook/deliveries|/app/installations\?|/installation/repositories|/pulls\?.*state=open|"
    r"/api/v4/projects\?|/merge_requests\?.*state=opened"
)
"""What a bot asks that goes through its repositories for what it missed, some time after its start."""

LOGINS = re.compile(r"/access_tokens$|/app$|/api/v4/user$")
"""What is asked once for a token's lifetime or for good; whoever goes through repositories asks it for himself, too."""

FORGES: dict[str, Callable[[Path], AnySandbox]] = {"github": Sandbox.start, "gitlab": GitLabSandbox.start}


@contextmanager
def _sandbox(forge: str) -> Iterator[AnySandbox]:
    with (
        tempfile.TemporaryDirectory() as place,
        FORGES[forge](Path(place) / "forge") as sandbox,
        running_bot(sandbox) as bot,
    ):
        sandbox.send_webhooks_to(f"{bot}/hooks/{forge}")
        yield sandbox


def _counted(sandbox: AnySandbox, start: int) -> tuple[int, int]:
    """Requests to the API and of git since `start`, once it has become quiet."""
    seen = -1
    while seen != len(sandbox.requests):
        seen = len(sandbox.requests)
        sandbox.deliveries.settle()
        time.sleep(1.5)
    made = [request.path for request in sandbox.requests[start:] if not ROUNDS.search(request.path)]
    git = sum(".git/" in path for path in made)
    logins = [path for path in made if LOGINS.search(path)]
    return len(made) - git - len(logins) + len(set(logins)), git


def measure(forge: str, files: int) -> tuple[tuple[int, int], tuple[int, int], int]:
    """(API, git) of the first review and of an unchanged push, and how many inline comments there are."""
    more = {f"more/file{n}.tf": b'locals {\n  v%d = "x"\n}\n' % n for n in range(files - 5)}
    with _sandbox(forge) as sandbox:
        repository = sandbox.create_repository("acme/checkout", folder(SAMPLES / "base") | more)
        head = folder(SAMPLES / "head") | more
        pull: PullRequest = sandbox.open_pull(repository, head)
        sandbox.wait_for_check(pull, 120)
        first = _counted(sandbox, 0)
        start = len(sandbox.requests)
        sandbox.push(pull, head | {"README.md": b"more\n"})
        sandbox.wait_for_check(pull, 120)
        again = _counted(sandbox, start)
        return first, again, len(sandbox.snapshot(pull)["comments"])


def main() -> None:
    """Print a table."""
    sizes = [int(argument) for argument in sys.argv[1:]] or [5, 3000]
    print("| forge | .tf files | comments | first: API | first: git | unchanged push: API | unchanged push: git |")
    print("|---|---|---|---|---|---|---|")
    for forge in FORGES:
        for files in sizes:
            first, again, comments = measure(forge, files)
            print(f"| {forge} | {files} | {comments} | {first[0]} | {first[1]} | {again[0]} | {again[1]} |")


if __name__ == "__main__":
    main()
