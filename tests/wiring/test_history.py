"""Merged changes replayed: the documents say what single reviews say, for people who decide about the bot."""

from __future__ import annotations

import csv
import dataclasses
import functools
import io
import json
import re
import signal
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from bot.__main__ import run
from bot.contents.origin import place_of
from bot.evaluated.touched import Touched
from bot.fake_forge.repository import folder
from bot.fake_forge.sample import SAMPLES
from bot.forges.repository_pages import pages_of
from bot.render.replays import replay_csv, replay_markdown, replay_page
from bot.render.replays.provenance import Made
from bot.render.replays.replay import Replay, ReplayedChange, RepositoryHistory, action
from bot.render.replays.tally import cost, tally
from bot.render.replays.what_if import at_fail_closed, at_thresholds, blocks_if_closed, what_ifs
from bot.review.called_module import CalledModule
from bot.review.model import Gap
from bot.review.prose import Prose
from bot.review_config.settings import ReviewConfig
from bot.review_process.rounds import Options
from bot.wiring import history
from bot.wiring.known_pages import PUBLIC
from tests.contents.repositories import Repository
from tests.fakes import reviews
from tests.places import TESTS
from tests.yaml_files import read_yaml

HOSTILE = '=HYPERLINK("x") <script>alert(1)</script> | @everyone (#7)'


MADE = Made("1.2.3", date(2026, 11, 30), "those of the test")
_page = functools.partial(replay_page.document, made=MADE)
_markdown = functools.partial(replay_markdown.document, made=MADE)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two changes were merged: one that grants much, called as nobody should, and then one that grants nothing."""
    made = Repository.create(tmp_path_factory.mktemp("past") / "infra")
    base, head = ({name: text.decode() for name, text in folder(SAMPLES / side).items()} for side in ("base", "head"))
    made.commit(base)
    made.commit(head, HOSTILE)
    made.commit({**head, "ci.tf": f"# the same\n{head['ci.tf']}"}, "Say what it is")
    return made.path


@pytest.fixture(scope="module")
def changes(repository: Path) -> tuple[ReplayedChange, ...]:
    [merged] = history.merged_into([repository], "HEAD", 5, Options())
    return tuple(history.replays(merged))


def past(changes: Sequence[ReplayedChange], of: int = 0, name: str = "infra") -> RepositoryHistory:
    """A repository that had these changes, all that there were if nothing else is said."""
    return RepositoryHistory(name, tuple(changes), of or len(changes))


@pytest.fixture(scope="module")
def page(changes: tuple[ReplayedChange, ...]) -> str:
    return replay_page.document([past(changes)], MADE)


def test_what_is_undecided_is_not_silent() -> None:
    undecided = dataclasses.replace(reviews.review(), undecided=(reviews.finding("1" * 16),))
    assert (action(undecided, ReviewConfig()), action(reviews.review(), ReviewConfig())) == ("summary", "silent")


def test_what_it_says_is_what_the_single_reviews_say(
    changes: tuple[ReplayedChange, ...], repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    silent, granting = (one.replay for one in changes)
    assert (silent.action, granting.action, granting.name) == ("silent", "block", "#7")
    assert granting.title == HOSTILE.removesuffix(" (#7)")
    code = run(
        ["diff", "--repo", str(repository), "--base", granting.base, "--head", granting.head, "--format", "json"]
    )
    single = json.loads(capsys.readouterr().out)
    assert (code, single["verdict"]) == (1, "fail")
    assert granting.review is not None
    assert json.loads(history.as_json(granting))["review"]["gained"] == single["gained"]
    assert any(one["path"] for one in single["gained"])


def test_thresholds_are_what_the_rules_make_of_them(changes: tuple[ReplayedChange, ...]) -> None:
    by_grade = {at.grade: at for at in at_thresholds(changes)}
    assert [at.blocked for at in by_grade.values()] == [1, 1, 1, 1, 0]
    assert by_grade["medium"].comments == tally(changes).comments == len(changes[1].commented()) > 0
    assert by_grade["never"].comments == 0
    assert by_grade["low"].comments >= by_grade["medium"].comments >= by_grade["critical"].comments


def test_settings_name_what_the_comments_have_in_common(changes: tuple[ReplayedChange, ...]) -> None:
    found = what_ifs(changes)
    rules = {one.setting for one in found if one.setting.startswith("rules: ")}
    assert rules == {f"rules: {{{finding.rule}: low}}" for finding in changes[1].commented()}
    assert all(0 < one.changes <= one.comments for one in found)
    finding = dataclasses.replace(
        changes[1].commented()[0],
        rule="cross-account",
        grade="medium",
        proofs=(),
        variants=("prod",),
        location=dataclasses.replace(changes[1].commented()[0].location, file="a/b/main.tf"),
    )
    assert finding.witness is not None
    stranger = dataclasses.replace(finding.witness, principal="AWS:arn:aws:iam::464622532012:root")
    review = changes[1].replay.review
    assert review is not None
    of_strangers = dataclasses.replace(review, gained=(dataclasses.replace(finding, witness=stranger),))
    one = dataclasses.replace(changes[1], replay=dataclasses.replace(changes[1].replay, review=of_strangers))
    settings = [what.setting for what in what_ifs([dataclasses.replace(one, touched=_touching("a/b/main.tf", one))])]
    assert 'accounts: ["464622532012"]' in settings
    assert 'ignored_paths: ["a/b/**"]' in settings
    assert [setting for setting in settings if "these are of prod" in setting]


def test_nobody_is_advised_to_leave_out_what_is_grave(changes: tuple[ReplayedChange, ...]) -> None:
    """A folder's findings above low and medium keep it, and every folder above it, from being suggested."""
    one = changes[1]
    assert one.replay.review is not None
    review = one.replay.review

    def ignored(mild: str, grave: str) -> list[str]:
        first = review.gained[0]
        places = [dataclasses.replace(first.location, file=file) for file in (mild, grave)]
        gained = (
            dataclasses.replace(first, grade="medium", location=places[0]),
            dataclasses.replace(first, grade="high", location=places[1]),
        )
        replay = dataclasses.replace(one.replay, review=dataclasses.replace(review, gained=gained))
        found = what_ifs([dataclasses.replace(one, replay=replay, touched=_touching(mild, one))])
        return [each.setting for each in found if each.setting.startswith("ignored_paths")]

    assert ignored("a/b/main.tf", "c/main.tf") == ['ignored_paths: ["a/b/**"]']
    assert ignored("a/b/main.tf", "a/b/c/main.tf") == []


