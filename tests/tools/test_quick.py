"""Which tests are near a change, and that the nearest run first until the time is up."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tools.quick import Budget, nearest

TREE = {
    "bot/low.py": "",
    "bot/middle.py": "from bot import low\n",
    "bot/high.py": "import bot.middle\n",
    "tests/shared.py": "from bot.low import one\n",
    "tests/low/test_low.py": "from tests.shared import two\n",
    "tests/middle/test_middle.py": 'from bot.middle import it\nCASES = "tests/cases/middle/rows.yaml"\n',
    "tests/high/test_high.py": 'from bot.high import it\nCASES = "tests/cases/high"\n',
    "tests/apart/test_apart.py": "",
}


@pytest.mark.parametrize(
    ("changed", "near"),
    [
        (["bot/low.py"], ["tests/middle/test_middle.py", "tests/low/test_low.py", "tests/high/test_high.py"]),
        (["bot/high.py"], ["tests/high/test_high.py"]),
        (["tests/apart/test_apart.py", "bot/high.py"], ["tests/apart/test_apart.py", "tests/high/test_high.py"]),
        (["tests/cases/middle/rows.yaml"], ["tests/middle/test_middle.py"]),
        (["tests/cases/high/one/expect.yaml"], ["tests/high/test_high.py"]),
        (["README.md"], []),
    ],
)
def test_the_nearest_come_first(changed: list[str], near: list[str]) -> None:
    assert nearest(changed, TREE) == near


def test_it_ends_when_the_time_is_up_and_a_touched_case_runs_before(tmp_path: Path) -> None:
    file = tmp_path / "test_many.py"
    cases = "@pytest.mark.parametrize('case', ['a', 'b', 'c'])"
    file.write_text(f"import pytest\n\n\n{cases}\ndef test(case):\n    assert case != 'b'\n")
    budget = Budget([], ["b"], time.monotonic())
    pytest.main(["-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), str(file)], plugins=[budget])
    assert budget.failed == 1
    assert list(budget.waiting.values()) == [2]
