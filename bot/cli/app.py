"""The command and the options that stand before any subcommand."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Annotated

import click
import typer
from typer.main import get_command, get_command_name
from typer.models import CommandInfo

from bot import __version__

app = typer.Typer(
    name="iam-review",
    help="What access does this Terraform change newly grant? Proved, on the line that causes it.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"iam-review {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def command(arguments: Sequence[str]) -> click.Command:
    """The command line for these arguments: of its commands only the one they ask for, or all if they name none.

    A command's options are made of its function's types, which takes a tenth of a small review if it is done for all.
    """
    asked = next((one for one in arguments if not one.startswith("-")), None)
    only = copy.copy(app)
    only.registered_commands = [one for one in app.registered_commands if _name(one) == asked]
    only.registered_groups = [one for one in app.registered_groups if one.name == asked]
    return get_command(only if only.registered_commands or only.registered_groups else app)


def _name(described: CommandInfo) -> str:
    return described.name or get_command_name(getattr(described.callback, "__name__", ""))
