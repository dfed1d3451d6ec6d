"""The pages: who sees them, what is on them, and what guards them."""

from __future__ import annotations

import csv
import dataclasses
import html
import importlib
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot.forges.event import ReviewWanted
from bot.forges.port import ChangeRef
from bot.review.identity import Fingerprint
from bot.review.inventory.model import HolderInventory
from bot.review_process import child
from bot.review_process.rounds import take_inventory
from bot.store.ledger import GivenWaiver
from bot.store.port import Delivery
from bot.store.sql_ledger import SqlLedger
from bot.store.work_items import ReviewChange
from bot.web.gate import ANONYMOUS, LOCAL
from bot.web.pages.inventory_page import Taken
from bot.web.pages.playground import Sample, samples
from bot.web.report_links import ReportLinks, report_path, utc_today
from tests.fakes.contents import FakeContents
from tests.fakes.reviews import finding, review
from tests.places import TESTS
from tests.risk.rule_pages import NO_SAMPLE
from tests.web.sites import LINKS, NOW, REF, VISITORS, Served, keep, served
from tests.yaml_files import read_yaml

jsonschema: Any = importlib.import_module("jsonschema")
OLD, HEAD = "c" * 40, "a" * 40
AUTHORIZATION = read_yaml((TESTS / "cases" / "web" / "authorization.yaml").read_text())
HOSTILE = "<script>alert(1)</script>\u202e"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Served]:
    """For the person at the machine, with two reviewed heads of one pull request."""
    made = served(tmp_path, LOCAL)
    keep(
        made.store,
        dataclasses.replace(review(finding("1" * 16), finding("2" * 16, 2)), head=OLD),
        at=NOW - timedelta(days=1),
    )
    keep(made.store, review(finding("2" * 16, 2, title=HOSTILE), finding("3" * 16, 3)))
    yield made
    made.engines.dispose()


@pytest.fixture(scope="module")
def visited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Served]]:
    """The pages by who looks at them, who changes nothing."""
    with ExitStack() as stack:

        def made(who: str) -> Served:
            site = served(tmp_path_factory.mktemp("site"), VISITORS[who])
            stack.callback(site.engines.dispose)
            keep(site.store, dataclasses.replace(review(), head=OLD), at=NOW - timedelta(days=1))
            keep(site.store, review(finding("2" * 16)))
            return site

        yield cache(made)


@pytest.mark.parametrize("who", VISITORS)
@pytest.mark.parametrize("row", AUTHORIZATION, ids=lambda row: row["page"])
def test_authorization(row: dict[str, Any], who: str, visited: Callable[[str], Served]) -> None:
    page = row["page"].replace("HEAD", HEAD)
    if who == "link":
        page += f"{'&' if '?' in page else '?'}t={LINKS.token(REF, HEAD)}"
    assert visited(who).app.test_client().get(page).status_code == row[who]


@pytest.mark.parametrize(
    ("who", "status"),
    [("anonymous", 200), ("gitlab", 200), ("reader", 200), ("other", 404)],
    ids=lambda each: str(each),
)
@pytest.mark.parametrize("path", ["", "/compare", "/api"])
def test_a_link_opens_nothing_for_whose_access_is_known_to_end_before(
    path: str, who: str, status: int, visited: Callable[[str], Served]
) -> None:
    report = report_path(REF, HEAD)
    page = f"/api/v1/review/github/acme/infra/7/{HEAD}" if path == "/api" else f"{report}{path}"
    assert visited(who).app.test_client().get(f"{page}?t={LINKS.token(REF, HEAD)}").status_code == status


@pytest.mark.parametrize("number", [0, 2**63, 10**30])
def test_a_number_that_no_database_has_is_not_found(number: int, site: Served) -> None:
    for page in (f"/reports/github/acme/infra/{number}/{HEAD}", f"/api/v1/review/github/acme/infra/{number}/{HEAD}"):
        assert site.app.test_client().get(page).status_code == 404
    assert site.app.test_client().get(f"/reports/github/acme/infra/{number}/{HEAD}/compare").status_code == 404


