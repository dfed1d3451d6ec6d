"""What callers of a module may give it: gains by it are findings, what of it could not be read is one note a module."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping

from bot.access_diff.delta import HolderDelta, PrivilegeDiff
from bot.evaluated.config import EvaluatedConfig, Root
from bot.evaluated.derived import roots, symbols_in
from bot.evaluated.thing import NO_NAMES, Names
from bot.evaluated.touched import Touched
from bot.extract import Extracted, ExtractionGap, root_name
from bot.review.newly_held import let_through
from bot.review.prose import first_few
from bot.review.seen import Both, Evaluated, Seen

SHOWN = 3
"""So many places or modules are named in a note."""


def without_interfaces(both: Both) -> Both:
    """Both sides without them; a bound that only an interface met is none of the review's."""
    names = {root_name(config.root) for config in both.head.configs if _is_interface(config)}
    troubles = tuple(one for one in both.troubles if not (one.limit and one.root in names))
    before = applied(both.base)
    return Both(before, applied(both.head, both.base), troubles)


def applied(side: Seen, base: Seen | None = None) -> Seen:
    """One side without interfaces, nor what modules leave to their callers; of the head also without what the `base`
    left to them and gave to the same."""
    asked = [i for i, config in enumerate(side.configs) if not _is_interface(config)]
    found, there = side.only(asked), (base or side).only(asked)
    return Seen(found.configs, tuple(map(_but_for_callers, found.configs, found.extracted, there.extracted)))


def _but_for_callers(config: EvaluatedConfig, said: Extracted, before: Extracted) -> Extracted:
    if config.root.kind != "module":
        return said
    names = config.names()
    kept = (gap for gap in said.gaps if not gap.is_given or _is_news(gap, said, before, names))
    return dataclasses.replace(said, gaps=tuple(kept))


def _is_news(gap: ExtractionGap, said: Extracted, before: Extracted, names: Names) -> bool:
    """Whether it goes to others now, or a limit that callers may add to says less by itself; the base's tells that."""
    if said is before:
        return gap.beside is not None or _goes_to_others(gap, said, before, names)
    there = (one.beside for one in before.gaps if one.address == gap.address)
    return _goes_to_others(gap, said, before, names) or bool(let_through(there, gap))


def _goes_to_others(gap: ExtractionGap, said: Extracted, before: Extracted, names: Names) -> bool:
    """Whether what callers gave to some already is given to others now, who were there: those do not choose it."""
    had = {_of(one, names) for one in before.gaps if _is_of_one_thing(one, gap)}
    if gap.off or not had or _of(gap, NO_NAMES) in had:
        return False
    return any(one.address in before.addresses or one.address not in said.addresses for one in gap.holders)


def _is_of_one_thing(one: ExtractionGap, other: ExtractionGap) -> bool:
    return (one.diagnostic.kind, one.unread) == (other.diagnostic.kind, other.unread)


def _of(gap: ExtractionGap, names: Names) -> tuple[object, ...]:
    """Whose it is, as the head calls them, which `names` says of those of the base."""
    return tuple((one.kind, one.root, names.address(one.address), names.told(one.name)) for one in gap.holders)


def as_written(written: Evaluated) -> Evaluated:
    """The roots as they are written, without interfaces."""
    base, head = (tuple(one for one in side if not _is_interface(one)) for side in (written.base, written.head))
    return Evaluated(base, head, written.troubles)


def of_applied(diff: PrivilegeDiff, after: Seen) -> PrivilegeDiff:
    """The holders of a difference that are not an interface's."""
    names = {root_name(config.root) for config in after.configs if _is_interface(config)}
    kept = (one for one in diff.holders if (holder := one.head or one.base) is not None and holder.root not in names)
    return dataclasses.replace(diff, holders=tuple(kept))


def gone_modules(before: Seen, after: Seen) -> Mapping[str, Root]:
    """What nobody applies, modules and examples, of which head has no file any more, by the names of their roots."""
    pairs = zip(before.configs, after.configs, strict=True)
    gone = (now.root for was, now in pairs if was.files and not now.files)
    return {root_name(root): root for root in gone if root.kind != "root"}


