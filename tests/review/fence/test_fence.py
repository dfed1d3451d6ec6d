"""Trouble in one root never passes and never hides another root's grant, through the command line."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

import pytest

from bot.__main__ import run
from bot.access_diff.delta import Delta, PolicySet
from bot.access_diff.diff import compare
from bot.access_diff.diff_configs import diff_configs
from bot.contents.folders import FolderContents
from bot.evaluated.call import FunctionFault
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.extract import Extracted
from bot.extract.readers import FAMILIES
from bot.frontends.terraform.functions import FUNCTIONS
from bot.render.gap_list import not_reviewed
from bot.review import engine as product
from bot.review_process import parent
from bot.review_process.rounds import Options, review_contents
from tests.yaml_files import read_yaml

CASES = read_yaml(Path("tests/cases/fence/troubles.yaml").read_text())

ROLE = """\
resource "aws_iam_role" "r" {
  name = "r"
  assume_role_policy = jsonencode({Version = "2012-10-17", Statement = [
    {Effect = "Allow", Action = "sts:AssumeRole", Principal = {Service = "ec2.amazonaws.com"}}]})
}
"""
POLICY = 'jsonencode({Version = "2012-10-17", Statement = [{Effect = "Allow", Action = "*", Resource = "*"}]})'
SECRET = "hunter2"


def grant(name: str, policy: str = POLICY) -> str:
    return (
        f'resource "aws_iam_role_policy" "{name}" {{\n  name = "{name}"\n  role = aws_iam_role.r.id\n'
        f"  policy = {policy}\n}}\n"
    )


def boom(*_: object, **__: object) -> NoReturn:
    raise KeyError(SECRET)


def no_memory(*_: object) -> NoReturn:
    raise MemoryError


def no_end(*_: object) -> NoReturn:
    no_end()


CLOCK = [0.0]


def slow(*_: object) -> NoReturn:
    """As if it took half a minute; a root has two."""
    CLOCK[0] += 30.0
    raise FunctionFault(DiagnosticKind.INVALID_ARGUMENT, "it took its time")


def in_the_bad_root(base: Sequence[Extracted], head: Sequence[Extracted], **ports: Any) -> Any:
    if any(grant.policy == "aws_iam_role_policy.bad" for one in head for grant in one.grants):
        boom()
    return diff_configs(base, head, **ports)


def plant(at: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception at one port: the table of functions or of families, or the comparison."""
    match at:
        case "function":
            monkeypatch.setitem(FUNCTIONS, "sha512", boom)
        case "slow":
            monkeypatch.setattr(time, "process_time", lambda: CLOCK[0])
            monkeypatch.setitem(FUNCTIONS, "sha512", slow)
        case "memory":
            monkeypatch.setitem(FUNCTIONS, "sha512", no_memory)
        case "family" | "recursion":
            monkeypatch.setitem(FAMILIES, "aws_sns_topic_policy", boom if at == "family" else no_end)
        case "comparison":
            monkeypatch.setattr(product, "diff_configs", in_the_bad_root)


def extra(case: dict[str, Any]) -> str:
    text: str = case.get("extra", "")
    if case.get("at") in ("family", "recursion"):
        text = 'resource "aws_sns_topic_policy" "t" {\n  arn = "x"\n  policy = "{}"\n}'
    if case.get("at") == "nested":
        text = f"locals {{ x = {'[' * 55}1{']' * 55} }}\n" + "\n".join(
            f"locals {{ x{i} = [[[[[[[[[[{'local.x' + str(i - 1) if i else 'local.x'}]]]]]]]]]] }}" for i in range(40)
        )
    uses = f'# uses\nresource "aws_iam_user" "u" {{ name = {case["uses"]} }}' if "uses" in case else ""
    if case.get("at") == "nested":
        uses = 'resource "aws_iam_user" "u" { name = jsonencode(local.x39) }'
    return f"{text}\n{uses}\n"


