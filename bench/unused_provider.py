"""A generated repository of many roots, each of which gets a provider that nothing uses, from the command line.

python -m bench.unused_provider [--roots 168] [--used]

With `--used` one resource of each root is made by it: the bound is on the other, `--used` is what it is compared with.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path

from bench.many_roots import MODULE, ROOT
from bench.peer import verdict
from bench.small_change import measure

MAX_SECONDS = 8.0
SERVICES = 12

PROVIDER = """\
provider "aws" {
  alias  = "billing"
  region = "us-east-1"
  assume_role {
    role_arn = "arn:aws:iam::111122223333:role/billing"
  }
}
"""
OWN = """\
resource "aws_iam_role" "NAME" {
  name               = "NAME"
  assume_role_policy = file("${path.module}/trust.json")
}

resource "aws_iam_role_policy" "NAME" {
  role   = aws_iam_role.NAME.id
  policy = templatefile("${path.module}/policy.json.tftpl", { name = "NAME" })
}
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}],
}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::${name}/*"}],
}


def main() -> int:
    """Write both sides, review the change; 1 if it took too long or says anything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--roots", type=int, default=168)
    parser.add_argument("--used", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        base, head, answer = (Path(folder, name) for name in ("base", "head", "review.json"))
        _write(base, given.roots, {})
        use = 'data "aws_region" "billing" {\n  provider = aws.billing\n}\n' if given.used else ""
        _write(head, given.roots, {"providers.tf": PROVIDER + use})
        sides = ("--base-dir", str(base), "--head-dir", str(head), "--format", "json")
        seconds, megabytes, _ = measure((sys.executable, "-m", "bot", "diff", *sides), answer)
        review = json.loads(answer.read_text())
    said = sum(len(review[key]) for key in ("gained", "undecided", "lost")) + sum(
        one["changed"] for one in review["gaps"]
    )
    figures = {"roots": review["stats"]["roots"], "cpu_seconds": round(seconds, 2), "megabytes": round(megabytes, 1)}
    print(json.dumps(figures | {"said": said, "complete": review["complete"]}))
    return verdict({"CPU seconds": (seconds, MAX_SECONDS), "things said": (said, 0)})


def _write(folder: Path, roots: int, more: dict[str, str]) -> None:
    module = folder / "modules" / "service" / "main.tf"
    module.parent.mkdir(parents=True)
    module.write_text(MODULE.replace("ACTION", "s3:GetObject"))
    for number in range(roots):
        root = folder / "envs" / f"e{number:03}"
        root.mkdir(parents=True)
        own = "\n".join(OWN.replace("NAME", f"r{number:03}-{each}") for each in range(SERVICES))
        files = {"main.tf": ROOT.replace("NAME", f"e{number:03}"), "roles.tf": own, "trust.json": json.dumps(TRUST)}
        for name, text in {**files, "policy.json.tftpl": json.dumps(POLICY), **more}.items():
            (root / name).write_text(text)


if __name__ == "__main__":
    sys.exit(main())
