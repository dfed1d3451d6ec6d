"""The command and the options that stand before any subcommand."""

from __future__ import annotations

from typing import Annotated

import typer

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
