"""What links and sessions are signed with: what is configured for it, else a key made once and kept in the database."""

from __future__ import annotations

from collections.abc import Callable

from pydantic import SecretStr

from bot.config import Config
from bot.store.database import Engines
from bot.store.secrets import kept_secret
from bot.web.report_links import ReportLinks


def links(config: Config, engines: Engines) -> ReportLinks:
    """Links to reports. Every process makes the same: workers write them, web processes open them."""
    pages = config.pages
    return ReportLinks(pages.public_url, _key(pages.link_secret, engines, "links"), pages.link_days)


def session_key(config: Config, engines: Engines) -> Callable[[], str]:
    """What the cookies of people who have signed in are signed with."""
    return _key(config.pages.session_secret, engines, "sessions")


def _key(configured: SecretStr | None, engines: Engines, name: str) -> Callable[[], str]:
    return kept_secret(engines, name) if configured is None else configured.get_secret_value
