"""What a change newly grants: its roots chosen, evaluated, extracted, compared, graded, and what was not seen told."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterable, Mapping

from bot.access_diff.delta import PrivilegeDiff
from bot.access_diff.diff_configs import diff_configs
from bot.access_diff.over_variants import VariantName, Variants
from bot.access_diff.unread import doubted
from bot.data_sources import PROVIDER
from bot.evaluated.config import EvaluatedConfig, Root, RootKind, Sought
from bot.evaluated.fence import Clock, Trouble, fenced
from bot.evaluated.fetched_modules import mounted
from bot.evaluated.forgotten import with_forgotten
from bot.evaluated.front_end import AffectedRoots
from bot.evaluated.named_things import named_things
from bot.evaluated.replacements import replacements
from bot.evaluated.source_tree import RepositoryPlace, SourceTree
from bot.evaluated.touched import Touched
from bot.extract import root_name
from bot.extract.extraction import roles_named
from bot.frontends.front_ends import FrontEnds
from bot.frozen import dataclass
from bot.review.access_table import AccessEdge, HolderAccess
from bot.review.asked_again import asked_again, roots_of
from bot.review.gaps import come_elsewhere, marked
from bot.review.kept_out import (
    OtherDefaults,
    Otherwise,
    asked,
    followed,
    of_whole_roots,
    otherwise,
    with_kept_out,
)
from bot.review.left_open import left_open
from bot.review.model import SCHEMA, Finding, Gap, Lint, Need, Review, Stats
from bot.review.module_interfaces import (
    applied,
    as_written,
    gone_modules,
    interface_notes,
    of_applied,
    without_gone,
    without_interfaces,
)
from bot.review.moved_folders import with_moved
from bot.review.planned import Pairs, Plan, with_plans
from bot.review.root_choice import ChosenRoots, chosen, still_needed
from bot.review.roots import root_choices
from bot.review.seen import Both, Evaluated, Kept, Seen, evaluated, judged_together, look
from bot.review.undone_edits import UndoneEdits
from bot.review.unjudged import touched_gaps
from bot.review.unjudged.contract import told_of
from bot.review.unjudged.disposition import Disposition
from bot.review.unjudged.dispositions import disposed, redefinitions
from bot.review.unjudged.root_pair import root_pairs
from bot.review.unseen import unread, unseen_gaps
from bot.review_config.accounts import own_accounts
from bot.review_config.change_findings import rules_findings
from bot.review_config.layers import NO_LAYERS, Layers
from bot.review_config.rules_file import rules_file_in
from bot.review_config.settings import RULES_FILE, ReviewConfig
from bot.risk.access_matrix import access_edges, holder_access
from bot.risk.assess import Assessment, Surroundings, assess
from bot.risk.come_elsewhere import come_findings
from bot.risk.earlier import Earlier, Recheck
from bot.risk.escalation.iam_graph import iam_graph_of
from bot.risk.guardrails.reference_policies import ReferencePolicies, missing, references
from bot.risk.ignored import without_ignored
from bot.risk.lint import lint
from bot.risk.program_runs import program_findings
from bot.risk.public_methods import method_findings
from bot.risk.subject_news import known_owners
from bot.risk.verdict import changed_gaps, with_verdict
from bot.type_registry.registry import carries_access


def _sought(config: EvaluatedConfig) -> tuple[Sought, ...]:
    return (*PROVIDER.sought(config), *roles_named(config))


_PROVIDER = dataclasses.replace(PROVIDER, carries=carries_access, sought=_sought)


def front_ends_of_reviews() -> FrontEnds:
    """The front ends that a review is made with: they know which arguments carry access."""
    return FrontEnds(_PROVIDER)


@dataclass(frozen=True, slots=True)
class ProposedChange:
    """What is judged: both sides, which lines differ, plans of what the configuration leaves open, findings of
    earlier reviews to be asked about again, and where the repository is kept."""

    base: SourceTree
    head: SourceTree
    touched: Touched
    plans: tuple[Plan, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    place: RepositoryPlace = RepositoryPlace()


@dataclass(frozen=True, slots=True)
class Examined:
    """The review; for a log only, what kept roots from being reviewed, which have gaps in it; and what became of each
    earlier finding that it does not have."""

    review: Review
    troubles: tuple[Trouble, ...] = ()
    rechecks: tuple[Recheck, ...] = ()


def review(
    change: ProposedChange,
    rules: ReviewConfig,
    layers: Layers = NO_LAYERS,
    clock: Clock | None = None,
    kept: Kept | None = None,
    front_ends: FrontEnds | None = None,
) -> Examined | Need:
    """Judge a change by `rules`; asks for listed files whose contents are not here yet.

    `layers` are the organisation's rules, which a change of the repository's own is seen through; `clock` is the time
    that there is; `kept` what earlier rounds of the same review left; `front_ends` have parsed its files before.
    """
    given = _Assignment(change, rules, layers, clock or Clock(), kept or Kept(), front_ends or front_ends_of_reviews())
    choice, scope = _chosen(given)
    wanted = {*scope.needs, *(missing(rules, change.base) if scope.roots else ())}
    if wanted:
        return Need(tuple(sorted(wanted)))
    roots = _evaluated(given, scope)
    need = still_needed(roots.every)
    return _examined(given, choice, roots) if need is None else need


@dataclass(frozen=True, slots=True)
class _Assignment:
    """What `review` was called with."""

    change: ProposedChange
    rules: ReviewConfig
    layers: Layers
    clock: Clock
    kept: Kept
    front_ends: FrontEnds


@dataclass(frozen=True, slots=True)
class _Roots:
    """The roots of a change, evaluated.

    `written` are they as they stand, `settled` with what they made and forget, `besides` those that say the same on
    both sides. `kept_out` is what defaults keep out and the change touches, `switched` the roots without those
    that are `followed`.
    """

    scope: AffectedRoots
    trees: tuple[SourceTree, SourceTree]
    written: Evaluated
    settled: Evaluated
    besides: Evaluated
    kept_out: tuple[OtherDefaults, ...]
    followed: tuple[OtherDefaults, ...]
    switched: Evaluated

    @property
    def every(self) -> tuple[EvaluatedConfig, ...]:
        """All of them, of both sides."""
        groups = (self.written, self.besides, self.switched)
        return tuple(config for one in groups for config in (*one.base, *one.head))


def _chosen(given: _Assignment) -> tuple[ChosenRoots, AffectedRoots]:
    """The roots of the change, and those of them that are to be evaluated."""
    change, also = given.change, roots_of(given.change.earlier)
    configured = root_choices(given.rules, {plan.root for plan in change.plans})
    affected = functools.partial(given.front_ends.affected_roots, change.base, change.head)
    choice = chosen(lambda paths: affected(paths, configured, also), change.touched.paths)
    return choice, choice.evaluated(also, all_of_them=bool(change.plans))


def _evaluated(given: _Assignment, scope: AffectedRoots) -> _Roots:
    trees = (mounted(given.change.base), mounted(given.change.head))
    scope = dataclasses.replace(scope, roots=with_moved(scope.roots, trees, given.front_ends))
    of = functools.partial(evaluated, trees, front_ends=given.front_ends, clock=given.clock, kept=given.kept)
    written, besides = of(scope.roots), of(scope.besides, equal=True)
    settled = dataclasses.replace(written, head=tuple(with_forgotten(written.base, written.head)))
    kept_out = asked(written, given.change.touched)
    now = of_whole_roots(followed(kept_out), written)
    return _Roots(scope, trees, written, settled, besides, kept_out, now, of([one.root for one in now]))


def _examined(given: _Assignment, choice: ChosenRoots, roots: _Roots) -> Examined:
    """What is said of the roots."""
    change, written = given.change, roots.written
    sides = with_plans(change.plans, written.base, written.head, (change.base, change.head), given.front_ends)
    sides = dataclasses.replace(sides, head=tuple(with_forgotten(sides.base, sides.head)))
    judge, faulty_rules = _judge(given, choice, roots, sides.touching(change.touched))
    aside = (*choice.troubles, *sides.troubles, *faulty_rules, *written.troubles)
    both, judged = judged_together(look(Evaluated(sides.base, sides.head, aside)), judge)
    notes, both = interface_notes(both, judge.touched), without_interfaces(both)
    every = _gathered(given, roots, judge, both, judged, sides.alone)
    found = _result((change.base.revision, change.head.revision), every, judge.rules, _stats(every.both, roots.scope))
    found = dataclasses.replace(found, dispositions=told_of(every.dispositions, judge.touched, changed_gaps(found)))
    again = asked_again(change.earlier, every.both, look(roots.besides), found, change.head)
    said = (*roots.scope.assumed, *sides.notes, *every.judged.assessment.notes, *found.notes, *notes)
    troubles = (*every.both.troubles, *judge.undone.faults, *again.troubles)
    return Examined(dataclasses.replace(found, notes=said), troubles, again.rechecks)


def _judge(
    given: _Assignment, choice: ChosenRoots, roots: _Roots, touched: Touched
) -> tuple[_Judge, tuple[Trouble, ...]]:
    """What judges the roots, and what kept a change of the rules' own file from being judged."""
    change, front_ends, clock = given.change, given.front_ends, given.clock
    declared = front_ends.own_accounts(change.base, {root.directory for root in choice.found.roots})
    rules = dataclasses.replace(given.rules, accounts=(*given.rules.accounts, *sorted(declared)))
    of_rules, faulty = _of_rules(change, touched, rules, given.layers)
    undone = UndoneEdits(*roots.trees, touched, roots.settled, front_ends, clock, own_accounts(rules))
    let_in = otherwise(roots.followed, roots.switched, clock, own_accounts(rules))
    guardrails = references(rules, change.base)
    return _Judge(touched, rules, of_rules, guardrails, clock, roots.scope.roots, undone, let_in, change.place), faulty


