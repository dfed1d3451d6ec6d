"""The pages of GitLab's public host."""

from __future__ import annotations

from bot.forges.repository_pages import PublicPages

PAGES = PublicPages("gitlab.com", "/-/merge_requests/", "/-/commit/")
"""Source: docs.gitlab.com, "Merge requests" and "Commits"; `/-/` stands before what is no part of a path."""
