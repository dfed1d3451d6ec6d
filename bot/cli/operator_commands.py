"""Commands of an operator: the database's schema, and work that was given up."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.app import CommandGroup, Commands, app

Configuration = Annotated[Path | None, typer.Option(help="The server's configuration file.", dir_okay=False)]

db = typer.Typer(
    help="The database's schema.", cls=Commands, no_args_is_help=True, suggest_commands=False, rich_markup_mode=None
)
app.add_typer(db, name="db", rich_help_panel=CommandGroup.SERVER)


@db.command()
def upgrade(config: Configuration = None) -> None:
    """Bring the database to this program's schema; safe to run twice, and at the same time."""
    from bot.wiring import operate

    operate.upgrade(config, typer.echo)


@db.command()
def status(config: Configuration = None) -> None:
    """Say at which revision the database is. Exit code: 0 this program's, 1 another or none."""
    from bot.wiring import operate

    raise typer.Exit(0 if operate.status(config, typer.echo) else 1)


@app.command(rich_help_panel=CommandGroup.SERVER)
def dead(
    config: Configuration = None,
    output: Annotated[str, typer.Option("--format", help="terminal, or json: one object a line.")] = "terminal",
) -> None:
    """List the change requests whose review was given up, and why."""
    from bot.wiring import operate

    count = operate.dead(config, output == "json", typer.echo)
    typer.echo(f"{count} given up" + ("; try again with `iam-review replay`" if count else ""), err=True)


@app.command(rich_help_panel=CommandGroup.SERVER)
def replay(
    names: Annotated[list[str] | None, typer.Argument(help="OWNER/NAME#7 (GitLab: GROUP/NAME!7).")] = None,
    every: Annotated[bool, typer.Option("--all", help="Everything that was given up.")] = False,
    config: Configuration = None,
) -> None:
    """Have reviews that were given up tried again. Exit code: 0 if there were any, 1 if not."""
    from bot.wiring import operate

    raise typer.Exit(0 if operate.replay(config, tuple(names or ()), every, typer.echo) else 1)


@app.command("end-links", rich_help_panel=CommandGroup.SERVER)
def end_links(
    names: Annotated[
        list[str] | None, typer.Argument(help="OWNER/NAME, or OWNER/NAME#7 (GitLab: GROUP/NAME!7).")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="All that were given out, by another key.")] = False,
    config: Configuration = None,
) -> None:
    """End links to reports before their time, for whoever has them."""
    from bot.wiring import operate

    operate.end_links(config, tuple(names or ()), every, typer.echo)


@app.command("end-sessions", rich_help_panel=CommandGroup.SERVER)
def end_sessions(config: Configuration = None) -> None:
    """Sign everybody out of the pages, by another key."""
    from bot.wiring import operate

    operate.end_sessions(config, typer.echo)
