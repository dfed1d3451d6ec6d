"""What the values inside an argument say: whether one may name somebody, or ask AWS for access."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from bot.evaluated.address import block_of
from bot.evaluated.document import Symbol
from bot.evaluated.mentions import plain, symbols
from bot.evaluated.value import BoolValue, Choice, ListValue, NullValue, NumberValue, ObjectValue, StringValue, Value
from bot.extract.api_descriptions import is_body
from bot.extract.argument_reading import string
from bot.extract.reference import ResourceIndex
from bot.extract.runners import runs_with
from bot.iam.arn import Arn, names_somebody
from bot.late_pattern import late_pattern
from bot.resource_types.known import RESOURCE_TYPES
from bot.review.unjudged.changed_blocks import Pair
from bot.review.unjudged.disposition import ArgumentOutcome, Found, Irrelevance
from bot.review.unjudged.leaves import Leaf, leaves
from bot.type_registry.argument_names import SERVICE, Kind, argument_names
from bot.type_registry.registry import (
    decides,
    holds_contents,
    is_judged_inside,
    is_lax_without,
    is_login,
    is_program,
    is_strictest,
    says_nothing,
    set_by,
    sets_nothing,
)

ACCOUNT, CREDENTIAL = "account", "credential"

STRONG = frozenset({ACCOUNT, "authorisation", "group", "policy", "principal", "public", "role", SERVICE})
"""What an argument's name says by itself; of the other kinds only a value can tell."""

_KEPT = STRONG - {"authorisation", "public"}
"""Those that say who may do what where a value is kept for programs: a token opens an application."""

_SIGN_IN = late_pattern(
    r"(^|_)((admin|master|root)_?)?((app|cookie|jwt|session)_(?=secret$|token$))?"
    r"(user|username|user_name|login|password|passwd|passphrase|(client_?)?(id|secret)|token|salt)$"
)
"""How what an application signs in with is called at its end: "google_client_id", "db_user"."""

_OF_AWS = late_pattern(r"\bdata\.aws_\w*(auth|token|credentials?)\b|access_?key|session_?token", re.IGNORECASE)
"""What is called so signs in to AWS, wherever it is kept."""

_EFFECT = late_pattern(r"\bEffect\b")
"""A policy has one."""

_OWN_ACCOUNT = late_pattern(r"\bdata\.aws_caller_identity\.[\w-]+(\[[^\]]*\])?\.(account_id|id)\Z")
"""The account at hand, whose number is in the names of things."""

_DRAWN = late_pattern(r"\brandom_(bytes|id|integer|password|string|uuid)\.[\w-]+(\[[^\]]*\])?\.\w+\Z")
"""What is drawn by chance names nobody, whatever the block is called."""

_OF_IAM = late_pattern(r"\b(aws|awscc)_(iam|identitystore|organizations|sso)")
"""Types whose things are principals, policies and accounts."""

OF_IAM = tuple(name for name in RESOURCE_TYPES if name.startswith("aws_iam_"))
"""Types of principals, policies and what gives them."""

_GIVING = r"(iam|identitystore|lakeformation|organizations|ram|sso-?admin)"
"""Services by which access is given, as the command line, the SDKs and their integrations call them."""

_GIVES = late_pattern(
    rf"\baws\s+{_GIVING}\s"
    rf"|\baws-sdk\W{_GIVING}\W"  # a state machine's task, or a schedule's target
    rf"|\bapigateway[^\w-][\w-]{{0,32}}[^\w-]([\w-]{{1,63}}\.)?{_GIVING}\W(action|path)/"
    rf"|\bService\b\W{{1,9}}{_GIVING}(?![\w.-])"  # of an automation's aws:executeAwsApi
    rf"|\b(client|resource)\(\W{{1,5}}{_GIVING}\b",  # Python's SDK
    re.IGNORECASE,
)
"""Text of a program, or of a request, that asks AWS for other access. No two parts in a row match the same: a long text
would take hours."""

_PROSE = frozenset(
    {"definitions", "description", "example", "examples", "external_docs", "info", "responses", "schema", "schemas"}
    | {"summary", "tags", "title"}
)
"""What of an API's description (OpenAPI) says neither who may call what, nor what is run then, and as whom."""