@dataclass(frozen=True, slots=True)
class _Gathered:
    """All that is said of the roots: as judged, with what no comparison of access says, what became of each argument
    that differs, and the gaps."""

    both: Both
    judged: _JudgedRoots
    dispositions: tuple[Disposition, ...]
    unseen: tuple[Gap, ...]


def _gathered(
    given: _Assignment, roots: _Roots, judge: _Judge, both: Both, judged: _JudgedRoots, alone: Pairs
) -> _Gathered:
    """What was judged, beside what else the change makes another thing of: told by findings of its own, or gaps."""
    touched, trees = judge.touched, (given.change.base, given.change.head)
    pairs = root_pairs(as_written(roots.settled), both, alone)
    ask = functools.partial(redefinitions, trees, touched=touched, front_ends=given.front_ends)
    things = ask(pairs)
    both = dataclasses.replace(both, troubles=(*both.troubles, *things.troubles))
    known = touched_gaps.Standing.of(((pair.base, pair.head) for pair in pairs), things.arguments, touched)
    stood = functools.partial(touched_gaps.stood, known=known, things=things.others, touched=touched)
    unseen = (*unseen_gaps(both, roots.scope, given.change.head, touched, stood), *judge.guardrails.gaps)
    things = things.beside(left_open(roots.kept_out, judge.let_in, things, ask, touched))
    unseen = disposed(things, known, touched, judged.assessment.findings, unseen)
    comes = tuple(come_elsewhere(both.head.extracted, unseen))
    come = come_findings(comes, judge.rules)
    if come:  # their findings say it
        unseen = tuple(gap for gap in unseen if all(gap != told for _, told in comes))
    giving, programs = program_findings(things.runs, touched, judge.rules)
    said = (*method_findings(things.methods, touched, judge.rules), *giving)
    judged = dataclasses.replace(judged, assessment=judged.assessment.beside(said, (*come, *programs)))
    return _Gathered(both, judged, things.arguments, marked(unseen, roots.scope.roots))


