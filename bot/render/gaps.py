"""What could not be analysed, as Markdown: changed gaps with place, reason and remedy; standing ones in one line."""

from __future__ import annotations

from bot.render.markdown import code, folded, words
from bot.risk.finding import Gap, Review


def gap_lines(review: Review, shown: int) -> str:
    """The gaps this change touches that can carry policy."""
    gaps = [gap for gap in review.gaps if gap.changed and gap.carries_policy]
    if not gaps:
        return ""
    if not shown:
        return f"**Not analysed:** {len(gaps)}"
    lines = [f"- {_entry(gap)}" for gap in gaps[:shown]]
    rest = [f"- … and {len(gaps) - shown} more"] if len(gaps) > shown else []
    return "\n".join(("**Not analysed** (touched by this change):\n", *lines, *rest))


def standing_line(review: Review) -> str:
    """The gaps that were there before or cannot carry policy, folded into one line."""
    gaps = [gap for gap in review.gaps if not (gap.changed and gap.carries_policy)]
    if not gaps:
        return ""
    kinds: dict[str, int] = {}
    for gap in gaps:
        kinds[gap.kind or gap.reason] = kinds.get(gap.kind or gap.reason, 0) + 1
    listed = ", ".join(f"{words(kind)} {count}" for kind, count in sorted(kinds.items(), key=lambda item: -item[1])[:8])
    return folded(f"{len(gaps)} not analysed, untouched by this change", listed)


def _entry(gap: Gap) -> str:
    place = code(f"{gap.file}:{gap.line}") if gap.line else code(gap.file or gap.address or "?")
    remedy = f" Remedy: {words(gap.remedy)}" if gap.remedy else ""
    return f"{place} {words(gap.reason)}{'' if gap.reason.endswith('.') else '.'}{remedy}"
