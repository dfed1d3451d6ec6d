"""Logs: one JSON object a line on standard error, with secrets taken out of the finished line."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable
from typing import TextIO

import structlog

from bot.frozen import dataclass
from bot.late_pattern import late_pattern

_TOKENS = late_pattern(
    r"\b(?:gh[pousr]_[A-Za-z0-9_.-]{16,}|github_pat_\w{16,})"
    # https://docs.gitlab.com/security/tokens/#token-prefixes, and the webhooks' signing tokens
    r"|\bgl(?:pat|oas|dt|rtr?|cbt|ptt|ft|imt|agent|wt|soat|ffct)-[\w.-]{16,}|\bwhsec_[A-Za-z0-9+/=]{16,}"
    r"|(?i:\b(?:bearer|basic|token)\s+)[A-Za-z0-9+/=_.~-]{16,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)"
    r"|(?<=://)[^/\s:@\"]+:[^/\s@\"]+(?=@)",
    re.DOTALL,
)
REDACTED = "[redacted]"

SHORTEST = 6
"""Shorter secrets are not looked for: they would be found in every word."""


@dataclass(frozen=True, slots=True)
class Redactor:
    """Takes known secrets, and whatever looks like a token, out of text."""

    secrets: tuple[str, ...]

    @classmethod
    def of(cls, secrets: Iterable[str]) -> Redactor:
        """Also knows the secrets as JSON writes them; the longest go first."""
        spelled = {
            form
            for secret in secrets
            if len(secret) >= SHORTEST
            for form in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1])
        }
        return cls(tuple(sorted(spelled, key=len, reverse=True)))

    def __call__(self, text: str) -> str:
        """The text without them."""
        for secret in self.secrets:
            text = text.replace(secret, REDACTED)
        return _TOKENS.sub(REDACTED, text)


def configure(level: str, redactor: Redactor, stream: TextIO | None = None) -> None:
    """Send structlog's and every library's messages from `level` on to `stream` (standard error)."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_RedactingFormatter(redactor, shared))
    handler.addFilter(_is_told_by_nobody_else)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for chatty in ("alembic", "werkzeug", "urllib3", "dramatiq"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))


def _is_told_by_nobody_else(record: logging.LogRecord) -> bool:
    """A broker that is away is one line of ours; its client and Dramatiq's threads would each tell it every second."""
    if record.name.split(".")[0] == "pika":
        return False
    return not (record.name.startswith("dramatiq.") and "connection error" in record.msg)


class _RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Redacts the finished line: nothing that could end up in it escapes."""

    def __init__(self, redactor: Redactor, shared: list[structlog.typing.Processor]) -> None:
        super().__init__(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        return self._redactor(super().format(record))
