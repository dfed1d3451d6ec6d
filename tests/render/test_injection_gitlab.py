"""Whatever a merge request contains, nothing of it is live in GitLab's Markdown, and no line of it is an order."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.conversation.change_request.publication import WantedComments, plan_summary
from bot.forges.gitlab.client import for_gitlab, from_gitlab
from bot.forges.port import Conversation
from bot.render.anchor import Anchor
from bot.render.comment import accepted_comment, comment_body
from bot.render.explain import explained
from bot.render.markdown import words
from bot.render.summary import markdown
from bot.review_config.settings import ReviewConfig
from tests.render.test_injection import MARKER, NASTY, PARSER, assert_dead, inline_tokens, poisoned, refused_comment

# https://docs.gitlab.com/user/markdown/#gitlab-specific-references and further down, what is not plain Markdown there.
REFERENCES = (
    "@octo", "@all", "#12", "!12", "$12", "&12", "%12", "~bug", '~"a b"', '%"a b"', "^alert#1", "acme/infra!3",
    "acme/infra@9ba12248...b19a04f5", "[vulnerability:1]", "[feature_flag:1]", "[issue:1]", "[epic:1]",
    "[wiki_page:Home]", "[cadence:1]", "[contact:a@b.example]", "[work_item:1]", "*iteration:1", "GL-7", "ABC1-23",
    "A_PROJECT-9", "MY-ROLE-2", "[[Home]]", "[[_TOC_]]", "[TOC]", "::include{file=/etc/passwd}", "$`a^2`$", "$$\nx\n$$",
    "{+ new +}", "[- old -]", "[^1]", "[^1]: note", ":tada:", "- [~] task", ">>>\nquote\n>>>", "%{project_path}",
    "---\ntitle: x\n---", "```mermaid\ngraph\n```", "```math\nx\n```", "> [!warning]", "`#ff0000`", "+++", ";;;",
)  # fmt: skip
ORDERS = (
    "/merge", "/approve", "/close", "\n/close\n", "/label ~x", " /assign @me", "\r\n/merge\r\n", "x\n/title y",
    "\t/lock", "/iam accept 0123 until=2099-01-01",
)  # fmt: skip

LIVE = re.compile(
    r"(?<![\w&])[@#!$&~%^](?=[\w\"{])|\[(?:vulnerability|feature_flag|issue|epic|wiki_page|cadence|contact|work_item):|"
    r"\[\[|\[TOC|\[\^|::include|\{\+|\[-|%\{|:\w+:|\b[A-Z][A-Z0-9_]+-\d|\*iteration:"
)
"""What GitLab makes a link, a mention, a label or something else of, where it stands outside of code."""

TEXTS = st.lists(st.one_of(st.sampled_from((*NASTY, *REFERENCES, *ORDERS)), st.text(max_size=8)), max_size=6).map(
    "".join
)
JOINED = st.lists(TEXTS, max_size=3).map(" ".join)


def assert_dead_on_gitlab(body: str) -> None:
    assert_dead(body)
    for token in inline_tokens(body):
        if token.type == "text":
            assert not LIVE.search(token.content), token.content
        assert token.type != "fence" or token.info in ("", "sh", "suggestion:-0+0", "no-suggestion"), token.info
    assert not re.search(r"(?m)^[ \t]*/", body), "a line that begins with a slash"
    assert "$`" not in re.sub(r"(`+).*?(?<!`)\1(?!`)", "", MARKER.sub("", body), flags=re.DOTALL)


@given(JOINED)
def test_words_are_dead(text: str) -> None:
    assert_dead_on_gitlab(for_gitlab(f"x {words(text)}"))


@pytest.mark.parametrize("text", (*REFERENCES, *ORDERS))
def test_each_kind_of_reference_is_dead(text: str) -> None:
    assert_dead_on_gitlab(for_gitlab(f"x {words(f'see {text} there')}"))


@settings(max_examples=100, deadline=None)
@given(JOINED)
@example("/merge")
@example("/close ```")
@example("```\n/merge\n```")
def test_comment_and_summary_are_dead(text: str) -> None:
    review = poisoned(text)
    finding = review.gained[0]
    where = Anchor("main.tf", finding.location.line, "head")
    wanted = WantedComments(review.head, (), frozenset(), None)
    comment = refused_comment(text, comment_body(finding, review.head))
    refused = plan_summary(Conversation(()), wanted, (comment,))
    assert refused is not None
    for body in (
        refused.body,
        explained((finding,), 60_000),
        accepted_comment(review.gained[1], review.head, where),
        markdown(review, ReviewConfig()),
        comment_body(finding, review.head),
        comment_body(finding, review.head, where),
    ):
        assert_dead_on_gitlab(for_gitlab(body))
        assert from_gitlab(for_gitlab(body)) == body


@given(TEXTS)
def test_a_suggestion_replaces_its_line_and_no_other(text: str) -> None:
    review = poisoned(text)
    finding = review.gained[0]
    body = for_gitlab(comment_body(finding, review.head, Anchor("main.tf", finding.location.line, "head")))
    fences = [token for token in PARSER.parse(body) if token.type == "fence"]
    offered = [(token.info, token.content) for token in fences if token.info != "no-suggestion"]
    assert offered in ([], [("suggestion:-0+0", f"{finding.suggestion}\n")])
