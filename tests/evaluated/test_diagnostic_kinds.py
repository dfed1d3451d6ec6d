"""Every kind of diagnostic is in the table, is made, is documented, and has a case that yields it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.contents.folders import FolderContents
from bot.data_sources import PROVIDER
from bot.evaluated.config import EvaluatedConfig, Root
from bot.evaluated.diagnostic import Diagnostic
from bot.evaluated.diagnostic_kind import MEANINGS, DiagnosticKind, KindMeaning
from bot.evaluated.source_tree import SourceTree
from bot.extract import Extracted, extract
from bot.frontends.terraform.evaluate.root import evaluate
from bot.frontends.terraform.syntax.source_files import SyntaxCache
from bot.iam.managed import managed_policy
from bot.render.gap_list import KIND_WORDS
from bot.review_config.rules_file import load_review_config
from bot.review_config.settings import RULES_FILE
from bot.review_process import child
from bot.review_process.rounds import review_contents
from bot.risk.lint import lint
from tests.places import PROJECT, TESTS
from tests.risk.gains import touched_lines
from tests.sources import nodes
from tests.yaml_files import read_yaml

CASES: list[dict[str, Any]] = read_yaml((TESTS / "cases" / "diagnostics" / "kinds.yaml").read_text("utf-8"))

ELSEWHERE = {DiagnosticKind.FAULT: TESTS / "cases" / "fence" / "troubles.yaml"}
"""What files alone cannot yield: the case plants an exception."""

PAGE = PROJECT / "docs" / "diagnostics.md"


def test_every_kind_has_a_meaning() -> None:
    assert list(MEANINGS) == list(DiagnosticKind)


def test_every_kind_is_made() -> None:
    assert _made() == {kind.name for kind in DiagnosticKind}


def _made() -> set[str]:
    """The members of DiagnosticKind that the bot names anywhere but in the table."""
    found = set()
    for path in (PROJECT / "bot").rglob("*.py"):
        if path.name in ("diagnostic_kind.py", "gap_list.py"):
            continue
        for node in nodes(path.read_text("utf-8")):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found |= {node.attr} if node.value.id == "DiagnosticKind" else set()
    return found


def test_no_kind_is_written_as_a_string() -> None:
    """But where the word is something else's too: a cause, a list of findings, a step of an expression."""
    words = {kind.value for kind in DiagnosticKind} - {"fault", "undecided"}
    for path in (PROJECT / "bot").rglob("*.py"):
        if path.name != "diagnostic_kind.py":
            constants = (node for node in nodes(path.read_text("utf-8")) if isinstance(node, ast.Constant))
            assert not words & {node.value for node in constants}, path


def test_every_kind_is_documented() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| .+ \| (.*) \|$", PAGE.read_text("utf-8"), re.M)
    assert dict(rows) == {kind.value: _in_words(kind.meaning) for kind in DiagnosticKind}
    assert len(rows) == len(DiagnosticKind)


def _in_words(meaning: KindMeaning) -> str:
    words = {
        "not told: waits": meaning.waits,
        f"told as `{meaning.told_as}`": meaning.told_as is not None,
        meaning.cause: meaning.cause != "open",
        "structural": meaning.structural,
        "hides": meaning.unreadable,
        "text unknown": meaning.hides_text,
        "any line of the file": meaning.whole_file,
        "by what is said": meaning.by_code,
        "try stops": meaning.stops_try,
        "advice": meaning.mistake,
    }
    return ", ".join(word for word, holds in words.items() if holds)


@pytest.mark.parametrize("kind", KIND_WORDS)
def test_words_for_many_are_of_what_is_listed(kind: DiagnosticKind) -> None:
    """Other kinds reach a review as what is not known of a policy."""
    meaning = kind.meaning
    assert meaning.structural or meaning.told_by in ("documents", "attachments") or kind is DiagnosticKind.REMOTE_MODULE


def test_every_kind_has_a_case() -> None:
    assert {case["kind"] for case in CASES} == {*DiagnosticKind} - ELSEWHERE.keys()
    for kind, path in ELSEWHERE.items():
        assert any(case["kind"] == kind for case in read_yaml(path.read_text("utf-8")))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.get("about", case["kind"]))
def test_is_told(case: dict[str, Any], tmp_path: Path) -> None:
    found = _reviewed(case, tmp_path) if "base" in case else [*_evaluated(case), *_settings(case)]
    meaning = DiagnosticKind(case["kind"]).meaning
    kind = meaning.told_as or case["kind"]
    assert [_undated(line) for told, line in found if told == kind] == case.get("told", [])
    assert bool(case.get("told")) is not meaning.waits


def _undated(line: str) -> str:
    """Without the day on which AWS's lists were taken, which is another whenever they are taken anew."""
    return re.sub(r"20[2-9]\d-\d\d-\d\d", "<day>", line)


def _evaluated(case: dict[str, Any]) -> list[tuple[str, str]]:
    """Kind and "file:line: words" of all that is told of the files, whether or not it matters to a review."""
    config = evaluate(_tree(case), Root(""), PROVIDER, SyntaxCache())
    assert config.needs == frozenset(case.get("waits", ()))
    extracted = extract(config, managed_policy)
    lints = lint(extracted.grants, touched_lines(set(range(1, 99))), extracted.problems)
    return [
        *((told.kind, f"{told.span}: {told.reason}") for told in _diagnostics(config, extracted)),
        *((one.rule, f"{one.location.file}:{one.location.line}: {one.title}") for one in lints),
    ]


def _settings(case: dict[str, Any]) -> list[tuple[str, str]]:
    """The same of settings, where the files are such."""
    problems = load_review_config(case["files"].get(RULES_FILE), RULES_FILE).problems
    return [(told.kind, f"{told.span}: {told.reason}") for told in problems]


def _diagnostics(config: EvaluatedConfig, extracted: Extracted) -> Iterator[Diagnostic]:
    """Those of gaps; a module that is not here is told by extraction too."""
    told = (gap.diagnostic for gap in config.gaps)
    yield from (one for one in told if one.kind is not DiagnosticKind.REMOTE_MODULE)
    yield from (gap.diagnostic for gap in extracted.gaps)


def _tree(case: dict[str, Any]) -> SourceTree:
    files: dict[str, str] = case["files"]
    listing = {
        path: str(number) for number, path in enumerate((*files, *case.get("waits", ()), *case.get("large", ())))
    }
    refused = frozenset(listing[path] for path in case.get("large", ()))
    blobs = {listing[path]: text.replace("<NUL>", "\0").encode() for path, text in files.items()}
    return SourceTree("head", listing, blobs, refused)


def _reviewed(case: dict[str, Any], folder: Path) -> list[tuple[str, str]]:
    """The same of the gaps of a change."""
    for side, files in (("base", case["base"]), ("head", case["files"])):
        (folder / side).mkdir()
        for path, text in files.items():
            (folder / side / path).write_text(text, "utf-8")
    review = review_contents(FolderContents(folder / "base", folder / "head"), child.answer).review
    return [(gap.kind, f"{gap.file}:{gap.line}: {gap.reason}") for gap in review.gaps]
