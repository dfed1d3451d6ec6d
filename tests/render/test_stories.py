"""What a reader sees of a review: comments, summary and check, compared with what is written down.

`IAM_REVIEW_WRITE=1 pytest tests/render` writes them down anew, to be read in the diff.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from bot.render.comment import inline_comments
from bot.render.summary import check, summary
from bot.review_config.settings import ReviewConfig
from tests.render.reviews import FOLDER, review_of, stories, touched_of


def compare(path: Path, text: str) -> None:
    """Compare with the file, or write it."""
    if os.environ.get("IAM_REVIEW_WRITE"):
        path.write_text(text)
    assert text == path.read_text()


def conversation(story: dict[str, Any]) -> str:
    """Everything the forge would show, in one text."""
    review, touched, rules = (
        review_of(story["review"]),
        touched_of(story),
        ReviewConfig(mode=story.get("mode", "enforce")),
    )
    status = check(review, rules, touched)
    parts = [f"CHECK {status.conclusion}: {status.title}"]
    parts += [f"  note {n.level} {n.path}:{n.line}-{n.end_line} {n.title}: {n.message}" for n in status.annotations]
    for comment in inline_comments(review, touched, rules):
        lines = f"{comment.start_line}-{comment.line}" if comment.start_line else f"{comment.line}"
        parts.append(f"\nCOMMENT {comment.path}:{lines} {comment.side}\n{comment.body}")
    parts.append(f"\nSUMMARY\n{summary(review, rules) or '(none)'}")
    return "\n".join(parts) + "\n"


@pytest.mark.parametrize("story", stories(), ids=lambda story: story["about"])
def test_story(story: dict[str, Any]) -> None:
    compare(FOLDER / f"{story['about']}.md", conversation(story))
