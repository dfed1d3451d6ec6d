"""Many units of Terragrunt, of which what they share changes."""

from __future__ import annotations

from pathlib import Path

from bench import terragrunt_units
from bot.contents.folders import FolderContents
from tests.review.planned.reviews import reviewed


def test_many_units_are_one_finding(tmp_path: Path) -> None:
    """As bench.terragrunt_units has it for 200."""
    for side, action in (("base", ""), ("head", ', "s3:DeleteObject"')):
        terragrunt_units.write(tmp_path / side, 20, action)

    review = reviewed(FolderContents(tmp_path / "base", tmp_path / "head"))

    assert [(one.location.file, len(one.variants)) for one in review.gained] == [("live/_envcommon/app.hcl", 20)]
    assert not [gap for gap in review.gaps if gap.changed]
