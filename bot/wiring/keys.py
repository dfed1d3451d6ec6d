"""What links and sessions are signed with: what is configured for it, else a key made once and kept in the database."""

from __future__ import annotations

import functools
from collections.abc import Callable

from pydantic import SecretStr

from bot.config import Config
from bot.store.database import Engines
from bot.store.ended_links import times_ended
from bot.store.secrets import kept_secret
from bot.web.report_links import ReportLinks

LINKS, SESSIONS = "links", "sessions"


def links(config: Config, engines: Engines) -> ReportLinks:
    """Links to reports. Every process makes the same: workers write them, web processes open them."""
    pages = config.pages
    ended = functools.partial(times_ended, engines)
    return ReportLinks(pages.public_url, _key(pages.link_secret, engines, LINKS), pages.link_days, ended=ended)


def session_key(config: Config, engines: Engines) -> Callable[[], str]:
    """What the cookies of people who have signed in are signed with."""
    return _key(config.pages.session_secret, engines, SESSIONS)


def _key(configured: SecretStr | None, engines: Engines, name: str) -> Callable[[], str]:
    return kept_secret(engines, name) if configured is None else configured.get_secret_value
