"""The bot's process as `iam-review serve|web|worker` runs it, with a reviewer that costs nothing unless `real`.

    python -m bench.runtime.bot serve|web|worker cheap|real

The configuration comes from the environment.
"""

from __future__ import annotations

import hashlib
import sys

from bot.review.model import Finding, FindingPrincipal, FindingWitness, Location, Review, Stats
from bot.review.prose import Prose
from bot.review_config.settings import ReviewConfig
from bot.review_process.protocol import ChildAnswer, ChildRequest, JudgeChange, Reviewed
from bot.wiring.gunicorn import Gunicorn
from bot.wiring.logs import Redactor, configure
from bot.wiring.server import build
from bot.wiring.settings import load


def stars(request: ChildRequest) -> ChildAnswer:
    """Finds every added line of main.tf with an action that ends in a star."""
    assert isinstance(request, JudgeChange)
    fetched = request.fetched
    head = fetched.blobs[fetched.head_listing["main.tf"]].decode()
    base = fetched.blobs[fetched.base_listing["main.tf"]].decode()
    found = tuple(
        _finding(number, line)
        for number, line in enumerate(head.splitlines(), 1)
        if ':*"' in line and line not in base.splitlines()
    )
    made = Review(
        schema=1,
        base=fetched.base,
        head=fetched.head,
        verdict="fail" if found else "pass",
        blocked_by=("gained",) if found else (),
        complete=True,
        grade="high" if found else "none",
        score=60 if found else 0,
        gained=found,
        undecided=(),
        lost=(),
        gaps=(),
        lint=(),
        stats=Stats(),
    )
    return Reviewed(made, ReviewConfig(mode="enforce"))


def _finding(number: int, line: str) -> Finding:
    action = line.strip().strip('",')
    return Finding(
        fingerprint=hashlib.sha256(line.encode()).hexdigest()[:16],
        kind="grant",
        rule="wide-action",
        also=(),
        grade="high",
        points=60,
        title=Prose(f"`{action}` on everything"),
        principal=FindingPrincipal("role", "ci", "aws_iam_role.ci"),
        principals=("aws_iam_role.ci",),
        instances=("aws_iam_role.ci",),
        repeated=False,
        actions=(action,),
        except_actions=(),
        resources=("*",),
        except_resources=(),
        conditions=(),
        before=Prose(""),
        after=Prose(f"{action} on *"),
        witness=FindingWitness("aws_iam_role.ci", action.replace("*", "X"), "*"),
        path=(),
        location=Location("main.tf", number, number, "head"),
        trail=(),
        suggestion=None,
        waiver=None,
        help="",
    )


def main() -> None:
    role, reviewer = sys.argv[1:3]
    config = load(None)
    configure(config.log_level, Redactor.of(config.secrets()))
    chosen = stars if reviewer == "cheap" else None
    Gunicorn(config, lambda: build(config, chosen, role)).run()  # type: ignore[arg-type]


if __name__ == "__main__":
    main()
