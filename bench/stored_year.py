"""A stored year of many repositories, and what its pages take: home, repositories, trends, inventory, searches.

    python -m bench.stored_year [--repositories 300] [--changes 50] [--database ADDRESS]

Fills a database (SQLite in a directory that goes away, and PostgreSQL where it is installed; or the one at ADDRESS,
which is taken as it is if there is something in it) by the store's own functions with a year of reviews that ends on
the day that the tests live in, and asks for each page 21 times through the application: the first is "cold", with new
connections. The operating system's cache is warm. CPU is the least that an answer took of this process's, whatever else
the machine did. Asked for: home and inventory within 300 ms, trends within 500 ms, at the 95th percentile. 1 if one is
over.
"""

from __future__ import annotations

import argparse
import dataclasses
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, func, insert, select

from bot.forges.port import ChangeRef, Role
from bot.render import json as contract
from bot.review.identity import ThreadKey
from bot.review.inventory.model import HeldStatement, HolderInventory
from bot.review.model import (
    GRADES,
    AppliedWaiver,
    ExcerptLine,
    Finding,
    FindingPrincipal,
    Gap,
    GradeName,
    Location,
    Review,
)
from bot.review.prose import Prose, text_of_prose
from bot.risk.held import Mark
from bot.store.database import Engines, connect
from bot.store.migrate import upgrade
from bot.store.port import StoredReview
from bot.store.sql_archive import SqlArchive, record_facts
from bot.store.sql_found import track_findings
from bot.store.tables import change_requests, findings, reviews, waivers
from bot.web.gate import LOCAL, Visitor
from bot.web.pages.inventory_page import Taken
from tests.fakes.reviews import finding, review
from tests.services import PRESENT, PostgreSQL, running
from tests.web.sites import NOW, Served, served_over

DAYS = 365
HEADS = 3
PRINCIPALS = 600
OPEN_SHARE = 0.08
ASK_SECONDS = 0.1
"""What a forge takes to say somebody's role."""

_GRADES: tuple[GradeName, ...] = ("low", "low", "medium", "medium", "high", "critical")
_ACTIONS = ("s3:*", "iam:PassRole", "sts:AssumeRole", "kms:Decrypt", "dynamodb:PutItem", "sqs:SendMessage")
_REPOSITORY = "team-007/service-007"

PAGES = (
    ("home", "/", 300),
    ("home, a search", "/?q=kms%3ADecrypt+team-01", 300),
    ("home, far down", "/?grade=low&from=500", 300),
    ("repositories", "/repositories", 300),
    ("trends", "/trends?weeks=52", 500),
    ("risk", "/risk?weeks=52", 500),
    ("risk, by path", "/risk?weeks=52&by=path&depth=2", 500),
    ("trends, CSV", "/trends?weeks=52&format=csv", 500),
    ("repository", f"/repositories/github/{_REPOSITORY}?days=365", 300),
    ("inventory", f"/inventory/github/{_REPOSITORY}", 300),
    ("inventory, who can", f"/inventory/github/{_REPOSITORY}?action=kms:Decrypt&resource=*", 300),
    ("inventory, completion", f"/inventory/github/{_REPOSITORY}?complete=action&action=s3:Get", 300),
    ("API, repositories", "/api/v1/repositories", 300),
)


