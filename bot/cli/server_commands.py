"""Commands that run the bot, and those of its operator: the database's schema, and work that was given up."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.app import CommandGroup, Commands, app


@app.command("try", rich_help_panel=CommandGroup.REVIEW)
def try_(
    repo: Annotated[
        Path | None, typer.Option(help="Your own repository instead of the sample.", file_okay=False)
    ] = None,
    base: Annotated[
        str, typer.Option(help="With --repo: the revision to merge into (default: the default branch).")
    ] = "",
    head: Annotated[str, typer.Option(help="With --repo: the revision to review.")] = "HEAD",
    forge: Annotated[str, typer.Option(help="Which forge to imitate: github or gitlab.")] = "github",
    once: Annotated[bool, typer.Option("--once", help="Print what the bot posted and end.")] = False,
    output: Annotated[str, typer.Option("--format", help="With --once: terminal or json.")] = "terminal",
    port: Annotated[int, typer.Option(help="The sandbox page's port; 0 takes a free one.")] = 0,
) -> None:
    """Try the bot: a forge on this machine, a pull request, and the review the bot posts on it."""
    from bot.wiring import fake_forge

    note = functools.partial(typer.echo, err=True)
    raise typer.Exit(
        fake_forge.run(repo, base, head, forge=forge, once=once, output=output, port=port, echo=typer.echo, note=note)
    )


@app.command(rich_help_panel=CommandGroup.SERVER)
def serve(
    config: Annotated[Path | None, typer.Option(help="The server's configuration file.", dir_okay=False)] = None,
    github_api: Annotated[
        str, typer.Option(help="For the first set-up only: the REST API of a GitHub Enterprise server.")
    ] = "https://api.github.com",
) -> None:
    """Run the bot: webhook server and worker in one process. Not configured yet, it serves its own set-up first."""
    from bot.wiring import server, setup

    made = setup.set_up(config, functools.partial(typer.echo, err=True), github_api)
    server.serve(made or config)


@app.command(rich_help_panel=CommandGroup.SERVER)
def web(
    config: Annotated[Path | None, typer.Option(help="The server's configuration file.", dir_okay=False)] = None,
) -> None:
    """Take webhooks only; any number of these, with workers beside them, on PostgreSQL and RabbitMQ or Redis."""
    from bot.wiring import server

    server.serve(config, "web")


@app.command(rich_help_panel=CommandGroup.SERVER)
def worker(
    config: Annotated[Path | None, typer.Option(help="The server's configuration file.", dir_okay=False)] = None,
) -> None:
    """Review only; any number of these. Its port answers /healthz, /readyz and /metrics."""
    from bot.wiring import server

    server.serve(config, "worker")


@app.command(rich_help_panel=CommandGroup.SERVER)
def doctor(
    config: Annotated[Path | None, typer.Option(help="The server's configuration file.", dir_okay=False)] = None,
    repository: Annotated[
        list[str] | None, typer.Option(help="Look at its branch rules too: github:OWNER/NAME; repeatable.")
    ] = None,
) -> None:
    """What is wrong with this installation, and what to do: credentials, permissions, events, webhook, database, rules.

    Exit code: 0 nothing is broken, 1 something is, 2 the configuration is wrong.
    """
    from bot.wiring import doctor as examination

    raise typer.Exit(examination.run(config, tuple(repository or ()), typer.echo))


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
