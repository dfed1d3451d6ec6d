"""Only where nobody can come from elsewhere is whoever asks for a page taken for the person at the machine."""

from __future__ import annotations

import pytest

from bot.wiring.pages import is_for_who_is_here
from bot.wiring.settings import SERVER_CONFIG


@pytest.mark.parametrize(
    ("host", "public_url", "here"),
    [
        ("127.0.0.1", "", True),
        ("localhost", "", True),
        ("::1", "", True),
        ("127.0.0.1", "http://127.0.0.1:8080", True),
        ("127.0.0.1", "http://localhost:8080", True),
        ("127.0.0.1", "https://iam-review.example.com", False),  # behind a proxy on this machine
        ("0.0.0.0", "", False),
        ("0.0.0.0", "https://iam-review.example.com", False),
        ("10.0.0.7", "http://localhost:8080", False),
    ],
)
def test_who_is_here(host: str, public_url: str, here: bool) -> None:
    given = {"github": {"webhook_secret": "s" * 16, "token": "t"}, "host": host, "pages": {"public_url": public_url}}
    assert is_for_who_is_here(SERVER_CONFIG.model_validate(given)) is here