def folders(tmp_path: Path, case: dict[str, Any], where: str) -> tuple[Path, Path]:
    """Base and head: in the root `a` trouble and, if `where` says so, a grant beside it; in `b` a grant or nothing."""
    base, head = tmp_path / "base", tmp_path / "head"
    for side in (base, head):
        for root in ("a", "b"):
            (side / root).mkdir(parents=True)
            (side / root / "main.tf").write_text(ROLE)
        (side / ".iam-review.yaml").write_text("mode: enforce\n")
    bad = case.get("policy", POLICY)
    told = grant("bad", bad) if where == "same" or "policy" in case or case.get("at") == "comparison" else ""
    (head / "a" / "main.tf").write_text(ROLE + told + extra(case))
    if case.get("at") == "long":
        (head / "a" / "long.tf.json").write_text(json.dumps({"//": "long " * 900_000}))
    if where == "other":
        (head / "b" / "main.tf").write_text(ROLE + grant("good"))
    return base, head


@pytest.mark.parametrize("where", ["same", "other"])
@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_trouble_in_one_root(
    case: dict[str, Any],
    where: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    plant(case.get("at", ""), monkeypatch)
    base, head = folders(tmp_path, case, where)
    code = run(["diff", "--base-dir", str(base), "--head-dir", str(head), "--format", "json", "--fail-at", "never"])
    told = capsys.readouterr()
    review = json.loads(told.out)
    assert (code, review["verdict"], review["complete"]) == (case["exit"], "fail", False)
    assert "fault" in review["blocked_by"]
    ours = [gap for gap in review["gaps"] if gap["cause"] != "open"]
    assert ours and {gap["kind"] for gap in ours} == {case["kind"]}
    assert all(gap["changed"] and gap["carries_policy"] and gap["roots"] == ["a"] for gap in ours)
    if where == "other":
        assert [f["principal"]["address"] for f in review["gained"] if f["location"]["file"] == "b/main.tf"]
    assert SECRET not in told.out + told.err and "Traceback" not in told.err


FAULT = next(case for case in CASES if case["kind"] == "fault")


def reviewed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *options: str, case: dict[str, Any] = FAULT) -> int:
    plant(case["at"], monkeypatch)
    base, head = folders(tmp_path, case, "other")
    return run(["diff", "--base-dir", str(base), "--head-dir", str(head), *options])


def test_a_fault_is_one_line_and_the_traceback_is_for_debug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reviewed(tmp_path, monkeypatch) == 3
    told = capsys.readouterr()
    assert "could not review 1 of 2 roots" in told.out and "b/main.tf" in told.out
    assert told.err == (
        "iam-review: the root a could not be reviewed: evaluating it, an internal error (KeyError); review this root "
        "by hand, and report the fault to whoever runs the bot (--debug prints the traceback)\n"
    )


def test_debug_prints_the_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reviewed(tmp_path, monkeypatch, "--debug") == 3
    told = capsys.readouterr()
    assert "Traceback" in told.err and f"KeyError: '{SECRET}'" in told.err and SECRET not in told.out


def test_a_fault_that_is_no_roots_ends_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(product, "diff_configs", boom)
    base, head = folders(tmp_path, {}, "other")
    assert run(["diff", "--base-dir", str(base), "--head-dir", str(head)]) == 3


def test_roots_that_fail_only_together_leave_all_but_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def together(base: Sequence[Extracted], head: Sequence[Extracted], **ports: Any) -> Any:
        if len([one for one in head if one.grants]) > 1:
            boom()
        return diff_configs(base, head, **ports)

    monkeypatch.setattr(product, "diff_configs", together)
    base, head = folders(tmp_path, {}, "same")
    (head / "b" / "main.tf").write_text(ROLE + grant("good"))
    assert run(["diff", "--base-dir", str(base), "--head-dir", str(head), "--format", "json"]) == 3
    review = json.loads(capsys.readouterr().out)
    assert [gap["roots"] for gap in review["gaps"]] == [["b"]]
    assert [finding["location"]["file"] for finding in review["gained"]] == ["a/main.tf"]


