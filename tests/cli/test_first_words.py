"""What the command line says of itself before anything was asked of it."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import click
import pytest

from bot.cli import command
from bot.cli.app import FIRST_WORDS, CommandGroup

COMMANDS = command(["--help"])


def helped(*arguments: str) -> str:
    call = [sys.executable, "-m", "bot", *arguments, "--help"]
    environment = {**os.environ, "COLUMNS": "80"}
    return subprocess.run(call, capture_output=True, text=True, check=True, env=environment).stdout


def test_every_command_is_in_a_group() -> None:
    assert isinstance(COMMANDS, click.Group)
    outside = [name for name, one in COMMANDS.commands.items() if not getattr(one, "rich_help_panel", None)]
    assert not outside
    assert [line for line in helped().splitlines() if line.rstrip(":") in list(CommandGroup)] == [
        "Review:",
        "Repository:",
        "Server:",
    ]


@pytest.mark.parametrize("arguments", [(), ("config",), ("db",)])
def test_descriptions_are_whole_at_80_columns(arguments: tuple[str, ...]) -> None:
    said = helped(*arguments)
    assert "..." not in said.partition("Options:")[2]
    assert max(map(len, said.splitlines())) <= 80
    one = COMMANDS
    for name in arguments:
        assert isinstance(one, click.Group)
        one = one.commands[name]
    assert isinstance(one, click.Group)
    words = re.sub(r"\s+", " ", said)
    assert [name for name, each in one.commands.items() if each.get_short_help_str(1000) not in words] == []


def test_the_first_words_are_calls_that_parse() -> None:
    calls = [re.split(r"\s{2,}", line)[0] for line in FIRST_WORDS.splitlines()[:3]]
    assert len(calls) == 3
    for call in calls:
        name, *options = call.split()[1:]
        group = command([name])
        assert isinstance(group, click.Group)
        one = group.commands[name]
        taken = {"OLD": ".", "NEW": "."}
        one.make_context(name, [taken.get(option, option) for option in options])


@pytest.mark.parametrize(
    ("typed", "completed"),
    [("iam-review di", ["diff"]), ("iam-review diff --form", ["--format"]), ("iam-review diff --format sa", ["sarif"])],
)
def test_a_shell_completes_what_is_typed(typed: str, completed: list[str]) -> None:
    words = {"COMP_WORDS": typed, "COMP_CWORD": str(len(typed.split()) - 1), "_IAM_REVIEW_COMPLETE": "complete_bash"}
    call = [sys.executable, "-m", "bot"]
    done = subprocess.run(call, capture_output=True, text=True, check=True, env={**os.environ, **words})
    assert done.stdout.split() == completed
