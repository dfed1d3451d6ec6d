"""What is told of small changes: grade, words, the line it stands on; the action that proves it, what it is weighed
by, what is advised.

A case has the text of `main.tf` at `base`, other files `beside`, and the edits of each file (`change`).
"""

from __future__ import annotations

from typing import Any

import pytest

from bot.review.model import Review
from bot.review.prose import text_of_prose
from tests.fakes.contents import FakeContents
from tests.places import TESTS
from tests.review.planned.reviews import reviewed
from tests.review.told_at import Sides, changed, found, written
from tests.yaml_files import read_yaml

FILES = sorted((TESTS / "cases" / "told").glob("*.yaml"))
CASES: dict[str, dict[str, Any]] = {
    f"{path.stem}: {name}": case for path in FILES for name, case in read_yaml(path.read_text("utf-8")).items()
}


def review_of(case: dict[str, Any]) -> tuple[Review, Sides]:
    base = {"main.tf": case["base"], **case.get("beside", {})}
    head = {**base, **{path: changed(base.get(path, ""), edits) for path, edits in case["change"].items()}}
    return reviewed(FakeContents(base, head)), {"base": base, "head": head}


@pytest.mark.parametrize("name", CASES)
def test_is_told(name: str) -> None:
    case = CASES[name]
    review, sides = review_of(case)
    assert found(review, sides) == case.get("told", [])
    assert [gap.reason for gap in review.gaps if gap.changed] == case.get("gaps", [])
    lost = [written(one, sides) for one in review.lost]
    assert lost == case.get("lost", lost)
    proved = [one.witness.action for one in review.gained if one.witness is not None]
    assert proved == case.get("proved", proved)
    weighed = [list(map(text_of_prose, one.arithmetic)) for one in review.gained]
    assert weighed == case.get("weighed", weighed)
    advised = [text_of_prose(one.fix) for one in review.gained]
    assert advised == case.get("advised", advised)
