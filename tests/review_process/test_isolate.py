"""A child that dies, hangs, floods or lies costs one review and nothing else, and learns no secret."""

from __future__ import annotations

import os
import sys
import textwrap
import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from bot.errors import ReviewFailed, Superseded
from bot.review_process.parent import ANSWER, Limits, converse, run, until
from bot.review_process.protocol import ChildAnswer, Fetched, JudgeChange, Needs, Reviewed
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES: dict[str, dict[str, Any]] = read_yaml((TESTS / "cases" / "isolate" / "children.yaml").read_text())
REQUEST = JudgeChange(Fetched("b" * 40, "a" * 40, {"a.tf": "1"}, {"a.tf": "1"}, {"1": b"\xff" * 100_000}), "")


def answered(command: tuple[str, ...], request: bytes, limits: Limits) -> ChildAnswer:
    """What a child of a review, or what stands in for it, says."""
    return converse(command, request, limits, ANSWER.decode)


def child(case: dict[str, Any]) -> tuple[str, ...]:
    """The command line of a real child with another review function, or of a stand-in."""
    if "instead" in case:
        return (sys.executable, "-c", case["instead"])
    body = textwrap.indent(case["review"], "    ")
    program = (
        "import runpy, bot.review.engine\nfrom bot.review_config import rules_file, settings\n"
        f"def review(*given):\n{body}\n"
        "bot.review.engine.review = review\n"
        "rules_file.load_review_config = lambda text, source: settings.LoadedReviewConfig(settings.ReviewConfig())\n"
        "runpy.run_module('bot.review_process.child', run_name='__main__', alter_sys=True)\n"
    )
    return (sys.executable, "-P", "-c", program)


@pytest.mark.parametrize("name", CASES)
def test_child(name: str) -> None:
    case = CASES[name]
    limits = Limits(case.get("wall_seconds", 60), cpu_seconds=2, memory_bytes=400 << 20, output_bytes=1 << 20)
    if case.get("answers"):
        assert isinstance(answered(child(case), msgspec.json.encode(REQUEST), limits), Needs)
        return
    with pytest.raises(ReviewFailed) as caught:
        answered(child(case), msgspec.json.encode(REQUEST), limits)
    assert str(caught.value) == case["says"]
    assert case.get("notes", "") in "\n".join(caught.value.__notes__)


def test_what_a_child_started_dies_with_it(tmp_path: Path) -> None:
    program = (
        f"import subprocess; print(subprocess.Popen(['sleep', '61']).pid, file=open({str(tmp_path / 'pid')!r}, 'w'))"
    )
    with pytest.raises(ReviewFailed):
        answered((sys.executable, "-c", program), b"{}", Limits(wall_seconds=1.5))
    grandchild = int((tmp_path / "pid").read_text())
    for _ in range(100):
        if not Path(f"/proc/{grandchild}").exists():
            return
        time.sleep(0.02)
    assert "Z" in Path(f"/proc/{grandchild}/stat").read_text().split()


def test_child_sees_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IAM_REVIEW_GITHUB__TOKEN", "canary-7f3a")
    case = {"review": "import os, sys; sys.stderr.write(repr(dict(os.environ)) + repr(sys.argv)); raise ValueError"}
    with pytest.raises(ReviewFailed) as caught:
        answered(child(case), msgspec.json.encode(REQUEST), Limits())
    seen = "\n".join(caught.value.__notes__)
    assert "PYTHONPATH" in seen
    assert "canary" not in seen and "IAM_REVIEW" not in seen


def test_child_inherits_no_file_descriptor() -> None:
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    case = {"review": f"import os; os.write({writer}, b'x')"}
    with pytest.raises(ReviewFailed, match="OSError"):
        answered(child(case), msgspec.json.encode(REQUEST), Limits())
    for end in (reader, writer):
        os.close(end)


def test_a_review_that_needs_a_file_says_which() -> None:
    case = {"review": "from bot.review.model import Need\nreturn Need(('policies/x.json',))"}
    reply = answered(child(case), msgspec.json.encode(REQUEST), Limits())
    assert reply == Needs(paths=("policies/x.json",))


def test_whole_way_there_and_back() -> None:
    reply = run(JudgeChange(Fetched("b" * 40, "a" * 40, {}, {}, {}), ""))
    assert isinstance(reply, Reviewed)
    assert reply.review.verdict == "pass"


def test_a_review_that_nobody_wants_any_more_is_ended() -> None:
    asked: list[int] = []
    before = time.monotonic()
    with until(lambda: len(asked) > 1 or asked.append(1) or False), pytest.raises(Superseded):  # type: ignore[func-returns-value]
        answered(child({"review": "import time; time.sleep(60)"}), msgspec.json.encode(REQUEST), Limits())
    assert time.monotonic() - before < 50
