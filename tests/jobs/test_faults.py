"""A fault in one root, planted in the table of functions, from the worker to the check: told, blocked, and logged."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from bot.conversation.change_request.handle import Ports
from bot.frontends.terraform.functions import FUNCTIONS
from bot.jobs.leases import HeldLeases
from bot.jobs.worker import Worker
from bot.review.model import OnError
from bot.review_process import child
from bot.review_process.rounds import Options
from bot.store.work_items import ReviewChange
from tests.fakes.contents import FakeContents
from tests.fakes.forge import REF, FakeForge
from tests.jobs.test_work import Bench

ROLE = 'resource "aws_iam_role" "r" {\n  name = "r"\n  assume_role_policy = "{}"\n}\n'
GRANT = """\
resource "aws_iam_role_policy" "p" {
  name   = "p"
  role   = aws_iam_role.r.id
  policy = jsonencode({Version = "2012-10-17", Statement = [{Effect = "Allow", Action = "*", Resource = "*"}]})
}
"""
RULES = {".iam-review.yaml": "mode: enforce\n"}
BASE = RULES | {"a/main.tf": ROLE, "b/main.tf": ROLE}
FAULT = ROLE + GRANT + 'locals { x = sha512("boom") }\nresource "aws_iam_user" "u" { name = local.x }\n'


def told(tmp_path: Path, head: dict[str, str], on_error: OnError) -> tuple[FakeForge, list[str]]:
    """The forge after the review, and what was logged of roots."""
    bench = Bench(tmp_path)
    forge = bench.forge
    work = Worker(
        bench.store,
        HeldLeases(bench.store),
        lambda ref: Ports(forge, lambda _: FakeContents(BASE, head), child.answer, Options(on_error=on_error)),
        now=lambda: bench.time,
        redact=lambda text: text.replace("hunter2", "[hidden]"),
    )
    bench.push()
    with capture_logs() as logs:
        work.process(ReviewChange(REF))
    return forge, [one["traceback"] for one in logs if one["event"] == "a root could not be reviewed"]


@pytest.fixture(autouse=True)
def planted(monkeypatch: pytest.MonkeyPatch) -> None:
    def boom(*_: object) -> object:
        raise KeyError("hunter2")

    monkeypatch.setitem(FUNCTIONS, "sha512", boom)


@pytest.mark.parametrize(("on_error", "conclusion"), [("fail", "failure"), ("neutral", "neutral")])
def test_a_fault_beside_its_roots_own_grant(tmp_path: Path, on_error: OnError, conclusion: str) -> None:
    forge, tracebacks = told(tmp_path, BASE | {"a/main.tf": FAULT}, on_error)
    ((_, check),) = forge.checks
    assert check.conclusion == conclusion
    assert "could not review 1 of 1 root" in check.title
    assert "`a` not being reviewed whole, for this head only: `/iam accept" in check.summary
    (traceback,) = tracebacks
    assert "KeyError: '[hidden]'" in traceback
    published = [check.title, check.summary, *(comment.body for comment in forge.comments[REF])]
    assert not any("hunter2" in text or "Traceback" in text for text in published)


@pytest.mark.parametrize("on_error", ["fail", "neutral"])
def test_a_fault_beside_another_roots_grant(tmp_path: Path, on_error: OnError) -> None:
    head = BASE | {"a/main.tf": FAULT, "b/main.tf": ROLE + GRANT}
    forge, _ = told(tmp_path, head, on_error)
    ((_, check),) = forge.checks
    assert check.conclusion == "failure"
    assert check.title.startswith("CRITICAL") and "could not review 1 of 2 roots" in check.title
    assert [comment.path for comment in forge.comments[REF] if comment.kind == "inline"] == ["b/main.tf"]
