"""Lists over all repositories: findings, repositories, trends, and who of a visitor may see them."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.forges.port import ChangeRef, Role
from bot.review.prose import Prose
from bot.store.found import DayCount, Place
from bot.store.review_archive import RepositoryFacts
from bot.store.sql_archive import SqlArchive
from bot.web.gate import LOCAL, Gate, Visitor
from bot.web.pages.bars import bars
from bot.web.pages.weeks import MOST, periods
from bot.web.reading_list import MOST as MOST_ASKED
from bot.web.reading_list import SECONDS, ReadingList
from tests.fakes.reviews import finding, review
from tests.web.sites import NOW, VISITORS, Served, keep, served

ADA = Visitor("ada", "github")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Sixty low findings in one repository, a critical one that is older in another, which nobody changes."""
    made = served(tmp_path_factory.mktemp("home"), LOCAL)
    low = (finding(f"{n:016x}", n + 1, grade="low", title=Prose(f"Role a{n} can list")) for n in range(60))
    keep(made.store, review(*low))
    worst = finding("f" * 16, 7, grade="critical", title=Prose("Role <b> can \u202e become administrator"))
    keep(made.store, review(worst), ChangeRef("gitlab", "acme/other", 3), NOW - timedelta(days=15))
    yield made
    made.engines.dispose()


def titles(home: Served, query: str) -> list[str]:
    text = home.app.test_client().get(f"/?{query}").text
    return re.findall(r'<th scope="row"><a href="[^"]*">Role (.*?) can', text)


def test_findings_are_searched_filtered_and_paged(home: Served) -> None:
    first = [f"a{n}" for n in range(60)]
    assert titles(home, "") == ["&lt;b&gt;", *first[:49]]
    assert titles(home, "from=50") == first[49:]
    assert titles(home, "q=acme/INFRA+a59") == ["a59"]
    assert titles(home, "grade=critical") == titles(home, "repository=other") == ["&lt;b&gt;"]
    assert titles(home, "repository=acme/infra&from=58") == first[58:]
    assert titles(home, "show=accepted") == titles(home, "from=61") == titles(home, "q=%25") == []


def test_a_page_of_findings_says_what_it_is(home: Served) -> None:
    client = home.app.test_client()
    text = client.get("/").text
    assert "<b>1</b><span>critical</span>" in text and "<b>60</b><span>low</span>" in text
    assert "1 to 50 of 61 findings" in text and 'href="?from=50"' in text
    assert ">15 days</time>" in text and ">today</time>" in text and "\u202e" not in text
    assert 'href="/?q=Role&amp;grade=low"' in client.get("/?q=Role").text
    assert 'rel="prev" href="?grade=low"' in client.get("/?grade=low&from=50").text
    assert '<a href="/">All open findings</a>' in client.get("/?q=nowhere").text
    assert f"/reports/gitlab/acme/other/3/{'a' * 40}#f-{'f' * 16}" in text


def test_what_is_empty_says_what_to_do(tmp_path: Path) -> None:
    made = served(tmp_path, LOCAL)
    client = made.app.test_client()
    assert 'href="/doctor"' in client.get("/").text
    assert "No review" in client.get("/repositories").text and "Nothing was found" in client.get("/trends").text
    keep(made.store, review())
    assert "Nothing is open" in client.get("/").text
    made.engines.dispose()


def test_trends_as_a_file_of_some_repositories(home: Served) -> None:
    client = home.app.test_client()
    rows = list(csv.DictReader(io.StringIO(client.get("/trends?weeks=13&format=csv").text)))
    assert (len(rows), rows[-1]["week"], rows[-1]["from"]) == (13, "2026-W09", "2026-02-23")
    told = {row["week"]: (row["critical"], row["low"], row["found"]) for row in rows if row["found"] != "0"}
    assert told == {"2026-W07": ("1", "0", "1"), "2026-W09": ("0", "60", "60")}
    some = client.get("/trends?weeks=0&repository=other&format=csv").text
    assert some.splitlines()[1] == "2026-W07,2026-02-09,1,0,0,0,1,0,0" and len(some.splitlines()) == 4
    assert client.get("/trends?weeks=seven").status_code == 200


