"""Pull requests in a sandbox that are pushed to again and again, and whether everything was done right in the end."""

from __future__ import annotations

import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from bot.fake_forge.sandbox import Sandbox
from bot.fake_forge.world import PullRequest
from bot.render.marker import read_marker

RULES = b"mode: enforce\n"

_POLICY = """resource "aws_iam_policy" "reader" {{
  name = "reader"
  policy = jsonencode({{
    Version = "2012-10-17"
    Statement = [{{
      Effect = "Allow"
      Action = [
{actions}
      ]
      Resource = ["*"]
    }}]
  }})
}}
"""


def files(*actions: str) -> dict[str, bytes]:
    """A root module whose policy allows these actions."""
    lines = "\n".join(f'        "{action}",' for action in ("s3:GetObject", *actions))
    return {"main.tf": _POLICY.format(actions=lines).encode(), ".iam-review.yaml": RULES}


SERVICES = ("s3", "sqs", "sns", "kms", "ec2", "rds", "ecs", "logs")


@dataclass
class Traffic:
    """`pulls` pull requests over a few repositories; each push is a delivery."""

    sandbox: Sandbox
    pulls: list[PullRequest] = field(default_factory=list)
    random: Random = field(default_factory=lambda: Random(7))

    def open(self, count: int, repositories: int = 5) -> None:
        places = [self.sandbox.create_repository(f"acme/r{number}", files()) for number in range(repositories)]
        for number in range(count):
            place = places[number % repositories]
            self.pulls.append(self.sandbox.open_pull(place, self._change(), branch=f"b{number}"))

    def push(self) -> None:
        pull = self.random.choice(self.pulls)
        self.sandbox.push(pull, self._change())

    def _change(self) -> dict[str, bytes]:
        chosen = self.random.sample(SERVICES, self.random.randint(0, 3))
        # A comment makes each head a head of its own.
        made = files(*(f"{service}:*" for service in sorted(chosen)))
        return made | {"main.tf": made["main.tf"] + f"# {self.random.random()}\n".encode()}


@dataclass
class Verdict:
    """What is wrong in the end; all zero is right."""

    deliveries: int = 0
    undelivered: int = 0
    without_conclusion: int = 0
    wrong_conclusion: int = 0
    duplicate_comments: int = 0
    duplicate_summaries: int = 0
    missing_comments: int = 0
    comments: int = 0
    seconds: float = 0.0

    @property
    def wrong(self) -> int:
        return (
            self.undelivered
            + self.without_conclusion
            + self.wrong_conclusion
            + self.duplicate_comments
            + self.duplicate_summaries
            + self.missing_comments
        )


def judge(traffic: Traffic) -> Verdict:
    """Every delivery arrived in the end; every newest head has the right conclusion; nothing is said twice."""
    world, verdict = traffic.sandbox.github.world, Verdict()
    verdict.deliveries = len(traffic.sandbox.deliveries.sent)
    verdict.undelivered = sum(
        not any(200 <= answer < 300 for answer in delivery.answers) for delivery in traffic.sandbox.deliveries.sent
    )
    with world.lock:
        for pull in traffic.pulls:
            _judge_pull(traffic, pull, verdict)
    return verdict


def _judge_pull(traffic: Traffic, pull: PullRequest, verdict: Verdict) -> None:
    world = traffic.sandbox.github.world
    stars = set(re.findall(rb'"(\w+:\*)"', pull.repository.git.files(pull.head)["main.tf"]))
    conclusion = traffic.sandbox._verdict(pull, "iam-review")["conclusion"]
    verdict.without_conclusion += conclusion is None
    verdict.wrong_conclusion += conclusion is not None and conclusion != ("failure" if stars else "success")
    bots = traffic.sandbox.github.access.bots()
    inline = [c.body for c in world.line_comments_on(pull) if c.author in bots]
    # One that says that its finding is not there any more, and whose line is gone, is followed by a new one when the
    # access comes again.
    markers = [marker for marker in map(read_marker, inline) if marker is not None]
    marks = Counter(marker.thread for marker in markers if marker.is_open)
    verdict.comments += len(inline)
    verdict.duplicate_comments += sum(count - 1 for count in marks.values())
    said = [c for c in world.comments_on(pull) if c.author in bots and "iam-review:summary" in c.body]
    verdict.duplicate_summaries += max(0, len(said) - 1)
    verdict.missing_comments += bool(stars) and not inline


def settle(traffic: Traffic, seconds: float, pending: Callable[[], int]) -> Verdict:
    """Wait until all is right, at most so long; then judge."""
    begun = time.monotonic()
    while True:
        verdict = judge(traffic)
        if (verdict.wrong == 0 and pending() == 0) or time.monotonic() - begun > seconds:
            verdict.seconds = round(time.monotonic() - begun, 1)
            return verdict
        time.sleep(1)
