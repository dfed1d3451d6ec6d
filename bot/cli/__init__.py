"""The command line: options and exit codes; each command imports its wiring inside its body to start fast."""

from bot.cli import (
    ci_commands,
    config_commands,
    offline_commands,
    server_commands,
)
from bot.cli.app import app, asked, command

__all__ = [
    "app",
    "asked",
    "ci_commands",
    "command",
    "config_commands",
    "offline_commands",
    "server_commands",
]
