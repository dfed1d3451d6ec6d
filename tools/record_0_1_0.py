"""Records what a bot of release 0.1.0 leaves behind: its database, its repository and the conversations in it.

It runs with that release's code in front, a checkout of the last commit before issue 9's:

    git worktree add --detach DIR 87a0b42
    PYTHONPATH=DIR .venv/bin/python -P tools/record_0_1_0.py tests/cases/store/0.1.0

A real server answers signed webhooks of the sandbox on SQLite, and reviews in child processes. What is recorded last
was taken in and not worked on, rounds through the forge and its repository among it. Every change request's branch says
what it stands for.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.forge.port import ChangeRef
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.world import Comment, PullRequest, Repository
from werkzeug.serving import make_server

from bot.config import load
from bot.store.sql_catch_up import SqlCatchUp
from bot.wiring.server import build

FAR = "2126-01-01"

RULES = """mode: enforce
approvers: [carol]
max_waiver_days: 40000
"""

ROLE = """resource "aws_iam_role" "{name}" {{
  name               = "{name}"
  assume_role_policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ Service = "ec2.amazonaws.com" }} }}]
  }})
}}

resource "aws_iam_role_policy" "{name}" {{
  role   = aws_iam_role.{name}.name
  policy = jsonencode({{
    Version   = "2012-10-17"
    Statement = [{{
      Effect   = "Allow"
      Action   = [{actions}]
      Resource = [{resources}]
    }}]
  }})
}}
"""

USER = """resource "aws_iam_user" "robot" {
  name = "robot"
}

resource "aws_iam_access_key" "robot" {
  user = aws_iam_user.robot.name
}

resource "aws_iam_user_policy" "robot" {
  user   = aws_iam_user.robot.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }]
  })
}
"""

NARROW = ('"s3:GetObject"', '"arn:aws:s3:::infra-state/*"')
STAR = ('"s3:*"', '"*"')
PASS = ('"iam:PassRole", "ec2:RunInstances"', '"*"')
ALL = ('"*"', '"*"')

Roles = dict[str, tuple[str, str]]

NAMES = ("accepted", "beside", "other", "ended", "silent", "waiting", "revoked", "mended", "declared", "wider")


def files(changed: Roles | None = None, rules: str = RULES, further: str = "") -> dict[str, bytes]:
    """The repository with some roles' statements changed."""
    roles: Roles = dict.fromkeys(NAMES, NARROW) | (changed or {})
    found = {f"{name}.tf": ROLE.format(name=name, actions=what, resources=on) for name, (what, on) in roles.items()}
    found |= {".iam-review.yaml": rules, **({"robot.tf": further} if further else {})}
    return {path: text.encode() for path, text in found.items()}


