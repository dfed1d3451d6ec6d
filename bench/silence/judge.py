"""What a root says about access, a line each, so that two sides can be compared without any of the bot's own ways to.

Every argument of every AWS type that the table of types (read as data) does not call irrelevant, of calls of modules
that are not here, and whose provider makes it. Nothing of the graph, of identity, extraction, pairing or the difference
is used: a test holds that.
"""

from __future__ import annotations

import fnmatch
import functools
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

from bench.silence.spelling import POLICY, UNASKED, Json, Spelling, bare, canonical, leaves
from bot.evaluated.address import block_of
from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.value import ListValue, Value
from bot.type_registry.registry import is_inert, is_login, is_program, is_strictest, known_type
from bot.type_registry.type_facts import TypeClass

_IRRELEVANT = Path(__file__).resolve().parents[2] / "tests" / "cases" / "silence" / "irrelevant.yaml"

NAMES = frozenset({"description", "id", "name", "name_prefix", "path", "tags", "tags_all"})
"""Arguments by which a thing is called or sorted, whatever type it is of."""

_CALL = frozenset({"source", "version"})

_OTHER_GROUPS = "".join(
    f"(?<!{word}_)"
    for word in (
        *("autoscaling", "deployment", "log", "node", "option", "parameter", "placement", "replication", "security"),
        *("subnet", "target"),
    )
)
_HOLDS = re.compile(
    r"(?<![a-z])(accounts?|acls?|admins?|authentication|authorization|authorizer|grantees?|grants?|iam|members?|organizations?|"
    rf"permissions?|polic(y|ies)|principals?|public(ly)?|roles?|trust(ed)?|users?|{_OTHER_GROUPS}groups?)(?![a-z])"
)
"""Names of what holds or gives access."""

_NO_ACCESS = re.compile(
    r"^item_|(backup|deletion|delivery|lifecycle|maintenance|mixed_instances|redrive|retention|retry|routing|scaling|ssl|tracking|"
    r"update)_policy|termination_policies|public_(ip|key|subnets)|(network|web)_acl|security_group|private_dns|policy_name|"
    r"(^|_name_configuration_)security_policy$|schedule_(create_rule_(cron|interval|times)|retain_rule_count)"
)
_SPEAKS = re.compile(
    r"arn:aws[\w-]*:(iam|sts|organizations|sso):|(?<![\d.:])\d{12}(?!\d)|"
    r'"(data|managed)": "[^"]*aws_(iam|identitystore|ssoadmin|organizations)_|"Effect"|"Principal"'
)
"""Text that names a principal or an account, or is a policy."""

_LIMITS = re.compile(r"block|boundary|control|deny|exclusive|guard|policy|permission|owner|public")

_EACH_ITS_OWN = ("aws_iam_access_key", "aws_iam_service_specific_credential")
"""Types of which a second instance is a second way in."""


_HOLDERS = {
    "aws_iam_group_policy": "group", "aws_iam_group_policy_attachment": "group",
    "aws_iam_role_policy": "role", "aws_iam_role_policy_attachment": "role",
    "aws_iam_user_policy": "user", "aws_iam_user_policy_attachment": "user",
}  # fmt: skip
"""Blocks that give one principal a policy, and the argument with whose it is: they may change their places."""

_ATTACHED, _TRUST = "managed_policy_arns", "assume_role_policy"

COVERED = {"block_public_acls": "ignore_public_acls", "block_public_policy": "restrict_public_buckets"}
"""What of S3's public access blocks only keeps from writing more that is public, and what lets none of that in."""


def differences(base: Iterable[EvaluatedConfig], head: Iterable[EvaluatedConfig]) -> list[str]:
    """The lines that one side alone has: those that went with nothing in their place only if they may have limited."""
    before, after = ({line for config in side for line in lines(config)} for side in (base, head))
    come, gone = sorted(after - before), sorted(before - after)
    return [*(f"+ {line}" for line in come), *(f"- {line}" for line in gone if come or _may_limit(line))]


def lines(config: EvaluatedConfig) -> Iterator[str]:
    """What can carry access. Of a managed policy that is named here that is said where it is."""
    spelling = Spelling(config)
    asked = [one for one in config.resources if one.mode == "module" or _is_of_aws(one)]
    found = [line for one in asked if one.type != POLICY for line in _of(one, spelling)]
    yield from found
    told = "\n".join(found)
    for one in asked:
        written = one.attribute("policy") if one.type == POLICY else None
        if written is not None and canonical(_said(written, spelling)[0]) not in told:
            yield from _held(one, block_of(one.address), written, spelling)


def _is_of_aws(one: ResourceInstance) -> bool:
    return one.mode == "managed" and one.type.startswith(("aws_", "awscc_"))


def _of(one: ResourceInstance, spelling: Spelling) -> Iterator[str]:
    holder, given = _policies(one)
    for each in given:
        yield from _held(one, canonical(None if holder is None else spelling.value(holder)), each, spelling)
    if one.type in _HOLDERS:
        return
    found = [(path, canonical(value)) for path, value in _leaves(one, spelling)]
    is_document = any('"Effect"' in text for _, text in found)
    kind, made_by = "" if one.mode == "module" else one.type, canonical(spelling.made_by(one))
    when = canonical(sorted(canonical(spelling.guard(each)) for each in one.guards))
    place, covered = one.address if one.type in _EACH_ITS_OWN else block_of(one.address), _covered(found)
    for path, text in found:
        if (path[0] == _ATTACHED and given) or path in covered or _is_aside(kind, path, text):
            continue
        if reaches(kind, path, text) or (is_document and not any(map(is_program, path))):
            yield f"{one.type} {place} {'.'.join(path)} = {text} by {made_by} if {when}"


