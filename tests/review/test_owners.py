"""Who owns the file that a finding stands in travels with it, as the base says."""

from __future__ import annotations

import pytest
from msgspec import UNSET

from bot.contents.selection import blobs_that_matter
from bot.evaluated.source_tree import SourceTree
from bot.review.owners import MAX_BYTES, with_owners
from tests.fakes.reviews import finding, review


@pytest.mark.parametrize(
    ("files", "owners"),
    [
        ({"CODEOWNERS": b"* @acme/platform\n*.tf @acme/iam @ada"}, ("acme/iam", "ada")),
        ({".github/CODEOWNERS": b"/main.tf @acme/iam"}, ("acme/iam",)),
        ({".github/CODEOWNERS": b"/modules/ @acme/iam"}, UNSET),
        ({"CODEOWNERS": b"* ada@example.org"}, UNSET),
        ({"CODEOWNERS": b"* @acme/iam\n" + b"#" * MAX_BYTES}, UNSET),
        ({"src/CODEOWNERS": b"* @acme/iam"}, UNSET),
    ],
)
def test_owners_of_a_finding(files: dict[str, bytes], owners: object) -> None:
    base = SourceTree("base", {path: path for path in files}, files)
    assert with_owners(review(finding("a" * 16)), base).gained[0].owners == owners


def test_the_file_is_there_when_the_review_begins() -> None:
    listing = {".github/CODEOWNERS": "1", "main.tf": "2", "src/CODEOWNERS": "3", "README.md": "4"}
    assert blobs_that_matter(listing) == {"1", "2"}
