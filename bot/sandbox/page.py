"""Pages for people: a pull request as its reviewer sees it."""

from __future__ import annotations

from flask import Blueprint

from bot.sandbox.github.forge import GitHub


def pages(github: GitHub) -> Blueprint:
    """The start page and one page for each pull request."""
    blueprint = Blueprint("pages", __name__)
    return blueprint
