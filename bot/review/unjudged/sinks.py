"""Says of each argument that evaluates otherwise whether it is judged, cannot matter, or is open."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence

from bot.evaluated.config import EvaluatedConfig, ResourceInstance
from bot.evaluated.document import Symbol
from bot.evaluated.mentions import plain, symbols
from bot.evaluated.symbol_origin import SymbolOrigin, origin_of
from bot.evaluated.value import Value
from bot.extract.api_descriptions import is_body
from bot.extract.argument_reading import entry_of, present, string
from bot.extract.extracted import ExtractionGap
from bot.extract.extraction import facts_of, root_name
from bot.extract.facts import Fact
from bot.extract.readers import FAMILIES
from bot.extract.reference import ResourceIndex, index
from bot.extract.remote_gap import says_more
from bot.extract.remote_modules import CHOOSES, is_guessed
from bot.extract.remote_subjects import beside_subjects
from bot.extract.remote_table import carries_no_policy, holds_limits
from bot.extract.runners import runs_with
from bot.frozen import dataclass
from bot.iam.statement import Effect
from bot.resource_types.known import RESOURCE_TYPES
from bot.review.unjudged.api_methods import of_method
from bot.review.unjudged.asked_for import asked_for, keys_asked_for
from bot.review.unjudged.bucket_acls import lifts_unseen, of_acl
from bot.review.unjudged.changed_blocks import (
    PROVISIONER,
    IsAsked,
    Pair,
    different_at,
    everywhere,
    same_places,
    with_argument,
)
from bot.review.unjudged.code_origins import code_from_elsewhere
from bot.review.unjudged.default_tags import tags_by_default
from bot.review.unjudged.defaults import is_checked_by_aws, is_sealed_anew, lets_anyone_in, says_as_much
from bot.review.unjudged.disposition import JUDGED, OPEN, ArgumentOutcome, Disposition, Found, Irrelevance, taken_up
from bot.review.unjudged.handed_secrets import secrets_in_texts
from bot.review.unjudged.handed_values import decides_by_value
from bot.review.unjudged.harmless_commands import does_nothing
from bot.review.unjudged.inner_values import of_leaves, says_own_names
from bot.review.unjudged.kept_text import but_for_access, of_kept_text, only_machines_differ
from bot.review.unjudged.leaves import Leaf, leaves
from bot.review.unjudged.outside_systems import OtherSystems, signed_origins, system_of
from bot.review.unjudged.read_back import is_read_back
from bot.review.unjudged.root_pair import AWS, LOCAL, RootPair
from bot.review.unjudged.run_roles import is_role_of_nobody, runs_so_anyway
from bot.review.unjudged.same_blocks import (
    by_block,
    is_given_by,
    names_beside,
    names_one_role,
    new_calls,
    settled,
)
from bot.type_registry.registry import (
    decides_within,
    holds_contents,
    is_compared,
    is_harmless_when_new,
    is_inert,
    known_type,
    names_its_whole,
    stays_in_account,
    told_to,
)
from bot.type_registry.type_facts import TypeClass, TypeFacts

NAMES = frozenset({"description", "name", "name_prefix", "path"})
"""What things that extraction knows are called."""


def dispositions(pair: RootPair, is_asked: IsAsked = everywhere) -> Iterator[Disposition]:
    """What becomes of every outermost argument that differs between two sides of one root, as far as it is asked."""
    judge = _Arguments(pair)
    found = [(blocks, tuple(judge.of(blocks))) for blocks in different_at(pair.base, pair.head, is_asked)]
    yield from settled(found, pair.base, pair.head, judge.of)
    yield from (*tags_by_default(pair, judge.asked), *secrets_in_texts(pair))


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
        return same_places(before, after), {one.address: one for one in after.blocks}

    def of(self, pair: Pair) -> Iterator[Disposition]:
        """What becomes of a block's arguments that differ; of one that is there in other cases, of all that it says."""
        asked, some = pair.asked, pair.some
        for name in pair.names:
            found = self._found(asked, pair, name)
            outcome, rule, leaf = taken_up(name, found) if name in pair.taken_up else found
            system = system_of(some.type, leaf or (name,)) if outcome is ArgumentOutcome.OUTSIDE else None
            places = tuple(asked.places(name))
            yield Disposition(some.mode, some.type, some.address, name, outcome, rule, leaf, places, system)

    def _found(self, asked: Pair, pair: Pair, name: str) -> Found:
        """What becomes of an argument as if it were new, and as it differs if that is worse: a limit may be gone."""
        found = self._of_one(asked, pair, name)
        if asked is pair or name not in pair.arguments or found[0] is ArgumentOutcome.OPEN:
            return found
        apart = self._of_one(pair, pair, name)
        return apart if apart[0] is ArgumentOutcome.OPEN else found

    def _of_one(self, pair: Pair, apart: Pair, name: str) -> Found:
        some = pair.some
        asked = apart if _holds_nothing(some) else pair
        keys = self.denied if pair.new is None else self.asked
        way = (() if self._is_made(asked) else asked_for(asked, name, keys)) or code_from_elsewhere(asked, name)
        if way:
            return ArgumentOutcome.OPEN, None, way
        of_one = self._module_argument if some.mode == "module" else self._argument
        opens = decides_by_value(pair, name, self.root, self.asked) or lifts_unseen(pair, name, self.root, self.before)
        return self._program(pair, name) or (
            OPEN if opens or lets_anyone_in(apart, name) else _whole(some) or of_one(pair, name)
        )

    def _program(self, pair: Pair, name: str) -> Found | None:
        """What Terraform itself runs has the access of whoever applies it, which is told; None of anything else."""
        if name != PROVISIONER:
            return None
        if pair.new is None:
            return ArgumentOutcome.IRRELEVANT, Irrelevance.GONE, ()
        return (ArgumentOutcome.IRRELEVANT, Irrelevance.PROGRAM, ()) if does_nothing(pair) else JUDGED

    @functools.cached_property
    def denied(self) -> frozenset[str]:
        """The keys that a Deny asks for: what is gone no longer meets it."""
        grants = (grant for side in (self.root.before, self.root.after) for grant in side.grants)
        return keys_asked_for(one for one in grants if one.statement.effect is Effect.DENY)

    @functools.cached_property
    def asked(self) -> frozenset[str]:
        """The condition keys that policies of the root ask for, in small letters."""
        return keys_asked_for(grant for side in (self.root.before, self.root.after) for grant in side.grants)

    def _argument(self, pair: Pair, name: str) -> Found:
        kind = pair.some.type
        if is_body(kind, name) and pair.new is not None:
            return self._inside(pair, name)
        if kind in FAMILIES and (_names_it(kind, name) or self._is_judged(pair, name)):
            return JUDGED
        if _begins_to_limit(pair, name) or is_sealed_anew(pair, name, self.root):
            return JUDGED
        if says_as_much(pair, name) or is_checked_by_aws(pair, name):
            return ArgumentOutcome.IRRELEVANT, Irrelevance.VALUE, ()
        if runs_with(name) and is_role_of_nobody(pair, name, self.after, self.root.head):
            return OPEN
        facts = known_type(kind)
        if is_read_back(pair, name, self.root.head if pair.old else self.root.base):
            return OPEN
        return (
            _by_table(facts, name)
            or (JUDGED if is_compared(kind, name) or (kind not in FAMILIES and self._is_judged(pair, name)) else None)
            or of_acl(pair, name, (self.root.base, self.root.head), (self.before, self.after), self._there)
            or of_method(pair, name)
            or by_block(pair, name, facts, comes=pair.some.address not in self._there)
            or self._of_new(pair, name)
            or self._of_role(pair, name)
            or of_kept_text(pair, name)
            or (self._inside(pair, name) if name else OPEN)
        )

    def _inside(self, pair: Pair, name: str) -> Found:
        """What becomes of what differs inside an argument."""
        apart = but_for_access(pair, name, self.root, self.asked)
        if apart is not pair and not any(leaves(name, *apart.values(name))):
            return JUDGED
        return of_leaves(apart, name, self._others.asked_of(pair), functools.partial(self._is_at_home, pair))

    def _is_at_home(self, pair: Pair, leaf: Leaf) -> bool:
        """Whether a value inside an argument gives nobody access as its block is new, or what it names is beside it."""
        if stays_in_account(pair.some.type, ".".join(leaf[0])):
            return names_beside(pair.new, leaf[1], self.after)
        whom = told_to(pair.some.type, leaf[0][0])
        if whom is not None:
            return whom not in pair.arguments and names_beside(pair.new, pair.values(whom)[1], self.after)
        if runs_so_anyway(pair.new, leaf, self.after):
            return True
        return pair.is_new and self._is_harmless_when_new(pair, *leaf) and self._is_new(pair.some)

    @functools.cached_property
    def _others(self) -> OtherSystems:
        return OtherSystems(self.root)

    def _of_new(self, pair: Pair, name: str) -> Found | None:
        """What becomes of an argument of a block that was not there, nor another of its type that is gone since."""
        alone = self._is_harmless_when_new(pair, (name,), pair.values(name)[1]) or self._keeps_own_names(pair, name)
        if not alone or not self._is_new(pair.some):
            return None
        return ArgumentOutcome.IRRELEVANT, Irrelevance.NEW, ()

    def _is_harmless_when_new(self, pair: Pair, path: tuple[str, ...], value: Value | None) -> bool:
        """Whether what is at a path gives nobody access if the block is new, or if what it names is new as well."""
        kind, way = pair.some.type, ".".join(path)
        if is_harmless_when_new(kind, way) or (names_its_whole(kind, way) and self._names_new(pair, value)):
            return True
        signed = signed_origins(pair.new, way)
        return bool(signed) and all(self._names_new(pair, entry_of(one, "domain_name")) for one in signed)

    def _names_new(self, pair: Pair, value: Value | None) -> bool:
        """Whether a value of the head's block names one block of the root that is new, too."""
        written = string(value)
        named = None if written is None else self.after.find(written, (), pair.some.address)
        return named is not None and self._is_new(named)

    def _keeps_own_names(self, pair: Pair, name: str) -> bool:
        """Whether a new block keeps for others how things of the root are called: nobody read it before, unless it
        stands in for what some root of the change keeps no more."""
        one = pair.some
        if not holds_contents(one.type, name) or one.type in self.root.moves or present(one.attribute("overwrite")):
            return False
        wholes = (each for each in pair.arguments if names_its_whole(one.type, each))
        is_new = all(self._names_new(pair, pair.values(each)[1]) for each in wholes)
        return is_new and says_own_names(name, pair.values(name)[1], self.after)

    def _is_new(self, one: ResourceInstance) -> bool:
        """Whether a block comes into being, and stands in for none of its type that is gone."""
        there = {address for address, each in self._there.items() if each.type == one.type}
        here = {each.address for each in self.root.head.blocks}
        return one.address not in there and there <= here and one.address not in self.root.head.imported

    @functools.cached_property
    def _there(self) -> Mapping[str, ResourceInstance]:
        """The base's blocks by the addresses that the head has for them."""
        return same_places(self.root.base, self.root.head)

    def _of_role(self, pair: Pair, name: str) -> Found | None:
        """What becomes of a role that is run with: it is no other for a name of its own, which is judged; of one that
        a new call of a module makes that is not here, that call says what nobody knows."""
        if runs_with(name) and is_given_by(self._new_calls, pair.values(name)[1]):
            return JUDGED
        same = runs_with(name) and names_one_role(pair, name, self.before, self.after, self.root.head.names())
        return (ArgumentOutcome.IRRELEVANT, Irrelevance.SAME, ()) if same else None

    @functools.cached_property
    def _new_calls(self) -> tuple[Callable[[Symbol], bool], ...]:
        return tuple(new_calls(self.root.head, self._there))

    def _module_argument(self, pair: Pair, name: str) -> Found:
        """What becomes of an argument of a module that is not here: what nobody understands is open."""
        if pair.new is None:
            limits = any(map(holds_limits, (pair.some.type, pair.some.address, name)))
            return OPEN if limits else (ArgumentOutcome.IRRELEVANT, Irrelevance.GONE, ())
        if name in ("", *CHOOSES):
            return OPEN
        if is_inert(name) or only_machines_differ(pair, name):
            return ArgumentOutcome.IRRELEVANT, Irrelevance.ARGUMENT, ()
        return JUDGED if not self._says_more(pair, name) and self._is_judged(pair, name) else OPEN

    def _says_more(self, pair: Pair, name: str) -> bool:
        """Whether something else differs in an argument of an unread module than what is compared."""
        sides = ((pair.old, self.before), (pair.new, self.after))
        if any(one is not None and is_guessed(one, known, name) for one, known in sides):
            return len(set(map(beside_subjects, pair.values(name)))) > 1
        return pair.old is not None and pair.new is not None and says_more(pair.old, pair.new, name, is_inert)

    def _is_judged(self, pair: Pair, name: str) -> bool:
        """Whether extraction says something else of the block with the other side's argument, and that is compared."""
        old, new = pair.old, pair.new
        if new is None or (name == "" and old is not None):
            known, side = (self.before, self.root.base) if new is None else (self.after, self.root.head)
            said = any(_said(one, known) for one in _also_otherwise(pair.some, side))
        else:
            other = None if old is None else entry_of(old.attributes, name)
            said = any(
                _apart(self._said_at_head(one), _said(with_argument(one, name, other), self.after))
                for one in _also_otherwise(new, self.root.head)
            )
        return said and not self._settled_by_plan(pair, name)

    def _said_at_head(self, one: ResourceInstance) -> tuple[Fact, ...]:
        """What extraction says of a block of the head: it is asked for each of its arguments."""
        if id(one) not in self._extracted:
            self._extracted[id(one)] = (one, _said(one, self.after))
        return self._extracted[id(one)][1]

    @functools.cached_property
    def _extracted(self) -> dict[int, tuple[ResourceInstance, tuple[Fact, ...]]]:
        """By the identity of the blocks, which are kept with it."""
        return {}

    def _is_made(self, pair: Pair) -> bool:
        """Whether a block makes something that holds no access, or a part of something that is new: one that takes over
        what is there already does not."""
        one = pair.some
        taken_over = one.type.startswith(_TAKE_OVER) or one.address in self.root.head.imported
        return pair.is_new and not taken_over and (_holds_nothing(one) or self._is_of_new(pair))

    def _is_of_new(self, pair: Pair) -> bool:
        """Whether a new block is of a thing that is new as well."""
        wholes = [name for name in pair.arguments if names_its_whole(pair.some.type, name)]
        are_new = (self._names_new(pair, pair.values(each)[1]) for each in wholes)
        return bool(wholes) and self._is_new(pair.some) and all(are_new)

    def _settled_by_plan(self, pair: Pair, name: str) -> bool:
        """Whether a plan gave both sides one value where they look up different things: it knows today's alone."""
        if self.root.read == (self.root.base, self.root.head) or pair.is_one_sided or not name:
            return False
        before, after = self.read
        old, new = Pair(before.get(pair.some.address), after.get(pair.some.address), (name,)).values(name)
        return old is not None and new is not None and plain(old) == plain(new) and _look_up_otherwise(pair, name)


