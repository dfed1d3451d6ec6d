"""Says of each argument that evaluates otherwise whether it is judged, cannot matter, or is open."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.derived import looked_up_by, symbols_in
from bot.evaluated.diagnostic import Side
from bot.evaluated.document import Symbol
from bot.evaluated.mentions import plain, spans, symbols
from bot.evaluated.redefinition import Place
from bot.evaluated.symbol_origin import SymbolOrigin, origin_of
from bot.evaluated.value import BoolValue, NullValue, NumberValue, ObjectValue, StringValue, Value
from bot.extract.argument_reading import entry_of
from bot.extract.extracted import ExtractionGap
from bot.extract.extraction import facts_of, root_name
from bot.extract.facts import Fact
from bot.extract.readers import FAMILIES
from bot.extract.reference import ResourceIndex, index
from bot.extract.remote_modules import CHOOSES
from bot.extract.remote_table import carries_no_policy
from bot.frozen import dataclass
from bot.iam.arn import names_somebody, tag_in
from bot.resource_types.known import RESOURCE_TYPES
from bot.review.unjudged.changed_blocks import PROVISIONER, Leaf, Pair, different, leaves, same_places, written
from bot.review.unjudged.disposition import ArgumentOutcome, Disposition, Irrelevance
from bot.review.unjudged.read_back import is_read_back
from bot.review.unjudged.root_pair import AWS, RootPair
from bot.type_registry.argument_names import SERVICE, Kind, argument_names
from bot.type_registry.registry import (
    decides,
    holds_contents,
    is_compared,
    is_idle,
    is_inert,
    is_login,
    is_program,
    is_strictest,
    known_type,
)
from bot.type_registry.type_facts import TypeClass, TypeFacts

LOCAL = ("archive_", "external_", "local_", "null_", "random_", "template_", "terraform_", "time_", "tls_")
"""Types of providers that make nothing at AWS or anywhere else that is reached by others."""

NAMES = frozenset({"description", "name", "name_prefix", "path"})
"""What things that extraction knows are called."""

ACCOUNT, CREDENTIAL = "account", "credential"

STRONG = frozenset({ACCOUNT, "authorisation", "group", "policy", "principal", "public", "role", SERVICE})
"""What an argument's name says by itself; of the other kinds only a value can tell."""

_LIMITS = re.compile(r"block|boundary|control|deny|exclusive|guard|limit|lock|owner|permission|policy|public|restrict")
"""Names of types whose blocks may limit access, so that it is more without them."""

_EFFECT = re.compile(r"\bEffect\b")
"""A policy has one."""

_OWN_ACCOUNT = re.compile(r"\bdata\.aws_caller_identity\.[\w-]+(\[[^\]]*\])?\.(account_id|id)\Z")
"""The account at hand, whose number is in the names of things."""

_GIVING = r"(iam|identitystore|lakeformation|organizations|ram|sso-?admin)"
"""Services by which access is given, as the command line, the SDKs and their integrations call them."""

_GIVES = re.compile(
    rf"\baws\s+{_GIVING}\s"
    rf"|\baws-sdk\W{_GIVING}\W"  # a state machine's task, or a schedule's target
    rf"|\bapigateway[^\w-][\w-]{{0,32}}[^\w-]([\w-]{{1,63}}\.)?{_GIVING}\W(action|path)/"
    rf"|\bService\b\W{{1,9}}{_GIVING}(?![\w.-])"  # of an automation's aws:executeAwsApi
    rf"|\b(client|resource)\(\W{{1,5}}{_GIVING}\b",  # Python's SDK
    re.IGNORECASE,
)
"""Text of a program, or of a request, that asks AWS for other access. No two parts in a row match the same: a long text
would take hours."""

_AUTHORISES = frozenset({"security", "security_definitions", "security_schemes"})
"""What of an API's description (OpenAPI) says who may call it."""


_Found = tuple[ArgumentOutcome, Irrelevance | None, tuple[str, ...]]
"""What becomes of an argument, why it is irrelevant, and the names on the way to what in it is open."""


def dispositions(pair: RootPair) -> Iterator[Disposition]:
    """What becomes of every outermost argument that differs between two sides of one root."""
    judge = _Arguments(pair)
    for blocks in different(pair.base, pair.head):
        yield from judge.of(blocks)


