"""The command line: options and exit codes; each command imports its wiring inside its body to start fast."""

from bot.cli import ci, offline, operate, rules, server
from bot.cli.app import app

__all__ = ["app", "ci", "offline", "operate", "rules", "server"]
