"""Hostile inputs of every kind the service reads: no crash, no hang, nothing of the machine in any output.

    python -m bench.runtime.fuzz [--inputs 10000] [--seed 1] [--seconds 20]

Terraform, variables, templates and policies go through the whole review; webhooks through the signed HTTP port;
commands and both configurations through their readers. Prints a line of JSON; exit status 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import os
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from bot.conversation.chat.command_grammar import parse
from bot.errors import ConfigError
from bot.forges.github import webhook as github
from bot.forges.registry import Webhook
from bot.review.codec import encode
from bot.review_config.rules_file import load_review_config
from bot.review_process.child import answer
from bot.review_process.protocol import Fetched, JudgeChange, Reviewed
from bot.store.database import connect
from bot.store.migrate import upgrade
from bot.store.sql import SqlStore
from bot.web.app import Deps, create_app
from bot.web.metrics import Metrics
from bot.wiring.logs import Redactor, configure
from bot.wiring.settings import load

ROOT = Path(__file__).parent.parent.parent
CANARY = "canary-5b1f9c"
SHARES = {
    "terraform": 30,
    "json": 12,
    "variables": 10,
    "templates": 10,
    "rules": 8,
    "webhooks": 15,
    "commands": 10,
    "configuration": 5,
}

NASTY = (
    b"\0",
    b"\xff\xfe",
    "\u202e".encode(),
    "\ud83d\ude00".encode("utf-8", "surrogatepass"),
    b"${",
    b"%{",
    b"}",
    b'"',
    b"[" * 300,
    b"((((((((((",
    b"1e999999999",
    b"-0",
    b"9" * 400,
    b"null",
    b"<<EOT\n",
    b"EOT\n",
    b"*",
    b"?" * 50,
    b"\\u0000",
    b"/*",
    b"#",
    b'${file("/etc/passwd")}',
    b'${file("../../../../etc/hostname")}',
    b'${templatefile("x.tftpl", {a = file("/proc/self/environ")})}',
    b"${range(0, 999999999)}",
    b'${join(",", [for i in range(1000): i])}',
    b"${a.b.c[*].d}",
    b"for_each = {}",
    b"count = 1e9",
    b"&a [*a]",
    b"!!python/object/apply:os.system [id]",
    b"<script>",
    b"@everyone #1",
    b"| x |",
    b"\r\n",
    b"\t",
)

POLICY = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}'
ROLE = 'resource "aws_iam_role_policy" "p" {\n  role = "r"\n  policy = %s\n}\n'


@dataclass
class Finds:
    """What went wrong, with the first few inputs that did it."""

    seconds: float
    done: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, str]] = field(default_factory=list)
    slowest: float = 0.0

    def run(self, kind: str, content: bytes, action: Callable[[bytes], str]) -> None:
        began = time.process_time()
        try:
            said = action(content)
        except Exception as error:  # noqa: BLE001 - that is what is looked for
            self._wrong(f"{kind}: {type(error).__name__}", content, traceback.format_exc(limit=-4))
            said = ""
        took = time.process_time() - began
        self.slowest = max(self.slowest, took)
        if took > self.seconds:
            self._wrong(f"{kind}: longer than {self.seconds:g} s", content, f"{took:.1f} s")
        if CANARY in said or "root:x:0" in said:
            self._wrong(f"{kind}: shows something of the machine", content, said[:500])
        self.done[kind] += 1

    def _wrong(self, what: str, content: bytes, why: str) -> None:
        self.wrong[what] += 1
        if len(self.examples) < 12:
            self.examples.append({"what": what, "input": content.decode("latin-1")[:2000], "why": why[-1500:]})


def corpus(*patterns: str, most: int = 250) -> list[bytes]:
    """Seeds from the tests' cases, small ones first."""
    found = sorted({path for pattern in patterns for path in (ROOT / "tests" / "cases").rglob(pattern)})
    return sorted((path.read_bytes() for path in found), key=len)[:most] or [b"{}"]


