"""What is drawn from fetched repositories, how a run's end is told, and that a recorded review can be compared."""

from __future__ import annotations

import dataclasses
import gc
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.mirrors import look, oracle
from bench.mirrors.bounded import Bounds, Ended, run
from bench.mirrors.budget import Budget
from bench.mirrors.faults import Fault, fault, faults, place, told
from bench.mirrors.repositories import Change, drawn, merged, part, repositories
from bench.mirrors.reviews import Code, Outcome, gap_faults, lacking, of_change, parsed
from bench.mirrors.roots import Roots, died, of_head, read
from bench.mirrors.state import State, code_hash
from bench.mirrors.survey import Extent, Survey
from bench.mirrors.tally import as_json, table, tally
from bot.frontends.terraform.evaluate.root import evaluate as evaluate_whole

POLICY = """\
resource "aws_iam_role_policy" "app" {
  role   = "app"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "ACTION", Resource = "*" }] })
}
"""


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One repository: a squashed change, one beside Terraform, and a merge that grants more."""
    folder = tmp_path_factory.mktemp("mirror")
    work = folder / "acme+infra" / "repo"
    work.mkdir(parents=True)

    def git(*arguments: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
        subprocess.run(("git", *identity, "-C", str(work), *arguments), check=True, capture_output=True)

    def commit(name: str, text: str) -> None:
        (work / name).parent.mkdir(exist_ok=True)
        (work / name).write_text(text)
        git("add", ".")
        git("commit", "-m", name)

    git("init", "-q", "-b", "main")
    commit("app/main.tf", POLICY.replace("ACTION", "s3:GetObject"))
    commit("README.md", "words")
    commit("net/main.tf", 'resource "aws_vpc" "v" {}\n')
    git("checkout", "-q", "-b", "feature")
    commit("app/main.tf", POLICY.replace("ACTION", "iam:*"))
    git("checkout", "-q", "main")
    git("merge", "--no-ff", "feature", "-m", "Merge pull request #1")
    return folder


def test_the_split_is_by_name_alone() -> None:
    assert {name: part(name) for name in ("acme/infra", "acme/network", "acme/app", "acme/data")} == {
        "acme/infra": "build",
        "acme/network": "fresh",
        "acme/app": "fresh",
        "acme/data": "build",
    }


def test_repositories_are_found_by_part(mirror: Path) -> None:
    assert [one.name for one in repositories(mirror)] == ["acme/infra"]
    assert repositories(mirror, part("acme/infra")) == repositories(mirror)


def test_merged_changes_are_first_parent_and_touch_terraform(mirror: Path) -> None:
    [repository] = repositories(mirror)
    log = subprocess.run(
        ("git", "-C", str(repository.directory), "log", "--first-parent", "--format=%H"),
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    merge, squashed, readme, first = log
    assert merged(repository, 30) == (Change("acme/infra", squashed, merge), Change("acme/infra", readme, squashed))
    assert merged(repository, 1) == (Change("acme/infra", squashed, merge),)
    assert first not in {change.head for change in merged(repository, 30)}


def test_what_is_drawn_depends_on_seed_and_names_only() -> None:
    names = [str(number) for number in range(50)]
    assert drawn(names, 5, "a") == drawn(reversed(names), 5, "a") == drawn(names, 9, "a")[:5]
    assert drawn(names, 5, "a") != drawn(names, 5, "b")


def test_an_exception_is_told_by_its_innermost_place_in_the_bot() -> None:
    text = (
        'Traceback (most recent call last):\n  File "/x/bot/a.py", line 1, in f\n    g()\n'
        '  File "/x/bot/b/c.py", line 22, in g\n    sorted(x)\n  File "/usr/lib/python3/x.py", line 3, in h\n    i\n'
        "TypeError: '<' not supported\niam-review: this is a fault\n"
    )
    assert place(text) == "bot/b/c.py:22 in g: TypeError: '<' not supported"
    assert place("iam-review: out of luck\n") == "iam-review: out of luck"
    assert place("") == "ended without a word"
    assert [one.place for one in faults("a", "b", text + text)] == [place(text)] * 2
    assert (
        len(faults("a", "b", f"{text}\nDuring handling of the above exception, another exception occurred:\n{text}"))
        == 1
    )
    assert [one.place for one in faults("a", "b", "no luck\n")] == ["no luck"]
    lines = list(told([fault("a/b", "x", text), fault("a/c", "y", text)]))
    assert lines[0] == "\nexception, met 2 times: bot/b/c.py:22 in g: TypeError: '<' not supported"
    assert lines[1:3] == ["  in a/b, x", "  in a/c, y"] and '  |   File "/x/bot/a.py", line 1, in f' in lines


@pytest.mark.parametrize(
    ("script", "bounds", "over"),
    [
        ("while True: pass", Bounds(cpu_seconds=1), "CPU"),
        ("import time; time.sleep(60)", Bounds(wall_seconds=1), "wall"),
        ("b'x' * 10**9", Bounds(memory_bytes=500 * 1024**2), "memory"),
        ("raise ValueError", Bounds(), ""),
    ],
)
def test_a_bound_is_told_from_an_exception(script: str, bounds: Bounds, over: str, tmp_path: Path) -> None:
    ended = run((sys.executable, "-c", script), tmp_path, tmp_path, bounds)
    assert ended.over == over and ended.code


def test_a_review_through_the_command_line(mirror: Path) -> None:
    [repository] = repositories(mirror)
    found = of_change(Code(), repository, merged(repository, 1)[0], Bounds())
    assert (found.exit, found.over, found.faults) == (1, "", ())
    assert found.review is not None and "seconds" not in found.review["stats"]
    assert found.review["blocked_by"] == ["gained"]


def broken(folder: Path) -> Code:
    """A checkout whose command raises."""
    (folder / "bot").mkdir()
    (folder / "bot" / "__init__.py").touch()
    (folder / "bot" / "__main__.py").write_text("def go():\n    raise ValueError('planted')\n\n\ngo()\n")
    return Code.of(folder)


def test_a_folder_without_the_bot_is_no_checkout(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="there is no bot in it; give the folder of a checkout"):
        Code.of(tmp_path)


def test_what_raises_is_an_exception_with_its_place(mirror: Path, tmp_path: Path) -> None:
    [repository] = repositories(mirror)
    found = of_change(broken(tmp_path), repository, merged(repository, 1)[0], Bounds())
    [one] = found.faults
    assert one.place == "bot/__main__.py:2 in go: ValueError: planted" and "Traceback" in one.traceback


def test_a_file_that_the_snapshot_lacks_is_no_exception(mirror: Path, tmp_path: Path) -> None:
    copied = tmp_path / "acme+infra" / "repo"
    shutil.copytree(mirror / "acme+infra" / "repo", copied)
    [repository] = repositories(tmp_path)
    [change] = merged(repository, 1)
    command = ("git", "-C", str(copied), "rev-parse", f"{change.head}:app/main.tf")
    blob = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    assert not lacking(repository, f"fatal: unable to read {blob}")
    (copied / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    found = of_change(Code(), repository, change, Bounds())
    assert (found.review, found.faults, found.over) == (None, (), "a file that the snapshot lacks")


def test_a_survived_exception_is_one_too() -> None:
    review = {"gaps": [{"cause": "fault", "address": "", "file": "a.tf", "reason": "TypeError"}, {"cause": "limit"}]}
    assert gap_faults("a/b", "c", review) == (Fault("a/b", "c", "a.tf: TypeError"),)


def test_words_instead_of_a_review_are_none() -> None:
    assert parsed("no") is None and parsed("[]") is None
    assert parsed('{"stats": {"seconds": 1, "roots": 2}}') == {"stats": {"roots": 2}}


@pytest.fixture
def restored() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def _lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.usefixtures("restored")
def test_one_root_that_raises_ends_alone(
    mirror: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def evaluate(tree: Any, root: Any, *rest: Any) -> Any:
        if root.directory == "net":
            raise ValueError("planted")
        return evaluate_whole(tree, root, *rest)

    monkeypatch.setattr(look, "evaluate", evaluate)
    [repository] = repositories(mirror)
    look.main(repository.directory, 10, "0", 60, frozenset())
    found = Roots()
    output = capsys.readouterr().out
    assert read(found, "acme/infra", output) is None
    assert found.known == 2 and found.seconds.keys() == {look.CHOICE, "app", "net"}
    assert [(one.where, one.place.rpartition(": ")[2]) for one in found.faults] == [("net", "planted")]
    assert {line["end"]: line.get("instances") for line in _lines(output) if "end" in line}["app"] == 1


@pytest.mark.usefixtures("restored")
def test_roots_that_are_done_are_left_out(mirror: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [repository] = repositories(mirror)
    look.main(repository.directory, 10, "0", 60, frozenset({"app"}))
    assert [line["end"] for line in _lines(capsys.readouterr().out) if "end" in line] == [look.CHOICE, "net"]


def test_the_root_that_ended_the_process_is_blamed() -> None:
    found = Roots()
    begun = read(found, "a/b", '{"begin": "x"}\n{"end": "x", "seconds": 1, "gaps": {"k": 2}}\n{"begin": "y"}\n{"en')
    assert begun == "y" and found.gaps == {"k": 2}
    died(found, "a/b", begun, Ended(-11, "", "", 1.0, 1.0))
    assert found.faults == [Fault("a/b", "y", "the process ended with -11", "the process ended with -11")]
    died(found, "a/b", "z", Ended(1, "", "MemoryError", 1.0, 1.0, "memory"))
    assert found.over == {"z": "memory"} and found.seconds.keys() == {"x", "y", "z"}


def test_time_is_shared_out() -> None:
    now = [0.0]
    budget = Budget(100, 4, clock=lambda: now[0])
    assert budget.left("a") == 50 and budget.left("a", 0.5) == 25
    budget.spend("a", 49)
    assert budget.left("a") == 0 and budget.left("b") == 50
    now[0] = 90
    assert budget.left("b") == 10
    assert Budget(None, 4).left("a") is None and not Budget(None, 4).again(3)


def test_time_that_is_left_is_shared_out_anew() -> None:
    now = [0.0]
    budget = Budget(100, 4, clock=lambda: now[0])
    budget.spend("a", 50)
    now[0] = 40
    assert budget.left("a") == 0
    assert budget.again(2) and budget.left("a") == 60 and budget.left("a", 0.5) == 30
    assert not budget.again(0), "everything is done"
    now[0] = 99
    assert not budget.again(2)


def test_roots_that_were_cut_off_are_gone_on_with(mirror: Path) -> None:
    [repository] = repositories(mirror)
    known = Roots(known=2, seconds={look.CHOICE: 0.1, "app": 5.0}, cut=True)
    found = of_head(repository, 10, Bounds(), "0", known)
    assert not found.cut and found.seconds.keys() == {look.CHOICE, "app", "net"} and found.seconds["app"] == 5.0


def test_a_survey_goes_on_where_it_was(mirror: Path, tmp_path: Path) -> None:
    found = repositories(mirror)
    survey = Survey(Extent(last=1), Budget(None, 1), State(tmp_path))
    [seen] = survey.run(found)
    one = tally(seen)
    assert (one.roots, one.roots_left, one.changes, one.changes_left) == (2, 0, 1, 0)
    assert (one.blocked, one.open, one.grades["critical"], one.faults) == (1, 0, 1, [])
    [again] = Survey(Extent(last=2), Budget(None, 1), State(tmp_path), broken(tmp_path)).run(found)
    assert again.roots == seen.roots and seen.outcomes.items() <= again.outcomes.items()
    assert len(tally(again).faults) == 1, "the change that was not reviewed before"


def test_what_there_was_no_time_for_is_said(mirror: Path) -> None:
    [seen] = Survey(Extent(), Budget(0, 1), State(None)).run(repositories(mirror))
    assert "left out: 2 changes, not drawn or out of time" in table([tally(seen)], [])
    assert "left out: all roots of acme/infra, out of time" in table([tally(seen)], [])


def test_reviews_of_fresh_repositories_are_not_told(mirror: Path) -> None:
    [seen] = Survey(Extent(last=1), Budget(None, 1), State(None)).run(repositories(mirror))
    one = tally(seen)
    assert "grades" not in as_json(one, False) and as_json(one, True)["grades"] == {"critical": 1}
    assert [line.split()[-4:] for line in table([one], [one])[1:2]] == [["1", "0", "0", "0"]]
    assert len(table([one], [])[1].split()) == 6


def test_the_hash_is_of_the_code(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("1")
    before = code_hash(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "a.pyc").write_text("1")
    assert code_hash(tmp_path) == before
    (tmp_path / "a.py").write_text("2")
    assert code_hash(tmp_path) != before


def test_recorded_reviews_compare(mirror: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    case = tmp_path / "cases" / "one"
    for side, action in (("base", "s3:GetObject"), ("head", "s3:PutObject")):
        (case / side).mkdir(parents=True)
        (case / side / "main.tf").write_text(POLICY.replace("ACTION", action))
    (case / "expect.yaml").write_text("why: a test\n")
    [repository] = repositories(mirror)
    changes = merged(repository, 2)
    outcomes = [(change, of_change(Code(), repository, change, Bounds())) for change in changes]
    late = Change("acme/infra", "0" * 40, "1" * 40)
    recorded = tmp_path / "recorded"
    told = oracle.record_changes(recorded, [*outcomes, (late, Outcome(-9, 1.0, 1.0, over="CPU"))])
    assert told == (2, [late.name])
    assert oracle.record_cases(recorded, Code(), tmp_path / "cases") == (1, [])
    assert oracle.compare(recorded, oracle.Against(mirror, keep=tmp_path / "now"), None) == 0
    assert "3 compared, 0 differ" in capsys.readouterr().out
    file = recorded / "cases" / "one.json"
    file.write_text(file.read_text().replace("s3:PutObject", "s3:PutOther"))
    assert oracle.compare(recorded, oracle.Against(mirror), None) == 1
    output = capsys.readouterr().out
    assert "3 compared, 1 differ in gained 1" in output
    assert '+     "s3:PutObject"' in output and "--- recorded cases/one.json" in output
    kept = oracle.Against(tmp_path, kept=tmp_path / "now")
    assert oracle.compare(recorded, kept, None) == 1, "what was kept needs no repository"
    assert "    1  gained[].title: text -> text  (cases/one.json)" in capsys.readouterr().out
    known = dataclasses.replace(kept, but=("gained[]", "lost[]"))
    assert oracle.compare(recorded, known, None) == 0, "what is known is no difference"
    assert oracle.compare(recorded, oracle.Against(tmp_path), None) == 1, "a repository is gone, the case differs"
    assert "the repository is not there" in capsys.readouterr().out


def test_a_review_that_ends_otherwise_differs() -> None:
    known = {"case": "a", "exit": 1, "review": {"gained": [1], "gaps": []}}
    assert oracle.difference("a", known, dict(known)) is None
    failed = oracle.difference("a", known, {"case": "a", "exit": 3, "review": None})
    assert failed is not None and failed.parts == ("exit",)
    long = dataclasses.replace(failed, lines=tuple("x" * 100))
    assert oracle.shown(long)[-1] == "... 40 more lines"
