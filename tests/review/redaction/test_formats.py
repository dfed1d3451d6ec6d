"""No format of a review shows the line on which a sensitive value stands with that value."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.contents.folders import FolderContents
from bot.review_process.rounds import Options
from bot.wiring import offline
from tests.contents.repositories import write_files

POLICY = """
resource "aws_iam_user_policy" "p" {
  name   = "p"
  user   = "somebody"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "arn:aws:s3:::${var.v}/*" }] })
}
"""


def written(side: str, value: str) -> dict[str, str]:
    """Where the value is the causing edit: the default of a sensitive variable, or a var file."""
    sensitive = f'variable "v" {{\n  {f"default = {value}" if side == "default" else ""}\n  sensitive = true\n}}\n'
    return {"main.tf": sensitive + POLICY, **({} if side == "default" else {"terraform.tfvars": f"v = {value}\n"})}


@pytest.mark.parametrize("place", ["default", "var file"])
@pytest.mark.parametrize("output", ["terminal", "json", "markdown", "sarif", "html"])
def test_causing_line(place: str, output: str, tmp_path: Path) -> None:
    for side in ("base", "head"):
        write_files(tmp_path / side, written(place, f'"hunter2-canary-{side}"'))
    contents = FolderContents(tmp_path / "base", tmp_path / "head")
    reviewed = offline.review(contents, Options())
    assert [one.location.file for one in reviewed.review.gained] == [
        "main.tf" if place == "default" else "terraform.tfvars"
    ]
    text = offline.written_review(reviewed, output)
    assert "hunter2-canary" not in text
    assert output != "terminal" or "(sensitive value)" in text
