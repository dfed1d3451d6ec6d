"""The page about risk, its files and its JSON: for each visitor what they may read, and nothing that a sheet runs."""

from __future__ import annotations

from pathlib import Path

from bot.review.model import AppliedWaiver
from bot.review.prose import Prose
from tests.fakes.reviews import finding, review
from tests.web.sites import VISITORS, keep, served


def test_risk_counts_only_what_the_visitor_may_read(tmp_path: Path) -> None:
    accepted = finding(
        "3" * 16, owners=("acme/iam",), waiver=AppliedWaiver("known", "grace", "2026-04-01"), title=Prose("=told")
    )
    for who, seen in (("reader", True), ("other", False)):
        made = served(tmp_path / who, VISITORS[who])
        keep(made.store, review(accepted, finding("4" * 16)))
        client = made.app.test_client()
        page = client.get("/risk").text
        assert ("acme/iam" in page, "=told" in page, "(no owner)" in page) == (seen, seen, seen)
        figures = client.get("/api/v1/risk?by=path&depth=0").get_json()["figures"]
        assert [one["name"] for one in figures["groups"]] == ["acme/infra"] * seen
        assert ("'=told" in client.get("/risk?format=csv&table=accepted").text) == seen
        assert client.get("/risk?format=csv").text.count("\n") == 1 + 2 * seen
        assert "2026-W09" in client.get("/risk?format=csv&table=weeks").text
        made.engines.dispose()