def test_what_gained_too_little_for_a_comment_is_not_called_silent(changes: tuple[ReplayedChange, ...]) -> None:
    review = changes[1].replay.review
    assert review is not None
    low = dataclasses.replace(review.gained[0], grade="low", title=Prose("role x can now list buckets"))
    small = dataclasses.replace(review, gained=(low,), verdict="pass", blocked_by=())
    assert action(small, ReviewConfig()) == "summary"
    summed_up = dataclasses.replace(changes[1].replay, review=small, action="summary")
    histories = [past((changes[0], dataclasses.replace(changes[1], replay=summed_up)))]
    for written in (_page, _markdown):
        said = written(histories)
        told = said[said.index("1 gained too little for a comment") : said.index("1 passed in silence")]
        assert "can now list buckets" in told and f"{low.location.file}:{low.location.line}" in told
    summed = history.summary(histories[0])[0]
    assert "1 would get a summary alone, 0 would be left open" in summed and "1 would stay silent" in summed


def _touching(file: str, one: ReplayedChange) -> Touched:
    [change, *_] = one.touched.files
    return dataclasses.replace(one.touched, files=(dataclasses.replace(change, head=file, base=file),))


def test_the_page_has_each_comment_and_nothing_of_it_is_live(page: str, changes: tuple[ReplayedChange, ...]) -> None:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    for finding in changes[1].commented():
        assert f"{finding.location.file}:{finding.location.line}" in text
        assert page.count(f'<span class="quiet">{finding.rule}</span>') > 0
    suggested = [finding for finding in changes[1].commented() if finding.suggestion]
    assert page.count('<pre class="suggestion"') == len(suggested) > 0
    assert "would block" in text
    assert "<script" not in page
    assert "=HYPERLINK(&#34;x&#34;) &lt;script&gt;" in page
    assert "default-src 'none'" in page


def test_three_hundred_changes_are_less_than_a_megabyte(changes: tuple[ReplayedChange, ...]) -> None:
    """As bad as it gets: every one of them has all that the sample's has."""
    opened = left_open(changes[0], "x" * 72)
    assert opened.replay.review is not None
    many = dataclasses.replace(opened.replay.review, gaps=opened.replay.review.gaps * 40)
    much_open = dataclasses.replace(opened, replay=dataclasses.replace(opened.replay, review=many))
    for one in (changes[1], much_open):
        histories = [past((one,) * 100, name=f"r{number}") for number in range(3)]
        assert len(replay_page.document(histories, MADE).encode()) < 1_000_000


def test_the_table_begins_no_formula(changes: tuple[ReplayedChange, ...]) -> None:
    rows = list(csv.DictReader(io.StringIO(replay_csv.table([past(changes, name="-r")]))))
    assert [row["would"] for row in rows] == ["silent", "block"]
    assert rows[1]["title"].startswith("'=HYPERLINK")
    assert [row["repository"] for row in rows] == ["'-r"] * 2
    assert int(rows[1]["comments"]) == len(changes[1].commented())


