"""From a cell of access to one concrete request that the evaluator finds denied before and allowed after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice

from bot.access_diff.catalogue_fit import Fit, fitting
from bot.access_diff.delta import PolicySet, Witness
from bot.access_diff.plausible_names import PLAIN, Filling, unusual
from bot.access_diff.ruleset import characters_of
from bot.frozen import dataclass
from bot.iam.arn import identifier_of, split_principal
from bot.iam.caller import callers, values_of
from bot.iam.catalog import Catalog
from bot.iam.condition import Family, present
from bot.iam.coverage import Box, Space, by_key
from bot.iam.evaluator import is_allowed, resolved
from bot.iam.language import Language, conjoin, example
from bot.iam.pattern import SEGMENT_STAR, TooComplex
from bot.iam.request import Request
from bot.iam.satisfy import satisfy
from bot.iam.statement import PolicyKind
from bot.iam.vocabulary import Vocabulary

MAX_ACTIONS = 12
"""Actions of one cell that are tried before it counts as not confirmed."""

MAX_EVALUATED = 40_000
"""Statements the evaluator looks at in one comparison before the rest is undecided."""

_LIKELY_PRINCIPALS = (
    f"AWS:arn:aws:iam::{SEGMENT_STAR}:role/*",
    f"AWS:arn:{SEGMENT_STAR}:{SEGMENT_STAR}::{SEGMENT_STAR}:*",
    "Service:*",
    "Federated:*",
    "*:*",
)


@dataclass(frozen=True, slots=True)
class RequestSketch:
    """A request of a cell before its wildcards are filled in; strings hold patterns' private characters."""

    principal: str
    fit: Fit
    resource: str
    context: Mapping[str, tuple[str, ...]]
    met: frozenset[str]


@dataclass(frozen=True, slots=True)
class Proof:
    """A confirmed witness and the sample it was made from."""

    witness: Witness
    sample: RequestSketch

    def assuming(self, assumes: tuple[str, ...]) -> Proof:
        """The same proof, with more taken for granted."""
        return replace(self, witness=self.witness.assuming(assumes))


