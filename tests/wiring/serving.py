"""A bot on loopback beside a sandbox: in this process, or in one of its own that can be killed."""

from __future__ import annotations

import dataclasses
import hashlib
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from werkzeug.serving import make_server

from bench.forge_requests import LOGINS, ROUNDS
from bot.config import Config
from bot.fake_forge.github.forge import AnsweredRequest
from bot.fake_forge.sandbox import Sandbox
from bot.jobs.process import Rhythm
from bot.review.codec import decoder, encode
from bot.review.model import Finding, FindingProof, Location
from bot.review_process import child
from bot.review_process.protocol import ChildAnswer, ChildRequest, ConfigRead, JudgeChange, ReadConfig, Reviewed
from bot.review_process.rounds import Reviewer
from bot.risk.earlier import Earlier, Recheck
from bot.wiring.logs import Redactor, configure
from bot.wiring.server import Bot, build
from bot.wiring.settings import load
from tests.fakes.reviews import ENFORCING, finding, review
from tests.store.databases import address_with_tables

RULES = dataclasses.replace(ENFORCING, approvers=("carol",))
"""What the base branch asks for: findings block, and carol accepts."""


def environment(sandbox: Sandbox, directory: Path) -> dict[str, str]:
    """The bot's settings for a sandbox, with all its state in `directory`."""
    return {
        "IAM_REVIEW_DATABASE": address_with_tables(directory / "db.sqlite"),
        "IAM_REVIEW_CACHE_DIR": str(directory / "cache"),
        "IAM_REVIEW_GITHUB__APP_ID": str(sandbox.app_id),
        "IAM_REVIEW_GITHUB__PRIVATE_KEY": sandbox.private_key,
        "IAM_REVIEW_GITHUB__WEBHOOK_SECRET": sandbox.webhook_secret,
        "IAM_REVIEW_GITHUB__BASE_URL": sandbox.api_url,
        "IAM_REVIEW_GITHUB__SECONDS_BETWEEN_WRITES": "0",
    }


_ANSWER: msgspec.json.Decoder[ChildAnswer] = decoder(ChildAnswer)


def review_here(request: ChildRequest) -> ChildAnswer:
    """The child's own answer, by way of the JSON that both ends speak, but without starting a child."""
    asked = msgspec.json.Decoder[ChildRequest](ChildRequest).decode(msgspec.json.encode(request))
    return _ANSWER.decode(encode(child.answer(asked)))


def stars(request: ChildRequest) -> ChildAnswer:
    """Stands in for a review: finds every added line of the one .tf file with a star in it, caused by its name."""
    if isinstance(request, ReadConfig):
        return ConfigRead(RULES)
    assert isinstance(request, JudgeChange)
    fetched = request.fetched
    [(file, blob)] = ((path, blob) for path, blob in fetched.head_listing.items() if path.endswith(".tf"))
    [base] = (blob for path, blob in fetched.base_listing.items() if path.endswith(".tf"))
    head, before = (fetched.blobs[one].decode() for one in (blob, base))
    lines = enumerate(head.splitlines(), 1)
    found = [_found(file, n, line) for n, line in lines if "*" in line and line not in before]
    made = dataclasses.replace(review(*found), base=fetched.base, head=fetched.head)
    return Reviewed(made, RULES, rechecks=tuple(_again(one, head.splitlines()) for one in request.earlier))


def _found(file: str, number: int, line: str) -> Finding:
    """A finding that is proved by its line."""
    proof = FindingProof("role", "identity", "", "aws_iam_role.ci", "ci", "ci", line, "*")
    place = Location(file, number, number, "head")
    return finding(star(line), proofs=(proof,), location=place, thread_keys=(star(line.partition("=")[0]),))


def _again(earlier: Earlier, head: list[str]) -> Recheck:
    allowed = any(proof.action in head for proof in earlier.proofs)
    return Recheck(earlier.thread, "allowed" if allowed else "refused")


def star(line: str) -> str:
    """The fingerprint of what a line is found as."""
    return hashlib.sha256(line.encode()).hexdigest()[:16]


def hurried(config: Config, reviewer: Reviewer | None = None) -> Bot:
    """A bot as `serve` builds it, but for its waits: what failed is tried again at once."""
    return build(config, reviewer, rhythm=Rhythm(tick=0.2, patience=0.02))


@contextmanager
def serving(bot: Bot, port: int = 0) -> Iterator[str]:
    """Serve a bot's application and run its workers; yields the address for webhooks."""
    server = make_server("127.0.0.1", port, bot.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    bot.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hooks/github"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        bot.stop(5)


def calls(made: Sequence[AnsweredRequest]) -> list[str]:
    """What was asked of the API, without rounds (a slow machine reaches one) and what is asked once for all jobs."""
    asked = [f"{r.method} {r.path}" for r in made if "/api/" in r.path]
    return [one for one in asked if not (ROUNDS.search(one) or LOGINS.search(one))]


def main() -> None:
    """Serve, from the environment, until killed; prints the address."""
    configure("error", Redactor.of(()))
    with serving(hurried(load(None), stars)) as url:
        print(url, flush=True)  # noqa: T201
        sys.stdin.read()


if __name__ == "__main__":
    main()
