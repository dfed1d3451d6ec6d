"""Renders a review as HTML: the body for a page of the server, or one self-contained document without script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

import jinja2
from markupsafe import Markup
from msgspec import UNSET

from bot.frozen import dataclass
from bot.render.accepting import EXAMPLE, MAX_NAMED
from bot.render.alike import alike
from bot.render.explain_lines import counts, subject, why
from bot.render.gap_words import gap_words
from bot.render.grant_list import further
from bot.render.heading import heading
from bot.render.markdown import visible
from bot.render.other_systems import other_systems
from bot.render.page.graph import graph
from bot.render.page.matrix import matrix
from bot.render.phrases import revision, sentence, state_names
from bot.render.proof_steps import proof_steps
from bot.render.rules_problems import plain_problems
from bot.review.acceptors import Acceptors
from bot.review.model import Finding, Review
from bot.review.prose import Prose, first_few
from bot.review_config.settings import RULES_FILE
from bot.risk.verdict import changed_gaps

FOLDER = "bot.render.page"


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Addresses beside a review on the server; "" leaves one out. `rule` is put before a rule's name."""

    change: str = ""
    json: str = ""
    sarif: str = ""
    html: str = ""
    previous: str = ""
    rule: str = ""


def document(review: Review) -> str:
    """The self-contained document: style inside, no script, nothing asked of anywhere."""
    view = _view(review, PageLinks()) | {"contents": True}
    return environment().get_template("document.html.j2").render(**view, style=style()) + "\n"


History = Mapping[str, Sequence[str]]
"""What was decided about findings, in sentences by fingerprint."""


def body(review: Review, links: PageLinks, history: History | None = None) -> Markup:
    """What stands inside `main` of a page that has `style()`; with contents if it is a page of its own."""
    served = bool(links.json)
    view = _view(review, links) | {"history": history or {}, "contents": served}
    view |= {"next_steps": next_steps(review) if served else ()}
    return Markup(environment().get_template("report.html.j2").render(**view))


@cache
def style() -> Markup:
    """The style sheet: light, dark, narrow and printed."""
    return Markup(resources.files(FOLDER).joinpath("report.css").read_text("utf-8"))


@cache
def environment() -> jinja2.Environment:
    """Templates of this package; what they are given is escaped, and made visible, unless it is markup."""
    made = jinja2.Environment(
        loader=jinja2.PackageLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    made.filters["sentence"] = sentence
    made.filters["revision"] = revision
    made.filters["alike"] = alike
    made.filters["further"] = further
    made.filters["gap_words"] = gap_words
    made.filters["states"] = state_names
    made.filters["proof_steps"] = proof_steps
    made.filters["argument"] = subject
    made.filters["disposition"] = why
    return made


def _shown(value: object) -> object:
    """Prose, and text out of a change, has its invisible characters spelled out, wherever it is put."""
    return visible(value) if isinstance(value, str | Prose) and not isinstance(value, Markup) else value


def _view(review: Review, links: PageLinks) -> dict[str, object]:
    said = heading(review)
    return {
        "review": review,
        "rules_problems": plain_problems(review),
        "title": said.title,
        "colour": "asks" if said.asks and not said.graded else said.grade,
        "verdict": _verdict(review),
        "consequence": _consequence(review),
        "holders": matrix(review.access),
        "graph": graph(review),
        "links": links,
        "history": {},
        "next_steps": (),
        "changed_gaps": changed_gaps(review),
        "looked_at": counts(review),
        "other_systems": other_systems(review),
        "standing_gaps": [gap for gap in review.gaps if not gap.is_open],
    }


_REASONS = {
    "gained": "new access at or above the threshold",
    "gaps": "not everything could be analysed",
    "guardrail": "a guardrail is exceeded",
    "config": "the rules are loosened, or cannot be read",
    "fault": "not everything could be reviewed, for reasons of ours",
}


def _verdict(review: Review) -> str:
    if review.verdict == "pass":
        return f"Passes (the threshold is {review.fail_at})"
    why = "; ".join(_REASONS[reason] for reason in review.blocked_by)
    return f"{'Blocks' if review.mode == 'enforce' else 'Would block'}: {why} (the threshold is {review.fail_at})"


def _consequence(review: Review) -> str:
    """The worst new access in a sentence."""
    said = heading(review)
    counted: list[Finding] = [finding for finding in review.gained if finding.waiver is None]
    if counted:
        more = f", and {len(counted) - 1} more" if len(counted) > 1 else ""
        return f"{sentence(counted[0].title)}{more}."
    if review.gained:
        return "All new access that is proved has been accepted." if said.asks else "All new access has been accepted."
    if said.undecided:
        return "Nothing is proved new; what is undecided could be."
    if not review.complete:
        return "Nothing new was found in what could be evaluated; not everything could be."
    return "Every changed file was evaluated or cannot matter: no new access."


def next_steps(review: Review) -> tuple[str, ...]:
    """Nothing where nothing is open: nobody has anything to do."""
    waits = any(one.waiver is None for one in review.gained)
    if not waits and review.verdict == "pass":
        return ()
    return tuple(_steps(review, waits))


def _steps(review: Review, waits: bool) -> Iterator[str]:
    yield _of_the_check(review)
    if review.verdict == "fail":
        told = "" if review.mode == "observe" else "; what it fixes is told in the comment on it"
        yield f"A push is reviewed by itself{told}."
    if waits and review.acceptors is not UNSET:
        yield _accepting(review, review.acceptors)


def _of_the_check(review: Review) -> str:
    if review.verdict == "pass":
        return f"The check does not fail: nothing that counts is {review.fail_at} or worse."
    if review.mode == "enforce":
        return "The check fails until what blocks is gone at a newer head, or accepted."
    return f"The mode is {review.mode}, so the check does not fail; with mode: enforce it would."


def _accepting(review: Review, acceptors: Acceptors) -> str:
    if "guardrail" in review.blocked_by:
        return f"A guardrail cannot be accepted in a comment: only the base branch's {RULES_FILE} can do that."
    if not acceptors.names:
        return f"Nobody can accept this yet: the base branch's {RULES_FILE} names no approvers."
    named = first_few(acceptors.names, MAX_NAMED)
    approving = ", or all that this commit was found to grant by approving it" if acceptors.by_approval else ""
    return (
        f"{named} can accept a finding, unless they wrote or pushed part of the change, for {acceptors.days} days at "
        f"most, by a comment: {EXAMPLE}{approving}."
    )
