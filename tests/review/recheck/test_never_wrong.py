"""Whatever is pushed in whatever order: a comment says "Fixed" only while its requests are refused at head.

A change request's head is a few roles and what they are allowed. It is pushed again and again, the bot's database is
lost now and then, the base goes on; a few lines beside the bot know what every head allows. `make soak` tries more.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import hashlib
import sys
from collections.abc import Iterable
from itertools import count

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.contents.port import Contents, Revisions
from bot.conversation.change_request.handle import Ports, review_change_request
from bot.forges.port import ChangeRequest
from bot.render.marker import read_marker
from bot.review.codec import encode
from bot.review.model import FindingProof, Review
from bot.review_process import child
from tests.fakes.contents import FakeContents
from tests.fakes.forge import REF, FakeForge, change
from tests.soaking import sample

sys.setrecursionlimit(12_000)  # as evaluate() does: Hypothesis does not like it while an example runs


ACTIONS = ["s3:GetObject", "s3:Get*", "s3:*", "iam:PutRolePolicy", "sqs:*", "*"]
RESOURCES = ["*", "arn:aws:s3:::acme/*", "arn:aws:s3:::acme/a/*", "${aws_s3_bucket.b.arn}/*"]
ROLES = ["r", "s"]
ADDRESSES = ["one", "two", "three"]

TRUST = (
    '{ Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] }'
)
RULES = "mode: enforce\ncomment_at: low\n"


@dataclasses.dataclass(frozen=True)
class Statement:
    """What one statement in one of a role's two policies allows."""

    role: str
    policy: int
    action: str
    resource: str

    def allows(self, proof: FindingProof) -> bool:
        return fnmatch.fnmatchcase(proof.action.lower(), self.action.lower()) and fnmatch.fnmatchcase(
            proof.resource, self.resource
        )


STATEMENTS = st.builds(
    Statement, st.sampled_from(ROLES), st.integers(0, 1), st.sampled_from(ACTIONS), st.sampled_from(RESOURCES)
)
HEADS = st.frozensets(STATEMENTS, max_size=4)
NAMES = st.permutations(ADDRESSES).map(lambda order: dict(zip(ROLES, order, strict=False)))


def written(statements: Iterable[Statement], addresses: dict[str, str], unknown: str = "") -> dict[str, str]:
    """The configuration; of the role `unknown` a policy cannot be read."""
    given = sorted(statements, key=repr)
    parts = ['resource "aws_s3_bucket" "b" {\n}\n']
    for role, address in sorted(addresses.items()):
        name = f'  name               = "{role}"\n'
        parts.append(f'resource "aws_iam_role" "{address}" {{\n{name}  assume_role_policy = jsonencode({TRUST})\n}}\n')
        for policy in (0, 1):
            own = [one for one in given if (one.role, one.policy) == (role, policy)]
            text = ",\n".join(
                f'    {{ Effect = "Allow", Action = "{one.action}", Resource = "{one.resource}" }}' for one in own
            )
            document = (
                "data.external.x.result.policy"
                if (role, policy) == (unknown, 0)
                else (f"jsonencode({{ Statement = [\n{text}\n  ] }})")
            )
            if own or (role, policy) == (unknown, 0):
                parts.append(
                    f'resource "aws_iam_role_policy" "{address}{policy}" {{\n  role = aws_iam_role.{address}.id\n'
                    f"  policy = {document}\n}}\n"
                )
    return {"main.tf": "".join(parts), ".iam-review.yaml": RULES}


@dataclasses.dataclass
class Based(FakeContents):
    """Contents whose base is a commit of its own."""

    commit: str = ""

    def revisions(self) -> Revisions:
        return dataclasses.replace(super().revisions(), base=self.commit)


