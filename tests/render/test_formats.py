"""The other outputs: terminal text and page as written down, JSON by its schema, SARIF by what code scanning needs."""

from __future__ import annotations

import dataclasses
import importlib
import io
import json
from pathlib import Path
from typing import Any, Literal
from xml.etree import ElementTree

import pytest
from rich.console import Console

from bot.render import json as contract
from bot.render import junit, sarif, terminal
from bot.render.formats import written
from bot.render.page import page
from bot.render.source_lines import SourceLine
from bot.review.codec import encode
from bot.review.model import PathStep, Review
from bot.review_config.settings import ReviewConfig
from tests.fakes.reviews import finding, review
from tests.render.reviews import FOLDER, review_of, stories, touched_of
from tests.render.test_injection import poisoned
from tests.render.test_stories import compare
from tools.written_files import WRITTEN

jsonschema: Any = importlib.import_module("jsonschema")
SCHEMA_FILE = Path("docs/review.schema.json")
HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e"


def line_of(story: dict[str, Any]) -> Any:
    """Lines of the story's diff."""
    hunk_lines: dict[tuple[str, int, str], SourceLine] = {}
    for change in touched_of(story).files:
        base, _, head, _ = change.hunks[0]
        text = story["diff"].split(f"+++ b/{change.head}\n", 1)[1].split("\ndiff --git", 1)[0]
        for line in text.splitlines()[1:]:
            if not line.startswith("+"):
                hunk_lines[change.base, base, "base"] = SourceLine(line[1:], line.startswith("-"))
                base += 1
            if not line.startswith("-"):
                hunk_lines[change.head, head, "head"] = SourceLine(line[1:], line.startswith("+"))
                head += 1
    return lambda file, line, side: hunk_lines.get((file, line, side))


@pytest.mark.parametrize("story", stories(), ids=lambda story: story["about"])
def test_terminal(story: dict[str, Any]) -> None:
    console = Console(file=io.StringIO())
    shown = terminal.write(review_of(story["review"]), ReviewConfig(), line_of(story), console)
    compare(FOLDER / f"{story['about']}.txt", shown)


def test_terminal_signs_only_lines_that_the_change_touches() -> None:
    one = review_of(stories()[0]["review"])
    wide = dataclasses.replace(one.gained[0], location=dataclasses.replace(one.gained[0].location, line=12))
    told = dataclasses.replace(one, gained=(wide,))
    shown = terminal.write(told, ReviewConfig(), line_of(stories()[0]), Console(file=io.StringIO()))
    begun = [line.split()[:2] for line in shown.splitlines()]
    assert ["12", "Effect"] in begun
    assert ["13", "+"] in begun


def test_terminal_colours_only_where_they_can_be_shown() -> None:
    review = review_of(stories()[0]["review"])
    plain = Console(file=io.StringIO(), force_terminal=True, no_color=True, width=60)
    colour = Console(file=io.StringIO(), force_terminal=True, color_system="standard", width=60, no_color=False)
    assert "\x1b[" in terminal.write(review, ReviewConfig(), line_of(stories()[0]), colour)
    shown = terminal.write(review, ReviewConfig(), line_of(stories()[0]), plain)
    assert not any(f"\x1b[{code}m" in shown for code in (31, 32, 36))
    assert max(len(line) for line in Console().render_str(shown).plain.splitlines()) <= 200


def test_terminal_shows_no_control_characters() -> None:
    hostile = SourceLine(HOSTILE, touched=True)
    shown = terminal.write(poisoned(HOSTILE), ReviewConfig(), lambda *_: hostile, Console(file=io.StringIO()))
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\\u202e" in shown


def test_page_escapes_and_asks_for_nothing_outside() -> None:
    text = page.document(poisoned(HOSTILE))
    assert "<script" not in text
    assert "\x1b" not in text
    assert "http://" not in text and "https://" not in text


def test_json_reads_back() -> None:
    review = review_of(stories()[2]["review"])
    path = (PathStep("aws_instance.web", "instance profile", "aws_iam_role.web"),)
    review = dataclasses.replace(review, gained=(dataclasses.replace(review.gained[0], path=path),))
    text = contract.write(review)
    assert json.loads(text)["gained"][0]["path"] == [
        {"from": "aws_instance.web", "via": "instance profile", "to": "aws_iam_role.web"}
    ]
    assert contract.read(text) == review
    jsonschema.validate(json.loads(text), json.loads(SCHEMA_FILE.read_text()))


