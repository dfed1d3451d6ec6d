"""A way up is proved step by step, wherever a finding is told."""

from __future__ import annotations

import dataclasses
import io

from rich.console import Console

from bot.render import terminal
from bot.render.comment import comment_body
from bot.render.page import page
from bot.render.proof_steps import proof_steps
from bot.review.model import EscalationStep, FindingEscalation, FindingWitness
from bot.review_config.settings import ReviewConfig
from tests.fakes.reviews import finding, review


def _step(action: str, new: bool) -> EscalationStep:
    return EscalationStep(action, ("*",), new, FindingWitness("ci", action, "arn:of:it", {}, ("it exists",)))


PASS, RUN = _step("iam:PassRole", False), _step("ec2:RunInstances", True)
WAY = FindingEscalation("passrole-ec2", "an instance", "administrator", "critical", (PASS, RUN))
UP = dataclasses.replace(finding("1" * 16), escalations=(WAY,), witness=RUN.witness)
REQUESTS = ("iam:PassRole on arn:of:it by ci", "ec2:RunInstances on arn:of:it by ci")


def test_each_step_once_in_order() -> None:
    assert [(one.witness.action, one.new) for one in proof_steps(UP)] == [(s.action, s.new) for s in WAY.steps]


def test_its_own_request_leads_where_it_is_none_of_the_steps() -> None:
    other = dataclasses.replace(UP, witness=FindingWitness("ci", "s3:GetObject", "arn:of:it"))
    assert [one.witness.action for one in proof_steps(other)] == ["s3:GetObject", PASS.action, RUN.action]


def test_another_example_of_a_step_says_nothing_more() -> None:
    other = dataclasses.replace(UP, witness=FindingWitness("ci", RUN.action, "arn:of:another"))
    assert [one.witness.action for one in proof_steps(other)] == [PASS.action, RUN.action]


def test_whoever_comes_to_the_principal_comes_first() -> None:
    other = dataclasses.replace(UP, witness=FindingWitness("admin", "s3:GetObject", "arn:of:it"))
    assert [one.witness.action for one in proof_steps(other)] == [PASS.action, RUN.action, "s3:GetObject"]


def test_what_proves_no_way_is_one_request() -> None:
    assert [one.witness.action for one in proof_steps(finding("1" * 16))] == ["s3:DeleteBucket"]
    assert proof_steps(finding("1" * 16, witness=None)) == ()


def test_in_a_comment() -> None:
    assert (
        "For example, by these requests:\n\n"
        "1. allowed before, and still: `iam:PassRole` on `arn:of:it` by `ci` (assuming it exists)\n"
        "2. refused before, allowed now: `ec2:RunInstances` on `arn:of:it` by `ci` (assuming it exists)"
    ) in comment_body(UP, "a" * 40)


def test_at_a_terminal_and_on_the_page() -> None:
    shown = terminal.write(review(UP), ReviewConfig(), lambda *_: None, Console(file=io.StringIO()))
    document = page.document(review(UP))
    assert all(request in shown and request in document for request in REQUESTS)