@dataclass(frozen=True)
class _Arguments:
    """Both sides of a root, with what is made of them when somebody asks."""

    root: RootPair

    @functools.cached_property
    def before(self) -> ResourceIndex:
        """The base's blocks by name."""
        return _indexed(self.root.base)

    @functools.cached_property
    def after(self) -> ResourceIndex:
        """The head's blocks by name."""
        return _indexed(self.root.head)

    @functools.cached_property
    def read(self) -> tuple[Mapping[str, ResourceInstance], Mapping[str, ResourceInstance]]:
        """Both sides' blocks by address as extraction read them."""
        before, after = self.root.read
        return same_places(before, after), {one.address: one for one in (*after.latent, *after.resources)}

    def of(self, pair: Pair) -> Iterator[Disposition]:
        """What becomes of a block's arguments that differ."""
        pair = pair.as_if_new if pair.exists_otherwise and not pair.is_one_sided else pair
        some = pair.some
        whole = _whole(some)
        of_one = self._module_argument if some.mode == "module" else self._argument
        for name in pair.arguments or ("",):
            asked_for = _asked_for(pair, name, self.asked)
            found = (ArgumentOutcome.OPEN, None, asked_for) if asked_for else self._program(pair, name) or whole
            outcome, rule, leaf = found or of_one(pair, name)
            yield Disposition(some.mode, some.type, some.address, name, outcome, rule, leaf, tuple(_places(pair, name)))

    def _program(self, pair: Pair, name: str) -> _Found | None:
        """What Terraform itself runs has the access of whoever applies it; None of anything else."""
        if name != PROVISIONER:
            return None
        return (ArgumentOutcome.IRRELEVANT, Irrelevance.GONE, ()) if pair.new is None else _OPEN

    @functools.cached_property
    def asked(self) -> frozenset[str]:
        """The condition keys that policies of the root ask for, in small letters."""
        grants = (grant for side in (self.root.before, self.root.after) for grant in side.grants)
        return frozenset(one.key.lower() for grant in grants for one in grant.statement.conditions)

    def _argument(self, pair: Pair, name: str) -> _Found:
        kind = pair.some.type
        if kind in FAMILIES and (_names_it(kind, name) or self._is_judged(pair, name)):
            return _JUDGED
        facts = known_type(kind)
        if is_read_back(pair.some, name, (self.root.head if pair.old else self.root.base).resources):
            return _OPEN
        return (
            _by_table(facts, name)
            or (_JUDGED if is_compared(kind, name) or (kind not in FAMILIES and self._is_judged(pair, name)) else None)
            or _by_block(pair, facts)
            or (_of_leaves(pair, name) if name else _OPEN)
        )

    def _module_argument(self, pair: Pair, name: str) -> _Found:
        """What becomes of an argument of a module that is not here: what nobody understands is open."""
        if pair.new is None:
            return ArgumentOutcome.IRRELEVANT, Irrelevance.GONE, ()
        if name and (is_inert(name) or _is_number(pair, name)):
            return ArgumentOutcome.IRRELEVANT, Irrelevance.ARGUMENT, ()
        return _JUDGED if name not in ("", *CHOOSES) and self._is_judged(pair, name) else _OPEN

    def _is_judged(self, pair: Pair, name: str) -> bool:
        """Whether extraction says something else of the block with the other side's argument, and that is compared."""
        old, new = pair.old, pair.new
        if new is None or (name == "" and old is not None):
            said: Sequence[Fact] = _said(pair.some, self.before if new is None else self.after)
        else:
            other = None if old is None else entry_of(old.attributes, name)
            said = _apart(_said(new, self.after), _said(_with(new, name, other), self.after))
        return bool(said) and not self._settled_by_plan(pair, name)

    def _settled_by_plan(self, pair: Pair, name: str) -> bool:
        """Whether a plan gave both sides one value where they look up different things: it knows today's alone."""
        if self.root.read == (self.root.base, self.root.head) or pair.is_one_sided or not name:
            return False
        before, after = self.read
        old, new = Pair(before.get(pair.some.address), after.get(pair.some.address), (name,)).values(name)
        return old is not None and new is not None and plain(old) == plain(new) and _look_up_otherwise(pair, name)


_ALIASES = frozenset({"kms:requestalias", "kms:resourcealiases"})
_TAGS = ("tags", "tags_all")