def main() -> int:
    """Fill, measure, print; 1 if a page is over what is asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repositories", type=int, default=300)
    parser.add_argument("--changes", type=int, default=50)
    parser.add_argument("--database")
    given = parser.parse_args()
    over = 0
    for name, address in _databases(given.database):
        engines = connect(address)
        upgrade(engines.write)
        started = time.monotonic()
        if not SqlArchive(engines).places():
            fill(engines, given.repositories, given.changes)
        print(f"\n{name}: {_said(engines)}; filled in {time.monotonic() - started:.0f} s")
        over += measure(engines, LOCAL, "at the machine")
        over += measure(engines, Visitor("ada", "github"), "signed in, the forge takes 100 ms to say a role")
        engines.dispose()
    return int(over > 0)


def _databases(address: str | None) -> Iterator[tuple[str, str]]:
    if address:
        yield "the database", address
        return
    with tempfile.TemporaryDirectory(prefix="iam-review-year-") as name:
        directory = Path(name)
        directory.chmod(0o755)
        yield "SQLite", f"sqlite:///{directory / 'db.sqlite'}"
        if PRESENT["postgresql"]():
            server = PostgreSQL(directory / "postgresql")
            with running(server):
                yield "PostgreSQL", server.database()


def fill(engines: Engines, repositories: int, changes: int) -> None:
    """A year of reviews; the same at every run."""
    dice = random.Random(23)
    for number in range(repositories):
        repository = f"team-{number % 40:03}/service-{number:03}"
        with engines.writing() as connection:
            for at, change in sorted((dice.uniform(0, DAYS), change) for change in range(1, changes + 1)):
                ref = ChangeRef("github", repository, change, number % 5)
                _change(connection, ref, NOW - timedelta(days=DAYS - at), dice)


def _change(connection: Connection, ref: ChangeRef, opened: datetime, dice: random.Random) -> None:
    """A change request with its heads, some of whose findings are mended, and some accepted, on the way."""
    heads = dice.randint(1, HEADS * 2 - 1)
    closed = dice.random() > OPEN_SHARE or (heads > 1 and dice.random() > 0.5)
    merged = min(opened + timedelta(hours=heads * 5), NOW) if closed and ref.number % 10 else None
    values = {"forge": ref.forge, "repository": ref.repository, "number": ref.number, "installation": ref.account}
    values |= {"wanted": heads, "review_wanted": heads, "done": heads, "wanted_at": opened, "closed": closed}
    values |= {"attempts": 0, "dead": False, "error": "", "head_hint": "", "reviewed_head": "", "merge_group": ""}
    values |= {"merged_at": merged}
    key = connection.execute(insert(change_requests).values(**values).returning(change_requests.c.id)).scalar_one()
    left = [_finding(ref, dice) for _ in range(dice.choice((0, 0, 0, 1, 1, 2, 3, 8)))]
    threads = _threads(left)
    for head in range(heads):
        at = min(opened + timedelta(hours=head * 5), NOW)
        made = _review(left, dice)
        content = contract.write(made).encode()
        commit = f"{dice.getrandbits(160):040x}"
        kept = {"head": commit, "merge_base": made.base, "at": at, "review": content}
        row = insert(reviews).values(change_request=key, **kept).returning(reviews.c.id)
        review_key = connection.execute(row).scalar_one()
        record_facts(connection, review_key, content)
        kept_review = StoredReview(ref, commit, made.base, at, content, threads - _threads(left))
        threads = _threads(left)
        track_findings(connection, key, review_key, kept_review)
        left = [one if one.waiver or dice.random() > 0.1 else _accepted(connection, key, one, at) for one in left]
        left = [one for one in left if dice.random() > 0.25]


def _threads(findings: Sequence[Finding]) -> frozenset[ThreadKey]:
    return frozenset(one.identity.newest.thread for one in findings)


def _finding(ref: ChangeRef, dice: random.Random) -> Finding:
    digest, line, action = f"{dice.getrandbits(256):064x}", dice.randint(1, 400), dice.choice(_ACTIONS)
    name = f"worker-{dice.randint(1, 40)}"
    return finding(
        digest[:16],
        full_fingerprint=digest,
        grade=dice.choice(_GRADES),
        rule=dice.choice(("data-read", "escalation", "new-access", "trust-widened")),
        title=Prose(f"Role {name} can now use {action} on everything in the account of {ref.repository}"),
        principal=FindingPrincipal("role", name, f"aws_iam_role.{name}"),
        location=Location(f"envs/{dice.choice(('prod', 'dev'))}/iam_{dice.randint(1, 9)}.tf", line, line, "head"),
        excerpt=tuple(ExcerptLine(line + n, f'  actions = ["{action}", "{name}:{n}"]', n == 0) for n in range(12)),
        owners=(f"acme/team-{dice.randint(1, 40):02}",),
        arithmetic=tuple(Prose(f"{n} points for {action} on {name}") for n in range(6)),
    )


def _review(left: Sequence[Finding], dice: random.Random) -> Review:
    undecided = tuple(one for one in left if one.fingerprint[0] == "f")
    gap = Gap(
        "g", "a module that is not here", "module.m", "main.tf", 1, "head", True, True, "low", kind="remote-module"
    )
    gaps = tuple(dataclasses.replace(gap, id=f"g{n}") for n in range(dice.choice((0, 0, 0, 1, 4))))
    gained = [one for one in left if one.fingerprint[0] != "f"]
    made = review(*gained, undecided=undecided, gaps=gaps, complete=not gaps)
    worst = max((one.grade for one in gained), key=GRADES.index, default=GRADES[0])
    return dataclasses.replace(made, grade=worst, verdict="fail" if worst in ("high", "critical") else "pass")


def _accepted(connection: Connection, key: int, one: Finding, at: datetime) -> Finding:
    until = (NOW + timedelta(days=30)).date()
    values = {
        "fingerprint": one.full_fingerprint,
        "scope": b"[]",
        "grade": one.grade,
        "title": text_of_prose(one.title),
    }
    values |= {"reason": "it is for the migration", "approver": "grace", "until": until, "comment": one.fingerprint}
    connection.execute(insert(waivers).values(change_request=key, given_at=at, **values))
    return dataclasses.replace(one, waiver=AppliedWaiver("for the migration", "grace", until.isoformat()))


def _said(engines: Engines) -> str:
    with engines.reading() as connection:
        counts = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (change_requests, reviews, findings, waivers)
        }
    return ", ".join(f"{count:,} {name.replace('_', ' ')}" for name, count in counts.items())


def holders() -> tuple[HolderInventory, ...]:
    """An inventory of many principals."""
    dice = random.Random(5)

    def statement(n: int) -> HeldStatement:
        actions, resources = tuple(dice.sample(_ACTIONS, 3)), (f"arn:aws:s3:::b{n}/*",)
        return HeldStatement("Allow", actions, (), resources, (), (), (), (), "aws_iam_policy.p", "main.tf:3")

    def holder(n: int) -> HolderInventory:
        root, name, statements = f"envs/{n % 7}", f"worker-{n}", tuple(map(statement, range(8)))
        made = HolderInventory("role", root, f"aws_iam_role.{name}", name, repeated=False, statements=statements)
        marks: tuple[Mark, ...] = ("administrator",) if n % 50 == 0 else ()
        return dataclasses.replace(made, grade=dice.choice(_GRADES), worst="writing data on everything", marks=marks)

    return tuple(map(holder, range(PRINCIPALS)))


@cache
def _slow_role(visitor: Visitor, forge: str, repository: str) -> Role:
    """A forge that takes its time the first time; of a quarter of the repositories it says that they are not theirs."""
    time.sleep(ASK_SECONDS)
    return "none" if int(repository[-3:]) % 4 == 0 else "write"


def measure(engines: Engines, visitor: Visitor, who: str) -> int:
    """Print a line a page; how many are over what is asked, not counting the first answer."""
    taken = Taken("a" * 40, holders())
    engines.dispose()
    site = served_over(engines, visitor, taken=lambda ref: taken, role=_slow_role)
    print(f"{who}\n{'page':24} {'cold':>8} {'p50':>8} {'p95':>8} {'asked':>8} {'CPU':>8} {'kB':>6}")
    over = 0
    for name, path, most in PAGES:
        cold = _timed(site, path)
        answers = [_timed(site, path) for _ in range(20)]
        times = sorted(one.milliseconds for one in answers)
        over += times[18] > most
        figures = (cold.milliseconds, statistics.median(times), times[18], most, min(one.cpu for one in answers))
        print(f"{name:24} {' '.join(f'{one:8.0f}' for one in figures)} {cold.kilobytes:6}")
    return over


@dataclass(frozen=True)
class Timed:
    """One answer."""

    milliseconds: float
    cpu: float
    kilobytes: int


def _timed(site: Served, path: str) -> Timed:
    started, cpu = time.perf_counter(), time.process_time()
    answer = site.app.test_client().get(path)
    if answer.status_code != 200:
        raise SystemExit(f"{path}: {answer.status}")
    took, cpu = time.perf_counter() - started, time.process_time() - cpu
    return Timed(took * 1000, cpu * 1000, len(answer.data) // 1000)


if __name__ == "__main__":
    sys.exit(main())
