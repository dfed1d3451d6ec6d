"""What the inventory knows of a holder beside its statements, and what "who can" is completed to."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.review.codec import encode
from bot.review.identity import Fingerprint
from bot.review.inventory.model import HeldStatement, HolderInventory
from bot.review.model import FindingProof
from bot.store.ledger import GivenWaiver
from bot.store.sql_ledger import SqlLedger
from bot.web.gate import LOCAL
from bot.web.pages.inventory_page import SHOWN, Taken, action_completions, resource_completions
from tests.fakes.reviews import finding, review
from tests.web.sites import NOW, REF, keep, served

HERE = "/inventory/github/acme/infra"
STATEMENT = HeldStatement("Allow", ("s3:Get*",), (), ("arn:aws:s3:::b/*",), (), (), (), (), "p", "main.tf:1")


def holder(root: str, name: str = "ci") -> HolderInventory:
    return HolderInventory("role", root, f"aws_iam_role.{name}", name, repeated=False, statements=(STATEMENT,) * 2)


def test_who_gained_last_and_whose_access_was_accepted(tmp_path: Path) -> None:
    holders = (holder("dev"), holder("prod"), holder("prod", "other"))
    made = served(tmp_path, LOCAL, taken=lambda ref: Taken("a" * 40, holders))
    proof = FindingProof("role", "identity", "prod", "aws_iam_role.ci", "ci", "ci", "s3:GetObject", "*")
    found = finding("2" * 16, proofs=(proof,))
    keep(made.store, review(finding("1" * 16, proofs=(proof,))), dataclasses.replace(REF, number=3), NOW - timedelta(9))
    keep(made.store, review(found))
    waiver = GivenWaiver(
        REF, Fingerprint(1, "2" * 16), ("aws_iam_role.ci",), "high", "t", "known", "grace", date(2026, 4, 1), "c", NOW
    )
    SqlLedger(made.engines).accept(dataclasses.replace(waiver, finding=encode(found)))
    rows = list(csv.DictReader(io.StringIO(made.app.test_client().get(f"{HERE}?format=csv&sort=last").text)))
    told = [(row["root"], row["name"], row["gained last"], row["in change"], row["accepted until"]) for row in rows]
    assert told == [
        ("prod", "ci", "2026-03-01", "7", "2026-04-01"),
        ("dev", "ci", "", "", ""),
        ("prod", "other", "", "", ""),
    ]
    text = made.app.test_client().get(f"{HERE}?mark=waiver").text
    assert re.findall(r"<code[^>]*>(\w+): aws_iam_role", text) == ["prod"] and "#7</a>" in text and "(open)" in text
    made.engines.dispose()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("", ["s3:Get*"]),
        ("s3:getobjecta", ["s3:GetObjectAcl", "s3:GetObjectAttributes"]),
        ("passrole", ["iam:PassRole"]),
        ("S3:GET", ["s3:Get*", "s3:GetAccelerateConfiguration"]),
        ("no:SuchAction", []),
    ],
)
def test_actions_are_completed(typed: str, first: list[str]) -> None:
    found = action_completions(typed, ["s3:Get*"])
    assert found[: len(first)] == first or set(first) <= set(found)
    assert len(found) <= SHOWN and bool(found) == bool(first)


def test_resources_are_completed_from_what_policies_name(tmp_path: Path) -> None:
    assert resource_completions("B/", ["arn:aws:s3:::b/*", "arn:aws:s3:::c/*"]) == ["arn:aws:s3:::b/*"]
    made = served(tmp_path, LOCAL, taken=lambda ref: Taken("a" * 40, (holder("prod"),)))
    keep(made.store, review())
    client = made.app.test_client()
    assert client.get(f"{HERE}?complete=resource&resource=s3").text.strip() == '<option value="arn:aws:s3:::b/*">'
    assert '<option value="iam:PassRole">' in client.get(f"{HERE}?complete=action&action=iam:pass").text
    assert '<datalist id="resources"><option value="arn:aws:s3:::b/*"></datalist>' in client.get(HERE).text
    made.engines.dispose()
