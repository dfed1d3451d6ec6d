"""Who can accept is said where something waits for them, and nowhere else."""

from __future__ import annotations

import dataclasses
import html
from typing import Any

import pytest

from bot.conversation.change_request.handle import with_rule_links
from bot.render.accepting import acceptable, declaring_lines
from bot.render.comment import accepted_comment, inline_comments
from bot.render.formats import written
from bot.render.gap_list import gap_lines
from bot.render.line_notes import line_notes
from bot.render.speaker import Speaker
from bot.render.summary import markdown
from bot.review_config.settings import DeclaredWaiver, ReviewConfig
from tests.render.reviews import review_of, stories, touched_of

WAITING = dataclasses.replace(review_of(stories()[2]["review"]), verdict="fail", blocked_by=("gained",))
ENFORCING = ReviewConfig(mode="enforce", approvers=("grace", "acme/security"))


def test_the_summary_ends_with_who_can_accept() -> None:
    said = markdown(WAITING, ENFORCING)
    assert "`grace`, `acme/security` can accept a finding" in said
    nobody = markdown(WAITING, dataclasses.replace(ENFORCING, approvers=()))
    assert "Nobody can accept this yet: the base branch's `.iam-review.yaml` names no `approvers`." in nobody


@pytest.mark.parametrize("mode", ["observe", "comment"])
def test_where_nothing_is_blocked_nobody_is_named(mode: str) -> None:
    assert "can accept" not in markdown(WAITING, ReviewConfig(mode=mode, approvers=("grace",)))  # type: ignore[arg-type]


def test_where_nothing_waits_nobody_is_named() -> None:
    passed = dataclasses.replace(WAITING, verdict="pass", blocked_by=())
    assert "can accept" not in markdown(passed, ENFORCING)


def test_rules_are_linked_where_the_server_explains_them() -> None:
    linked = with_rule_links(WAITING, "https://bot.example.com/rules")
    assert linked.gained[0].help == f"https://bot.example.com/rules/{linked.gained[0].rule}.md"
    own = dataclasses.replace(WAITING.gained[0], help="https://wiki.example.com/x")
    kept = dataclasses.replace(WAITING, gained=(own,))
    assert with_rule_links(kept, "https://bot.example.com/rules").gained == (own,)
    assert with_rule_links(WAITING, "") is WAITING


@pytest.mark.parametrize("story", stories(), ids=lambda story: story["about"])
def test_a_job_names_no_command_that_nobody_answers(story: dict[str, Any]) -> None:
    review, touched = review_of(story["review"]), touched_of(story)
    comments = inline_comments(review, touched, ENFORCING, Speaker.JOB)
    accepted = [accepted_comment(one, review.head, None, Speaker.JOB) for one in review.gained if one.waiver]
    for said in (markdown(review, ENFORCING, "", Speaker.JOB), *(one.body for one in comments), *accepted):
        assert "/iam" not in said
    assert all(one.body.endswith(f"`{one.thread.digits}`</sub>") for one in comments)


def test_a_job_says_where_a_waiver_goes() -> None:
    said = markdown(WAITING, ENFORCING, "", Speaker.JOB)
    waiver = f'`{{fingerprint: "{WAITING.gained[0].fingerprint}", until: "…", reason: "…"}}`'
    assert f"{waiver} under `waivers` in the base branch" in said
    for others in ((), ("gaps",), ("config",), ("gained", "guardrail")):
        blocked = dataclasses.replace(WAITING, blocked_by=others, verdict="fail")
        assert waiver not in markdown(blocked, ENFORCING, "", Speaker.JOB)


def test_the_waiver_is_of_a_finding_that_blocks() -> None:
    harmless = dataclasses.replace(WAITING.gained[0], fingerprint="a" * 16, may_block=False)
    review = dataclasses.replace(WAITING, gained=(harmless, *WAITING.gained))
    assert acceptable(review, ENFORCING) == WAITING.gained[0]


def test_at_the_terminal_what_blocks_is_accepted_in_the_rules() -> None:
    first = f'waivers: [{{fingerprint: "{WAITING.gained[0].fingerprint}", until: "…", reason: "…"}}]'
    assert first in "".join(declaring_lines(WAITING, ReviewConfig()))
    assert "waiver there" not in "".join(declaring_lines(WAITING, ReviewConfig()))
    one = ReviewConfig(waivers=(DeclaredWaiver("c" * 16, "2027-01-31", "x"),))
    assert "1 waiver there, none for what is open here as it is now" in declaring_lines(WAITING, one)[-1]
    of_it = DeclaredWaiver(WAITING.gained[0].fingerprint, "2020-01-31", "x")
    lame = declaring_lines(WAITING, ReviewConfig(waivers=(of_it,)))[2:]
    assert lame == (
        "1 waiver there of what is open here: why it does not count stands above; mend that before adding one",
    )
    assert declaring_lines(WAITING, ReviewConfig(waivers=(of_it, *one.waivers)))[-1].startswith("1 other waiver there")
    for blocked_by in ((), ("gaps",), ("gained", "guardrail")):
        assert declaring_lines(dataclasses.replace(WAITING, blocked_by=blocked_by), one) == ()


@pytest.mark.parametrize(("head", "said"), [("a" * 40, True), ("WORKTREE", False)])
def test_a_job_says_how_a_gap_is_accepted_where_there_is_a_commit(head: str, said: bool) -> None:
    gap = {
        "id": "1", "reason": "not evaluated", "address": "", "file": "main.tf", "line": 3, "side": "head",
        "changed": True, "carries_policy": True, "grade": "none",
    }  # fmt: skip
    review = review_of({"head": head, "gaps": [gap], "complete": False, "blocked_by": ["gaps"]})
    waiver = f'fingerprint: "1", until: "…", reason: "…", scope: ["commit {head}"]'
    assert (waiver in gap_lines(review, 10, Speaker.JOB)) is said


@pytest.mark.parametrize("output", ["terminal", "json", "markdown", "sarif", "junit", "html", "line notes"])
def test_what_is_accepted_says_so_wherever_it_is_told(output: str) -> None:
    story = next(story for story in stories() if story["about"] == "accepted")
    review, touched = review_of(story["review"]), touched_of(story)
    accepted = [one for one in review.gained if one.waiver is not None]
    assert accepted
    if output == "line notes":
        files = {one.location.file for one in accepted}
        notes = [note for note in line_notes(review, ENFORCING, touched) if note.path in files]
        assert notes and all(note.title.startswith("accepted, ") for note in notes)
        said = " ".join(note.message for note in notes)
    else:
        said = html.unescape(written(review, ENFORCING, output, lambda *_: None))
    for one in accepted:
        assert one.waiver is not None and one.waiver.reason in said