def test_report_shows_findings_and_lets_nothing_of_the_change_speak(site: Served) -> None:
    answer = site.app.test_client().get(report_path(REF, HEAD))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\u202e" in answer.text
    assert "<script>alert" not in answer.text and "\u202e" not in answer.text
    assert 'href="https://github.example/acme/infra/pull/7"' in answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_report_has_contents_that_stay_and_says_what_happens_next(site: Served) -> None:
    text = site.app.test_client().get(report_path(REF, HEAD)).text
    linked = re.findall(r'<li><a href="#([\w-]+)"', text)
    assert {"next", "new"} <= set(linked)
    assert [name for name in linked if f'id="{name}"' not in text] == []
    assert "/static/contents.js" in text


def test_no_page_has_inline_script_or_style(site: Served) -> None:
    client = site.app.test_client()
    for path in (
        "/",
        "/repositories",
        "/trends",
        report_path(REF, HEAD),
        "/repositories/github/acme/infra",
        "/playground",
        "/operators",
    ):
        text = client.get(path).text
        assert "<style" not in text and " style=" not in text and " onclick=" not in text
        assert "<script>" not in text


@pytest.mark.parametrize("kind", ["json", "sarif", "html"])
def test_report_as_a_file(site: Served, kind: str) -> None:
    answer = site.app.test_client().get(f"{report_path(REF, HEAD)}?format={kind}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="iam-review-infra-7-aaaaaaaaaaaa.{kind}"'
    assert "<html" in answer.text if kind == "html" else json.loads(answer.text)


def test_comparison_with_the_head_before(site: Served) -> None:
    text = site.app.test_client().get(f"{report_path(REF, HEAD)}/compare").text
    new, rest = text.split("New since then")[1].split("Not found any more")
    fixed, still = rest.split("Still there")
    assert ("main.tf:3" in new, "main.tf:1" in fixed, "main.tf:2" in still) == (True, True, True)


def _on(day: date) -> ReportLinks:
    return dataclasses.replace(LINKS, today=lambda: day)


def test_links_open_one_head_for_a_while() -> None:
    other = dataclasses.replace(REF, number=8)
    token = LINKS.token(REF, HEAD)
    assert LINKS.opens(token, REF, HEAD)
    assert not LINKS.opens(token, other, HEAD)
    assert not LINKS.opens(token, REF, OLD)
    assert not LINKS.opens(f"{token}x", REF, HEAD)
    assert not LINKS.opens("", REF, HEAD)
    later = [_on(utc_today() + timedelta(days)) for days in (30, 37)]
    assert [links.opens(token, REF, HEAD) for links in later] == [True, False]
    assert not dataclasses.replace(LINKS, key=lambda: "another").opens(token, REF, HEAD)
    assert dataclasses.replace(LINKS, public_url="").report(REF, HEAD) == ""
    assert LINKS.report(REF, HEAD).startswith("https://review.example/reports/github/acme/infra/7/aaaa")


def test_a_link_stays_the_same_for_days_so_that_no_comment_is_edited_for_it() -> None:
    days = [date(2026, 3, 1) + timedelta(n) for n in range(14)]
    assert len({_on(day).token(REF, HEAD) for day in days}) <= 3


def test_subgroups_are_part_of_the_path(tmp_path: Path) -> None:
    made = served(tmp_path, LOCAL)
    ref = ChangeRef("gitlab", "acme/platform/infra", 3)
    keep(made.store, review(), ref)
    assert made.app.test_client().get(report_path(ref, HEAD)).status_code == 200
    made.engines.dispose()


def test_repository_in_figures(site: Served) -> None:
    text = site.app.test_client().get("/repositories/github/acme/infra?days=7").text
    assert "<b>2</b><span>reviews</span>" in text
    assert "<title>2026-W09: 3 high</title>" in text and "main.tf:3" in text


def test_table_for_spreadsheets(site: Served) -> None:
    text = site.app.test_client().get("/trends/github/acme/infra.csv?verdict=fail").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["number"], row["head"][0], row["open"]) for row in rows] == [("7", "a", "2"), ("7", "c", "2")]


