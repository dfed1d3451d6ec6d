"""Whatever a change request contains, nothing of it is live in the rendered Markdown."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.conversation.change_request.publication import WantedComments, plan_summary
from bot.conversation.change_request.publish import could_not_review
from bot.forges.port import Conversation, ReviewComment
from bot.render.anchor import Anchor
from bot.render.comment import accepted_comment, comment_body
from bot.render.explain import explained
from bot.render.markdown import cell, code, fence, words
from bot.render.summary import markdown
from bot.review.identity import ThreadKey
from bot.review.model import Review
from bot.review_config.settings import ReviewConfig
from tests.render.reviews import review_of

PARSER = MarkdownIt("gfm-like", {"html": True, "linkify": False}).enable("table")
OURS = re.compile(r"<summary>(?:[A-Za-z0-9 (),]+|<code>[^<>]*</code>)</summary>|</?(?:details|sub)>")
MARKER = re.compile(r"\A<!-- iam-review:[a-z0-9= ]+ -->\n")
LIVE = re.compile(
    r"(?i)@\w|#\d|\bgh-\d|://|\bwww\.|\b[0-9a-f]{7,40}\b|\w@\w|[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]"
)
"""What forges make links, mentions or references of where it stands outside code."""

NASTY = (
    "@octocat", "@org/team", "#1", "owner/repo#12", "GH-7", "!12", "$3", "~label", "%5", "&9",
    "https://evil.example/x", "www.evil.example", "a@b.example", "deadbeef1", "<img src=x onerror=alert(1)>", "<b>",
    "</details>", "<!--", "-->", "![x](https://e.example/i.png)", "[x](javascript:alert(1))", "[x]: https://e.example",
    "```", "````\n", "~~~", "`", "``", "|", "\\|", "\\", "\n\n# Heading\n", "\n---\n", "\n| a | b |\n|---|---|\n",
    "\u202e", "\u200b", "\u2066", "\x00", "\x1b[31m", "\r\n", "\t", "*", "**", "_", "__x__", "&lt;", "&#64;octocat",
    "/iam accept", "> quote", "- [ ] task", "1. one", "+ plus", "===", ":smile:", "<https://e.example>", "$`x`$", "$$",
    "<!-- iam-review:summary -->", "```suggestion\nx\n```", "\U000e0041", "\ufeff", "\u2028",
)  # fmt: skip

OUR_LINKS = re.compile(r"https://docs\.aws\.amazon\.com/service-authorization/latest/reference/list_[a-z0-9-]+\.html")
"""Where AWS describes a service's actions: of a pattern of actions, and of nothing that a text says."""

TEXTS = st.lists(st.one_of(st.sampled_from(NASTY), st.text(max_size=8)), max_size=6).map("".join)
JOINED = st.lists(TEXTS, max_size=3).map(" ".join)


def inline_tokens(markdown_text: str) -> Iterator[Token]:
    for token in PARSER.parse(MARKER.sub("", markdown_text)):
        yield token
        yield from token.children or ()


def assert_dead(markdown_text: str) -> None:
    for token in inline_tokens(markdown_text):
        if token.type == "link_open":
            assert OUR_LINKS.fullmatch(str(token.attrGet("href"))), token
        assert token.type not in ("image", "heading_open", "hr", "blockquote_open"), token
        if token.type in ("html_block", "html_inline"):
            assert not OURS.sub("", token.content).strip(), token.content
        if token.type == "text":
            assert not LIVE.search(token.content), token.content


@given(TEXTS)
def test_code_is_one_code_span_of_the_text(text: str) -> None:
    rendered = code(text)
    assert "\n" not in rendered
    spans = [token for token in inline_tokens(f"x {rendered} y") if token.type == "code_inline"]
    assert len(spans) == 1
    assert_dead(f"x {rendered} y")


@given(JOINED)
@example("deadbeef1- [ ] task")
@example("x-deadbeef1's")
def test_words_are_dead(text: str) -> None:
    assert_dead(words(text))
    assert_dead(f"- {words(text)}")


@given(JOINED, JOINED)
def test_a_cell_stays_one_cell(left: str, right: str) -> None:
    rendered = f"| a | b |\n| --- | --- |\n| {cell(words(left) or 'x')} | {cell(code(right))} |"
    cells = [token for token in inline_tokens(rendered) if token.type == "td_open"]
    assert len(cells) == 2
    assert_dead(rendered)


