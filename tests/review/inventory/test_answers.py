"""Who can do what is answered alike at a terminal, on the page and to an assistant, and checked in one place."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.errors import UsageError
from bot.review.inventory.access_query import AccessAnswer, answered
from bot.review.inventory.access_question import question
from bot.review_process import child
from bot.review_process.rounds import Options, take_inventory
from bot.web.gate import LOCAL
from bot.web.pages.inventory_page import Taken
from bot.wiring.assistant import Assistant
from bot.wiring.inventory import inventory
from tests.contents.repositories import write_files
from tests.fakes.contents import FakeContents
from tests.fakes.reviews import review
from tests.places import TESTS
from tests.web.sites import keep, served
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml((TESTS / "cases" / "inventory" / "answers.yaml").read_text())
ASKED = [(case, asked) for case in CASES for asked in case["asked"]]
IDS = [f"{case['name']}: {asked['action']} {asked['resource']}" for case, asked in ASKED]


def _answer(files: dict[str, str], asked: dict[str, Any]) -> AccessAnswer:
    holders = take_inventory(FakeContents(files, files), child.answer).holders
    return answered(holders, question(asked["action"], asked["resource"]))


@pytest.mark.parametrize(("case", "asked"), ASKED, ids=IDS)
def test_answer(case: dict[str, Any], asked: dict[str, Any]) -> None:
    if "refused" in asked:
        with pytest.raises(UsageError, match=asked["refused"].replace("*", r"\*")):
            question(asked["action"], asked["resource"])
        return
    told = _answer(case["files"], asked)
    assert sorted(f"{one.access} {one.holder.address}" for one in told.paths) == sorted(asked["who"])
    doubts = {doubt.kind for one in told.paths for doubt in one.doubts}
    assert doubts == set(asked.get("why", ()))
    assert all(one.doubts for one in told.paths if one.access == "perhaps")
    assert [asked.get("misasked", "") in one for one in told.misasked] == ([True] if "misasked" in asked else [])
    assert sorted(one.address for one in told.not_read) == sorted(asked.get("not_read", ()))
    assert all(one.unread and one.remedies for one in told.not_read)


@pytest.mark.parametrize(("case", "asked"), ASKED, ids=IDS)
def test_alike_at_a_terminal_on_the_page_and_to_an_assistant(
    case: dict[str, Any], asked: dict[str, Any], tmp_path: Path
) -> None:
    tree = tmp_path / "tree"
    write_files(tree, {".git/HEAD": "", **case["files"]})
    given = asked["action"], asked["resource"]
    holders = take_inventory(FakeContents(case["files"], case["files"]), child.answer).holders
    made = served(tmp_path, LOCAL, taken=lambda ref: Taken("a" * 40, holders))
    keep(made.store, review())
    address = {"action": given[0], "resource": given[1]}
    page = made.app.test_client().get("/inventory/github/acme/infra", query_string=address)
    table = made.app.test_client().get("/inventory/github/acme/infra", query_string={**address, "format": "csv"})
    made.engines.dispose()
    if "refused" in asked:
        assert re.search(asked["refused"].replace("*", r"\*"), html.unescape(page.text))
        assert 'role="alert"' in page.text and "Nobody" not in page.text
        for refuse in (lambda: inventory(tree, Options(), "json", *given), lambda: Assistant(tree).who_can(*given)):
            with pytest.raises(UsageError, match=asked["refused"].replace("*", r"\*")):
                refuse()
        return
    for folder in case.get("dirs", [""]):
        told = json.loads(inventory(tree / folder, Options(), "json", *given)[0])
        assert sorted(f"{one['access']} {one['holder']['address']}" for one in told["paths"]) == sorted(asked["who"])
        assert sorted(one["address"] for one in told["not_read"]) == sorted(asked.get("not_read", ()))
        assert (told["action"], told["resource"]) == given
    assert [html.unescape(one) for one in told["misasked"] if one not in html.unescape(page.text)] == []
    assistant = Assistant(tree).who_can(*given)
    assert sorted(f"{one['access']} {one['address']}" for one in assistant["holders"]) == sorted(asked["who"])
    assert len(assistant["not_read"]) == len(told["not_read"]) and assistant["misasked"] == told["misasked"]
    rows = list(csv.DictReader(io.StringIO(table.text)))
    said = {f"{row['access']} {row['address']}" for row in rows if row["access"] != "not read"}
    assert said == set(asked["who"])
    assert {row["address"] for row in rows if row["access"] == "not read"} == set(asked.get("not_read", ()))
    for name in asked.get("not_read", ()):
        assert name in page.text
    assert ("Nobody, by what could be read" in page.text) == (not asked["who"])


def test_the_whole_inventory_names_what_could_not_be_read(tmp_path: Path) -> None:
    [case] = [case for case in CASES if case["name"].startswith("what could not be read")]
    write_files(tmp_path, {".git/HEAD": "", **case["files"]})
    text, _ = inventory(tmp_path, Options(), "csv")
    rows = {row["address"]: row for row in csv.DictReader(io.StringIO(text))}
    assert {name for name, row in rows.items() if row["not known"]} == set(case["asked"][0]["not_read"])
    assert "modules//db?ref=v1 is not in the repository (main.tf:2)" in rows["module.db"]["not known"]


TERRAGRUNT: dict[str, str] = CASES[0]["files"]


def test_a_var_file_that_no_root_takes_is_told(tmp_path: Path) -> None:
    write_files(tmp_path, {".git/HEAD": "", "live/x.tfvars": 'bucket = "b"\n', **TERRAGRUNT})
    _, notes = inventory(tmp_path, Options(var_files=("live/x.tfvars",)), "json")
    assert [note.startswith("live/x.tfvars has no effect") for note in notes] == [True]
    write_files(tmp_path, {"plain/main.tf": 'variable "bucket" {}\n', "plain/x.tfvars": 'bucket = "b"\n'})
    assert inventory(tmp_path / "plain", Options(var_files=("x.tfvars",)), "json")[1] == ()


MODULE = """resource "aws_iam_role_policy" "m" {
  role   = "m"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }] })
}
"""
SOURCE = "git::https://github.com/acme/modules.git//db?ref=v1"
ENTRY = {"Key": "db", "Source": SOURCE, "Dir": ".terraform/modules/db/db"}


@pytest.mark.parametrize("copy", ["modules/app", "live/prod/.terragrunt-cache/aB/cD/app"])
def test_a_module_that_was_installed_is_looked_into(tmp_path: Path, copy: str) -> None:
    call = f'{TERRAGRUNT["modules/app/main.tf"]}module "db" {{ source = "github.com/acme/modules//db?ref=v1" }}\n'
    write_files(tmp_path, {".git/HEAD": "", **TERRAGRUNT, "modules/app/main.tf": call})
    asked = tmp_path, Options(), "json", "s3:GetObject"
    before = json.loads(inventory(*asked)[0])
    installed = {".terraform/modules/modules.json": json.dumps({"Modules": [ENTRY]})}
    installed[".terraform/modules/db/db/main.tf"] = MODULE
    write_files(tmp_path, {f"{copy}/{name}": text for name, text in installed.items()})
    after = json.loads(inventory(*asked)[0])
    assert [one["address"] for one in before["not_read"]] == ["module.db"] and not after["not_read"]
    assert [one["holder"]["address"] for one in after["paths"]] == ["aws_iam_role.writer", "m"]
