"""Asks a Terraform binary for each case's value, type or error and writes the answers into the case files.

    python -m tools.judge_functions.record --terraform PATH tests/cases/functions/*.yaml

A case file is a mapping: `source` (what answered), optional `files` (path -> content, beside the
configuration), and `cases`, each with `expression`, optional `locals` (name -> expression), and the
answer: `value` and `type`, or `error`. A case with `documented` (an address) is not asked: the
binary lacks that function and the answer is from its documentation. `differs` says why the
evaluator knowingly answers something else.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import yaml

SOURCE = (
    "Terraform {version}, asked by tools/judge_functions/record.py; cases with `documented` are from the page they name"
)

Case = dict[str, Any]


def main() -> None:
    """Record every given file in place."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--terraform", required=True)
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    for file in options.files:
        content = yaml.safe_load(file.read_text("utf-8"))
        recorded = record(options.terraform, content)
        file.write_text(dump(recorded), "utf-8")
        errors = sum("error" in case for case in recorded["cases"])
        print(f"{file}: {len(recorded['cases'])} cases, {errors} of them errors")


def record(terraform: str, content: Case) -> Case:
    """The file's content with every answer that the binary gives."""
    cases = content["cases"]
    asked = [index for index, case in enumerate(cases) if "documented" not in case]
    answers = ask(terraform, {index: cases[index] for index in asked}, content.get("files", {}))
    for index, answer in answers.items():
        kept = {key: cases[index][key] for key in ("why", "differs", "locals", "expression") if key in cases[index]}
        cases[index] = kept | answer
    version = json.loads(run([terraform, "version", "-json"], Path.cwd()))["terraform_version"]
    return {"source": SOURCE.format(version=version)} | content | {"source": SOURCE.format(version=version)}


def ask(terraform: str, cases: dict[int, Case], files: dict[str, str]) -> dict[int, Case]:
    """Each case's `value` and `type`, or its `error`."""
    answers: dict[int, Case] = {}
    if not cases:
        return answers
    with tempfile.TemporaryDirectory() as directory:
        work = Path(directory)
        for path, text in files.items():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_text(text, "utf-8")
        for index, case in cases.items():
            (work / f"case_{index}.tf").write_text(configuration(index, case), "utf-8")
        while refused := refusals(terraform, work):
            for index, message in refused.items():
                answers[index] = {"error": message}
                (work / f"case_{index}.tf").unlink()
        run([terraform, "apply", "-auto-approve", "-no-color"], work)
        outputs = json.loads((work / "terraform.tfstate").read_text("utf-8"))["outputs"]
    for name, output in outputs.items():
        answers[int(name.removeprefix("case_"))] = {"value": output["value"][0], "type": output["type"][1][0]}
    return answers


def configuration(index: int, case: Case) -> str:
    """The Terraform file that asks for one case; the tuple keeps null from vanishing."""
    names = case.get("locals", {})

    def own(text: str) -> str:
        return re.sub(r"\blocal\.(\w+)", lambda found: f"local.case_{index}_{found[1]}", text) if names else text

    lines = [f"  case_{index}_{name} = {own(text)}" for name, text in names.items()]
    block = "locals {\n" + "\n".join(lines) + "\n}\n" if lines else ""
    expression = own(case["expression"])
    return f'{block}output "case_{index}" {{\n  value = [{expression}]\n}}\n'


def refusals(terraform: str, work: Path) -> dict[int, str]:
    """What Terraform refuses, by case, as far as one run reports it."""
    found: dict[int, str] = {}
    for line in run([terraform, "plan", "-json", "-no-color"], work).splitlines():
        diagnostic = json.loads(line).get("diagnostic", {})
        if diagnostic.get("severity") == "error":
            file = diagnostic.get("range", {}).get("filename", "")
            if not file:
                raise SystemExit(f"an error without place: {diagnostic}")
            index = int(file.removeprefix("case_").removesuffix(".tf"))
            found.setdefault(index, diagnostic["detail"] or diagnostic["summary"])
    return found


def run(command: list[str], directory: Path) -> str:
    """The command's standard output; it may fail, its output tells."""
    return subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False).stdout


def dump(content: Case) -> str:
    """The file as YAML with a blank line between cases."""
    head = {key: value for key, value in content.items() if key != "cases"}
    text = yaml.safe_dump(head, sort_keys=False, allow_unicode=True, width=150) + "\ncases:\n"
    for case in content["cases"]:
        block = yaml.safe_dump([case], sort_keys=False, allow_unicode=True, width=150)
        text += block + "\n"
    return text.rstrip("\n") + "\n"


if __name__ == "__main__":
    main()
