"""`iam-review try --once` shows on either forge what the bot posts on the sample."""

from __future__ import annotations

import json

import pytest

from bot.errors import UsageError
from bot.wiring import sandbox


def run(forge: str, output: str = "json") -> list[str]:
    told: list[str] = []
    options = {"once": True, "output": output, "port": 0, "echo": told.append, "note": told.append}
    assert sandbox.run(None, "", "HEAD", forge=forge, **options) == 0  # type: ignore[arg-type]
    return told


@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_the_sample_is_reviewed(forge: str) -> None:
    [told] = run(forge)
    seen = json.loads(told)
    assert {(c["path"], c["line"], c["side"]) for c in seen["comments"]} >= {("worker.tf", 24, "RIGHT")}
    assert (seen["check"]["conclusion"], seen["mergeable"]) == ("failure", False)
    assert seen["summary"].startswith("<!-- iam-review:summary")


def test_gitlab_for_a_terminal() -> None:
    [told] = run("gitlab", "terminal")
    assert told.startswith("check iam-review: failure: CRITICAL") and "```suggestion:-0+0" in told


def test_no_other_forge_is_imitated() -> None:
    with pytest.raises(UsageError, match="github or gitlab"):
        run("gitea")