def mutated(seed: bytes, random: Random, others: list[bytes]) -> bytes:
    """A few edits: bytes changed, cut, doubled, nasty ones put in, a piece of another seed."""
    data = bytearray(seed[:20_000])
    for _ in range(random.randint(1, 6)):
        at, to = sorted((random.randint(0, len(data)), random.randint(0, len(data))))
        match random.randrange(6):
            case 0:
                data[at:at] = random.choice(NASTY)
            case 1:
                del data[at : min(to, at + 60)]
            case 2:
                data[at:at] = data[at : min(to, at + 200)] * random.randint(1, 5)
            case 3:
                data[at : at + 1] = bytes([random.randrange(256)])
            case 4:
                other = random.choice(others)
                data[at:at] = other[: random.randint(0, 300)]
            case _:
                data[at:to] = random.choice(NASTY) * random.randint(1, 3)
    return bytes(data)


def bent(seed: bytes, random: Random) -> bytes:
    """JSON that is still JSON, with values of other kinds in it."""
    values = (
        None,
        True,
        -1,
        10**30,
        1.5,
        "",
        "x" * 5000,
        "\0\ud800",
        [],
        {},
        [[]],
        {"sha": 1},
        "https://127.0.0.1:9/",
        "../..",
    )

    def bend(value: Any, depth: int = 0) -> Any:
        if random.random() < 0.08:
            return random.choice(values)
        if isinstance(value, dict):
            return {key: bend(inner, depth + 1) for key, inner in value.items() if random.random() > 0.03}
        return [bend(inner, depth + 1) for inner in value] if isinstance(value, list) else value

    return json.dumps(bend(json.loads(seed))).encode()


def reviewed(path: str, before: bytes, after: bytes, more: Mapping[str, bytes]) -> str:
    """The review of a change of one file, as JSON."""
    blobs = {"old": before, "new": after, **{f"more {name}": content for name, content in more.items()}}
    shared = {name: f"more {name}" for name in more}
    diff = f"diff --git a/{path} b/{path}\n--- a/{path}\n+++ b/{path}\n@@ -1 +1 @@\n-a\n+b\n"
    fetched = Fetched("b", "a", {path: "old", **shared}, {path: "new", **shared}, blobs, last_round=True)
    request = msgspec.json.decode(msgspec.json.encode(JudgeChange(fetched, diff)), type=JudgeChange)
    reply = answer(request)
    assert isinstance(reply, Reviewed), "no review"
    return encode(reply.review).decode()


def actions(directory: Path) -> dict[str, tuple[list[bytes], Callable[[bytes], str]]]:
    """By kind: the seeds, and what an input goes through."""
    base = (ROLE % f"jsonencode({POLICY})").encode()
    terraform = corpus("*.tf")
    variables = 'variable "x" {}\n' + ROLE % "var.x"
    template = (ROLE % 'templatefile("${path.module}/p.tftpl", { x = "s3:*" })').encode()
    file_policy = (ROLE % 'file("${path.module}/p.json")').encode()
    return {
        "terraform": (terraform, lambda c: reviewed("main.tf", base, c, {})),
        "json": (
            [POLICY.encode(), *corpus("*.json", most=60)],
            lambda c: reviewed("p.json", POLICY.encode(), c, {"main.tf": file_policy}),
        ),
        "variables": (
            [f"x = {json.dumps(POLICY)}\n".encode(), b"x = <<EOT\n{}\nEOT\n", *corpus("*.tfvars", most=30)],
            lambda c: reviewed("terraform.tfvars", b'x = "{}"\n', c, {"main.tf": variables.encode()}),
        ),
        "templates": (
            [
                POLICY.replace("s3:*", "${x}").encode(),
                b"%{ for a in [1,2] }${a}%{ endfor }",
                b"%{ if true }${x}%{ endif }",
            ],
            lambda c: reviewed("p.tftpl", b"{}", c, {"main.tf": template}),
        ),
        "rules": (
            [b"mode: enforce\nfail_at: low\n", *corpus(".iam-review.yaml", "*.yaml", most=80)],
            lambda c: repr(load_review_config(c.decode("utf-8", "replace"), ".iam-review.yaml").problems),
        ),
        "webhooks": (_payloads(), _webhook(directory)),
        "commands": (
            [
                b"/iam review",
                b"/iam explain 0123456789abcdef",
                b'/iam accept 0123456789abcdef until=2026-12-31 reason="x"',
                b"/iam help",
                b"> /iam review",
            ],
            lambda c: repr(parse(c.decode("utf-8", "replace"))),
        ),
        "configuration": ([(ROOT / "config.example.yaml").read_bytes()], lambda c: _configuration(directory, c)),
    }


