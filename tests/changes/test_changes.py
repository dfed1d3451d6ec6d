"""Every change under tests/cases/changes through the whole review: what is gained, on which line, and nothing else."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable
from functools import cache
from typing import Any

import pytest

from bot.contents.folders import FolderContents
from bot.review.codec import decode, encode
from bot.review.identity import SHOWN_DIGITS
from bot.review.model import GRADES, Finding, Review
from bot.review.prose import text_of_prose
from bot.review_process import child
from bot.review_process.rounds import review_contents
from tests.changes.whole_words import every_expression_is_whole
from tests.places import TESTS
from tests.told import told_in_review
from tests.told_both_ways import told_both_ways
from tests.yaml_files import read_yaml

CASES = TESTS / "cases" / "changes"
NAMES = sorted(path.parent.name for path in CASES.glob("*/expect.yaml"))


@cache
def _expected(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = read_yaml((CASES / name / "expect.yaml").read_text())
    return loaded


def _gained(name: str) -> list[dict[str, Any]]:
    wanted: list[dict[str, Any]] = _expected(name).get("gained", [])
    return wanted


def _grants(one: dict[str, Any]) -> list[str]:
    """What a wanted finding has to be made of; nothing where that is not said."""
    wanted: list[str] = one.get("grants", [])
    return wanted


@cache
def _review(name: str) -> Review:
    contents = FolderContents(CASES / name / "base", CASES / name / "head")
    return review_contents(contents, child.answer).review


def _gains_exactly(name: str) -> None:
    review, wanted = _review(name), _expected(name).get("gained", [])
    unmet = [one for one in wanted if not any(_is(one, finding) for finding in review.gained)]
    surplus = [finding for finding in review.gained if not any(_is(one, finding) for one in wanted)]
    assert not unmet and not surplus, _words(review)
    assert len(review.gained) == len(wanted), _words(review)


def _has_whole_fingerprints(name: str) -> None:
    found = _review(name)
    for finding in (*found.gained, *found.undecided, *found.lost):
        assert len(finding.full_fingerprint) == 64 and finding.full_fingerprint.startswith(finding.fingerprint)
        assert len(finding.fingerprint) == SHOWN_DIGITS


def says(name: str) -> dict[str, list[str]]:
    """The sentences of a review, as `python -m tests.rewrite` writes them."""
    review = _review(name)
    return {
        "says": [text_of_prose(finding.title) for finding in review.gained],
        "undecided": [text_of_prose(finding.title) for finding in review.undecided],
        "gaps": told_in_review(review.gaps),
    }


def _says(name: str) -> None:
    assert says(name) == {part: _expected(name).get(part, []) for part in ("says", "undecided", "gaps")}


BOTH_WAYS = {
    "table-entry-renamed-falls-back",
    "values-second-unknown-element",
    "held-by-another-value-of-a-setting",
    "held-by-whoever-does-not-set-it",
}
"""One environment gains what another one loses, some callers of a module what others do. Two roles that nothing but a
key tells apart, whose names nobody knows: one is there, one comes, one seems gone."""


def _tells_no_grant_both_ways(name: str) -> None:
    assert bool(told_both_ways(_review(name))) == (name in BOTH_WAYS)


def _says_what_was_held_of_what_is_undecided(name: str) -> None:
    held = [text_of_prose(finding.before) for finding in _review(name).undecided]
    assert held == _expected(name).get("undecided_before", held)


def _losses(name: str) -> None:
    """`lost: true` says that something is, a list of places where each of it was."""
    lost, wanted = _review(name).lost, _expected(name).get("lost", False)
    places = sorted(f"{one.location.file}:{one.location.line}" for one in lost)
    assert places == sorted(wanted) if isinstance(wanted, list) else lost or not wanted


def _is_written_out(name: str) -> None:
    """Nothing in a review is a value of the stages before it."""
    assert decode(encode(_review(name)), Review) == _review(name)


def _is_blocked_by(name: str) -> None:
    review = _review(name)
    assert list(review.blocked_by) == _expected(name).get("blocked_by", list(review.blocked_by))
    assert review.verdict == ("fail" if review.blocked_by else "pass")


def _warns_of_mistakes(name: str) -> None:
    found = sorted({one.rule for one in _review(name).lint})
    assert found == sorted(_expected(name).get("lint", found))


def _stands_on_the_line_to_edit(name: str) -> None:
    review = _review(name)
    for one in _gained(name):
        places = [finding.location for finding in review.gained if _is(one, finding)]
        wanted = [(at["file"], at["line"], at["side"]) for at in _listed(one["at"])]
        assert any((place.file, place.line, place.side) in wanted for place in places), (places, wanted)


def _is_graded(name: str) -> None:
    for one in _gained(name):
        grades = [finding.grade for finding in _review(name).gained if _is(one, finding)]
        assert "grade" not in one or set(grades) & set(_listed(one["grade"])), (grades, one["grade"])


def _tells_each_grant_with_its_line(name: str) -> None:
    for one in filter(_grants, _gained(name)):
        (finding,) = (finding for finding in _review(name).gained if _is(one, finding))
        told = [(grant.grade, text_of_prose(grant.said), grant.location) for grant in finding.grants]
        assert [f"{grade}: {said} @ {at.file}:{at.line}" for grade, said, at in told] == _grants(one)


def _cuts_no_expression(name: str) -> None:
    every_expression_is_whole(_review(name))


STATES = {"before", "after", "who", "held_where", "not_today", "proof"}


def _says_what_was_held_and_what_is_new_and_for_whom(name: str) -> None:
    for one in _gained(name):
        wanted = {key: one[key] for key in STATES & one.keys()}
        for found in (finding for finding in _review(name).gained if _is(one, finding)):
            who = list(map(text_of_prose, found.who))
            proof = found.witness and found.witness.action
            said = {
                "before": text_of_prose(found.before),
                "after": text_of_prose(found.after),
                "who": who,
                "held_where": text_of_prose(found.held_where),
                "not_today": list(found.not_today),
                "proof": proof,
            }
            assert said == said | wanted


def _lists_what_it_is_made_of(name: str) -> None:
    """The lists of a finding are those of its grants, of which the first stands where the finding does."""
    for finding in _review(name).gained:
        if finding.grants:
            assert set(finding.actions) <= {action for grant in finding.grants for action in grant.actions}
            assert max(GRADES.index(grant.grade) for grant in finding.grants) == GRADES.index(finding.grade)


def _expected_lines_are_quoted_rightly(name: str) -> None:
    for one in _gained(name):
        for at in _listed(one["at"]):
            lines = (CASES / name / at["side"] / at["file"]).read_text().split("\n")
            assert lines[at["line"] - 1].strip() == at["text"]


CHECKS = (
    _gains_exactly,
    _has_whole_fingerprints,
    _says,
    _tells_no_grant_both_ways,
    _losses,
    _is_written_out,
    _is_blocked_by,
    _warns_of_mistakes,
    _stands_on_the_line_to_edit,
    _is_graded,
    _tells_each_grant_with_its_line,
    _says_what_was_held_and_what_is_new_and_for_whom,
    _says_what_was_held_of_what_is_undecided,
    _lists_what_it_is_made_of,
    _expected_lines_are_quoted_rightly,
    _cuts_no_expression,
)


@pytest.mark.parametrize("name", NAMES)
def test_change(name: str) -> None:
    """All of them of one case, so that its review is made once, whoever runs the others."""
    for check in CHECKS:
        check(name)


def _is(wanted: dict[str, Any], finding: Finding) -> bool:
    """Whether a finding is the one that is described, leaving its line and grade aside."""
    addresses = {finding.principal.address if finding.principal else "", *finding.principals, *finding.instances}
    return (
        ("principal" not in wanted or wanted["principal"] in addresses)
        and set(wanted.get("principals", ())) <= addresses
        and ("kind" not in wanted or finding.kind in _listed(wanted["kind"]))
        and ("rule" not in wanted or bool({finding.rule, *finding.also} & set(_listed(wanted["rule"]))))
        and not set(wanted.get("without", ())) & {finding.rule, *finding.also}
        and ("allows" not in wanted or _covers(finding.actions, finding.except_actions, wanted["allows"].lower()))
        and ("becomes" not in wanted or wanted["becomes"] in [way.becomes for way in finding.escalations])
        and ("assumes" not in wanted or (finding.witness is not None and wanted["assumes"] in finding.witness.assumes))
        and ("resource" not in wanted or _covers(finding.resources, finding.except_resources, wanted["resource"]))
    )


def _covers(patterns: Iterable[str], excepted: Iterable[str], wanted: str) -> bool:
    within = any(_matches(wanted, pattern) for pattern in patterns)
    return within and not any(_matches(wanted, pattern) for pattern in excepted)


def _matches(wanted: str, pattern: str) -> bool:
    same_case = pattern.lower() if ":" in wanted and not wanted.startswith(("arn:", "$")) else pattern
    return wanted == pattern or fnmatch.fnmatchcase(wanted, same_case.replace("[", "[[]"))


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _words(review: Review) -> str:
    said = [
        f"{part} {finding.kind} {finding.grade} {text_of_prose(finding.title)} ({', '.join(finding.actions)} on "
        f"{', '.join(finding.resources)}) at {finding.location}"
        for part, findings in (("gained", review.gained), ("undecided", review.undecided))
        for finding in findings
    ]
    return "\n".join(said) or "nothing gained"
