"""`iam-review mcp`: what an assistant is told of a checkout, by the protocol; bounded, and nothing is written."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

from bot.fake_forge.repository import folder
from bot.fake_forge.sample import SAMPLES
from bot.wiring import assistant
from tests.contents.repositories import Repository, write_files
from tests.places import PROJECT

SECRET = """variable "token" {
  sensitive = true
  default   = "hunter2hunter2"
}
resource "aws_iam_role_policy" "a" {
  role   = "a"
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::${var.token}/*" }]
  })
}
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Repository:
    repository = Repository.create(tmp_path / "infra")
    repository.commit({name: content.decode() for name, content in folder(SAMPLES / "base").items()})
    write_files(repository.path, {name: content.decode() for name, content in folder(SAMPLES / "head").items()})
    return repository


def asked(server: Any, talk: Callable[[Client], Awaitable[Any]]) -> Any:
    async def whole() -> Any:
        async with Client(server) as client:
            return await talk(client)

    return asyncio.run(whole())


def called(checkout: Path, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """The results of some calls to one server."""

    async def talk(client: Client) -> list[Any]:
        return [await client.call_tool(name, given) for name, given in calls]

    results: list[Any] = asked(assistant.server(checkout), talk)
    return results


def test_the_tools_only_read() -> None:
    tools = asked(assistant.server(Path()), lambda client: client.list_tools()).tools
    assert {tool.name for tool in tools} == {"review_changes", "explain_finding", "who_can"}
    assert all(tool.annotations.read_only_hint and not tool.annotations.open_world_hint for tool in tools)


def test_a_work_tree_is_reviewed_and_a_finding_explained(checkout: Repository) -> None:
    before = checkout.git("status", "--porcelain")
    [review] = called(checkout.path, ("review_changes", {}))
    told = review.structured_content
    assert (told["verdict"], told["complete"]) == ("fail", True)
    first = told["findings"][0]
    assert first["file"].endswith(".tf")
    _, explained = called(checkout.path, ("review_changes", {}), ("explain_finding", {"finding": first["id"][:8]}))
    assert "**What exactly**" in explained.content[0].text
    assert checkout.git("status", "--porcelain") == before


@pytest.mark.parametrize("finding", ["", "aaaa", "ffffffffffffffff"])
def test_a_finding_that_is_not_there(checkout: Repository, finding: str) -> None:
    _, told = called(checkout.path, ("review_changes", {}), ("explain_finding", {"finding": finding}))
    assert told.is_error
    assert "ids are those of review_changes" in told.content[0].text


def test_an_explanation_before_a_review(checkout: Repository) -> None:
    [told] = called(checkout.path, ("explain_finding", {"finding": "aaaaaaaa"}))
    assert "call review_changes first" in told.content[0].text


def test_who_can_by_what_is_written_now(checkout: Repository) -> None:
    [told] = called(checkout.path, ("who_can", {"action": "s3:GetObject"}))
    assert [one["access"] for one in told.structured_content["holders"]]
    assert told.structured_content["left_out"] == 0


@pytest.mark.parametrize("directory", ["..", "/etc", "a/../.."])
def test_no_folder_outside_is_looked_at(checkout: Repository, directory: str) -> None:
    [told] = called(checkout.path, ("who_can", {"action": "s3:*", "directory": directory}))
    assert told.is_error
    assert "only folders of the checkout" in told.content[0].text


def test_what_is_secret_is_not_told(tmp_path: Path) -> None:
    repository = Repository.create(tmp_path / "infra")
    repository.commit({"main.tf": "# nothing\n"})
    write_files(repository.path, {"main.tf": SECRET})
    results = called(repository.path, ("review_changes", {}), ("who_can", {"action": "s3:GetObject"}))
    assert all(not result.is_error for result in results)
    assert results[1].structured_content["holders"]
    assert "hunter2" not in json.dumps([result.structured_content for result in results])


def test_answers_are_cut(checkout: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assistant, "MOST_FINDINGS", 1)
    monkeypatch.setattr(assistant, "MOST_HOLDERS", 0)
    review, holders = called(checkout.path, ("review_changes", {}), ("who_can", {"action": "*"}))
    assert (len(review.structured_content["findings"]), review.structured_content["findings_left_out"] > 0) == (1, True)
    assert holders.structured_content["left_out"] > 0


def test_the_command_speaks_the_protocol_on_its_standard_streams(checkout: Repository) -> None:
    arguments = ["-m", "bot", "mcp", "--repo", str(checkout.path)]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(PROJECT)}
    started = StdioServerParameters(command=sys.executable, args=arguments, env=environment)
    told = asked(started, lambda client: client.call_tool("review_changes", {"base": "HEAD"}))
    assert told.structured_content["verdict"] == "fail"