def test_list_shows_only_what_the_visitor_may_read(tmp_path: Path) -> None:
    made = served(tmp_path, VISITORS["reader"])
    keep(made.store, review(finding("1" * 16)))
    keep(made.store, review(finding("1" * 16)), ChangeRef("github", "acme/secret", 1))
    for page in ("/repositories", "/", "/trends"):
        text = made.app.test_client().get(page).text
        assert "acme/infra" in text and "acme/secret" not in text
    found = made.app.test_client().get("/api/v1/repositories").get_json()["repositories"]
    assert [one["repository"] for one in found] == ["acme/infra"]
    made.engines.dispose()


def test_playground_reviews_what_is_typed(site: Served) -> None:
    old = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'
    form = {"base": old, "head": old.replace("s3:GetObject", "s3:*")}
    answer = site.app.test_client().post("/playground", data=form, headers={"HX-Request": "true"})
    assert "service-wide-wildcard" in answer.text and "<html" not in answer.text
    whole = site.app.test_client().post("/playground", data=form)
    assert "service-wide-wildcard" in whole.text and "<html" in whole.text


def test_each_rule_has_a_sample() -> None:
    documented = {place.stem for place in Path("docs/rules").glob("*.md")} - {"README"}
    assert {one.name for one in samples()} == (documented - set(NO_SAMPLE)) | {"nothing-gained"}


@pytest.mark.parametrize("sample", samples(), ids=lambda sample: sample.name)
def test_samples_show_what_they_are_named_for(sample: Sample, site: Served) -> None:
    text = site.app.test_client().post("/playground", data={"base": sample.base, "head": sample.head}).text
    if sample.name == "nothing-gained":
        assert "No IAM privilege change" in text
    else:
        judged_by = re.findall(r'<p class="meta">.*?</code>(.*?) points? ', text, re.DOTALL)
        assert any(re.search(rf"(?<![\w-]){sample.name}(?![\w-])", rules) for rules in judged_by), judged_by


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "null"}, 403),
        ({"Origin": "https://evil.example"}, 403),
    ],
)
def test_other_sites_cannot_post(site: Served, headers: dict[str, str], status: int) -> None:
    form = {"base": "", "head": ""}
    assert site.app.test_client().post("/playground", data=form, headers=headers).status_code == status


def test_a_name_of_somebody_elses_for_this_address_is_refused(tmp_path: Path) -> None:
    made = served(tmp_path, LOCAL, frozenset({"127.0.0.1", "localhost"}))
    client = made.app.test_client()
    assert client.get("/", base_url="http://127.0.0.1:8080").status_code == 200
    assert client.get("/", base_url="http://rebound.example").status_code == 421
    assert client.get("/healthz", base_url="http://probe.internal").status_code == 200
    made.engines.dispose()


def test_what_was_given_up_can_be_replayed(site: Served) -> None:
    ref = dataclasses.replace(REF, number=9)
    keep(site.store, dataclasses.replace(review(), head="d" * 40), ref)
    site.store.accept(Delivery("github", "again", "pull_request", NOW, b"{}"), ReviewWanted(ref, "e" * 40, "opened"))
    lease = site.store.claim(ReviewChange(ref), NOW, 60)
    assert lease is not None
    site.store.fail(lease, "the child was killed", None)
    client = site.app.test_client()
    assert "the child was killed" in client.get("/operators").text
    form = {"forge": "github", "repository": "acme/infra", "number": "9"}
    assert "It is due again" in client.post("/operators/replay", data=form, follow_redirects=True).text
    assert site.rung == [ReviewChange(dataclasses.replace(ref, account=None))]
    assert "nothing to replay" in client.post("/operators/replay", data=form, follow_redirects=True).text


