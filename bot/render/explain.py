"""A finding in full, as Markdown: what it means, grants and rests on, how to try and narrow it, who may accept it."""

from __future__ import annotations

import json
import shlex
from typing import Any

from bot.late_pattern import late_pattern
from bot.render.accepting import acceptor_words
from bot.render.exact import exact_lines
from bot.render.markdown import code, fence, words
from bot.render.phrases import GRADE_SIGNS, ended, help_link, place_words, state_names
from bot.review.model import Finding, FindingCondition
from bot.risk.rules.help_page import rule_page

MAX_STEPS = 20

LONGEST_LINE = 8000
"""A longer command is not given: nobody reads it, and shells refuse some."""


def explained(findings: tuple[Finding, ...], room: int, accepting: str = "") -> str:
    """All of them, in at most `room` characters; "" if there is none. `accepting` says who may accept one."""
    parts: list[str] = []
    for number, finding in enumerate(findings):
        text = _explained(finding, accepting)
        if sum(map(len, parts)) + len(text) > room:
            parts.append(f"… and {len(findings) - number} more: {code('/iam explain ID')} shows one of them.\n")
            break
        parts.append(text)
    return "\n\n---\n\n".join(parts)


def _explained(finding: Finding, accepting: str) -> str:
    was, now = state_names(finding)
    parts = (
        f"{GRADE_SIGNS[finding.grade]} **{finding.grade.capitalize()}**: {ended(words(finding.title))}",
        _meaning(finding),
        f"- {was}: {words(finding.before)}\n- **{now}**: {words(finding.after)}",
        f"**What exactly**\n\n{exact_lines(finding)}",
        _way(finding),
        _score(finding),
        _trying(finding),
        _narrowing(finding),
        accepting if finding.waiver is None and finding.kind != "guardrail" else "",
        _waiver(finding),
        f"Rule: {help_link(finding)} · {code(finding.fingerprint)}",
    )
    return "\n\n".join(part for part in parts if part)


def _meaning(finding: Finding) -> str:
    """For somebody who does not know IAM: the rule's page in short, which is text of ours."""
    page = rule_page(finding.rule)
    return f"**What this means**: {page.means}" if page is not None and page.means else ""


def _trying(finding: Finding) -> str:
    line = simulation(finding)
    if not line or len(line) > LONGEST_LINE:
        return ""
    real = " Put real names in place of those in `${...}` first." if has_unknown_names(line) else ""
    return f"**To try it** (IAM's simulator answers `allowed`; it changes nothing).{real}\n\n{fence(line, 'sh')}"


def _narrowing(finding: Finding) -> str:
    page = rule_page(finding.rule)
    how = f"\n\n{page.todo}" if page is not None and page.todo else ""
    return f"**Next step**: {words(finding.fix)}{how}" if finding.fix else ""


def _way(finding: Finding) -> str:
    steps = [f"- {words(step.what)}: {code(f'{step.file}:{step.line}')}" for step in finding.trail[:MAX_STEPS]]
    hops = [f"- {code(hop.source)} {words(hop.via)} {code(hop.to)}" for hop in finding.path[:MAX_STEPS]]
    return "\n".join((f"**Where it comes from**: {place_words(finding.location)}\n", *steps, *hops)).rstrip("\n")


def _score(finding: Finding) -> str:
    lines = [f"- {words(line)}" for line in finding.arithmetic[:MAX_STEPS]]
    return "\n".join((f"**Its score**: {finding.points} points\n", *lines)).rstrip("\n")


def _waiver(finding: Finding) -> str:
    if finding.waiver is None:
        return ""
    waiver = finding.waiver
    return f"Accepted by {acceptor_words(waiver)} until {code(waiver.until)}: {words(waiver.reason)}"


_TYPES = (("ipaddress", "ip"), ("numeric", "numeric"), ("date", "date"), ("bool", "boolean"), ("binary", "binary"))
_UNKNOWN = late_pattern(r"\$\{[A-Za-z0-9_-]*[.\[(]")
"""A name that only Terraform knows; `${aws:username}` is the policy's own."""


def simulation(finding: Finding) -> str:
    """The line, which answers "allowed"; "" where no policy of the finding by itself allows the request.

    The simulator judges identity policies; what a resource or a role's trust lets in it does not. Nor is there a line
    where a name has what ends one, or what people do not see: it is made to be pasted, and the fence holds one line.
    """
    witness = finding.witness
    if witness is None or finding.who or finding.kind in ("exposure", "config", "trust", "resource"):
        return ""
    asked = [{"ContextKeyName": key, "ContextKeyValues": list(values), "ContextKeyType": _type(finding, key, values)}
             for key, values in witness.context.items()]  # fmt: skip
    words = [
        "aws", "iam", "simulate-custom-policy",
        "--policy-input-list", json.dumps(_policy(finding)),
        "--action-names", witness.action,
        "--resource-arns", witness.resource,
        *(["--context-entries", json.dumps(asked)] if asked else []),
        "--query", "EvaluationResults[].EvalDecision", "--output", "text",
    ]  # fmt: skip
    line = shlex.join(words)
    return line if line.isprintable() else ""


def has_unknown_names(line: str) -> bool:
    """Whether names stand in it that have to be exchanged for real ones before it is run."""
    return _UNKNOWN.search(line) is not None


def _policy(finding: Finding) -> dict[str, Any]:
    """What the finding's worst grant allows, as a policy."""
    one = finding.grants[0] if finding.grants else finding
    allow: dict[str, Any] = {"Effect": "Allow", "Action": list(one.actions), "Resource": list(one.resources or ("*",))}
    conditions: dict[str, dict[str, list[str]]] = {}
    for condition in one.conditions:
        conditions.setdefault(condition.operator, {})[condition.key] = list(condition.values)
    if conditions:
        allow["Condition"] = conditions
    denied = [
        {"Effect": "Deny", "Action": list(actions), "Resource": list(resources)}
        for actions, resources in ((one.except_actions, ("*",)), (("*",), one.except_resources))
        if actions and resources
    ]
    return {"Version": "2012-10-17", "Statement": [allow, *denied]}


def _type(finding: Finding, key: str, values: tuple[str, ...]) -> str:
    """The simulator's type of a key, by the operator that asks for it."""
    every: list[FindingCondition] = [
        *finding.conditions,
        *(one for grant in finding.grants for one in grant.conditions),
    ]
    operators = [one.operator.lower() for one in every if one.key.lower() == key.lower()]
    found = (kind for operator in operators for word, kind in _TYPES if word in operator)
    return f"{next(found, 'string')}{'List' if len(values) > 1 else ''}"
