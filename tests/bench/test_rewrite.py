"""That rewriting changes the sentences of a case and nothing else of its file."""

from __future__ import annotations

from typing import Any

from tests.rewrite import Said, rewritten

TABLE = """\
# Cases.
- about: a row  # that says something else now
  says: ["old"]
  if: {a: [b]}

- about: a row that says nothing yet
  text: |
    several
    lines
- about: a row that falls silent
  says:
  - old
"""
ANEW = """\
# Cases.
- about: a row  # that says something else now
  says:
  - "new: \\"ü\\""
  if: {a: [b]}

- about: a row that says nothing yet
  text: |
    several
    lines
  says:
  - "one"
  - "two"
- about: a row that falls silent
"""


def _said(case: dict[str, Any]) -> Said:
    texts = {"a row": ['new: "ü"'], "a row that says nothing yet": ["one", "two"]}
    return {"says": texts.get(case["about"], [])}


def test_sentences_change_where_they_stand() -> None:
    assert rewritten(TABLE, _said) == ANEW
    assert rewritten(ANEW, _said) == ANEW