@given(TEXTS)
def test_a_fence_holds_the_text(text: str) -> None:
    tokens = PARSER.parse(f"{fence(text, 'suggestion')}\n\nafter")
    assert [token.type for token in tokens] == ["fence", "paragraph_open", "inline", "paragraph_close"]


def poisoned(text: str) -> Review:
    place = {"file": text, "line": 3, "end_line": 3, "side": "head"}
    finding: dict[str, Any] = {
        "title": f"role {text} can now use {text}",
        "principal": {"kind": "role", "name": text, "address": text},
        "instances": [text, text],
        "actions": [text],
        "except_actions": [text],
        "resources": [text],
        "conditions": [{"operator": text, "key": text, "values": [text]}],
        "before": text,
        "after": text,
        "witness": {
            "principal": text, "action": text, "resource": text, "context": {text: [text]}, "assumes": [text]
        },
        "location": place,
        "trail": [{"file": text, "line": 9, "side": "head", "what": text}],
        "suggestion": text,
        "why": text,
        "waiver": None,
        "fix": "Do it.",
    }  # fmt: skip
    gap = {"id": "g", "reason": text, "address": text, "file": text, "line": 1, "side": "head", "changed": True}
    gap |= {"carries_policy": True, "grade": "low", "kind": text, "remedy": text}
    return review_of(
        {
            "gained": [finding, {**finding, "waiver": {"reason": text, "approver": text, "until": text}}],
            "undecided": [finding],
            "lost": [finding],
            "gaps": [gap, {**gap, "changed": False}],
            "lint": [{"rule": "x", "title": text, "location": place}],
            "notes": [text],
            "grade": "high",
            "score": 50,
        }
    )


@settings(max_examples=150, deadline=None)
@given(JOINED)
def test_comment_and_summary_are_dead(text: str) -> None:
    review = poisoned(text)
    assert_dead(markdown(review, ReviewConfig()))
    finding = review.gained[0]
    assert_dead(comment_body(finding, review.head))
    body = comment_body(finding, review.head, Anchor("main.tf", finding.location.line, "head"))
    assert_dead(body)
    fences = [token for token in PARSER.parse(body) if token.type == "fence"]
    assert [(token.info, token.content) for token in fences] in ([], [("suggestion", f"{finding.suggestion}\n")])


@settings(max_examples=100, deadline=None)
@given(JOINED)
def test_accepted_and_explained_findings_are_dead(text: str) -> None:
    review = poisoned(text)
    finding = review.gained[1]
    assert_dead(explained((finding,), 60_000))
    body = accepted_comment(finding, review.head, Anchor("main.tf", finding.location.line, "head"))
    assert_dead(body)
    assert "suggestion" not in {token.info for token in PARSER.parse(body) if token.type == "fence"}


def refused_comment(path: str, body: str) -> ReviewComment:
    return ReviewComment(path, 3, "head", body, ThreadKey(1, "0" * 16))


@settings(max_examples=100, deadline=None)
@given(JOINED)
@example("a\n\n![x](https://e.example/i.png) @octocat #1.tf")
def test_what_the_forge_has_no_place_for_is_dead(text: str) -> None:
    review = poisoned(text)
    wanted = WantedComments(review.head, (), frozenset(), None)
    refused = refused_comment(text, comment_body(review.gained[0], review.head))
    edit = plan_summary(Conversation(()), wanted, (refused,))
    assert edit is not None
    assert_dead(edit.body)


@given(JOINED)
def test_the_reason_why_nothing_was_judged_is_dead(text: str) -> None:
    assert_dead(could_not_review(f"git: {text}", "fail", again=True).summary)


@pytest.mark.parametrize("length", [10_000, 3_000_000])
def test_bodies_stay_within_the_limits(length: int) -> None:
    review = poisoned("@`|<\u202e" * (length // 5))
    many = dataclasses.replace(review, gained=review.gained * 300)
    assert len(markdown(many, ReviewConfig())) <= 65_000
    assert len(comment_body(review.gained[0], review.head)) <= 65_000
    assert len(accepted_comment(review.gained[1], review.head)) <= 65_000
    assert len(explained(many.gained, 60_000)) <= 65_000
