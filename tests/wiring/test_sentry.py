"""What goes to Sentry: the failure, without secrets, bodies and variables; and nothing where it is not configured."""

from __future__ import annotations

import subprocess
import sys

from bot.wiring.logs import Redactor
from bot.wiring.sentry import redacted

PROGRAM = """
import json, logging, sys
import bot.wiring.server
assert "sentry_sdk" not in sys.modules
from bot.wiring.logs import Redactor
from bot.wiring.sentry import report_to
report_to("http://key@127.0.0.1:9/1", Redactor.of(["canary-secret"]))
import sentry_sdk
sent = []
client = sentry_sdk.get_client()
client.transport.capture_envelope = lambda envelope: sent.append(envelope.serialize())
secret_local = "canary-" + "local"
try:
    raise ValueError("it was canary-secret")
except ValueError:
    logging.getLogger("bot").exception("work failed with canary-secret")
sentry_sdk.flush(0.1)
assert sent and b"work failed with" in sent[0] and b"ValueError" in sent[0], sent
assert b"canary" not in b"".join(sent), sent
"""


def test_events_are_redacted() -> None:
    event = {"message": "no canary-secret here", "request": {"headers": {"Authorization": "x"}}, "level": "error"}
    assert redacted(event, Redactor.of(["canary-secret"])) == {"message": "no [redacted] here", "level": "error"}


def test_a_failure_is_reported_without_secrets() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