def _policies(one: ResourceInstance) -> tuple[Value | None, list[Value]]:
    """Whose policies a block says, and these."""
    if one.type in _HOLDERS:
        written = (one.attribute("policy"), one.attribute("policy_arn"))
        return one.attribute(_HOLDERS[one.type]), [each for each in written if each is not None]
    attached = one.attribute(_ATTACHED) if one.type == "aws_iam_role" else None
    return one.attribute("name"), list(attached.items) if isinstance(attached, ListValue) else []


def _held(one: ResourceInstance, holder: str, written: Value, spelling: Spelling) -> Iterator[str]:
    """What a principal is given, in the cases in which both the block and the policy that it names are there."""
    said, where, by = _said(written, spelling)
    if said is not None:
        when = canonical(sorted({canonical(each) for each in (*map(spelling.guard, one.guards), *where)}))
        made_by = canonical(sorted({canonical(each) for each in (*spelling.made_by(one), *by)}))
        yield f"{'allowed' if _only_allows(said) else 'policy'} of {holder} = {canonical(said)} by {made_by} if {when}"


def _said(written: Value, spelling: Spelling) -> tuple[Json, list[Json], list[Json]]:
    """What a policy says that is written out or named, where it is there besides, and who makes it."""
    said = bare(spelling.value(written))
    if isinstance(said, dict) and "says" in said:
        return _accepted(said["says"]), said["if"], said["by"]
    return _accepted(said), [], []


def _accepted(said: Json) -> Json:
    """A principal's policy without what IAM refuses: who is let in, or nothing to do it to; None if that is all."""
    if not isinstance(said, dict) or not said.keys() <= {"Id", "Statement", "Version"}:
        return said
    every = said.get("Statement", [])
    every = every if isinstance(every, list) else [every]
    kept = [each for each in every if not isinstance(each, dict) or "Effect" not in each or _is_accepted(each)]
    return {**said, "Statement": kept} if kept else None


def _is_accepted(statement: dict[str, Json]) -> bool:
    """Whether a statement has what IAM asks for of a principal's own ("The Resource element is required", "You cannot
    use the Principal element in an identity-based policy", IAM JSON policy elements)."""
    return not statement.keys() & {"Principal", "NotPrincipal"} and bool(statement.keys() & {"Resource", "NotResource"})


def _only_allows(said: Json) -> bool:
    """Whether each of a policy's statements is known to allow: where such a one goes, nobody may do more."""
    every = said.get("Statement", []) if isinstance(said, dict) else []
    every = every if isinstance(every, list) else [every]
    return bool(every) and all(isinstance(each, dict) and each.get("Effect") == "Allow" for each in every)


def _covered(found: list[tuple[tuple[str, ...], str]]) -> set[tuple[str, ...]]:
    """The arguments that keep nobody out whom the same block's others do not keep out."""
    written = dict(found)
    return {(less,) for less, more in COVERED.items() if written.get((more,)) == '"true"'}


def _leaves(one: ResourceInstance, spelling: Spelling) -> Iterator[tuple[tuple[str, ...], Json]]:
    wanted = _of_call if one.mode == "module" else _of_type
    for name, value in one.attributes.entries:
        if name not in UNASKED | NAMES and wanted(one.type, str(name)):
            yield from leaves((str(name),), spelling.value(value))
    if one.mode == "module":
        yield ("call",), [spelling.value(value) for name, value in one.attributes.entries if name in _CALL]


def _of_call(_kind: str, name: str) -> bool:
    return name not in _CALL and not is_inert(name)


def _of_type(kind: str, name: str) -> bool:
    facts = known_type(kind)
    if facts is None:
        return True
    return facts.type_class is not TypeClass.IRRELEVANT and (not facts.carries or name in facts.carries)


def reaches(kind: str, path: tuple[str, ...], text: str) -> bool:
    """Whether a value inside a block of a type can be somebody's access."""
    names = "_".join(path)
    if is_irrelevant(kind, path):
        return False
    if any(is_program(name) for name in path) or is_login(path[-1]) or _NO_ACCESS.search(names):
        return False
    return _HOLDS.search(f"{kind}.{names}") is not None or _SPEAKS.search(text) is not None


def is_irrelevant(kind: str, path: tuple[str, ...]) -> bool:
    """Whether somebody has looked up that what is there in a block of a type gives nobody of AWS anything."""
    names = ".".join(path)
    return any(fnmatch.fnmatchcase(kind, one["types"]) and re.search(one["path"], names) for one in irrelevant())


@functools.cache
def irrelevant() -> tuple[dict[str, str], ...]:
    """The rows of tests/cases/silence/irrelevant.yaml."""
    return tuple(yaml.safe_load(_IRRELEVANT.read_text("utf-8")))


def _is_aside(kind: str, path: tuple[str, ...], text: str) -> bool:
    """Whether a value gives nobody anything: of a module that is not here also a number that cannot be an account's."""
    is_amount = not kind and _AMOUNT.fullmatch(text) is not None
    if path == (_TRUST,) and '"Effect"' in text and 'Principal"' not in text:
        return True  # IAM refuses it: "the resource-based policy must contain a Principal element"
    return is_amount or is_irrelevant(kind, path) or is_strictest(kind, path[-1], text.strip('"'))


_AMOUNT = re.compile(r'"-?(\d{1,9}|\d{13,})(\.\d+)?"')


def _may_limit(line: str) -> bool:
    return '"Deny"' in line or _LIMITS.search(line.partition(" ")[0]) is not None
