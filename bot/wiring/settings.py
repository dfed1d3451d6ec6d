"""The server's configuration, with the sections of the forges that the bot knows."""

from __future__ import annotations

import functools

from bot.config import config_with, sources
from bot.wiring.registry import FORGES

SERVER_CONFIG = config_with(adapter.section for adapter in FORGES)

load = functools.partial(sources.load, SERVER_CONFIG)
unconfigured = functools.partial(sources.unconfigured, SERVER_CONFIG)
database_address = functools.partial(sources.database_address, SERVER_CONFIG)
secret_variables = functools.partial(sources.secret_variables, SERVER_CONFIG)
