"""Reads the case files' rows into privilege diffs."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

from bot.access_diff.delta import (
    Change,
    ComparedRow,
    ConditionView,
    CredentialChange,
    Delta,
    HolderDelta,
    PrincipalPattern,
    PrivilegeDiff,
    Reach,
    Row,
    Witness,
)
from bot.evaluated.diagnostic import Span, Step, Trail
from bot.evaluated.document import text
from bot.evaluated.touched import FileChange, Touched
from bot.iam.grant import AddressedSource, Credential, Edge, Grant
from bot.iam.policy_subject import PolicySubject, User, subject_of
from bot.iam.statement import Condition, Effect, PolicyKind, PrincipalEntry, Principals, Statement
from bot.review.model import Finding
from bot.review_config.settings import ReviewConfig
from bot.risk.assess import assess

FILE = "main.tf"
ON_RESOURCE = {"resource": PolicyKind.RESOURCE, "trust": PolicyKind.TRUST, "organization": PolicyKind.LIMIT}


def line_trail(line: int, what: str = "literal", end: int | None = None) -> Trail:
    return (Step(Span(FILE, line, 1, end or line, 80), what),)


def touched_lines(added: set[int], removed: set[int] = frozenset()) -> Touched:  # type: ignore[assignment]
    return Touched((FileChange(FILE, FILE, frozenset(removed), frozenset(added), ((1, 99, 1, 99),)),))


def row_of(raw: dict[str, Any]) -> Row:
    written = ((*key.partition(" "), tuple(values)) for key, values in raw.get("if", {}).items())
    conditions = tuple(ConditionView(operator, key, values) for operator, _, key, values in written)
    return Row(
        actions=_tuple(raw["actions"]),
        resources=_tuple(raw.get("resources", "*")),
        except_actions=_tuple(raw.get("except_actions", ())),
        except_resources=_tuple(raw.get("except_resources", ())),
        conditions=conditions,
        principals=tuple(map(principal, _tuple(raw.get("who", ())))),
    )


def principal(raw: str) -> PrincipalPattern:
    """ "AWS:111122223333" as `<type>:<identifier>`, or an identifier as it is written."""
    kind, found, name = raw.partition(":")
    typed = found and kind in ("AWS", "Service", "Federated", "CanonicalUser")
    return PrincipalPattern(name, kind, written=False) if typed else PrincipalPattern(raw)


def statement_of(
    row: Row, line: int, not_action: bool = False, effect: Effect = Effect.ALLOW, *, not_resource: bool = False
) -> Statement:
    trail = line_trail(line)
    return Statement(
        effect=effect,
        actions=tuple(text(action, trail) for action in (row.except_actions if not_action else row.actions)),
        resources=tuple(
            text(resource, trail) for resource in (row.except_resources if not_resource else row.resources)
        ),
        not_action=not_action,
        not_resource=not_resource,
        conditions=tuple(Condition(c.operator, c.key, tuple(map(text, c.values)), trail) for c in row.conditions),
        trail=trail,
    )


def holder_delta(raw: dict[str, Any]) -> HolderDelta:
    """One holder's gain: `gained` is one row or several, `before` what was there, `was` how it was kept from it.

    `part` says that the rows are not gained but lost or undecided, `perhaps` what is undecided besides. `policy`
    names what grants them, `trust` who may use the role, `has` a row that another policy of the holder grants,
    `had` one that it granted before too; `whole`: the gained rows are all that the head's policies say besides.
    `unless` the conditions under which a Deny of everyone holds.
    """
    kind = raw.get("holder", "role")
    holder = subject_of(kind, raw.get("root", ""), raw.get("address", f"aws_iam_{kind}.x"), raw.get("name", ""))
    policy_kind = ON_RESOURCE.get(kind, PolicyKind.IDENTITY)
    gained = raw["gained"] if isinstance(raw["gained"], list) else [raw["gained"]]
    return HolderDelta(
        base=None if raw.get("new") else holder,
        head=holder,
        kind=policy_kind,
        delta=Delta(
            **{
                "undecided": (_change(raw["perhaps"], raw),) if "perhaps" in raw else (),
                raw.get("part", "gained"): tuple(_change(one, raw) for one in gained),
            }
        ),
        base_grants=(*_kept_from(raw.get("was", ""), holder), *_had(raw, holder)),
        grants=tuple(_grants(raw, gained, holder)),
        trust=_trust(raw["trust"], holder) if "trust" in raw else None,
    )


def _had(raw: dict[str, Any], holder: PolicySubject) -> Iterator[Grant]:
    if "had" in raw:
        yield Grant(holder, PolicyKind.IDENTITY, statement_of(row_of(raw["had"]), 50), "aws_iam_policy.other")


def _grants(raw: dict[str, Any], gained: list[dict[str, Any]], holder: PolicySubject) -> Iterator[Grant]:
    if "policy" in raw:
        for one in gained:
            statement = statement_of(row_of(one), one.get("line", 5), raw.get("not_action", False))
            yield Grant(holder, PolicyKind.IDENTITY, statement, f"arn:aws:iam::aws:policy/{raw['policy']}")
    if "unless" in raw:
        deny = statement_of(row_of({"actions": "*", "if": raw["unless"]}), 50, effect=Effect.DENY)
        everyone = Principals((PrincipalEntry("*", text("*")),))
        yield Grant(holder, PolicyKind.RESOURCE, dataclasses.replace(deny, principals=everyone), holder.address)
    if raw.get("whole"):
        for one in gained:
            yield Grant(
                holder, PolicyKind.IDENTITY, statement_of(row_of(one), one.get("line", 5)), "aws_iam_policy.own"
            )
    if "had" in raw:
        yield Grant(holder, PolicyKind.IDENTITY, statement_of(row_of(raw["had"]), 50), "aws_iam_policy.other")
    if "has" in raw:
        yield Grant(holder, PolicyKind.IDENTITY, statement_of(row_of(raw["has"]), 50), "aws_iam_policy.other")


def _trust(who: str | list[str], holder: PolicySubject) -> tuple[Grant, ...]:
    entries = (name.split(":", 1) for name in _tuple(who))
    principals = Principals(tuple(PrincipalEntry(kind, text(name)) for kind, name in entries))
    statement = Statement(Effect.ALLOW, (text("sts:AssumeRole"),), principals=principals)
    return (Grant(holder, PolicyKind.TRUST, statement, holder.address),)


def privilege_diff(*cases: dict[str, Any]) -> PrivilegeDiff:
    """Holders' gains, new reach (`runs_as` a role) and new credentials (`credential` of a user)."""
    return PrivilegeDiff(
        tuple(holder_delta(case) for case in cases if not {"runs_as", "credential"} & case.keys()),
        tuple(_credential(case) for case in cases if "credential" in case),
        tuple(_reach(case) for case in cases if "runs_as" in case),
    )