def _asked_for(pair: Pair, name: str, keys: frozenset[str]) -> tuple[str, ...]:
    """What differs of a block that a policy's condition asks for: a tag, a key's alias; the names on the way to it."""
    if name == "name" and pair.some.type == "aws_kms_alias":
        return (name,) if keys & _ALIASES else ()
    return _tag_asked_for(pair, name, keys) if name in _TAGS and keys else ()


def _tag_asked_for(pair: Pair, name: str, keys: frozenset[str]) -> tuple[str, ...]:
    tags = set(map(tag_in, keys)) - {""}
    differs = leaves(name, *pair.values(name)) if tags else ()
    return next((path for path, _ in differs if path[-1].lower() in tags), ())


_JUDGED: _Found = (ArgumentOutcome.JUDGED, None, ())
_OPEN: _Found = (ArgumentOutcome.OPEN, None, ())


def _by_table(facts: TypeFacts | None, name: str) -> _Found | None:
    """What the table of types says of an argument."""
    if facts is None:
        return None
    if facts.type_class is TypeClass.IRRELEVANT:
        return ArgumentOutcome.IRRELEVANT, Irrelevance.TYPE, ()
    carries = not facts.carries or not name or name in facts.carries
    return None if carries else (ArgumentOutcome.IRRELEVANT, Irrelevance.ARGUMENT, ())


def _by_block(pair: Pair, facts: TypeFacts | None) -> _Found | None:
    """What follows from the block's being new, or gone."""
    if pair.old is None and is_idle(pair.some.type):
        return ArgumentOutcome.IRRELEVANT, Irrelevance.NEW, ()
    if pair.new is None and not _may_limit(pair.some.type, facts):
        return ArgumentOutcome.IRRELEVANT, Irrelevance.GONE, ()
    return None


def _is_number(pair: Pair, name: str) -> bool:
    return all(isinstance(value, NumberValue | NullValue) for _, value in leaves(name, *pair.values(name)))


def _look_up_otherwise(pair: Pair, name: str) -> bool:
    """Whether both sides name different data sources, or outputs of other roots."""
    named = [frozenset(symbols(value)) for value in pair.values(name) if value is not None]
    apart = frozenset[Symbol]().union(*named) - frozenset[Symbol].intersection(*named)
    return any(origin_of(each) in (SymbolOrigin.DATA, SymbolOrigin.REMOTE_STATE) for each in apart)


def _names_it(kind: str, argument: str) -> bool:
    """Whether an argument is what a thing is called: by that it is paired, and others mean it by its ARN."""
    row = RESOURCE_TYPES.get(kind)
    if row is None:
        return False
    return argument in NAMES or (row.arn is not None and argument in row.arn.required)


def _whole(one: ResourceInstance) -> _Found | None:
    """What is true of all arguments of a block by its type."""
    if one.mode == "module":
        return (ArgumentOutcome.IRRELEVANT, Irrelevance.TYPE, ()) if carries_no_policy(one.type) else None
    if one.type.startswith(AWS):
        return None
    if one.type.startswith(LOCAL):
        return ArgumentOutcome.IRRELEVANT, Irrelevance.LOCAL, ()
    return ArgumentOutcome.OUTSIDE, None, ()


def _of_leaves(pair: Pair, name: str) -> _Found:
    """The worst of what differs inside an argument. A request for other access in it may have all of it decide."""
    rules = [Irrelevance.ARGUMENT]
    old, new = pair.values(name)
    here = [(path[-1], _text(value)) for path, value in leaves(name, None, new)]
    gives = any(_GIVES.search(f"{key}: {text}") for key, text in here)
    searched = {text for _, text in here}
    for leaf in _loose(pair.some.type, tuple(leaves(name, old, new))):
        text = _text(leaf[1])
        gave = text not in searched and _GIVES.search(text)
        rule = None if gives or gave else _of_leaf(pair.some.type, leaf)
        if rule is None:
            return ArgumentOutcome.OPEN, None, leaf[0]
        rules.append(rule)
    return ArgumentOutcome.IRRELEVANT, max(rules, key=_LEAST_SURE.index), ()


def _loose(kind: str, found: Sequence[Leaf]) -> Iterator[Leaf]:
    """The values that are not the strictest there are, and did not become so: the head's comes before the base's."""
    times = Counter(path for path, _ in found)
    strict: set[tuple[str, ...]] = set()
    for path, value in found:
        if is_strictest(kind, path[-1], _text(value)):
            strict.add(path)
        elif path not in strict or times[path] > len(("head", "base")):
            yield path, value