UNSEEN = "\u202e\u2066\u200b\u200f\ufeff\u2028\x7f\x85\U000e0041"


@pytest.mark.parametrize("written_as", ["json", "sarif", "kept"])
def test_json_escapes_what_is_not_seen(written_as: str) -> None:
    """Whoever reads the file reads what stands in it; letters of other scripts stay."""
    made = review(finding("1" * 16, actions=(f"s3:{UNSEEN}Größe",)))
    made = dataclasses.replace(made, base=f"b{UNSEEN}ö", gained=(*made.gained,))
    text = {"json": contract.write(made), "sarif": sarif.write(made), "kept": encode(made).decode()}[written_as]
    assert not [char for char in UNSEEN if char in text]
    if written_as != "sarif":
        assert json.loads(text)["base"] == made.base
        assert json.loads(text)["gained"][0]["actions"] == [f"s3:{UNSEEN}Größe"]
        assert "Größe" in text


def test_schema_in_docs_is_current() -> None:
    compare(SCHEMA_FILE, WRITTEN[str(SCHEMA_FILE)]())


def test_sarif_has_what_code_scanning_needs() -> None:
    (run,) = json.loads(sarif.write(review_of(stories()[2]["review"])))["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert all(result["ruleId"] in rules for result in run["results"])
    first = run["results"][0]
    assert first["level"] == "error"
    assert first["locations"][0]["physicalLocation"]["region"] == {"startLine": 23, "endLine": 27}
    assert first["partialFingerprints"] == {"iamReview/v1": "aaaaaaaaaaaaaaaa"}
    assert [result.get("kind") for result in run["results"]] == [None, None, "open"]
    assert len(run["invocations"][0]["toolExecutionNotifications"]) == 2
    told = [rule for rule in run["tool"]["driver"]["rules"] if "fullDescription" in rule]
    assert told
    assert all(rule["help"]["markdown"].startswith("# ") and rule["shortDescription"]["text"] for rule in told)


def junit_of(review: Review, rules: ReviewConfig) -> ElementTree.Element:
    return ElementTree.fromstring(junit.write(review, rules))


@pytest.mark.parametrize("verdict", ["pass", "fail"])
def test_junit_fails_where_the_verdict_does(verdict: Literal["pass", "fail"]) -> None:
    review = dataclasses.replace(review_of(stories()[2]["review"]), verdict=verdict)
    suite = junit_of(review, ReviewConfig(fail_at="high" if verdict == "fail" else "never"))
    failed = suite.findall("testcase/failure")
    assert bool(failed) == (verdict == "fail")
    assert int(suite.attrib["failures"]) == len(failed)
    assert int(suite.attrib["tests"]) == len(suite.findall("testcase")) == 1 + len(review.gained) + 1 + 1
    assert int(suite.attrib["skipped"]) == 2
    places = [(case.get("file"), case.get("line")) for case in suite.findall("testcase")]
    assert places[0] == (None, None)
    assert places[1][1] == "23"


def test_junit_of_what_was_accepted_does_not_fail() -> None:
    review = review_of(next(story for story in stories() if story["about"] == "accepted")["review"])
    suite = junit_of(dataclasses.replace(review, undecided=(), verdict="pass"), ReviewConfig(fail_at="low"))
    waived = [finding for finding in review.gained if finding.waiver is not None]
    assert waived
    assert len([one for one in suite.findall("testcase/system-out") if "accepted: " in (one.text or "")]) == len(waived)


def test_junit_is_xml_whatever_the_names_are() -> None:
    suite = junit_of(poisoned(HOSTILE + "]]>\ufffe\x00"), ReviewConfig())
    assert suite.findall("testcase")


@pytest.mark.parametrize("output", ["terminal", "json", "markdown", "sarif", "code-quality", "junit", "html"])
def test_every_format_is_written(output: str) -> None:
    story = stories()[2]
    assert "sqs:*" in written(review_of(story["review"]), ReviewConfig(), output, line_of(story))
