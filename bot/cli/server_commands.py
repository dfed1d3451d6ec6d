"""Commands that run the bot."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.app import CommandGroup, app


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
