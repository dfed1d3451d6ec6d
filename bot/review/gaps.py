"""Where the review could not look: which gaps the change touched, each said once."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable, Iterable, Iterator

from bot.evaluated.address import block_of
from bot.evaluated.config import EvaluatedConfig, EvaluationGap, ResourceInstance, Root
from bot.evaluated.diagnostic import MAX_LINES, Diagnostic, Side, Span, Trail, join_trails
from bot.evaluated.diagnostic_kind import DiagnosticKind
from bot.evaluated.mentions import plain, spans
from bot.evaluated.source_tree import SourceTree
from bot.evaluated.thing import NO_NAMES, Names
from bot.evaluated.touched import Touched
from bot.evaluated.value import Value
from bot.extract.extracted import Extracted, ExtractionGap, UnseenPlace, UnseenPolicy
from bot.extract.remote_table import carries_no_policy
from bot.frozen import dataclass
from bot.iam.statement import Statement
from bot.late_pattern import late_pattern
from bot.review.model import Gap, GradeName
from bot.review.newly_held import Before, GapsOfRoot, let_go
from bot.type_registry.registry import is_inert


@dataclass(frozen=True, slots=True)
class RootGaps:
    """The gaps of one root, from evaluation (of itself) and from extraction (policies), and the files it is read from.

    Without files they are not known. `names` is what the other side calls its things, `said` all that it says.
    """

    root: str
    files: frozenset[str]
    evaluation: tuple[EvaluationGap, ...]
    extraction: tuple[ExtractionGap, ...]
    names: Names = NO_NAMES
    said: Extracted = Extracted("")


@dataclass(frozen=True, slots=True)
class SideGaps:
    """The gaps of one side: those of its roots, and those of files that are no root's."""

    side: Side
    roots: tuple[RootGaps, ...]
    others: tuple[EvaluationGap, ...] = ()


Stood = Callable[[Gap, bool], Gap]
"""Tells of a gap, and whether it was there before the change, as changed or not by what evaluates otherwise."""


def gaps(base: SideGaps, head: SideGaps, touched: Touched, stood: Stood) -> tuple[Gap, ...]:
    """All gaps, changed ones first: the head's, and the files and roots that could not be evaluated at base only.

    What else could not be read at base is no place where new access can hide: what seems new because of it is
    undecided, and says so. Nor is what the base alone declares twice: it was told where it came, and what it took is
    compared. The instances of one block are one gap.
    """
    before = Before(_policies(base, head), _policies(head, base))
    heads = [*_evaluated(head, touched), *_extracted(head, touched, before, stood)]
    here = {(gap.kind, gap.address) for gap in heads}
    bases = [gap for gap in (*_evaluated(base, touched), *_limits_of(base, touched)) if gap.carries_policy]
    stay = [gap for gap in bases if gap.kind != DiagnosticKind.DECLARED_TWICE.value]
    there = {(gap.id, gap.roots): gap.changed for gap in bases}
    found: dict[tuple[object, ...], Gap] = {}
    heads = [as_changed(gap) if gap.cause != "open" and there.get((gap.id, gap.roots), True) else gap for gap in heads]
    left = _let_go(base, head, touched)
    for gap in (*heads, *(gap for gap in stay if (gap.kind, gap.address) not in here), *left):
        key = (gap.kind, block_of(gap.address), gap.file, gap.line, gap.side, gap.reason)
        known = found.get(key)
        found[key] = gap if known is None else _merged(known, gap)
    told = (_of_these_roots(gap) for gap in found.values())
    return tuple(sorted(told, key=lambda gap: (not gap.changed, not gap.carries_policy, gap.file, gap.line)))


def _merged(known: Gap, gap: Gap) -> Gap:
    """One gap for the instances of a block, in whichever roots; changed if any of them is."""
    kept = gap if gap.changed and not known.changed else known
    return dataclasses.replace(kept, roots=tuple(dict.fromkeys((*known.roots, *gap.roots))))


