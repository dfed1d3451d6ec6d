"""Reports failures to Sentry where that is configured: no request bodies, no local variables, redacted."""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from bot import __version__
from bot.errors import ConfigError

Event = Mapping[str, Any]


def report_to(dsn: str, redact: Callable[[str], str]) -> None:
    """Send what is logged as an error to `dsn`. Raises ConfigError if the library is not installed."""
    try:
        sentry = importlib.import_module("sentry_sdk")
    except ImportError as error:
        raise ConfigError("sentry_dsn: needs the library, pip install 'iam-review[sentry]'") from error
    sentry.init(
        dsn=dsn,
        release=f"iam-review@{__version__}",
        before_send=lambda event, hint: redacted(event, redact),
        before_breadcrumb=lambda crumb, hint: None,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        traces_sample_rate=0.0,
    )


def redacted(event: Event, redact: Callable[[str], str]) -> Event:
    """The event as a whole, with secrets taken out of its text and without headers and environment."""
    text = json.dumps(
        {key: value for key, value in event.items() if key not in ("request", "breadcrumbs")}, default=str
    )
    cleaned: Event = json.loads(redact(text))
    return cleaned