def of_leaves(
    pair: Pair, name: str, is_outside: Callable[[Leaf], bool], is_of_new: Callable[[Leaf], bool] = lambda _: False
) -> Found:
    """The worst of what differs inside an argument. A request for other access in it may have all of it decide.

    `is_outside` says of what may be access whether it is another system's, `is_of_new` whether it gives nobody any
    as its block is new.
    """
    rules, elsewhere = [Irrelevance.ARGUMENT], None
    old, new = pair.values(name)
    here = tuple(leaves(name, None, new))
    gives = any(_GIVES.search(f"{path[-1]}: {_text(value)}") for path, value in here)
    searched, decided = {_text(value) for _, value in here}, _is_decided(pair)
    before, own = ({path for path, value in leaves(name, None, side) if _is_own_account(value)} for side in (old, new))
    for leaf in _loose(pair, tuple(leaves(name, old, new)), here):
        text = _text(leaf[1])
        if pair.is_new and _is_nothing(*leaf):
            continue
        gave = text not in searched and _GIVES.search(text)
        rule = None if gives or gave else _of_leaf(pair, leaf, decided=decided)
        if rule is None and leaf[0] in own - before and _is_own_account(leaf[1]) and not (gives or gave):
            rule = _by_name(argument_names().of_argument(pair.some.type, leaf[0], Kind.STRING) - {ACCOUNT}, leaf[1])
        if rule is None and not (gives or gave) and is_of_new(leaf):
            rule = Irrelevance.NEW
        if rule is not None:
            rules.append(rule)
        elif gives or gave or not is_outside(leaf):
            return ArgumentOutcome.OPEN, None, leaf[0]
        else:
            elsewhere = elsewhere or leaf[0]
    if elsewhere is not None:
        return ArgumentOutcome.OUTSIDE, None, elsewhere
    return ArgumentOutcome.IRRELEVANT, max(rules, key=_LEAST_SURE.index), ()


def is_of_iam(value: Value) -> bool:
    """Whether a value names a principal, is a policy, or names what IAM and its kin make."""
    text = _text(value)
    made = any(_OF_IAM.search(symbol.name) for symbol in symbols(value))
    return names_somebody(text) or bool(_EFFECT.search(text)) or made


def names_other(name: str, old: Value | None, new: Value | None) -> bool:
    """Whether what differs in a value of that name says, by its words or by its own names, who or what somebody is."""
    if old is None or new is None or plain(old) == plain(new):
        return False
    differing = ((path, each) for path, each in leaves(name, old, new) if not isinstance(each, NullValue))
    return any(
        "arn:" in _text(each) or names_access(each) or argument_names().of_path(path, _kind(each)) & STRONG
        for path, each in differing
    )


def says_own_names(name: str, value: Value | None, here: ResourceIndex) -> bool:
    """Whether a text names nobody but by names and ARNs of what its own root makes."""
    found = () if value is None else tuple(leaves(name, None, value))
    return all(_says_own_name(path, each, here) for path, each in found)


def _says_own_name(path: tuple[str, ...], value: Value, here: ResourceIndex) -> bool:
    text = _text(value)
    if _is_of_statement(path) or may_give_access(value) or (names_somebody(text) and not _is_made(value, here)):
        return False
    strong = _KEPT - {ACCOUNT} if text else _KEPT
    return not any(_is_of(strong, one) and not _is_name_of(one, here) for one in symbols(value))


def _is_made(value: Value, here: ResourceIndex) -> bool:
    """Whether it is the ARN of a principal or policy of the root, in its own account."""
    written = string(value)
    arn = None if written is None else Arn.parse(str(written))
    found = None if written is None else here.find(written, OF_IAM)
    return (
        arn is not None
        and found is not None
        and found.mode == "managed"
        and _OWN_ACCOUNT.search(arn.account[2:-1]) is not None
    )


def _is_name_of(symbol: Symbol, here: ResourceIndex) -> bool:
    """Whether it is how a block of the root is called, or by what it is reached: no secret of it."""
    address, _, attribute = symbol.name.rpartition(".")
    named = here.by_block.get(block_of(address), ())
    return bool(_CALLED.search(attribute)) and any(one.mode == "managed" for one in named)


def _is_of_statement(path: tuple[str, ...]) -> bool:
    """Whether it is in a policy that was encoded."""
    return not _OF_STATEMENT.isdisjoint(path)


_OF_STATEMENT = frozenset({"effect", "statement"})
_CALLED = late_pattern(r"(^|_)(arn|arns|bucket|domain_name|endpoint|id|ids|name|names|url)$")


