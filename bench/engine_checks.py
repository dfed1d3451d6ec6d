"""Holds the engine's answers against those of another judge: one function a promise."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.worlds import ACCOUNT, PRINCIPAL
from bot.access_diff.delta import Delta, PolicySet, Row
from bot.access_diff.diff import EngineDisagreement, compare
from bot.evaluated.document import from_json, text
from bot.iam.action_glob import matcher
from bot.iam.evaluator import is_allowed, matches, resolved
from bot.iam.policy import parse_policy
from bot.iam.request import Request
from bot.iam.statement import Effect, PolicyKind, Statement
from tests.oracles.iam_simulate import Json, Probe


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Engine or evaluator against the judge, with all it takes to see it again."""

    kind: str
    detail: str
    policies: tuple[Json, ...]
    probe: Probe | None = None

    @property
    def size(self) -> int:
        """Characters of the policies: the smallest case is the one to look at."""
        return len(json.dumps(self.policies))

    def __str__(self) -> str:
        policies = "\n  ".join(json.dumps(policy) for policy in self.policies)
        return f"{self.kind}: {self.detail}\n  {policies}\n  {self.probe}"


def policy_set(document: Json, kind: PolicyKind) -> PolicySet:
    """A document as the engine takes it; its member "Boundary" is a permissions boundary."""
    statements = parse_policy(from_json({**document, "Boundary": None}), kind).statements
    limits = (
        [parse_policy(from_json(document["Boundary"]), PolicyKind.LIMIT).statements] if "Boundary" in document else []
    )
    return PolicySet(kind, statements, tuple(limits))


def as_request(probe: Probe) -> Request:
    """A probe as the evaluator takes it."""
    context = {
        key.lower(): tuple(value) if isinstance(value, list) else (value,) for key, value in probe.context.items()
    }
    kind = "AWS" if probe.principal.startswith("arn:") else "Service"
    return Request(f"{kind}:{probe.principal}", probe.action, probe.resource, context)


def check_evaluator(
    kind: PolicyKind, document: Json, probes: Sequence[Probe], answers: Sequence[str]
) -> Iterator[Disagreement]:
    """The evaluator decides every request as the judge does."""
    policies = policy_set(document, kind)
    for probe, answer in zip(probes, answers, strict=True):
        ours = "allowed" if is_allowed(policies.statements, policies.limits, as_request(probe)) else "denied"
        if answer in ("allowed", "denied") and answer != ours:
            yield Disagreement("evaluator", f"judge {answer}, evaluator {ours}", (document,), probe)


def compared(kind: PolicyKind, base: Json, head: Json) -> Delta:
    """The engine's answer as in production: what is not confirmed is undecided."""
    return compare(policy_set(base, kind), policy_set(head, kind))


def compare_documents(kind: PolicyKind, base: Json, head: Json) -> tuple[Delta | None, Disagreement]:
    """The engine's answer, or None and what went wrong."""
    try:
        return compare(policy_set(base, kind), policy_set(head, kind), strict=True), Disagreement("none", "", ())
    except EngineDisagreement as reason:
        return None, Disagreement("unconfirmed", str(reason), (base, head))


def check_missed(
    kind: PolicyKind,
    base: Json,
    head: Json,
    delta: Delta,
    probes: Sequence[Probe],
    at_base: Sequence[str],
    at_head: Sequence[str],
) -> Iterator[Disagreement]:
    """Whatever the judge denies at base and allows at head lies in a gained or an undecided row; and the reverse.

    What is lost only if AWS minds no variable without a value is left out: losses are not told as undecided.
    """
    rows = {
        "missed gain": [change.row for change in (*delta.gained, *delta.undecided)],
        "missed loss": [change.row for change in (*delta.lost, *delta.undecided)],
    }
    for probe, before, after in zip(probes, at_base, at_head, strict=True):
        what = {("denied", "allowed"): "missed gain", ("allowed", "denied"): "missed loss"}.get((before, after))
        if what is None or any(_covers(row, probe) for row in rows[what]):
            continue
        if what == "missed gain" or _is_lost_by_both_readings(kind, base, head, probe):
            yield Disagreement(what, f"{len(rows[what])} rows, none with this request", (base, head), probe)


def _is_lost_by_both_readings(kind: PolicyKind, base: Json, head: Json, probe: Probe) -> bool:
    """Whether statements whose variables have no value allow the request at base, and not at head, if they are void."""
    request = as_request(probe)
    before, after = (
        is_allowed(resolved(one.statements, request), [resolved(limit, request) for limit in one.limits], request)
        for one in (policy_set(base, kind), policy_set(head, kind))
    )
    return before and not after


def _covers(row: Row, probe: Probe) -> bool:
    """Whether a row's actions and resources include a request's, whatever its conditions."""
    request = as_request(probe)
    wide, but_actions, but_resources = (
        Statement(Effect.ALLOW, tuple(map(text, actions)), tuple(map(text, resources)))
        for actions, resources in (
            (row.actions, row.resources),
            (row.except_actions, ("*",)),
            (("*",), row.except_resources or ("-",)),
        )
    )
    return matches(wide, request) and not matches(but_actions, request) and not matches(but_resources, request)


def witness_probes(delta: Delta) -> list[Probe]:
    """The witnesses of all gained changes, as requests for the judge."""
    probes = []
    for change in delta.gained:
        assert change.witness is not None
        principal = change.witness.principal.removeprefix("AWS:")
        context: dict[str, str | list[str]] = {
            key: values[0] if len(values) == 1 else list(values) for key, values in change.witness.context
        }
        caller = principal if "." in principal or ":" in principal else PRINCIPAL
        probes.append(Probe(caller, change.witness.action, change.witness.resource, ACCOUNT, context))
    return probes


def check_witnesses(
    base: Json, head: Json, witnesses: Sequence[Probe], at_base: Sequence[str], at_head: Sequence[str]
) -> Iterator[Disagreement]:
    """No witness that the judge allows at base or denies at head.

    Where the simulator is known to be wrong it is not asked: it takes an empty value of a policy variable for a missing
    one, matches nothing where a value holds wildcards, and keeps a `*` from crossing a colon of an ARN.
    """
    text_of_both = json.dumps((base, head))
    patterns = [re.sub(r"\$\{[^}]*\}", "*", pattern) for pattern in re.findall(r'"(arn:[^"]*)"', text_of_both)]
    for probe, before, after in zip(witnesses, at_base, at_head, strict=True):
        misread = "${" in text_of_both and any(
            value == "" or "*" in value or "?" in value for value in probe.context.values()
        )
        if misread or any(_crosses_a_colon(pattern, probe.resource) for pattern in patterns):
            continue
        if before == "allowed" or after == "denied":
            yield Disagreement("witness", f"judge: {before} at base, {after} at head", (base, head), probe)


def _crosses_a_colon(pattern: str, arn: str) -> bool:
    """Whether a pattern matches an ARN as a whole and not segment by segment."""
    segments = list(zip(pattern.split(":", 5), arn.split(":", 5), strict=False))
    return bool(matcher(pattern)(arn)) and not all(matcher(part)(given) for part, given in segments)