def test_trouble_at_the_base_alone_is_no_gain_and_no_pass(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    plant(FAULT["at"], monkeypatch)
    base, head = folders(tmp_path, FAULT, "same")
    assert run(["diff", "--base-dir", str(head), "--head-dir", str(base), "--format", "json"]) == 3
    review = json.loads(capsys.readouterr().out)
    assert (review["gained"], review["lost"], review["blocked_by"]) == ([], [], ["fault"])


def test_a_root_whose_comparison_takes_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def slowly(base: Sequence[Extracted], head: Sequence[Extracted], **ports: Any) -> Any:
        def timed(before: PolicySet, after: PolicySet, holder: str) -> Delta:
            CLOCK[0] += 200.0 if holder == "slow" else 0.0
            return compare(before, after, holder)

        return diff_configs(base, head, timed, **ports)

    monkeypatch.setattr(time, "process_time", lambda: CLOCK[0])
    monkeypatch.setattr(product, "diff_configs", slowly)
    base, head = folders(tmp_path, {}, "other")
    for name in ("slow", "zero"):
        more = (ROLE + grant("p")).replace('"r"', f'"{name}"').replace("role.r.", f"role.{name}.")
        (head / "a" / f"{name}.tf").write_text(more.replace('"p"', f'"{name}"'))
    assert run(["diff", "--base-dir", str(base), "--head-dir", str(head), "--format", "json"]) == 1
    review = json.loads(capsys.readouterr().out)
    assert [(gap["cause"], gap["roots"]) for gap in review["gaps"]] == [("limit", ["a"])]
    assert [finding["location"]["file"] for finding in review["gained"]] == ["b/main.tf"]


Review = Callable[..., dict[str, Any]]


@pytest.fixture
def limit_elsewhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Review:
    """The gap of a bomb that stands on both sides of the root `a`, whose head gets `more` in `file`."""

    def made(file: str, more: str) -> dict[str, Any]:
        case = next(case for case in CASES if "policy" in case)
        base, head = folders(tmp_path, case, "same")
        (base / "a" / "main.tf").write_text((head / "a" / "main.tf").read_text())
        (base / "a" / "more.tf").write_text("")
        (head / "a" / "more.tf").write_text("")
        (head / file).write_text((head / file).read_text() + more)
        run(["diff", "--base-dir", str(base), "--head-dir", str(head), "--format", "json"])
        review: dict[str, Any] = json.loads(capsys.readouterr().out)
        return review

    return made


@pytest.mark.parametrize(
    ("file", "more", "blocked"),
    [
        ("a/more.tf", 'output "y" {\n  value = 1\n}\n', ["fault"]),
        ("a/more.tf", "# only a comment\n", []),
        ("b/main.tf", 'locals { y = "z" }\n', []),
    ],
)
def test_a_limit_that_was_there_is_changed_with_its_root(
    file: str, more: str, blocked: list[str], limit_elsewhere: Review
) -> None:
    assert limit_elsewhere(file, more)["blocked_by"] == blocked


def test_a_slow_root_in_the_child_leaves_the_others(tmp_path: Path) -> None:
    """Regular expressions that each stay below the bound: a fifth of the child's time is one root's."""
    base, head = folders(tmp_path, {}, "other")
    text = 'locals { long = join("", [for a in range(300) : "aaaaaaaaaa"]) }\n'
    expression = 'replace("${local.long}${i}", "/(a?){1000}a{1000}/", "")'
    slow = f'{text}locals {{ x = join("", [for i in range(500) : {expression}]) }}\n'
    uses = 'resource "aws_iam_user" "u" { name = local.x }\n'
    (head / "a" / "main.tf").write_text(ROLE + grant("bad") + slow + uses)
    limits = parent.Limits(cpu_seconds=10)
    reviewed = review_contents(FolderContents(base, head), functools.partial(parent.run, limits=limits), Options())
    assert [(gap.cause, gap.roots) for gap in reviewed.review.gaps] == [("limit", ("a",))]
    assert [finding.location.file for finding in reviewed.review.gained] == ["b/main.tf"]
    assert "it took longer than one root may" in reviewed.troubles[0].limit
    assert not_reviewed(reviewed.review) == "could not review 1 of 2 roots"


def test_a_root_that_is_not_read_counts_for_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of two roots with a role the one that is read has a trust and a grant."""
    extracting = next(case for case in CASES if case.get("at") == "family")
    assert reviewed(tmp_path, monkeypatch, "--format", "json", case=extracting) == 3
    stats = json.loads(capsys.readouterr().out)["stats"]
    assert (stats["policies"], stats["complete"]) == (2, 2)