@dataclass(slots=True)
class Prover:
    """Makes witnesses for what `new` allows and `old` does not."""

    old: PolicySet
    new: PolicySet
    holder: str
    space: Space
    vocabulary: Vocabulary
    catalog: Catalog
    evaluated: int = 0
    _rare: Filling | None = None

    def samples(self, box: Box) -> Iterator[RequestSketch]:
        """Requests of the cell, one for each action that can meet its resources. Raises TooComplex."""
        context, met = self._context(box)
        principal = self._principal(callers(box.principals, box.tests, self.space.tied))
        context = self._tied(context, principal)
        resources = self._real(box.resources, context)
        for fit in islice(fitting(box.actions, resources, self.catalog, self.vocabulary), MAX_ACTIONS):
            resource = example(fit.resources)
            if resource is not None:
                yield RequestSketch(principal, fit, resource, context, met)

    def _real(self, resources: Language, context: Mapping[str, object]) -> Language:
        """Without patterns that hold a policy variable whose key is missing: no resource is called that."""
        void = {char for char, key in self.vocabulary.variables() if key not in context}
        if not void:
            return resources
        return Language(tuple(p for p in resources.within if void.isdisjoint(p)), resources.without)

    def prove(self, sample: RequestSketch) -> Proof | None:
        """The first way to fill the sample in that the evaluator confirms."""
        for filling in self._fillings():
            request = self._request(sample, filling)
            if self.confirms(request):
                return Proof(self._witness(request, sample), sample)
        return None

    def _fillings(self) -> Iterator[Filling]:
        yield PLAIN
        if self._rare is None:
            self._rare = unusual(characters_of(self.old) | characters_of(self.new))
        yield self._rare

    def confirms(self, request: Request) -> bool:
        """Whether the evaluator finds the request allowed by `new` and not by `old`. Raises TooComplex."""
        self.evaluated += len(self.old.statements) + len(self.new.statements)
        if self.evaluated > MAX_EVALUATED:
            raise TooComplex("more changes than can be proved one by one")
        allowed = is_allowed(self.new.statements, self.new.limits, request)
        if not allowed or is_allowed(self.old.statements, self.old.limits, request):
            return False
        return not self.vocabulary.variables() or self._without_void(request)

    def _without_void(self, request: Request) -> bool:
        """Whether that is so too if AWS takes statements as invalid whose variables have no value."""
        new, old = (
            (resolved(policy.statements, request), [resolved(limit, request) for limit in policy.limits])
            for policy in (self.new, self.old)
        )
        return is_allowed(*new, request) and not is_allowed(*old, request)

    def _context(self, box: Box) -> tuple[dict[str, tuple[str, ...]], frozenset[str]]:
        context: dict[str, tuple[str, ...]] = {}
        groups = by_key(box.tests)
        for key, tests in sorted(groups.items()):
            value = satisfy(tests, key in self.space.many)
            if value is not None and value.values is not None:
                context[key] = value.values
        for key in self._keys_in(box.resources):
            value = satisfy(groups.get(key, frozenset()) | {present(key)}, key in self.space.many)
            if value is not None and value.values is not None:
                context[key] = value.values
        met: set[str] = set()
        for test in sorted(box.tests, key=repr):
            if test.family is Family.OPAQUE and not test.inverted:
                met.update(test.values)
        return context, frozenset(met)

    def _keys_in(self, resources: Language) -> list[str]:
        """The keys of the policy variables in the resources' names: without a value nothing is called that."""
        named = frozenset("".join(resources.within))
        return [key for char, key in self.vocabulary.variables() if char in named]

    def _tied(self, context: dict[str, tuple[str, ...]], principal: str) -> dict[str, tuple[str, ...]]:
        """The context with what the principal decides, as far as a condition asks about it."""
        free = {key: values for key, values in context.items() if key not in self.space.tied}
        return free | {key: values for key, values in values_of(principal).items() if key in self.space.tied}

    def _principal(self, principals: Language) -> str:
        for likely in _LIKELY_PRINCIPALS:
            found = example(conjoin(principals, Language((likely,))))
            if found is not None:
                return found
        return example(principals) or ""

    def _request(self, sample: RequestSketch, filling: Filling) -> Request:
        values = _resolved(sample.context, self.vocabulary, filling)
        plain = {char: values.get(key, ("",))[0] for char, key in self.vocabulary.variables()}

        def written(text: str) -> str:
            return self.vocabulary.concrete("".join(plain.get(char, char) for char in text))

        principal = self.holder if self.new.kind in _OWN_PRINCIPAL else filling.principal(written(sample.principal))
        values = self._tied(values, principal)
        return Request(
            principal=principal,
            action=filling.action(sample.fit.action),
            resource=self._resource(written(sample.resource), sample.fit.action, filling),
            context=values,
            met=sample.met,
        )

    def _resource(self, text: str, action: str, filling: Filling) -> str:
        """Trust policies are about the role they stand on."""
        return self.holder if self.new.kind is PolicyKind.TRUST else filling.resource(text, action)

    def _witness(self, request: Request, sample: RequestSketch) -> Witness:
        principal = request.principal
        if self.new.kind not in _OWN_PRINCIPAL:
            principal = principal if split_principal(principal)[0] == "CanonicalUser" else identifier_of(principal)
        assumes = tuple(f"the condition {text} is met" for text in sorted(sample.met))
        if not sample.fit.published:
            assumes = (*assumes, f"AWS offers the action {request.action}")
        context = tuple(sorted(request.context.items()))
        return Witness(principal, request.action, request.resource, context, assumes, request)


_OWN_PRINCIPAL = (PolicyKind.IDENTITY, PolicyKind.LIMIT)


def _resolved(
    context: Mapping[str, tuple[str, ...]], vocabulary: Vocabulary, filling: Filling
) -> dict[str, tuple[str, ...]]:
    """The context with each policy variable replaced by the value its own key has."""
    variables = dict(vocabulary.variables())
    values = {key: tuple(filling.value(key, text) for text in texts) for key, texts in context.items()}

    def replaced(text: str, depth: int) -> str:
        if depth == 0:
            return text
        pieces = (
            replaced(values.get(variables[char], ("",))[0], depth - 1) if char in variables else char for char in text
        )
        return "".join(pieces)

    return {key: tuple(vocabulary.concrete(replaced(text, 4)) for text in texts) for key, texts in values.items()}
