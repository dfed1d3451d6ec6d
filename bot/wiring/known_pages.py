"""The public hosts whose pages are known: one line each, apart from the adapters, which take long to load."""

from __future__ import annotations

from bot.forges.github.public_pages import PAGES as GITHUB
from bot.forges.gitlab.public_pages import PAGES as GITLAB
from bot.forges.repository_pages import PublicPages

PUBLIC: tuple[PublicPages, ...] = (
    GITHUB,
    GITLAB,
)