def test_markdown_lists_the_comments(changes: tuple[ReplayedChange, ...]) -> None:
    text = replay_markdown.document([past(changes)], MADE)
    for finding in changes[1].commented():
        assert f"`{finding.location.file}:{finding.location.line}`" in text
    assert "1 passed in silence" in text
    assert "@everyone" not in re.sub(r"`[^`]*`", "", text)


def test_what_could_not_be_reviewed_is_in_each(changes: tuple[ReplayedChange, ...]) -> None:
    failed = Replay(9, "Too much", "a" * 40, "b" * 40, "failed", 120.0, error="it took longer than 120 s")
    histories = [past([dataclasses.replace(changes[0], replay=failed, rules=ReviewConfig())])]
    for written in (_page, _markdown, replay_csv.table):
        assert "longer than" in written(histories)


def left_open(one: ReplayedChange, title: str = "A module") -> ReplayedChange:
    """The silent change with a module that it calls and nobody here has read."""
    review = one.replay.review
    assert review is not None
    module = CalledModule("acme/m/aws", "2.0.0", "acme/m/aws", "1.0.0")
    gap = Gap(
        "1", "module acme/m/aws is not in the repository", "module.m", "main.tf", 3, "head", True, True, "medium",
        "remote-module", "run terraform init", module=module,
    )  # fmt: skip
    found = dataclasses.replace(review, gaps=(gap,), complete=False)
    replay = dataclasses.replace(one.replay, review=found, action=action(found, one.rules), title=title)
    return dataclasses.replace(one, replay=replay)


def test_what_was_left_open_is_not_called_silent(changes: tuple[ReplayedChange, ...]) -> None:
    unseen = left_open(changes[0])
    assert unseen.replay.action == "open"
    histories = [past((unseen, changes[0], changes[1]))]
    for written in (_page, _markdown):
        said = " ".join(re.sub(r"<[^>]+>", "", written(histories)).replace("`", "").split())
        assert "1 passed in silence" in said
        told = said[said.index("A module") :]
        assert "? No new privilege proved: 1 not analysed" in told
        assert "main.tf:3 module acme/m/aws is not in the repository (from 1.0.0 to 2.0.0)" in told
        assert "To look further into calls of modules that are not in the repository: run terraform init" in said
        assert said.index("A module") < said.rindex(changes[0].replay.title)
    assert "1 would be left open" in history.summary(histories[0])[0]
    assert "1 not analysed" in history.line(unseen.replay)
    [row] = csv.DictReader(io.StringIO(replay_csv.table([past([unseen])])))
    assert (row["would"], row["would_if_fail_closed_changed"], row["said"][0]) == ("open", "block", "?")


@pytest.mark.parametrize("asks", [True, False])
def test_the_bar_is_green_only_where_nothing_is_open(changes: tuple[ReplayedChange, ...], asks: bool) -> None:
    page = _page([past([left_open(changes[0])] if asks else [changes[0]])])
    assert f'<section class="verdict {"asks" if asks else "none"}"' in page


def test_what_failing_closed_means_is_what_the_verdict_says(changes: tuple[ReplayedChange, ...]) -> None:
    unseen = left_open(changes[0])
    every = (unseen, changes[0], changes[1])
    closed = {at.setting: at for at in at_fail_closed(every)}
    blocked = {setting: [blocks_if_closed(one, setting) for one in every] for setting in closed}
    assert blocked == {"off": [False, False, True], "changed": [True, False, True], "all": [True, False, True]}
    assert [(at.blocked, at.open_alone) for at in closed.values()] == [(1, 0), (2, 1), (2, 1)]
    assert closed["changed"].gaps == (("remote-module", 1),)
    for written in (_page, _markdown):
        said = written([past(every)])
        assert "2 of 3 changes would have waited, 1 of them for that alone: calls of modules that are not" in said


def test_it_is_said_which_changes_these_are_and_what_was_found(
    repository: Path, changes: tuple[ReplayedChange, ...]
) -> None:
    [merged] = history.merged_into([repository], "HEAD", 1, Options())
    both = (history.history_of(merged, changes[:1]), past(changes))
    for written in (_page, _markdown):
        silent, granting = (re.sub(r"<[^>]+>|`", "", written([each])) for each in both)
        assert "1 change of the 1 of main since" in silent
        assert "No new access was found. In 1 change, " in silent and "It can find new access" in silent
        assert "Made by iam-review 1.2.3 on 2026-11-30." in silent
        rules = changes[0].rules
        assert f"those of the test: mode {rules.mode}, fail_at {rules.fail_at}, comment_at" in silent
        assert "New access: " in granting and " critical" in granting
        assert str(changes[0].replay.author) in silent and changes[0].replay.head[:12] in silent