def without_gone(diff: PrivilegeDiff, gone: Mapping[str, Root]) -> tuple[PrivilegeDiff, tuple[str, ...]]:
    """The difference without what these limit no longer, and what is noted of that.

    Nobody can call them any more: who did keeps what he called, or calls something else, which is judged there.
    """
    limited: dict[str, dict[str, None]] = {}
    for one in diff.holders:
        root, holder = _root_of(one, gone), one.base
        if root is not None and root.kind != "example" and holder is not None and one.delta != _only_lost(one).delta:
            limited.setdefault(root.directory or "in the top folder", {})[holder.name] = None
    kept = tuple(one if _root_of(one, gone) is None else _only_lost(one) for one in diff.holders)
    notes = (
        f"module {where} is gone, and with it what it limited for its callers: {first_few(tuple(names), SHOWN)}"
        for where, names in limited.items()
    )
    return dataclasses.replace(diff, holders=kept), tuple(notes)


def _root_of(delta: HolderDelta, roots: Mapping[str, Root]) -> Root | None:
    holder = delta.head or delta.base
    return None if holder is None else roots.get(holder.root)


def _only_lost(delta: HolderDelta) -> HolderDelta:
    return dataclasses.replace(delta, delta=dataclasses.replace(delta.delta, gained=(), undecided=()))


def interface_notes(both: Both, touched: Touched) -> tuple[str, ...]:
    """Which modules are judged as such, and each of whose interface something that the change touches was not."""
    modules = tuple(config.root.directory or "the top folder" for config in both.head.configs if _is_module(config))
    named = first_few(modules, SHOWN)
    judged = f"applied by nothing here, so judged by its defaults and by what its callers may choose: {named}"
    sides = zip(both.head.configs, both.base.extracted, both.head.extracted, strict=True)
    found = (_note(both, config, before, after, touched) for config, before, after in sides if _is_interface(config))
    optional = (each for config in both.head.configs if _is_module(config) for each in _boundaries_not_asked(config))
    return tuple(filter(None, (judged if modules else "", *found, *optional)))


def _boundaries_not_asked(config: EvaluatedConfig) -> Iterator[str]:
    """The boundaries that callers had to give until now: those of before do, and who says nothing gets the default."""
    module = f"module {config.root.directory or 'in the top folder'}"
    for resource in config.resources:
        value = resource.attribute("permissions_boundary")
        names = {root.name for symbol in symbols_in(value) for root in roots(symbol)} if value is not None else set()
        for name in sorted(config.root.settings.given):
            if f"var.{name}" in names:
                whose = f"{resource.address} ({resource.span.file}:{resource.span.line})"
                yield f"{module}: callers need not set var.{name} any more, the permissions boundary of {whose}"


def _is_module(config: EvaluatedConfig) -> bool:
    return config.root.kind == "module"


def _is_interface(config: EvaluatedConfig) -> bool:
    return config.root.kind == "interface"


def _note(both: Both, config: EvaluatedConfig, before: Extracted, after: Extracted, touched: Touched) -> str:
    module = f"module {config.root.directory or 'in the top folder'}"
    limit = next((one.limit for one in both.troubles if one.root == root_name(config.root) and one.limit), "")
    if limit:
        return f"{module}: what its callers may give its variables was not judged: {limit}"
    places = tuple(dict.fromkeys(_news(before, after, touched)))
    return f"{module}: what its callers give it decides access at {first_few(places, SHOWN)}" if places else ""


def _news(before: Extracted, after: Extracted, touched: Touched) -> Iterator[str]:
    """The touched places of what could not be read, and was no question before."""
    known = {(gap.diagnostic.kind, gap.unread) for gap in before.gaps}
    for gap in after.gaps:
        spans = (gap.diagnostic.span, *gap.inputs)
        if (gap.diagnostic.kind, gap.unread) not in known and any(touched.touches(span, "head") for span in spans):
            yield f"{gap.diagnostic.span.file}:{gap.diagnostic.span.line}"
