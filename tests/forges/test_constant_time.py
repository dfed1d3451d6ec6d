"""Whether a delivery is authentic is decided by a comparison that takes the same time whatever differs."""

from __future__ import annotations

import hmac

import pytest

from bot.forges.github import webhook as github
from bot.forges.gitlab import webhook as gitlab

SECRET = "a-canary-of-16-or-more"
SIGNED = {"X-Hub-Signature-256": f"sha256={hmac.new(SECRET.encode(), b'{}', 'sha256').hexdigest()}"}


@pytest.mark.parametrize("answer", [True, False])
def test_secrets_are_compared_by_one_function(answer: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of right and wrong ones alike: nothing else is looked at."""
    monkeypatch.setattr(hmac, "compare_digest", lambda one, other: answer)
    for headers in (SIGNED, {"X-Hub-Signature-256": "sha256=0"}):
        assert github.is_authentic(headers, b"{}", [SECRET]) is answer
    for token in (SECRET, "wrong"):
        assert gitlab.is_authentic({"X-Gitlab-Token": token}, b"{}", gitlab.Secrets([SECRET]), 0.0) is answer