def _of_these_roots(gap: Gap) -> Gap:
    """A gap of ours is accepted by its id, for its roots."""
    return gap if gap.cause == "open" else dataclasses.replace(gap, id=identity(gap.id, *gap.roots))


def as_changed(gap: Gap) -> Gap:
    """The gap as one that the change touches."""
    return dataclasses.replace(gap, changed=True, grade=_worst(True, gap.carries_policy))


def as_unchanged(gap: Gap) -> Gap:
    """The gap as one that the change leaves as it was."""
    return dataclasses.replace(gap, changed=False, grade=_worst(False, gap.carries_policy))


def _evaluated(side: SideGaps, touched: Touched) -> Iterable[Gap]:
    for gap in side.others:
        # The commit of a submodule that modules are called from is no call that evaluation saw.
        if gap.diagnostic.kind.meaning.structural or gap.diagnostic.kind is DiagnosticKind.REMOTE_MODULE:
            found = _gap(gap, side.side, touched)
            yield found if found.cause == "open" else as_changed(found)  # what trouble hides is not known
    for root in side.roots:
        for gap in root.evaluation:
            if gap.diagnostic.kind.meaning.structural:
                yield _of_root(_gap(gap, side.side, touched), root, side.side, touched)


def _of_root(gap: Gap, root: RootGaps, side: Side, touched: Touched) -> Gap:
    """The gap; one of ours is changed with anything that its root is read from: what it hides is not known."""
    if gap.cause == "open":
        return gap
    changed = not root.files or any(touched.touches_code(_whole(file), side) for file in root.files)
    return dataclasses.replace(as_changed(gap) if changed else gap, roots=(root.root,))


def _policies(side: SideGaps, other: SideGaps) -> Iterable[GapsOfRoot]:
    there = frozenset(root.root for root in other.roots if root.files)
    return (GapsOfRoot(one.root, one.extraction, one.names, one.root not in there, one.said) for one in side.roots)


def _extracted(
    side: SideGaps, touched: Touched, before: Before | None = None, stood: Stood | None = None
) -> Iterable[Gap]:
    """Gaps of policies; a policy named in the same words on both sides is the same, however its line is written."""
    for root in side.roots:
        for gap in root.extraction:
            found = _of_root(_gap(gap, side.side, touched), root, side.side, touched)
            found = found if before is None or stood is None else _as_before(gap, found, before, stood, touched)
            if found.changed or not gap.diagnostic.kind.meaning.news_only:
                yield found if found.changed else as_unchanged(found)


def _as_before(gap: ExtractionGap, found: Gap, before: Before, stood: Stood, touched: Touched) -> Gap:
    """The gap, changed if it hides something else than before, or from somebody else, or lets more through."""
    newly, through = before.newly(gap), before.let_through(gap)
    same = not newly and before.has(gap)
    found = stood(as_unchanged(found) if same else found, same)
    if not (same or found.changed) and before.makes_otherwise(gap):
        return as_changed(found)
    refused = gap.diagnostic.kind.meaning.mistake  # nobody comes to what AWS does not take
    if found.changed or refused or not (newly or through):
        return found
    come = (_where(one) for one in through if one in (gap.beside or ()))  # what is gone stands nowhere
    return _newly_held(found, (*(one.trail for one in newly), *come), touched)


def _let_go(base: SideGaps, head: SideGaps, touched: Touched) -> Iterator[Gap]:
    """Policies that are not here and that somebody who stays has no longer: what one denied is allowed again."""
    for gap, one, in_some in let_go(_policies(base, head), _policies(head, base)):
        assert isinstance(gap.unread, UnseenPolicy) and one.holder is not None, "only attached policies are let go"
        policy, who = gap.unread.written, one.holder.name
        gone = f"is on {who} in fewer cases" if in_some else f"is no longer on {who}"
        reason = f"policy {policy}, kept elsewhere, {gone}; if it denied something, {who} gains that"
        told = Diagnostic.of(DiagnosticKind.POLICY_ELSEWHERE, reason, gap.diagnostic.span)
        left = _gap(dataclasses.replace(gap, diagnostic=told), "base", touched)
        yield _newly_held(left, (one.trail,), touched)


