"""Log lines are JSON and hold no secret, wherever it came from."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.wiring.logs import Redactor, configure

PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIcanary\n-----END RSA PRIVATE KEY-----"
SECRETS = ("canary-webhook", 'canary"quoted\\', PEM)


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    made = io.StringIO()
    configure("info", Redactor.of(SECRETS), made)
    yield made
    root.handlers[:], root.level = before
    structlog.reset_defaults()


def fail() -> None:
    local = SECRETS[1]
    raise RuntimeError(f"refused {local} and {PEM}")


def test_secrets_do_not_reach_the_log(stream: io.StringIO) -> None:
    log = structlog.get_logger("bot.x")
    log.info("posting", token=SECRETS[0], nested={"key": [SECRETS[1]]}, raw=PEM)
    logging.getLogger("some.library").warning("GET https://user:%s@host/", "canary-in-an-address")
    try:
        fail()
    except RuntimeError:
        log.exception("failed")
        logging.getLogger("some.library").exception("also failed")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [line["event"] for line in lines][0::2] == ["posting", "failed"]
    assert "RuntimeError" in lines[2]["exception"] and "RuntimeError" in lines[3]["exception"]
    assert "canary" not in stream.getvalue()


@pytest.mark.parametrize(
    "text",
    [
        "ghs_canary0123456789abcdef.with-parts",
        "github_pat_canary0123456789",
        "glpat-canary0123456789",
        "glpat-canary0123456789abc.01.0w0canary",
        "gldt-canary0123456789abc",
        "whsec_canary0123456789abcdef+/=",
        "PRIVATE-TOKEN: glpat-canary0123456789",
        "Authorization: Bearer canary0123456789abcd",
        "http.extraHeader=Authorization: basic canary0123456789abcd==",
        "https://x-access-token:canary@github.com/acme/infra.git",
        "-----BEGIN PRIVATE KEY-----\ncanary",
    ],
)
def test_what_looks_like_a_token_is_taken_out(text: str) -> None:
    assert "canary" not in Redactor.of(())(text)


@pytest.mark.parametrize("text", ["https://github.com/acme/infra/pull/7", "token is missing", "a basic mistake", ""])
def test_other_text_stays(text: str) -> None:
    assert Redactor.of(("secret",))(text) == text


def test_context_is_in_every_line(stream: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(delivery="d1"):
        logging.getLogger("some.library").warning("hello")
    assert json.loads(stream.getvalue())["delivery"] == "d1"


def test_a_message_below_the_level_is_not_written(stream: io.StringIO) -> None:
    structlog.get_logger("bot.x").debug("detail")
    assert stream.getvalue() == ""