@dataclasses.dataclass
class Recording:
    """A bot of 0.1.0 on a sandbox."""

    sandbox: Sandbox
    repository: Repository
    directory: Path

    @property
    def database(self) -> Path:
        """Where the bot keeps what it knows."""
        return self.directory / "db.sqlite"

    def environment(self) -> dict[str, str]:
        """The bot's settings."""
        return {
            "IAM_REVIEW_DATABASE": f"sqlite:///{self.database}",
            "IAM_REVIEW_CACHE_DIR": str(self.directory / "cache"),
            "IAM_REVIEW_GITHUB__APP_ID": str(self.sandbox.app_id),
            "IAM_REVIEW_GITHUB__PRIVATE_KEY": self.sandbox.private_key,
            "IAM_REVIEW_GITHUB__WEBHOOK_SECRET": self.sandbox.webhook_secret,
            "IAM_REVIEW_GITHUB__BASE_URL": self.sandbox.api_url,
            "IAM_REVIEW_GITHUB__SECONDS_BETWEEN_WRITES": "0",
        }

    @contextmanager
    def serving(self) -> Iterator[None]:
        """A bot that works on what it hears."""
        bot = build(load(None, self.environment()))
        server = make_server("127.0.0.1", 0, bot.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        bot.start()
        try:
            self.sandbox.send_webhooks_to(f"http://127.0.0.1:{server.server_port}/hooks/github")
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            bot.stop(20)

    @contextmanager
    def hearing(self) -> Iterator[None]:
        """A bot that takes everything in and ends before it works on it."""
        self.sandbox.deliveries.settle()
        bot = build(load(None, self.environment()))
        client = bot.app.test_client()
        self.sandbox.deliveries.held = True
        heard = len(self.sandbox.deliveries.sent)
        yield
        for each in self.sandbox.deliveries.sent[heard:]:
            headers = self.sandbox.deliveries.headers(each)
            assert client.post("/hooks/github", data=each.body, headers=headers).status_code == 202
        rounds = SqlCatchUp(bot.engines)
        everywhere = [ChangeRef("github", "", 0), *rounds.repositories("github")]
        rounds.want_rounds(everywhere, datetime.now(UTC), timedelta(0))
        bot.stop(0)

    def open(self, branch: str, content: dict[str, bytes]) -> PullRequest:
        """A change request of that name."""
        return self.sandbox.open_pull(self.repository, content, title=branch, branch=branch)

    def settled(self) -> None:
        """Wait until all that was heard is done."""
        self.sandbox.deliveries.settle()
        query = "SELECT count(*) FROM change_requests WHERE done < wanted"

        def idle() -> bool:
            with closing(sqlite3.connect(self.database)) as database:
                return bool(database.execute(query).fetchone() == (0,))

        _wait(idle)

    def found(self, pull: PullRequest, part: str = "") -> str:
        """The fingerprint of the finding about the role `part` in the newest review of a change request."""
        query = (
            "SELECT review FROM reviews JOIN change_requests ON change_requests.id = change_request"
            " WHERE number = ? ORDER BY reviews.id DESC"
        )
        with closing(sqlite3.connect(self.database)) as database:
            review = json.loads(zlib.decompress(database.execute(query, (pull.number,)).fetchone()[0]))
        [named] = [one for one in review["gained"] if part in ("", one["principal"] and one["principal"]["name"])]
        return str(named["fingerprint"])

    def say(self, pull: PullRequest, text: str, by: str = "carol") -> Comment:
        """A person comments, and the bot has done what they asked for."""
        comment = self.sandbox.comment(pull, by, text)
        self.settled()
        return comment

    def accept(self, pull: PullRequest, part: str = "", until: str = FAR) -> None:
        """An approver accepts the finding."""
        self.say(pull, f'/iam accept {self.found(pull, part)} until={until} reason="as agreed"')


def _wait(true: Callable[[], bool], seconds: float = 900) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come about in time"
        time.sleep(0.1)


def _story(here: Recording) -> None:
    today = datetime.now(UTC).date().isoformat()
    with here.serving():
        accepted = here.open("accepted", files({"accepted": STAR}))
        beside = here.open("beside", files({"beside": PASS, "other": STAR}))
        ended = here.open("ended", files({"ended": STAR}))
        silent = here.open("silent", files({"silent": STAR}))
        revoked = here.open("revoked", files({"revoked": STAR}))
        mended = here.open("mended", files({"mended": STAR}))
        declared = here.open("declared", files({"declared": STAR}))
        wider = here.open("wider", files({"wider": STAR}))
        robot = here.open("robot", files(further=USER))
        rules = here.open("rules", files(rules=f"{RULES}fail_at: critical\n"))
        here.settled()
        here.accept(accepted)
        here.accept(beside, "other")
        here.accept(ended, until=today)
        here.accept(revoked)
        here.say(revoked, f"/iam revoke {here.found(revoked)}")
        here.accept(wider)
        here.accept(robot)
        here.accept(rules)
        here.say(silent, "/iam pause", by="ada")
        here.sandbox.push(mended, files())
        here.settled()
        waiver = f'- {{fingerprint: "{here.found(declared)}", until: "{FAR}", reason: as agreed}}'
        known = f"{RULES}waivers:\n{waiver}\n"
        main = here.repository.git
        main.commit("main", files(rules=known), "A waiver", "carol", main.resolve("main"))
        here.say(declared, "/iam review", by="ada")
    with here.hearing():
        here.open("waiting", files({"waiting": STAR}))
        here.sandbox.push(wider, files({"wider": ALL}))
        here.sandbox.push(silent, files({"silent": PASS}))
        here.sandbox.comment(beside, "ada", "/iam explain")


def _kept(here: Recording) -> dict[str, object]:
    """The forge as it is left: users and pull requests by name, comments and checks in order."""
    world = here.sandbox.world
    with world.lock:
        return {
            "at": datetime.now(UTC).isoformat(),
            "installation": here.sandbox.installation,
            "repository": here.repository.full_name,
            "pulls": [_plain(one) for one in world.pulls],
            "comments": [_plain(one) for one in world.comments],
            "line_comments": [_plain(one) for one in world.line_comments],
            "checks": [_plain(one) for one in world.check_runs],
        }


def _plain(thing: PullRequest | Comment | object) -> dict[str, object]:
    fields = ((one.name, getattr(thing, one.name)) for one in dataclasses.fields(thing))  # type: ignore[arg-type]
    left = ("reactions", "actions", "annotations")
    return {name: _named(name, value) for name, value in fields if name not in left}


def _named(field: str, value: object) -> object:
    """Other things by their names, moments as text."""
    names = {"author": "login", "pull": "number", "repository": "full_name"}
    if field in names:
        return getattr(value, names[field])
    return value.isoformat() if isinstance(value, datetime) else value


def main(out: Path) -> None:
    """Tell the story and write `database.sql`, `repository.export` (for git fast-import) and `forge.json`."""
    with tempfile.TemporaryDirectory() as directory, Sandbox.start() as sandbox:
        here = Recording(sandbox, sandbox.create_repository("acme/infra", files()), Path(directory))
        _story(here)
        out.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(here.database)) as database:
            (out / "database.sql").write_text("".join(f"{line}\n" for line in database.iterdump()))
        export = ["git", "-C", str(sandbox.directory / "acme/infra.git"), "fast-export", "--all"]
        (out / "repository.export").write_bytes(subprocess.run(export, check=True, capture_output=True).stdout)
        text = json.dumps(_kept(here), indent=1, sort_keys=True, ensure_ascii=False, default=sorted)
        (out / "forge.json").write_text(f"{text}\n")


if __name__ == "__main__":
    os.nice(5)
    main(Path(sys.argv[1]))