def test_operators_see_what_arrived(site: Served, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    nothing = served(tmp_path / "none", LOCAL)
    assert "None is kept" in nothing.app.test_client().get("/operators").text
    nothing.engines.dispose()
    for number in range(21):
        at = NOW + timedelta(seconds=number)
        wanted = ReviewWanted(REF, HEAD, "opened")
        site.store.accept(Delivery("github", f"delivery-{number:02}", "pull_request", at, b"secret"), wanted)
    text = site.app.test_client().get("/operators").text
    assert text.index("delivery-20") < text.index("delivery-01")
    assert "delivery-00" not in text and "secret" not in text


def test_operators_are_told_of_old_data_and_budgets(site: Served) -> None:
    text = site.app.test_client().get("/operators").text
    assert "To do: 2" in text and "All is well" not in text
    assert "AWS&#39;s actions, 200 days old: update iam-review." in text
    assert "installation 1 has 400 of 5000 requests left" in text


def test_api_answers_as_its_description_says(site: Served) -> None:
    client = site.app.test_client()
    described = client.get("/api/v1/openapi.json").get_json()
    for path, operation in described["paths"].items():
        filled = path.format(forge="github", repository="acme/infra", number=7, head=HEAD)
        schema = operation["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        answer = client.get(filled)
        assert answer.status_code == 200
        jsonschema.validate(answer.get_json(), {**schema, "components": described["components"]})


def test_errors_are_pages_for_people_and_json_for_programs(tmp_path: Path) -> None:
    made = served(tmp_path, ANONYMOUS)
    assert "<h1>Not Found</h1>" in made.app.test_client().get("/nowhere").text
    assert made.app.test_client().get("/api/v1/nowhere").get_json()["error"]
    made.engines.dispose()


def test_the_page_that_is_shown_is_marked_where_it_is_chosen(site: Served) -> None:
    client = site.app.test_client()
    for address, name in (
        ("/", "Findings"),
        ("/repositories", "Repositories"),
        ("/inventory/github/acme/infra", "Repositories"),
        ("/playground", "Playground"),
        ("/docs/index.md", "Manual"),
    ):
        marked = re.findall(
            r'<a href="[^"]*" aria-current="page">(\w+)</a>', client.get(address).text.split("</header>")[0]
        )
        assert marked == [name]


def test_a_rule_is_explained_to_anybody(tmp_path: Path) -> None:
    made = served(tmp_path, ANONYMOUS)
    client = made.app.test_client()
    for address in ("/rules/trust-widened", "/rules/trust-widened.md"):
        told = client.get(address, follow_redirects=True)
        assert told.status_code == 200
        assert '<h2 id="what-it-means">What it means</h2>' in told.text
    assert 'href="how-to/silence-one.md#' in client.get("/docs/search?words=silence+one").text
    assert 'href="trust-widened.md"' in client.get("/docs/rules/oidc-subject.md").text
    for name in ("x" * 300, "a%00b"):  # no folder has to be asked for what a stranger makes up
        assert client.get(f"/docs/{name}.md").status_code == client.get(f"/rules/{name}").status_code == 404
    assert client.get("/rules/no-such-rule").status_code == client.get("/rules/..%2Fglossary").status_code == 404
    made.engines.dispose()


def test_inventory_answers_who_can(tmp_path: Path) -> None:
    source = 'resource "aws_iam_role_policy" "p" {\n  role = "app"\n  policy = jsonencode({Version = "2012-10-17", '
    source += 'Statement = [{Effect = "Allow", Action = "s3:*", Resource = "*"}]})\n}\n'
    holders = take_inventory(FakeContents({"main.tf": source}, {"main.tf": source}), child.answer).holders
    made = served(tmp_path, LOCAL, taken=lambda ref: Taken(HEAD, holders))
    keep(made.store, review())
    client = made.app.test_client()
    here = "/inventory/github/acme/infra"
    assert 'class="grade critical"' in client.get(here).text
    [whole] = re.findall(r'href="(\?[^"]*holder=[^"]*)#whole"', client.get(here).text)
    assert "main.tf:3" in client.get(f"{here}{html.unescape(whole)}").text
    assert "<h2>Who can s3:DeleteObject" in client.get(f"{here}?action=s3:DeleteObject&resource=arn:aws:s3:::b/k").text
    assert "Nobody, by what could be read" in client.get(f"{here}?action=sqs:SendMessage").text
    assert "Nobody" in client.get(f"{here}?action=s3:GetObject&name=other").text
    made.engines.dispose()


def test_a_repository_of_a_name_that_nobody_reviewed_has_no_page(site: Served) -> None:
    client = site.app.test_client()
    for page in ("/repositories/github/acme", "/repositories/acme/infra", "/trends/github/acme/none.csv"):
        assert client.get(page).status_code == 404
    assert client.get("/repositories/github/acme/infra?days=7").status_code == 200


def _holder(name: str, **own: Any) -> HolderInventory:
    return dataclasses.replace(
        HolderInventory("role", "prod", f"aws_iam_role.{name}", name, repeated=False, statements=()), **own
    )


def test_inventory_has_the_worst_first_and_is_filtered_and_taken_away(tmp_path: Path) -> None:
    holders = (
        _holder("a", grade="low", worst="listing on everything: low"),
        _holder("b", grade="critical", worst="=administering", marks=("administrator",)),
    )
    made = served(tmp_path, LOCAL, taken=lambda ref: Taken(HEAD, holders))
    keep(made.store, review())
    client = made.app.test_client()
    here = "/inventory/github/acme/infra"

    def names(query: str) -> list[str]:
        return re.findall(r"<code[^>]*>prod: aws_iam_role\.(\w)</code>", client.get(f"{here}?{query}").text)

    assert (names(""), names("sort=name"), names("mark=administrator")) == (["b", "a"], ["a", "b"], ["b"])
    assert names("mark=public") == []
    table = client.get(f"{here}?format=csv&sort=name")
    assert table.headers["Content-Disposition"] == 'attachment; filename="iam-review-inventory-infra.csv"'
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert [(row["name"], row["grade"], row["worst"], row["marks"]) for row in rows] == [
        ("a", "low", "listing on everything: low", ""),
        ("b", "critical", "'=administering", "administrator"),
    ]
    made.engines.dispose()


def test_inventory_that_is_being_taken_looks_again_by_itself(tmp_path: Path) -> None:
    made = served(tmp_path, LOCAL, taken=lambda ref: Taken())
    keep(made.store, review())
    assert 'hx-trigger="every 2s"' in made.app.test_client().get("/inventory/github/acme/infra").text
    made.engines.dispose()


def test_doctor_lists_its_questions_and_answers_one_at_a_time(site: Served) -> None:
    client = site.app.test_client()
    assert (
        'hx-get="/doctor/1?repository=github%3Aacme/infra"' in client.get("/doctor?repository=github:acme/infra").text
    )
    assert "database: well" in client.get("/doctor/0").text
    assert client.get("/doctor/7").status_code == 404


def test_report_tells_who_accepted_a_finding_and_who_took_that_back(site: Served) -> None:
    ledger = SqlLedger(site.engines)
    waiver = GivenWaiver(REF, Fingerprint(1, "2" * 16), (), "high", "t", "known", "grace", date(2026, 4, 1), "c1", NOW)
    ledger.accept(waiver)
    ledger.revoke(REF, Fingerprint(1, "2" * 16), "joan", NOW + timedelta(days=1))
    text = site.app.test_client().get(report_path(REF, HEAD)).text
    said = "2026-03-01: accepted by grace until 2026-04-01 in #7: known (ended on 2026-03-02 by joan)"
    assert said in text