def marked(gaps: Iterable[Gap], roots: Iterable[Root]) -> tuple[Gap, ...]:
    """The gaps, of which those are `in_example` that are in the folder of an example or test."""
    folders = tuple(f"{one.directory}/" for one in roots if one.kind == "example")
    return tuple(dataclasses.replace(gap, in_example=True) if gap.file.startswith(folders) else gap for gap in gaps)


def come_elsewhere(extracted: Iterable[Extracted], found: Iterable[Gap]) -> Iterator[tuple[UnseenPlace, Gap]]:
    """Who comes to what is defined elsewhere and did not before, by each changed gap that says so."""
    changed: dict[tuple[str, str], list[Gap]] = {}
    for gap in found:
        if gap.changed and gap.side == "head":
            changed.setdefault((gap.address, gap.reason), []).append(gap)
    for one in (gap for each in extracted for gap in each.gaps):
        if isinstance(one.unread, UnseenPlace) and one.unread.comes:
            for told in changed.get((one.address, one.diagnostic.reason), ()):
                yield one.unread, told


def _limits_of(side: SideGaps, touched: Touched) -> Iterable[Gap]:
    """The gaps of policies that are ours."""
    return (gap for gap in _extracted(side, touched) if gap.cause != "open")


def _where(statement: Statement) -> Trail:
    texts = (*statement.actions, *statement.resources)
    return join_trails(*(text.trail for text in texts), statement.trail)


def _newly_held(gap: Gap, news: Iterable[Trail], touched: Touched) -> Gap:
    """The gap as one that the change touches, where it is written who comes to what it hides, or what gets through."""
    spans = [step.span for trail in news for step in trail]
    lines = ((span.file, line) for span in spans for line in touched.code_lines(span, gap.side))
    file, line = next(lines, (spans[0].file, spans[0].line) if spans else (gap.file, gap.line))
    return as_changed(dataclasses.replace(gap, file=file, line=line))


def _gap(gap: EvaluationGap | ExtractionGap, side: Side, touched: Touched) -> Gap:
    told, meaning = gap.diagnostic, gap.diagnostic.kind.meaning
    looks = touched.touches_code if meaning.by_code else touched.touches
    changed = any(looks(span, side) for span in _spans(gap))
    file, line = _place(gap, side, touched)
    return Gap(
        id=identity(told.kind, gap.address, told.reason),
        reason=told.reason,
        address=gap.address,
        file=file,
        line=line,
        side=side,
        changed=changed,
        carries_policy=True,
        grade=_worst(changed, True),
        kind=told.kind.value,
        remedy=told.remedy,
        cause=meaning.cause,
    )


def _place(gap: EvaluationGap | ExtractionGap, side: Side, touched: Touched) -> tuple[str, int]:
    """Where it begins; of what is another now, where that is first so."""
    told = gap.diagnostic
    lines = ((span.file, line) for span in gap.inputs for line in touched.code_lines(span, side))
    first = next(lines, None) if told.kind.meaning.first_change else None
    return first or (told.span.file, told.span.line)


def _spans(gap: EvaluationGap | ExtractionGap) -> tuple[Span, ...]:
    """The lines that what is unknown depends on: all of a file that does not parse, or where a bound was met."""
    span = gap.diagnostic.span
    return (_whole(span.file) if gap.diagnostic.kind.meaning.whole_file else span, *gap.inputs)


def _whole(file: str) -> Span:
    return Span(file, 1, 1, MAX_LINES, 1)


def _worst(changed: bool, carries_policy: bool) -> GradeName:
    """The worst grade that could be behind a gap: undecided is medium at most."""
    if not carries_policy:
        return "none"
    return "medium" if changed else "low"


