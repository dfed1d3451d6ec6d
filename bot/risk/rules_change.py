"""A change of the repository's own rules: it counts only once merged, and is reported before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import msgspec

from bot.risk.finding import Finding, GradeName, Location, Side
from bot.risk.fingerprint import SCHEMA, SHOWN_DIGITS, digest
from bot.risk.looser import loosened
from bot.risk.rules.page import help_page
from bot.risk.score import POINTS
from bot.risk.settings import RULES_FILE, LoadedRules, Rules, load_rules
from bot.touched import Touched

RULE = "rules-changed"
FIX = "Leave the rules as they are, or change them in a pull request of their own."


def rules_findings(base: bytes | None, head: bytes | None, touched: Touched) -> tuple[Finding, ...]:
    """One finding if the rules file at `head` says something else than at `base`; None is no file."""
    loaded_old, loaded_new = (_load(text) for text in (base, head))
    old, new = loaded_old.rules, loaded_new.rules
    changed = tuple(_changed(old, new))
    broken = loaded_new.problems[:1] if loaded_new.problems != loaded_old.problems else ()
    if not changed and not broken:
        return ()
    looser = loosened(old, new, changed)
    grade: GradeName = "medium" if looser else "low"
    words = f"{RULES_FILE} {'loosens' if looser else 'changes'} {', '.join(looser or changed)}"
    title = broken[0] if broken else f"{words}: in force once this is merged"
    side: Side = "base" if head is None else "head"
    line = _line(base if head is None else head, changed, touched, side)
    whole = _fingerprint(old, new, changed, broken)
    return (
        Finding(
            fingerprint=whole[:SHOWN_DIGITS],
            kind="config",
            rule=RULE,
            also=(),
            grade=grade,
            points=POINTS[grade],
            title=title,
            principal=None,
            principals=(),
            instances=(),
            repeated=False,
            actions=(),
            except_actions=(),
            resources=(),
            except_resources=(),
            conditions=(),
            before=_words(old, changed),
            after=_words(new, changed),
            witness=None,
            path=(),
            location=Location(RULES_FILE, line, line, side),
            trail=(),
            suggestion=None,
            waiver=None,
            help=help_page(RULE),
            arithmetic=(f"rules {'loosened' if looser else 'changed'}: {grade}, {POINTS[grade]} points",),
            fix=FIX,
            full_fingerprint=whole,
        ),
    )


def _fingerprint(old: Rules, new: Rules, changed: tuple[str, ...], broken: tuple[str, ...]) -> str:
    """From what to what: the same new value is another change where the old one was another."""
    values = (*(_whole(getattr(rules, name)) for rules in (old, new) for name in changed), *broken)
    return digest("\0".join((str(SCHEMA), RULE, *changed, *values)))


def _whole(value: object) -> str:
    return msgspec.json.encode(msgspec.to_builtins(value), order="sorted").decode()


def _load(text: bytes | None) -> LoadedRules:
    return load_rules(None if text is None else text.decode("utf-8", "replace"), RULES_FILE)


def _changed(old: Rules, new: Rules) -> Iterator[str]:
    return (field.name for field in fields(Rules) if getattr(old, field.name) != getattr(new, field.name))


def _words(rules: Rules, names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {_value(getattr(rules, name))}" for name in names)


LONGEST = 300
"""So many characters of one setting's value are shown."""


def _value(value: object) -> str:
    """A setting's value in a few words."""
    if isinstance(value, tuple) and all(isinstance(each, str) for each in value):
        return ", ".join(map(str, value)) or "none"
    plain = msgspec.to_builtins(value)
    if not plain:
        return "none"
    text = plain if isinstance(plain, str) else msgspec.json.encode(_without_defaults(plain)).decode()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _without_defaults(plain: Any) -> Any:
    """What is left out of a setting is not shown either."""
    if isinstance(plain, dict):
        kept = {key: _without_defaults(value) for key, value in plain.items()}
        return {key: value for key, value in kept.items() if value not in (None, "", [], {})}
    return [_without_defaults(each) for each in plain] if isinstance(plain, list | tuple) else plain


def _line(text: bytes | None, changed: tuple[str, ...], touched: Touched, side: Side) -> int:
    """The first touched line that names a changed setting, else the first touched one, else the first."""
    change = (touched.by_head if side == "head" else touched.by_base).get(RULES_FILE)
    lines = sorted((change.added if side == "head" else change.removed) if change else ())
    written = (text or b"").decode("utf-8", "replace").split("\n")
    named = (at for at in lines if at <= len(written) and written[at - 1].lstrip().startswith(changed))
    return next(named, lines[0] if lines else 1)