@pytest.mark.parametrize(
    ("days", "unit", "rows", "first"),
    [
        (0, "week", 1, "2026-W09"),
        (7 * 59, "week", 60, "2025-W02"),
        (7 * 60, "month", 15, "2025-01"),
        (7 * 1000, "year", 21, "2006"),
        (2000, "quarter", 23, "2020-Q3"),
    ],
)
def test_long_times_are_folded(days: int, unit: str, rows: int, first: str) -> None:
    begin, end = NOW.date() - timedelta(days=days), NOW.date()
    every = [DayCount(begin + timedelta(days=n), "found", "high", 1) for n in range(days + 1)]
    found = periods([*every, DayCount(end, "gone", "low", 2)], begin, end)
    assert (found.unit, len(found.rows), found.rows[0].label) == (unit, rows, first)
    assert sum(one.total for one in found.rows) == days + 1
    assert (found.rows[-1].gone, found.rows[-1].accepted) == (2, 0)
    drawn = bars(found.rows)
    assert len(drawn.bars) == rows <= MOST and len([one for one in drawn.bars if one.label]) <= 9
    assert drawn.lines[-1][0] >= max(one.total for one in found.rows) and len(drawn.lines) <= 6
    assert all(bar.x + bar.width <= drawn.right and bar.top >= 0 for bar in drawn.bars)


def test_weeks_are_those_of_iso_8601() -> None:
    new_year = [DayCount(date(2027, 1, 3), "found", "low", 1), DayCount(date(2027, 1, 4), "found", "low", 1)]
    assert [(one.label, one.total) for one in periods(new_year, date(2027, 1, 1), date(2027, 1, 4)).rows] == [
        ("2026-W53", 1),
        ("2027-W01", 1),
    ]


def facts(number: int) -> RepositoryFacts:
    return RepositoryFacts(
        "github", f"acme/r{number:04}", 1, NOW, 1, open_findings=number % 2, blocked=number % 100 == 0
    )


def test_a_thousand_repositories_are_searched_filtered_and_paged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SqlArchive, "repositories", lambda archive: tuple(map(facts, range(1000))))
    made = served(tmp_path, LOCAL)
    client = made.app.test_client()

    def listed(query: str) -> list[str]:
        return re.findall(r'href="/repositories/github/acme/(r\d+)"', client.get(f"/repositories{query}").text)

    assert (listed("")[0], listed("")[-1], len(listed(""))) == ("r0000", "r0049", 50)
    assert "from=50" in client.get("/repositories").text
    assert listed("?from=990") == [f"r{number:04}" for number in range(990, 1000)]
    assert "Next" not in client.get("/repositories?from=990").text
    assert listed("?q=R099") == [f"r099{digit}" for digit in range(10)]
    assert listed("?q=github+0501") == ["r0501"]
    assert listed("?show=blocked") == [f"r0{hundred}00" for hundred in range(10)]
    assert listed("?show=findings&q=r000") == ["r0001", "r0003", "r0005", "r0007", "r0009"]
    assert "None." in client.get("/repositories?q=nowhere").text
    made.engines.dispose()


def test_a_forge_is_asked_once_about_each_repository_and_not_about_too_many_at_once() -> None:
    asked: list[Place] = []
    clock = [0.0]

    def role(visitor: Visitor, forge: str, repository: str) -> Role:
        asked.append((forge, repository))
        return "read" if repository.endswith("7") else "none"

    places = [("github", f"acme/r{n}") for n in range(MOST_ASKED + 10)]
    reading = ReadingList(Gate(role), lambda: [*places, ("gitlab", "acme/r7")], lambda: clock[0])
    assert reading.of(LOCAL).places is None and reading.of(Visitor()).places == frozenset() and asked == []
    first = reading.of(ADA)
    assert (len(asked), first.unasked, first.has(places[7]), first.has(places[8])) == (MOST_ASKED, 10, True, False)
    assert not first.has(("gitlab", "acme/r7")), "she signed in at the other forge"
    second = reading.of(ADA)
    assert (sorted(asked), second.unasked, second.has(places[-3])) == (sorted(places), 0, True)
    reading.of(dataclasses.replace(ADA, login="joan"))
    clock[0] = SECONDS + 1
    assert len(asked) == len(places) + MOST_ASKED and reading.of(ADA).unasked == 10
    assert VISITORS["reader"] == ADA
