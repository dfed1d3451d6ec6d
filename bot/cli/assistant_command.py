"""The command that assistants start to review a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.app import CommandGroup, app


@app.command(rich_help_panel=CommandGroup.REPOSITORY)
def mcp(
    repo: Annotated[
        Path, typer.Option(help="The checkout that may be looked at, and no other.", file_okay=False)
    ] = Path(),
) -> None:
    """Serve a checkout's review to an assistant, by the Model Context Protocol on standard input and output.

    Tools: review_changes, explain_finding, who_can. They read only.
    """
    from bot.wiring import assistant

    assistant.server(repo).run()