@pytest.mark.parametrize("case", read_yaml((TESTS / "cases" / "wiring" / "origins.yaml").read_text()), ids=str)
def test_links_are_made_of_the_remote_alone(case: dict[str, str], repository: Path) -> None:
    pages = pages_of(*place_of(case["remote"]), PUBLIC)
    assert (pages.of_change(7), pages.of_commit("abc")) == (case["change"], case["commit"])
    assert pages.of_change(0) == ""


def test_what_would_block_comes_first_and_days_are_told(changes: tuple[ReplayedChange, ...]) -> None:
    silent, granting = changes
    milder = dataclasses.replace(granting.replay, action="comment", title="Only comments")
    page = replay_page.document([past((dataclasses.replace(granting, replay=milder), granting, silent))], MADE)
    assert page.index("would block</span> #7") < page.index("Only comments")
    assert f"{granting.replay.merged} to {silent.replay.merged}" in page


def test_several_repositories_are_one_document(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call = ["history", "--repo", str(repository), "--repo", str(repository.parent), "--last", "1", "--format", "csv"]
    assert run(call) == 2
    assert "is not a git repository" in capsys.readouterr().err
    assert history.names([repository, repository.parent]) == ["infra", repository.parent.name]
    assert history.names([repository, Path("/srv/infra")]) == [f"{repository.parent.name}/infra", "srv/infra"]
    below = repository / "below"
    below.mkdir(exist_ok=True)
    call = ["history", "--repo", str(below), "--last", "1", "--format", "csv"]
    assert run(call) == 0
    said = capsys.readouterr()
    assert "1 change: " in said.err
    assert said.out.splitlines()[1].startswith("infra,")


@pytest.fixture
def nothing_ignored() -> Iterator[None]:
    """Whoever runs the tests may ignore signals: `nohup` does, and a shell for what it starts in the background."""
    before = {each: signal.signal(each, signal.SIG_DFL) for each in (signal.SIGTERM, signal.SIGHUP)}
    before[signal.SIGINT] = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    for each, handler in before.items():
        signal.signal(each, handler)


@pytest.mark.usefixtures("nothing_ignored")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_what_is_ended_early_keeps_what_it_has(
    ending: signal.Signals, repository: Path, changes: tuple[ReplayedChange, ...], capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    def killed_at_the_second(merged: history.MergedInto) -> Iterator[ReplayedChange]:
        yield changes[0]
        signal.raise_signal(ending)

    monkeypatch.setattr(history, "replays", killed_at_the_second)
    call = ["history", "--repo", str(repository), "--repo", str(repository), "--format", "markdown"]
    assert run(call) == 130
    said = capsys.readouterr()
    assert "infra` 1 of 2, " in said.out and "infra` 0 of 2 changes" in said.out
    assert "infra: 1 change: 0 would block" in said.err
    assert "infra: ended early, after 0 of 2 changes" in said.err.splitlines()[-1]
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    assert "Ended early: of infra 1 of 2 changes" in replay_page.document([past(changes[:1], of=2)], MADE)


def test_a_months_cost_is_told_from_a_week_on(changes: tuple[ReplayedChange, ...]) -> None:
    def after(days: int) -> list[str]:
        each = [dataclasses.replace(changes[0].replay, seconds=30.0, merged=date(2026, 1, 1) + timedelta(day))
                for day in (0, days)]  # fmt: skip
        return cost([past([dataclasses.replace(changes[0], replay=one) for one in each])])

    assert after(6) == [
        "30.0 seconds a change (median), 30.0 at worst: 1.0 minutes of one runner for all, on this machine."
    ]
    assert "At this pace, 6 changes a month, that is 3 minutes of a runner a month, or 6 where" in after(10)[1]


def test_a_module_that_the_repository_calls_by_its_own_address_is_seen_as_by_a_single_review(tmp_path: Path) -> None:
    made = Repository.create(tmp_path / "modules")
    made.git("remote", "add", "origin", "https://example.com/acme/modules.git")
    module = {"m/main.tf": 'resource "aws_iam_user" "u" {\n  name = "u"\n}\n'}
    made.commit(module)
    made.git("tag", "v1")
    call = 'module "m" {\n  source = "git::https://example.com/acme/modules.git//m?ref=v1"\n}\n'
    made.commit({**module, "root/main.tf": call})
    [merged] = history.merged_into([made.path], "HEAD", 1, Options())
    [one] = history.replays(merged)
    assert one.replay.review is not None
    assert (one.replay.unseen, one.replay.review.complete) == ((), True)