def may_give_access(value: Value | None) -> bool:
    """Whether a text is a policy, or asks AWS for other access, anywhere in it."""
    text = "" if value is None else _text(value)
    return bool(_EFFECT.search(text) or _GIVES.search(text))


def _loose(pair: Pair, found: Sequence[Leaf], here: Sequence[Leaf]) -> Iterator[Leaf]:
    """The values that are not the strictest there are, nor were before what is so in all ways now.

    `here` is all that the head says. A value is none if the other side leaves it out and says the same by that.
    """
    kind, said = pair.some.type, {path for path, _ in here}
    lax = {path for path, value in here if not is_strictest(kind, path[-1], _text(value))}
    for path, value in found:
        if None in pair.values(path[0]) and says_nothing(kind, ".".join(path), _text(value)):
            continue
        loose = not is_strictest(kind, path[-1], _text(value))
        if (loose and path in lax) or (path not in said and (loose or _is_lax_without(pair, path))):
            yield path, value


def _is_lax_without(pair: Pair, path: tuple[str, ...]) -> bool:
    """Whether a block that is there at head is less strict where it does not say it."""
    return pair.new is not None and is_lax_without(pair.some.type, path[-1])


_LEAST_SURE = (
    Irrelevance.ARGUMENT,
    Irrelevance.VALUE,
    Irrelevance.CREDENTIAL,
    Irrelevance.PROGRAM,
    Irrelevance.NEW,
)


def _is_decided(pair: Pair) -> bool:
    """Whether a block sets what gives nobody access, at head and before."""
    names, sides = set_by(pair.some.type), [one for one in (pair.old, pair.new) if one is not None]
    if not names:
        return False
    set_ = [[tuple(map(_text, _cases(one.attribute(name)))) for name in names] for one in sides]
    every = [pairs for ids, values in set_ for pairs in itertools.product(ids, values)]
    return pair.new is not None and all(sets_nothing(name, value) for name, value in every)


def _cases(value: Value | None) -> Iterator[Value]:
    """What a value can be of those that it is chosen from."""
    if isinstance(value, Choice):
        for each in value.alternatives:
            yield from _cases(each.value)
    else:
        yield value or NullValue()


def _of_leaf(pair: Pair, leaf: Leaf, *, decided: bool) -> Irrelevance | None:
    """Why a value inside an argument gives nobody access; None if it may."""
    kind = pair.some.type
    path, value = leaf
    if _may_be_told_of_access(pair, path) or _is_of_another_account(pair, leaf) or _is_no_longer_fixed(pair, path):
        return None
    if isinstance(value, NullValue):
        return Irrelevance.ARGUMENT
    if decided and path[0] in set_by(kind):
        return Irrelevance.VALUE
    if _says_who_may_call(kind, path) or decides(kind, path):
        return None
    if is_judged_inside(kind, path) and not is_of_iam(value):
        return Irrelevance.ARGUMENT
    if any(is_program(name) for name in path):
        return Irrelevance.PROGRAM
    if holds_contents(kind, path[0]):
        return None if _is_of_statement(path) or names_access(value, _KEPT) else Irrelevance.CREDENTIAL
    kinds = argument_names().of_argument(kind, path, _kind(value))
    if SERVICE not in kinds and is_login(path[-1]):
        return Irrelevance.CREDENTIAL
    return _by_name(kinds, value)


def _may_be_told_of_access(pair: Pair, path: tuple[str, ...]) -> bool:
    """Whether the path is of what a block gives to what it starts, and that is not known to be a program of its own:
    an automation attaches what policy its parameters name."""
    if pair.some.type != _EVENT_TARGET or path[0] not in ("input", "input_path", "input_transformer"):
        return False
    return not all(_starts_program(one.attribute("arn")) for one in (pair.old, pair.new) if one is not None)


def _is_of_another_account(pair: Pair, leaf: Leaf) -> bool:
    """Whether a rule of AWS Config asks a function of an account that it did not ask one of before."""
    path, value = leaf
    if pair.some.type != "aws_config_config_rule" or path != ("source", "source_identifier"):
        return False
    there = {_account(each) for way, each in leaves("source", None, pair.values("source")[0]) if way == path}
    return _account(value) not in {"", *there}


def _is_no_longer_fixed(pair: Pair, path: tuple[str, ...]) -> bool:
    """Whether whoever starts a job may say by now what nobody could: also which program it runs as its role."""
    if pair.some.type != "aws_glue_job" or path[0] != "non_overridable_arguments" or pair.new is None:
        return False
    before, after = (
        {str(name) for name, _ in value.entries} if isinstance(value, ObjectValue) else set[str]()
        for value in pair.values(path[0])
    )
    return not before <= after