def _payloads() -> list[bytes]:
    pull = {"number": 7, "head": {"sha": "a" * 40}, "base": {"ref": "main"}, "state": "open", "draft": False}
    payload: dict[str, Any] = {
        "action": "opened",
        "pull_request": pull,
        "repository": {"full_name": "acme/infra"},
        "installation": {"id": 47},
        "sender": {"login": "ada", "type": "User"},
        "comment": {"id": 1, "body": "/iam review", "user": {"login": "ada", "type": "User"}},
        "issue": {"number": 7, "pull_request": {"url": "http://127.0.0.1:9/"}},
        "check_run": {
            "id": 1,
            "head_sha": "a" * 40,
            "external_id": "acme/infra#7",
            "name": "iam-review",
            "app": {"id": 1},
        },
    }
    return [json.dumps({**payload, "action": action}).encode() for action in ("opened", "created", "rerequested")]


def _webhook(directory: Path) -> Callable[[bytes], str]:
    engines = connect(f"sqlite:///{directory / 'fuzz.sqlite'}")
    upgrade(engines.write)
    store = SqlStore(engines)
    hook = Webhook(lambda h, b: github.is_authentic(h, b, ("s",)), github.delivery, github.read_event)
    client = create_app(Deps({"github": hook}, store, lambda ref: None, Metrics(store))).test_client()
    random = Random(3)
    events = ("pull_request", "issue_comment", "check_run", "check_suite", "merge_group", "installation", "push")

    def post(content: bytes) -> str:
        headers = {
            "X-GitHub-Event": random.choice(events),
            "X-GitHub-Delivery": hashlib.sha256(content).hexdigest(),
            "X-Hub-Signature-256": "sha256=" + hmac.new(b"s", content, hashlib.sha256).hexdigest(),
        }
        answered = client.post("/hooks/github", data=content, headers=headers)
        assert answered.status_code in (202, 400), answered.status_code
        return answered.text

    return post


def _configuration(directory: Path, content: bytes) -> str:
    path = directory / "fuzz.yaml"
    path.write_bytes(content)
    try:
        return repr(load(path, {"IAM_REVIEW_GITHUB__TOKEN": "t", "IAM_REVIEW_GITHUB__WEBHOOK_SECRET": "s" * 16}))
    except ConfigError as error:
        return str(error)


def inputs(count: int, seed: int, kinds: Mapping[str, tuple[list[bytes], Any]]) -> Iterator[tuple[str, bytes]]:
    random = Random(seed)
    names = [name for name, share in SHARES.items() for _ in range(share)]
    everything = [content for seeds, _ in kinds.values() for content in seeds[:20]]
    for number in range(count):
        kind = names[number % len(names)]
        seed_ = random.choice(kinds[kind][0])
        yield kind, bent(seed_, random) if kind == "webhooks" and number % 3 else mutated(seed_, random, everything)


def fuzz(count: int, seed: int = 1, seconds: float = 20) -> Finds:
    """Every input once; a time is CPU time."""
    configure("error", Redactor.of(()))
    os.environ["IAM_REVIEW_CANARY_UNUSED"] = CANARY
    finds = Finds(seconds)
    with tempfile.TemporaryDirectory(prefix="iam-review-fuzz-") as name:
        kinds = actions(Path(name))
        for kind, content in inputs(count, seed, kinds):
            finds.run(kind, content, kinds[kind][1])
    del os.environ["IAM_REVIEW_CANARY_UNUSED"]
    return finds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20)
    given = parser.parse_args()
    began = time.monotonic()
    finds = fuzz(given.inputs, given.seed, given.seconds)
    for example in finds.examples:
        print(json.dumps(example), file=sys.stderr)
    told = {"inputs": sum(finds.done.values()), "wrong": dict(finds.wrong), "by kind": dict(finds.done)}
    print(
        json.dumps({**told, "slowest_cpu_seconds": round(finds.slowest, 2), "seconds": round(time.monotonic() - began)})
    )
    return 1 if finds.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