_LEAST_SURE = (Irrelevance.ARGUMENT, Irrelevance.VALUE, Irrelevance.CREDENTIAL, Irrelevance.PROGRAM)


def _of_leaf(kind: str, leaf: Leaf) -> Irrelevance | None:
    """Why a value inside an argument gives nobody access; None if it may."""
    path, value = leaf
    if isinstance(value, NullValue):
        return Irrelevance.ARGUMENT
    if _says_who_may_call(path) or decides(kind, path[0]):
        return None
    if any(is_program(name) for name in path):
        return Irrelevance.PROGRAM
    if holds_contents(kind, path[0]):
        return None if _names_access(value) else Irrelevance.CREDENTIAL
    kinds = argument_names().of_argument(kind, path, _kind(value))
    if SERVICE not in kinds and is_login(path[-1]):
        return Irrelevance.CREDENTIAL
    return _by_name(kinds, value)


def _says_who_may_call(path: tuple[str, ...]) -> bool:
    return path[0] == "body" and not _AUTHORISES.isdisjoint(path)


def _by_name(kinds: frozenset[str], value: Value) -> Irrelevance | None:
    """The same by what its name says that it may hold."""
    if not kinds:
        return Irrelevance.ARGUMENT
    if kinds & STRONG or _names_access(value):
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


def _names_access(value: Value) -> bool:
    """Whether a value names a principal or an account, or is a policy, as far as its words tell."""
    text = _text(value)
    wanted = STRONG - {ACCOUNT} if text else STRONG  # an account's number within a longer name is nobody's
    return names_somebody(text) or bool(_EFFECT.search(text)) or any(_is_of(wanted, one) for one in symbols(value))


def _text(value: Value) -> str:
    if isinstance(value, BoolValue):
        return "true" if value.value else "false"
    pieces = value.pieces if isinstance(value, StringValue) else ()
    return "".join(part for part in pieces if isinstance(part, str))


def _is_of(kinds: frozenset[str], symbol: Symbol) -> bool:
    if _OWN_ACCOUNT.search(symbol.name):
        return False
    words = tuple(word for word in _STEP.split(symbol.name) if word)
    return any(argument_names().of_path((word,), Kind.STRING) & kinds for word in words)


_STEP = re.compile(r"[^A-Za-z0-9_]+|\baws_|\bdata\b")


def _may_limit(kind: str, facts: TypeFacts | None) -> bool:
    return (facts is not None and facts.type_class is TypeClass.LIMITS) or _LIMITS.search(kind) is not None


def _indexed(config: EvaluatedConfig) -> ResourceIndex:
    return index(config, root_name(config.root), config.latent)


def _apart(some: Sequence[Fact], others: Sequence[Fact]) -> list[Fact]:
    """The facts that one of both alone has."""
    return [*(one for one in some if one not in others), *(one for one in others if one not in some)]


def _said(one: ResourceInstance, known: ResourceIndex) -> tuple[Fact, ...]:
    """What extraction says of a block; that a module is not here is not said of an argument."""
    found = facts_of(one, known)
    return tuple(fact for fact in found if not (isinstance(fact, ExtractionGap) and one.mode == "module"))


def _with(one: ResourceInstance, name: str, value: Value | None) -> ResourceInstance:
    """The block with another value for an argument, or without it."""
    entries = [(key, each) for key, each in one.attributes.entries if key != name]
    if value is not None:
        entries.append((name, value))
    attributes = dataclasses.replace(one.attributes, entries=tuple(sorted(entries, key=lambda entry: entry[0])))
    return dataclasses.replace(one, attributes=attributes)


def _places(pair: Pair, name: str) -> Iterator[Place]:
    sides: tuple[tuple[Side, ResourceInstance | None], ...] = (("head", pair.new), ("base", pair.old))
    for side, one in sides:
        value = written(one, name) if one is not None and not pair.is_one_sided else None
        if value is not None:
            yield from ((side, step.span) for step in looked_up_by(symbols_in(value)))
            yield from ((side, span) for span in spans(value))
    for side, one in sides:
        if one is not None:
            yield from ((side, step.span) for step in one.existence)
            yield side, one.span
