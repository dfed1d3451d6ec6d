"""A generated repository of many roots that share one changed module, reviewed from the command line.

python -m bench.many_roots [--roots 400]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from bench.peer import verdict
from bench.small_change import measure

MAX_SECONDS = 60.0
MAX_MEGABYTES = 700.0

MODULE = """\
variable "name" { type = string }
variable "buckets" { type = map(object({ prefix = string, write = optional(bool, false) })) }

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "this" {
  name               = "service-${var.name}"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "this" {
  dynamic "statement" {
    for_each = var.buckets
    content {
      actions   = statement.value.write ? ["s3:GetObject", "s3:PutObject"] : ["ACTION"]
      resources = ["arn:aws:s3:::${statement.value.prefix}-${statement.key}/*"]
    }
  }
}

resource "aws_iam_role_policy" "this" {
  name   = "buckets"
  role   = aws_iam_role.this.name
  policy = data.aws_iam_policy_document.this.json
}

resource "aws_sqs_queue" "this" {
  for_each = var.buckets
  name     = "${var.name}-${each.key}"
}
"""
ROOT = """\
module "service" {
  for_each = toset(["api", "worker", "cron"])
  source   = "../../modules/service"
  name     = "NAME-${each.key}"
  buckets = {
    reports = { prefix = "acme" }
    uploads = { prefix = "acme", write = true }
    exports = { prefix = "NAME" }
  }
}
"""


def main() -> int:
    """Write both sides, review the change; 1 if a figure is over its bound or it is not one finding."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--roots", type=int, default=400)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base, head, answer = (Path(folder, name) for name in ("base", "head", "review.json"))
        _write(base, given.roots, "s3:GetObject")
        _write(head, given.roots, "s3:*")
        sides = ("--base-dir", str(base), "--head-dir", str(head), "--format", "json")
        seconds, megabytes, _ = measure((sys.executable, "-m", "bot", "diff", *sides), answer)
        review = json.loads(answer.read_text())
    findings = len(review["gained"]) + len(review["undecided"])
    figures = {"roots": review["stats"]["roots"], "cpu_seconds": round(seconds, 2), "megabytes": round(megabytes, 1)}
    print(json.dumps(figures | {"findings": findings, "complete": review["complete"]}))
    return verdict(
        {
            "CPU seconds": (seconds, MAX_SECONDS),
            "megabytes": (megabytes, MAX_MEGABYTES),
            "findings": (findings, 1),
            "findings that are missing": (1 - findings, 0),
        }
    )


def _write(folder: Path, roots: int, action: str) -> None:
    module = folder / "modules" / "service" / "main.tf"
    module.parent.mkdir(parents=True)
    module.write_text(MODULE.replace("ACTION", action))
    for number in range(roots):
        root = folder / "envs" / f"e{number:03}" / "main.tf"
        root.parent.mkdir(parents=True)
        root.write_text(ROOT.replace("NAME", f"e{number:03}"))


if __name__ == "__main__":
    sys.exit(main())
