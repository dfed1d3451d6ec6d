"""The output formats of the command line by name; each is loaded only when it is asked for."""

from __future__ import annotations

from bot.render.difference import Difference
from bot.render.source_lines import LineOf
from bot.review.model import Review
from bot.review_config.settings import ReviewConfig


def written(
    review: Review,
    rules: ReviewConfig,
    output: str,
    line_of: LineOf,
    difference: Difference = Difference.TERRAFORM,
) -> str:
    """The review in one of the formats: terminal, json, markdown, sarif, code-quality, junit, html."""
    match output:
        case "json":
            from bot.render import json

            return json.write(review)
        case "markdown":
            from bot.render import summary
            from bot.render.speaker import Speaker

            return f"{summary.markdown(review, rules, speaker=Speaker.JOB)}\n"
        case "sarif":
            from bot.render import sarif

            return sarif.write(review)
        case "code-quality":
            from bot.render import code_quality

            return code_quality.write(review)
        case "junit":
            from bot.render import junit

            return junit.write(review, rules)
        case "html":
            from bot.render.page import page

            return page.document(review)
        case _:
            from bot.render import terminal

            return terminal.write(review, rules, line_of, difference=difference)