def identity(*parts: str) -> str:
    """A gap's id, of what it is about."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


_TEXT = (".json", ".tpl", ".tftpl", ".tmpl", ".template", ".yaml", ".yml", ".j2")
_EFFECT = late_pattern(rb"""["']?Effect["']?\s*[:=]\s*["']?(Allow|Deny)\b""")
_ACTION = late_pattern(rb"""["']?(Not)?Action["']?\s*[:=]""")


def given_to_others(
    head: SourceTree,
    configs: Iterable[tuple[EvaluatedConfig, EvaluatedConfig]],
    extracted: Iterable[Extracted],
    touched: Touched,
) -> Iterator[EvaluationGap]:
    """The changed files that hold policies, are read, and go to something that is no AWS resource (kops, Helm).

    Not those that a module is given which is not here, if its call is another by that, and a gap that says so.
    """
    changed = [path for path in sorted(touched.by_head) if path.endswith(_TEXT)]
    if not changed:
        return
    sides = list(zip(configs, extracted, strict=True))
    # Where a policy's text is not known, the file may be its template: that gap says so.
    known = [pair for pair, one in sides if not any(gap.diagnostic.kind.meaning.hides_text for gap in one.gaps)]
    read = frozenset[str]().union(*(config.files for _, config in known))
    understood = frozenset((*_files(one for _, one in sides), *_given_to_modules(known)))
    for path in changed:
        if path in read and path not in understood and _holds_policy(head, path):
            yield _of_file(head, path, f"{path} holds a policy that goes to something other than an AWS resource")


def _given_to_modules(configs: Iterable[tuple[EvaluatedConfig, EvaluatedConfig]]) -> Iterator[str]:
    """The files of which something is in an argument of a module that is not here, may hold a policy, and differs."""
    for base, head in configs:
        there = {one.address: one for one in base.resources if one.mode == "module"}
        for one in head.resources:
            if one.mode == "module" and not carries_no_policy(one.type):
                yield from (span.file for value in _differing(there.get(one.address), one) for span in spans(value))


def _differing(old: ResourceInstance | None, new: ResourceInstance) -> Iterator[Value]:
    """What a call says that may carry access and that it did not say before."""
    for name, value in new.attributes.entries:
        before = None if old is None else old.attribute(str(name))
        if not is_inert(str(name)) and (before is None or plain(before) != plain(value)):
            yield value


def read_by_nothing(
    head: SourceTree, configs: Iterable[EvaluatedConfig], files: Iterable[str]
) -> Iterator[EvaluationGap]:
    """Those of the changed files, of which configuration may read any, that hold policies and that nothing reads.

    A name that is not known here chooses among them: a variable whose default is another one.
    """
    read = frozenset[str]().union(*(config.files for config in configs))
    for path in sorted(frozenset(files) - read):
        if path.endswith(_TEXT) and _holds_policy(head, path):
            yield _of_file(head, path, f"{path} holds a policy, and nothing that is known here chooses it")


def _holds_policy(tree: SourceTree, path: str) -> bool:
    content = tree.read(path) or b""
    return bool(_EFFECT.search(content) and _ACTION.search(content))


def _of_file(tree: SourceTree, path: str, reason: str) -> EvaluationGap:
    whole = Span(path, 1, 1, (tree.read(path) or b"").count(b"\n") + 1, 1)
    return EvaluationGap(Diagnostic.of(DiagnosticKind.NOT_EVALUATED, reason, Span(path, 1, 1, 1, 1)), inputs=(whole,))


def _files(extracted: Iterable[Extracted]) -> Iterable[str]:
    """The files that statements, and policies that could not be read whole, were written in."""
    for one in extracted:
        for grant in one.grants:
            statement = grant.statement
            trails = [statement.trail, *(text.trail for text in (*statement.actions, *statement.resources))]
            yield from (step.span.file for trail in trails for step in trail)
        for gap in one.gaps:
            yield from (span.file for span in (gap.diagnostic.span, *gap.inputs))
        yield from (step.span.file for problem in one.problems for step in problem.trail)
