"""Probable mistakes in statements that a change touches: they grant nothing new, or not what they seem to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.access_diff.delta import Change
from bot.evaluated.diagnostic import Trail
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.touched import Touched
from bot.extract.public import in_acl
from bot.extract.readers import WITHOUT_DOCUMENT
from bot.iam.arn import is_arn
from bot.iam.grant import Grant
from bot.iam.policy import PolicyProblem
from bot.iam.statement import Statement
from bot.review.model import Lint as LintFinding
from bot.review.model import Location
from bot.review.prose import counted
from bot.risk.grouping import block
from bot.risk.lint.action_resource import action_cannot_meet_resource
from bot.risk.lint.condition_key import condition_key_not_supported, unknown_condition_key
from bot.risk.lint.old_version import variable_in_old_version
from bot.risk.lint.operator_type import operator_does_not_fit, wildcard_taken_literally
from bot.risk.lint.policy_size import policy_too_long
from bot.risk.lint.principal_wildcard import wildcard_in_principal
from bot.risk.lint.problem import Lint, NoEffect, probable_mistake
from bot.risk.lint.repeated_statement import repeated_statements
from bot.risk.lint.token_subject import subject_that_no_token_has
from bot.risk.lint.unknown_action import unknown_action

LINTS: tuple[Lint, ...] = (
    unknown_action,
    condition_key_not_supported,
    unknown_condition_key,
    operator_does_not_fit,
    wildcard_taken_literally,
    variable_in_old_version,
    subject_that_no_token_has,
)
"""Those that look at one statement; sizes and repetitions are looked at policy by policy."""

NO_EFFECT: tuple[NoEffect, ...] = (action_cannot_meet_resource, wildcard_in_principal)
"""Those that say of an element that it gives nobody anything."""


def lint(
    grants: Iterable[Grant],
    touched: Touched,
    documents: Iterable[PolicyProblem] = (),
    before: Iterable[Grant] = (),
    gained: Iterable[Change] = (),
) -> tuple[LintFinding, ...]:
    """The problems of the head's statements whose own text the change touches, each once, in order of place.

    `documents` are the mistakes in documents that hide nothing, as they were read. What a statement of `before` says
    word by word has only moved. What a change of `gained` rests on is never called of no effect.
    """
    known = {grant.statement for grant in before}
    written = [grant for grant in grants if _is_written(grant)]
    changed = [one for one in written if one.statement not in known and _is_touched(one.statement, touched)]
    problems = [*_of_statements(changed, gained), *_of_policies(written, changed), *_read(documents, touched)]
    told = dict.fromkeys(_located(_once(problems), touched))
    return tuple(sorted(told, key=lambda one: (one.location.file, one.location.line)))


def _once(problems: Iterable[PolicyProblem]) -> Iterator[PolicyProblem]:
    """One of those that are the same mistake in one element of a text, which several roots or calls use."""
    alike: dict[tuple[DiagnosticKind, Trail], dict[str, PolicyProblem]] = {}
    for one in problems:
        alike.setdefault((one.diagnostic.kind, one.trail[:1]), {}).setdefault(one.diagnostic.reason, one)
    for found in alike.values():
        first, *others = found.values()
        more = f"likewise where it is used {counted(len(others), 'time')} more" if others else ""
        told = first.diagnostic
        yield replace(first, diagnostic=replace(told, detail="; ".join(filter(None, (told.detail, more)))))


def _of_statements(changed: Sequence[Grant], gained: Iterable[Change]) -> Iterator[PolicyProblem]:
    proved = _proved(gained)
    for grant in changed:
        for look in LINTS:
            yield from look(grant)
        for look_for in NO_EFFECT:
            yield from look_for(grant, proved[grant.statement])


def _of_policies(written: Iterable[Grant], changed: Sequence[Grant]) -> Iterator[PolicyProblem]:
    own = {grant.policy for grant in changed}
    whole = [grant for grant in written if grant.policy in own]
    yield from policy_too_long(whole)
    yield from repeated_statements(whole, {grant.statement for grant in changed})


def _proved(gained: Iterable[Change]) -> Mapping[Statement, frozenset[str]]:
    """The actions and principals that findings rest on, by the statement that gives them."""
    names = defaultdict[Statement, frozenset[str]](frozenset)
    for change in gained:
        told = (*change.row.actions, *(one.name for one in change.row.principals))
        asked = (change.witness.action,) if change.witness is not None else ()
        names[change.statement] |= frozenset(name.lower() for name in (*told, *asked))
    return names


def _read(documents: Iterable[PolicyProblem], touched: Touched) -> Iterator[PolicyProblem]:
    for one in documents:
        told = one.diagnostic
        if told.kind.meaning.mistake and any(touched.touches(step.span, "head") for step in one.trail[:1]):
            yield probable_mistake(told.kind, told.reason, one.trail, _GRAMMAR)


_GRAMMAR = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html"


def _is_touched(statement: Statement, touched: Touched) -> bool:
    """Whether a line of the statement's own text is touched, not merely one that hands it on or puts it in force."""
    spans = {step.span for trail in _trails(statement) for step in trail[:1]}
    return any(touched.touches(span, "head") for span in spans)


def _trails(statement: Statement) -> Iterator[Trail]:
    yield statement.trail
    yield from (text.trail for text in (*statement.actions, *statement.resources))
    if statement.principals is not None:
        yield from (entry.identifier.trail for entry in statement.principals.entries)
    for condition in statement.conditions:
        yield condition.trail
        yield from (value.trail for value in condition.values)


def _is_written(grant: Grant) -> bool:
    """Whether somebody wrote the statement: not AWS, and not we, for a resource that grants by its arguments."""
    kind = block(grant.policy).partition(".")[0]
    ours = any(action.literal == "eks:AccessKubernetesApi" for action in grant.statement.actions)
    argued = kind in WITHOUT_DOCUMENT or in_acl(grant.policy) or ours
    return not is_arn(grant.policy) and not argued


def _located(problems: Iterable[PolicyProblem], touched: Touched) -> Iterator[LintFinding]:
    """Each at its innermost touched line, else where it is written."""
    for problem in problems:
        steps = [step.span for step in problem.trail if step.span.line and not step.span.is_pattern]
        spans = [span for span in steps if touched.touches(span, "head")] or steps
        if spans:
            place = Location(spans[0].file, spans[0].line, spans[0].end_line, "head")
            told = problem.diagnostic
            yield LintFinding(told.kind.value, told.reason, place, told.remedy)