def _of_rules(
    change: ProposedChange, touched: Touched, rules: ReviewConfig, layers: Layers
) -> tuple[tuple[Finding, ...], tuple[Trouble, ...]]:
    """What is said of a change of the rules' file itself."""
    files = rules_file_in(change.base), rules_file_in(change.head)
    found = fenced("", "judging", lambda: rules_findings(*files, touched, rules, layers), RULES_FILE)
    return ((), (found,)) if isinstance(found, Trouble) else (found, ())


@dataclass(frozen=True, slots=True)
class _JudgedRoots:
    """What is told of all roots together."""

    assessment: Assessment
    advice: tuple[Lint, ...]
    access: tuple[HolderAccess, ...]
    edges: tuple[AccessEdge, ...]


@dataclass(frozen=True, slots=True)
class _Judge:
    """What both sides' roots amount to, by these rules."""

    touched: Touched
    rules: ReviewConfig
    of_rules: tuple[Finding, ...]
    guardrails: ReferencePolicies
    clock: Clock
    roots: tuple[Root, ...]
    undone: UndoneEdits
    let_in: tuple[Otherwise, ...]
    place: RepositoryPlace

    def __call__(self, before: Seen, after: Seen) -> _JudgedRoots:
        variants = _variants(self.roots)
        found = diff_configs(
            before.extracted,
            after.extracted,
            work=self.clock.charged,
            own_accounts=own_accounts(self.rules),
            variants=variants,
        )
        found, gone = without_gone(found, gone_modules(before, after))
        changes = doubted(found, unread(before, after, "base"), unread(after, before, "head"))
        changes = with_kept_out(self.undone.placed(changes), self.let_in, self.touched)
        others = {root_name(config.root): found for config, found in replacements(before.configs, after.configs)}
        graph = iam_graph_of(after.configs, after.extracted)
        kinds: Mapping[str, RootKind] = {root_name(one): one.kind for one in self.roots}
        named = {root_name(config.root): tuple(named_things(config)) for config in after.configs}
        owners = known_owners(self.place, (grant for one in before.extracted for grant in one.grants))
        beside = Surroundings(graph, self.guardrails, others, named, variants, kinds, owners)
        assessment = assess(changes, self.touched, self.rules, self.of_rules, beside)
        assessment = dataclasses.replace(assessment, notes=(*assessment.notes, *gone))
        changes, before, after = of_applied(changes, after), applied(before), applied(after)
        return _JudgedRoots(
            assessment,
            _advice(changes, before, after, self.touched),
            holder_access(changes, before.extracted, after.extracted),
            access_edges(changes, before.extracted, after.extracted),
        )