def _account(value: Value) -> str:
    """The account in an ARN, as far as it is written out."""
    arn = Arn.parse(_text(value))
    return "" if arn is None else arn.account


def _starts_program(target: Value | None) -> bool:
    """Whether what an event starts is known to hand what it is told to a program, a machine or a queue."""
    text, named = ("", ()) if target is None else (_text(target), tuple(symbols(target)))
    arn = Arn.parse(text)
    return bool(
        (arn is not None and arn.service in _OF_PROGRAM) or (named and not text and all(map(_is_program, named)))
    )


def _is_program(symbol: Symbol) -> bool:
    return _PROGRAMS.search(symbol.name) is not None


_EVENT_TARGET = "aws_cloudwatch_event_target"
_OF_PROGRAM = frozenset({"lambda", "ecs", "batch", "sns", "sqs", "states", "firehose", "kinesis", "logs", "events"})
_PROGRAMS = late_pattern(r"\baws_(lambda|ecs|batch|sns|sqs|sfn|kinesis|cloudwatch_log|cloudwatch_event)_\w+\.")


def _is_own_account(value: Value) -> bool:
    """Whether it is the number of the account at hand, and nothing else."""
    return not _text(value) and [bool(_OWN_ACCOUNT.search(one.name)) for one in symbols(value)] == [True]


def _is_nothing(path: tuple[str, ...], value: Value) -> bool:
    """Whether it is an empty list or map, or nobody's name to run as: a block that leaves it out says the same."""
    match value:
        case ListValue():
            return not value.items
        case ObjectValue():
            return not value.entries
        case StringValue():
            return value.known == "" and runs_with(path[-1], "".join(path[-2:-1]))
    return False


def _says_who_may_call(kind: str, path: tuple[str, ...]) -> bool:
    return is_body(kind, path[0]) and _PROSE.isdisjoint(path)


def _by_name(kinds: frozenset[str], value: Value) -> Irrelevance | None:
    """The same by what its name says that it may hold."""
    if not kinds:
        return Irrelevance.ARGUMENT
    if kinds & STRONG or names_access(value):
        return None
    return Irrelevance.CREDENTIAL if CREDENTIAL in kinds else Irrelevance.VALUE


def _kind(value: Value) -> Kind:
    match value:
        case NumberValue():
            return Kind.NUMBER
        case BoolValue():
            return Kind.BOOL
        case ObjectValue():
            return Kind.MAP
    return Kind.STRING


def names_access(value: Value, strong: frozenset[str] = STRONG) -> bool:
    """Whether a value names a principal or an account, or is a policy, as far as its words tell."""
    text = _text(value)
    wanted = strong - {ACCOUNT} if text else strong  # an account's number within a longer name is nobody's
    return names_somebody(text) or bool(_EFFECT.search(text)) or any(_is_of(wanted, one) for one in symbols(value))


def _text(value: Value) -> str:
    if isinstance(value, BoolValue):
        return "true" if value.value else "false"
    pieces = value.pieces if isinstance(value, StringValue) else ()
    return "".join(part for part in pieces if isinstance(part, str))


def _is_of(kinds: frozenset[str], symbol: Symbol) -> bool:
    if _OWN_ACCOUNT.search(symbol.name) or _DRAWN.search(symbol.name):
        return False
    words = tuple(_HOOK.sub("", word) for word in _STEP.split(_without_label(symbol.name)) if word)
    if kinds <= _KEPT:
        if _OF_AWS.search(symbol.name):
            return True
        words = tuple(rest for word in words if (rest := _SIGN_IN.sub("", word)))
    return any(argument_names().of_path((word,), Kind.STRING) & kinds for word in words)


_HOOK = late_pattern(r"(^|_)webhooks?(?=_|$)")
"""A page that is told something: where it is lets nobody in."""


def _without_label(name: str) -> str:
    """The type and attribute of what a block of AWS is called: what people call the block says nothing of that."""
    address, _, attribute = name.rpartition(".")
    steps = block_of(address).split(".")
    made = len(steps) > 1 and "data" not in steps and steps[-2].startswith(("aws_", "awscc_"))
    return f"{steps[-2]}.{attribute}" if made and _CALLED.search(attribute) else name


_STEP = late_pattern(r"[^A-Za-z0-9_]+|\baws_|\bdata\b")
