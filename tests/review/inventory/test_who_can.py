"""Who can do what, and the inventory of a whole tree through the child's own door."""

from __future__ import annotations

from typing import Any

import pytest

from bot.review.inventory.access_query import who_can
from bot.review.inventory.model import HolderInventory
from bot.review_process import child
from bot.review_process.rounds import take_inventory
from tests.fakes.contents import FakeContents
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = read_yaml((TESTS / "cases" / "inventory" / "who_can.yaml").read_text())


def _holders(files: dict[str, str]) -> tuple[HolderInventory, ...]:
    return take_inventory(FakeContents(files, files), child.answer).holders


ASKED = [(case["terraform"], asked) for case in CASES for asked in case["asked"]]


@pytest.mark.parametrize(("terraform", "asked"), ASKED, ids=[f"{one['action']} {one['resource']}" for _, one in ASKED])
def test_who_can(terraform: str, asked: dict[str, Any]) -> None:
    holders = _holders({"main.tf": terraform})
    found = [f"{way.access} {way.holder.address}" for way in who_can(holders, asked["action"], asked["resource"])]
    assert found == asked["who"]


def test_every_root_of_a_tree_and_no_module_twice() -> None:
    role = (
        'resource "aws_iam_role" "app" {\n  name                = "app"\n'
        '  managed_policy_arns = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]\n}\n'
    )
    found = _holders({"a/main.tf": role, "b/main.tf": 'module "m" {\n  source = "../m"\n}\n', "m/main.tf": role})
    assert [(one.root, one.address) for one in found] == [("a", "aws_iam_role.app"), ("b", "module.m.aws_iam_role.app")]


def test_what_a_tree_reads_is_asked_for() -> None:
    files = {
        "main.tf": 'resource "aws_iam_policy" "p" {\n  name   = "p"\n  policy = file("p.json")\n}\n',
        "p.json": '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}',
    }
    (holder,) = _holders(files)
    assert holder.statements[0].actions == ("s3:*",)