def _variants(roots: Iterable[Root]) -> Variants:
    return {
        root_name(one): VariantName(one.directory, one.variants, one.one_of, one.only == "head" and one.one_of > 1)
        for one in roots
        if one.variants and one.kind != "interface"
    }


def _advice(changes: PrivilegeDiff, before: Seen, after: Seen, touched: Touched) -> tuple[Lint, ...]:
    base, head = ((grant for one in side.extracted for grant in one.grants) for side in (before, after))
    problems = (problem for extracted in after.extracted for problem in extracted.problems)
    gained = (change for holder in changes.holders for change in holder.delta.gained)
    return lint(head, touched, problems, base, gained)


def _stats(both: Both, scope: AffectedRoots) -> Stats:
    after = both.head
    return Stats(
        roots=len(after.configs) + sum(one.kind != "interface" for one in scope.alike),
        files_parsed=sum(config.parsed for config in (*both.base.configs, *after.configs)),
        policies=sum(extracted.policies for extracted in after.extracted),
        complete=sum(extracted.complete for extracted in after.extracted),
    )


def _result(revisions: tuple[str, str], every: _Gathered, rules: ReviewConfig, stats: Stats) -> Review:
    judged, assessment, unseen = every.judged, every.judged.assessment, every.unseen
    found = Review(
        schema=SCHEMA,
        base=revisions[0],
        head=revisions[1],
        verdict="pass",
        blocked_by=(),
        complete=not any(gap.is_open for gap in unseen),
        grade=assessment.grade,
        score=assessment.score,
        gained=assessment.gained,
        undecided=assessment.undecided,
        lost=assessment.lost,
        gaps=unseen,
        lint=judged.advice,
        stats=stats,
        access=judged.access,
        edges=judged.edges,
    )
    return with_verdict(without_ignored(found, rules), rules)
