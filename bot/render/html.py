"""A review as one self-contained page: no script, no address outside."""

from __future__ import annotations

from importlib import resources

import jinja2

from bot.render.markdown import visible
from bot.render.phrases import sentence
from bot.render.source_lines import LineOf, source_lines
from bot.render.summary import title
from bot.risk.finding import Review
from bot.risk.settings import Rules


def write(review: Review, rules: Rules, line_of: LineOf) -> str:
    """The page."""
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["visible"] = visible
    environment.filters["sentence"] = sentence
    template = environment.from_string(resources.files("bot.render").joinpath("review.html.j2").read_text("utf-8"))
    sources = {finding.fingerprint: source_lines(finding.location, line_of) for finding in review.gained}
    return template.render(review=review, rules=rules, title=title(review), sources=sources) + "\n"
