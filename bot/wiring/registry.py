"""The forges that the bot knows: one line each."""

from __future__ import annotations

from bot.forges.github.adapter import ADAPTER as GITHUB
from bot.forges.gitlab.adapter import ADAPTER as GITLAB
from bot.forges.registry import Adapters

FORGES: Adapters = (
    GITHUB,
    GITLAB,
)
