"""What a forge's refusals and faults are said to be, in words that hold nothing of anybody's."""

from __future__ import annotations

import pytest
import requests

from bot.forges.rest import said_in, unreached


def test_a_refusal_is_quoted_and_a_page_is_not() -> None:
    assert said_in("401 Unauthorized") == "401 Unauthorized"
    assert len(said_in("x" * 5000)) == 500
    page = said_in("\n<!DOCTYPE html><html><title>Sign in</title></html>")
    assert page == "(a web page and no answer of its API: is the address right, and which proxy stands between?)"


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (requests.exceptions.SSLError("https://t0ken@host"), "REQUESTS_CA_BUNDLE names a file of yours"),
        (requests.exceptions.ProxyError("https://t0ken@host"), "the proxy that HTTPS_PROXY names"),
        (
            OSError("Could not find a suitable TLS CA certificate bundle: t0ken"),
            "the file of authorities that REQUESTS",
        ),
        (requests.exceptions.ConnectTimeout("https://t0ken@host"), "ConnectTimeout"),
    ],
)
def test_why_a_server_was_not_reached_names_no_address(fault: Exception, words: str) -> None:
    assert words in unreached(fault) and "t0ken" not in unreached(fault)