def _reach(case: dict[str, Any]) -> Reach:
    role = holder_delta({**case, "address": case["runs_as"]})
    assert role.head
    edge = Edge(
        "", AddressedSource(case["address"]), "instance profile", case["runs_as"], line_trail(case.get("line", 5))
    )
    return Reach((edge,), 0, role.head, role.delta)


def _credential(case: dict[str, Any]) -> CredentialChange:
    owner = User("", f"aws_iam_user.{case['of']}", case["of"])
    trail = line_trail(case.get("line", 5))
    credential = Credential(case["credential"], owner, f"aws_iam_access_key.{case['of']}", trail)
    return CredentialChange(credential, case.get("replaces", False))


def _change(raw: dict[str, Any], case: dict[str, Any]) -> Change:
    row, line = row_of(raw), raw.get("line", 5)
    statement = statement_of(row, line, case.get("not_action", False), not_resource=case.get("not_resource", False))
    before = row_of(case["before"]) if "before" in case else None
    removed = (line_trail(40),) if case.get("was") else ()
    first = row.actions[0].replace("*", "x")
    witness = Witness("principal", first, row.resources[0].replace("*", "x"))
    compared = ComparedRow(before) if before else None
    return Change(row, statement, (line_trail(line),), removed, witness, before=before, compared=compared)


def _kept_from(how: str, holder: PolicySubject) -> tuple[Grant, ...]:
    statement = statement_of(Row(("*",), ("*",)), 40, effect=Effect.DENY if how == "denied" else Effect.ALLOW)
    kind = PolicyKind.LIMIT if how == "capped" else PolicyKind.IDENTITY
    return (Grant(holder, kind, statement, "policy"),) if how else ()


def _tuple(value: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


def found(case: dict[str, Any]) -> tuple[Finding, ...]:
    """What is said of a case's gains, the touched line being that of the policies."""
    rules = ReviewConfig(accounts=tuple(case.get("accounts", ())), sensitive_resources=tuple(case.get("sensitive", ())))
    return assess(privilege_diff(case), touched_lines({5}), rules).gained
