"""The pages of GitHub's public host."""

from __future__ import annotations

from bot.forges.repository_pages import PublicPages

PAGES = PublicPages("github.com", "/pull/", "/commit/")
"""Source: docs.github.com, "About pull requests" and "About commits", by the addresses shown there."""
