"""The product on one page: what does this change newly grant?"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from bot.data_sources import PROVIDER
from bot.extract import Extracted, ExtractionGap, extract, root_name
from bot.gaps import UNREADABLE, SideGaps, gaps, given_to_others
from bot.iam.managed import managed_policy
from bot.own_accounts import own_accounts
from bot.planned import with_plans
from bot.privilege_diff.match import diff_configs
from bot.privilege_diff.unread import doubted
from bot.risk.access import access_edges, holder_access
from bot.risk.escalation.estate import estate_of
from bot.risk.finding import SCHEMA, Gap, Lint, Need, Review, Stats
from bot.risk.guardrails.references import missing, references
from bot.risk.ignored import without_ignored
from bot.risk.judge import Judged, judge
from bot.risk.lint import lint
from bot.risk.rules_change import rules_findings
from bot.risk.settings import RULES_FILE, Rules
from bot.risk.verdict import with_verdict
from bot.scope import configured
from bot.terraform.config import EvaluatedConfig, EvaluationGap
from bot.terraform.evaluate import evaluate
from bot.terraform.plan.plan import Plan
from bot.terraform.remote import RemoteCall, mounted
from bot.terraform.roots import affected_roots
from bot.terraform.source import SourceTree
from bot.terraform.sources import SyntaxCache
from bot.touched import Touched


def review(
    base: SourceTree, head: SourceTree, touched: Touched, rules: Rules, plans: Sequence[Plan] = ()
) -> Review | Need:
    """Judge the change from `base` to `head`; asks for listed files whose contents are not here yet.

    `plans` tell what the configuration leaves open.
    """
    cache = SyntaxCache()
    scope = affected_roots(base, head, touched.paths, configured(rules), cache)
    wanted = {*scope.needs, *(missing(rules, base) if scope.roots else ())}
    if wanted:
        return Need(tuple(sorted(wanted)))
    base_configs, head_configs = (
        tuple(evaluate(tree, root, PROVIDER, cache) for root in scope.roots) for tree in (mounted(base), mounted(head))
    )
    need = _need((*base_configs, *head_configs))
    if need is not None:
        return need
    sides = with_plans(plans, base_configs, head_configs, (base, head), cache)
    touched = sides.touching(touched)
    before, after = _look(sides.base), _look(sides.head)
    ours = own_accounts(base, (root.directory for root in scope.roots), cache)
    rules = dataclasses.replace(rules, accounts=(*rules.accounts, *sorted(ours)))
    found = diff_configs(before.extracted, after.extracted)
    privilege_diff = doubted(found, _unread(before, after, "base"), _unread(after, before, "head"))
    guardrails = references(rules, base)
    of_rules = rules_findings(base.read(RULES_FILE), head.read(RULES_FILE), touched)
    estate = estate_of(after.configs, after.extracted)
    judged = judge(privilege_diff, touched, rules, of_rules, estate, guardrails)
    unseen = (*_unseen(before, after, scope.gaps, head, touched), *guardrails.gaps)
    advice = lint(
        (grant for extracted in after.extracted for grant in extracted.grants),
        touched,
        (problem for extracted in after.extracted for problem in extracted.problems),
    )
    found_review = _result((base.revision, head.revision), judged, unseen, advice, rules, _stats(before, after))
    return dataclasses.replace(
        found_review,
        notes=(*sides.notes, *judged.notes, *found_review.notes),
        access=holder_access(privilege_diff, before.extracted, after.extracted),
        edges=access_edges(privilege_diff, before.extracted, after.extracted),
    )


def _need(configs: tuple[EvaluatedConfig, ...]) -> Need | None:
    """What has to be fetched before the roots are evaluated as they are."""
    needs = frozenset[str]().union(*(config.needs for config in configs))
    calls = frozenset[RemoteCall]().union(*(config.modules for config in configs))
    if not needs and not calls:
        return None
    return Need(tuple(sorted(needs)), tuple(sorted((call.source, call.version) for call in calls)))


@dataclass(frozen=True, slots=True)
class _Seen:
    """One side's roots, evaluated, and what they say about access."""

    configs: tuple[EvaluatedConfig, ...]
    extracted: tuple[Extracted, ...]

    @property
    def gaps(self) -> tuple[EvaluationGap, ...]:
        return tuple(gap for config in self.configs for gap in config.gaps)

    @property
    def extraction_gaps(self) -> tuple[ExtractionGap, ...]:
        return tuple(gap for extracted in self.extracted for gap in extracted.gaps)


def _look(configs: tuple[EvaluatedConfig, ...]) -> _Seen:
    return _Seen(configs, tuple(extract(config, managed_policy) for config in configs))


def _unseen(
    before: _Seen, after: _Seen, missing_files: Sequence[EvaluationGap], head: SourceTree, touched: Touched
) -> tuple[Gap, ...]:
    """What could not be looked at; `missing_files` are gaps of the choice of roots, on the side where their file is."""
    gone = tuple(gap for gap in missing_files if not head.has(gap.span.file))
    here = tuple(gap for gap in missing_files if head.has(gap.span.file))
    elsewhere = given_to_others(head, after.configs, after.extracted, touched)
    return gaps(
        SideGaps("base", (*gone, *before.gaps), before.extraction_gaps),
        SideGaps("head", (*here, *after.gaps, *elsewhere), after.extraction_gaps),
        touched,
    )


def _unread(side: _Seen, other: _Seen, name: str) -> dict[str, str]:
    """Roots of which something could not be read on this side only, and why."""
    return {
        root_name(config.root): f"at the {name}, {gap.reason}"
        for config, opposite in zip(side.configs, other.configs, strict=True)
        for gap in config.gaps
        if gap.kind in UNREADABLE
        and gap.span.file not in {one.span.file for one in opposite.gaps if one.kind in UNREADABLE}
    }


def _stats(before: _Seen, after: _Seen) -> Stats:
    return Stats(
        roots=len(after.configs),
        files_parsed=sum(config.parsed for config in (*before.configs, *after.configs)),
        policies=sum(extracted.policies for extracted in after.extracted),
        complete=sum(extracted.complete for extracted in after.extracted),
    )


def _result(
    revisions: tuple[str, str],
    judged: Judged,
    unseen: tuple[Gap, ...],
    advice: tuple[Lint, ...],
    rules: Rules,
    stats: Stats,
) -> Review:
    found = Review(
        schema=SCHEMA,
        base=revisions[0],
        head=revisions[1],
        verdict="pass",
        blocked_by=(),
        complete=not any(gap.changed and gap.carries_policy for gap in unseen),
        grade=judged.grade,
        score=judged.score,
        gained=judged.gained,
        undecided=judged.undecided,
        lost=judged.lost,
        gaps=unseen,
        lint=advice,
        stats=stats,
    )
    return with_verdict(without_ignored(found, rules), rules)
