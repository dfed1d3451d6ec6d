"""Pages for people: a merge request as its reviewer sees it on GitLab."""

from __future__ import annotations

from flask import Blueprint

from bot.sandbox.gitlab.forge import GitLab


def pages(gitlab: GitLab) -> Blueprint:
    """The start page and one page for each merge request."""
    return Blueprint("gitlab_pages", __name__)
