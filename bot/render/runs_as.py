"""What runs as a principal that gains: whose code and configuration hold the new access from now on."""

from __future__ import annotations

from collections.abc import Iterable

from bot.extract.trust_edges import ASSUME, TRUST
from bot.review.access_table import AccessEdge
from bot.review.model import Finding, Review
from bot.review.prose import first_few

MAX_NAMED = 5


def run_by(finding: Finding, review: Review) -> tuple[AccessEdge, ...]:
    """The edges to the finding's principals from what runs as them at head, in order; who may assume them is told
    by trust alone and is none of these."""
    gaining = {*finding.principals, *((finding.principal.address,) if finding.principal else ())}
    return tuple(edge for edge in _running(review.edges) if edge.target in gaining)


def run_by_words(edges: Iterable[AccessEdge]) -> str:
    """ "aws_lambda_function.api (execution role)", some of them; "" if there are none."""
    named = list(dict.fromkeys(f"{edge.source} ({edge.via})" for edge in edges))
    return first_few(named, MAX_NAMED)


def _running(edges: Iterable[AccessEdge]) -> Iterable[AccessEdge]:
    return (edge for edge in edges if edge.state != "lost" and edge.via not in (TRUST, ASSUME))
