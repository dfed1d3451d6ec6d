"""A review as a JUnit report, which Jenkins, Azure Pipelines, CircleCI and GitLab show as tests."""

from __future__ import annotations

from xml.etree import ElementTree

from bot.render.gap_words import gap_words
from bot.render.heading import title
from bot.render.markdown import visible
from bot.render.phrases import state_names
from bot.render.plain import plain
from bot.review.model import Finding, Gap, Location, Review
from bot.review.prose import Prose
from bot.review_config.settings import ReviewConfig
from bot.risk.verdict import blocks, changed_gaps

SUITE = "iam-review"


def write(review: Review, rules: ReviewConfig) -> str:
    """One test for the verdict and one for each finding and gap; some test fails exactly where the verdict does.

    A finding fails if it is one of those that block, and else passes; what is undecided or was not analysed is skipped.
    Jenkins' XUnit schema has the elements; `file` and `line` are what GitLab and CircleCI read besides.
    """
    suite = ElementTree.Element("testsuite", name=SUITE)
    _verdict(suite, review)
    for finding in review.gained:
        _finding(suite, finding, rules)
    for finding in review.undecided:
        _skipped(suite, finding.title, finding.location, f"undecided: {plain(finding.why)}")
    for gap in changed_gaps(review):
        _gap(suite, gap)
    for name, tag in (("tests", "testcase"), ("failures", "testcase/failure"), ("skipped", "testcase/skipped")):
        suite.set(name, str(len(suite.findall(tag))))
    suite.set("errors", "0")
    suite.set("time", f"{review.stats.seconds:.3f}")
    ElementTree.indent(suite)
    return ElementTree.tostring(suite, encoding="unicode", xml_declaration=False) + "\n"


def _verdict(suite: ElementTree.Element, review: Review) -> None:
    said = visible(title(review))
    case = ElementTree.SubElement(suite, "testcase", classname=SUITE, name="verdict")
    if review.verdict == "fail":
        why = ", ".join(review.blocked_by)
        ElementTree.SubElement(case, "failure", type="verdict", message=said).text = f"blocked by: {why}"
    else:
        ElementTree.SubElement(case, "system-out").text = said


def _finding(suite: ElementTree.Element, finding: Finding, rules: ReviewConfig) -> None:
    case = _case(suite, f"{finding.grade}: {visible(finding.title)}", finding.location)
    said = f"{finding.grade}: {visible(finding.title)} ({_place(finding.location)})"
    was, now = state_names(finding)
    whole = f"{said}\n{was}: {visible(finding.before)}\n{now}: {visible(finding.after)}\n{visible(finding.fix)}".strip()
    if finding.waiver is not None:
        ElementTree.SubElement(case, "system-out").text = f"{whole}\naccepted: {visible(finding.waiver.reason)}"
    elif blocks(finding, rules):
        ElementTree.SubElement(case, "failure", type=finding.rule, message=said).text = whole
    else:
        ElementTree.SubElement(case, "system-out").text = whole


def _gap(suite: ElementTree.Element, gap: Gap) -> None:
    name = f"not analysed: {visible(gap.address or gap.file)}"
    _skipped(suite, name, Location(gap.file, gap.line, gap.line, gap.side), f"not analysed: {gap_words(gap)}")


def _skipped(suite: ElementTree.Element, name: str | Prose, location: Location, why: str) -> None:
    case = _case(suite, visible(name), location)
    ElementTree.SubElement(case, "skipped", message=visible(why))


def _case(suite: ElementTree.Element, name: str, location: Location) -> ElementTree.Element:
    file = visible(location.file)
    case = ElementTree.SubElement(suite, "testcase", classname=file or SUITE, name=name)
    if file:
        case.set("file", file)
        case.set("line", str(max(location.line, 1)))
    return case


def _place(location: Location) -> str:
    return f"{visible(location.file)}:{location.line}" if location.file else "no file"