_TAKE_OVER = "aws_default_"
"""How types begin whose blocks manage what an account or a network has anyway."""


def _holds_nothing(one: ResourceInstance) -> bool:
    """Whether a block is of a type that neither holds access nor runs as somebody: new, it gives nobody any."""
    facts = known_type(one.type)
    return facts is not None and facts.type_class is TypeClass.IRRELEVANT


def _by_table(facts: TypeFacts | None, name: str) -> Found | None:
    """What the table of types says of an argument."""
    if facts is None:
        return None
    if facts.type_class is TypeClass.IRRELEVANT:
        return ArgumentOutcome.IRRELEVANT, Irrelevance.TYPE, ()
    carries = not facts.carries or not name or name in facts.carries or decides_within(facts.name, name)
    return None if carries else (ArgumentOutcome.IRRELEVANT, Irrelevance.ARGUMENT, ())


def _begins_to_limit(pair: Pair, name: str) -> bool:
    """Whether a role or user without a boundary gets one, whichever it is: what it may do is no more by that."""
    return name == "permissions_boundary" and pair.some.type in FAMILIES and present(pair.values(name)[0]) is None


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


def _whole(one: ResourceInstance) -> Found | None:
    """What is true of all arguments of a block by its type."""
    if one.mode == "module":
        return (ArgumentOutcome.IRRELEVANT, Irrelevance.TYPE, ()) if carries_no_policy(one.type) else None
    if one.type.startswith(AWS):
        return None
    if one.type.startswith(LOCAL):
        return ArgumentOutcome.IRRELEVANT, Irrelevance.LOCAL, ()
    return ArgumentOutcome.OUTSIDE, None, ()


def _indexed(config: EvaluatedConfig) -> ResourceIndex:
    return index(config, root_name(config.root), config.latent)


def _also_otherwise(one: ResourceInstance, side: EvaluatedConfig) -> Iterator[ResourceInstance]:
    """A block, and as it would be without some default that keeps out what it names."""
    yield one
    yield from (each for each in side.latent if each.address == one.address and each is not one)


def _apart(some: Sequence[Fact], others: Sequence[Fact]) -> list[Fact]:
    """The facts that one of both alone has."""
    return [*(one for one in some if one not in others), *(one for one in others if one not in some)]


def _said(one: ResourceInstance, known: ResourceIndex) -> tuple[Fact, ...]:
    """What extraction says of a block; that a module is not here is not said of an argument."""
    found = facts_of(one, known)
    return tuple(fact for fact in found if not (isinstance(fact, ExtractionGap) and one.mode == "module"))