class Threads(RuleBasedStateMachine):
    """One change request over a forge in memory, reviewed by the whole engine."""

    @initialize(base=HEADS)
    def begin(self, base: frozenset[Statement]) -> None:
        self.base, self.head, self.unknown = base, base, ""
        self.addresses = dict(zip(ROLES, ADDRESSES, strict=False))
        self.forge, self.numbers = FakeForge({REF: change()}), count(1)
        self.kept: list[bytes] = []
        self.proofs: dict[str, tuple[tuple[FindingProof, str], ...]] = {}

    @rule(head=HEADS, addresses=NAMES, renames=st.sampled_from([False, False, True]))
    def push(self, head: frozenset[Statement], addresses: dict[str, str], renames: bool) -> None:
        self._push(head, addresses if renames else self.addresses)

    @rule(one=STATEMENTS)
    def add(self, one: Statement) -> None:
        self._push(self.head | {one}, self.addresses)

    @rule(which=st.integers(0, 10))
    def take_back(self, which: int) -> None:
        given = sorted(self.head, key=repr)
        self._push(self.head - {given[which % len(given)]} if given else self.head, self.addresses)

    @rule(which=st.integers(0, 10), action=st.sampled_from(ACTIONS))
    def widen_or_narrow(self, which: int, action: str) -> None:
        given = sorted(self.head, key=repr)
        if given:
            one = given[which % len(given)]
            self._push(self.head - {one} | {dataclasses.replace(one, action=action)}, self.addresses)

    @rule(which=st.integers(0, 10))
    def move_to_the_other_policy(self, which: int) -> None:
        given = sorted(self.head, key=repr)
        if given:
            one = given[which % len(given)]
            self._push(self.head - {one} | {dataclasses.replace(one, policy=1 - one.policy)}, self.addresses)

    @rule(role=st.sampled_from(["", *ROLES]))
    def a_policy_that_nobody_can_read(self, role: str) -> None:
        self.unknown = role
        self._push(self.head, self.addresses)

    @rule(base=HEADS)
    def the_base_goes_on(self, base: frozenset[Statement]) -> None:
        self.base = base
        self._push(self.head, self.addresses)

    @rule()
    def go_back_to_the_base(self) -> None:
        """Also without any change of Terraform at all."""
        self.unknown = ""
        self._push(self.base, dict(zip(ROLES, ADDRESSES, strict=False)))

    @rule()
    def lose_the_database(self) -> None:
        self.kept.clear()

    def _push(self, head: frozenset[Statement], addresses: dict[str, str]) -> None:
        self.head, self.addresses = head, addresses
        self.forge.changes[REF] = change(head=f"{next(self.numbers):040x}")
        before = written(self.base, dict(zip(ROLES, ADDRESSES, strict=False)))
        files = Based(
            before, written(head, addresses, self.unknown), commit=hashlib.sha1(repr(before).encode()).hexdigest()
        )

        def contents(_: ChangeRequest) -> Contents:
            return files

        road = Ports(self.forge, contents, child.answer, kept=lambda _: reversed(self.kept))
        outcome = review_change_request(REF, road, lambda: False)
        assert outcome.review is not None
        self._remember(outcome.review)
        self.kept.append(encode(outcome.review))

    def _remember(self, review: Review) -> None:
        """Every request that ever proved a finding, and whose it was."""
        names = {f"aws_iam_role.{address}": role for role, address in self.addresses.items()}
        for finding in review.gained:
            asked = tuple((proof, names[proof.address]) for proof in finding.proofs if proof.counts == "identity")
            self.proofs[finding.fingerprint] = asked

    @invariant()
    def what_is_called_fixed_is_refused(self) -> None:
        if not hasattr(self, "forge"):
            return
        for comment in self.forge.comments.get(REF, ()):
            marker = read_marker(comment.body)
            if marker is None or marker.state != "fixed" or marker.thread is None:
                continue
            assert (marker.state == "fixed") == ("**Fixed**" in comment.body)
            for proof, role in self.proofs[str(marker.thread)]:
                allowing = [one for one in self.head if one.role == role and one.allows(proof)]
                assert not allowing, f"{comment.body}\n\n{proof} is allowed by {allowing}"
            assert not self._hidden(str(marker.thread)), comment.body

    def _hidden(self, fingerprint: str) -> bool:
        return any(role == self.unknown for _, role in self.proofs[fingerprint])


TestThreads = Threads.TestCase
TestThreads.settings = settings(
    max_examples=sample(12, 300),
    stateful_step_count=sample(8, 12),
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
