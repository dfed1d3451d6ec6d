"""A change of the repository's own rules: it counts only once merged, and is reported before."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import fields
from typing import Any

import msgspec

from bot.evaluated.diagnostic import Side
from bot.evaluated.touched import Touched
from bot.review.model import Finding, GradeName, Location
from bot.review_config.layers import NO_LAYERS, Layers, layered
from bot.review_config.rules_file import RulesFile, load_file
from bot.review_config.settings import RULES_FILE, ReviewConfig
from bot.review_config.strictness import loosened
from bot.risk.fingerprint import SCHEMA, SHOWN_DIGITS, digest
from bot.risk.rules.help_page import help_page
from bot.risk.score import POINTS

RULE = "rules-changed"
FIX = "Leave the rules as they are, or change them in a pull request of their own."


def rules_findings(
    base: RulesFile, head: RulesFile, touched: Touched, rules: ReviewConfig, layers: Layers = NO_LAYERS
) -> tuple[Finding, ...]:
    """One finding if the rules file at `head` says something else than at `base`, seen through an organisation's rules.

    `rules` are those in force, which say whether this is waited for, and who may accept it.
    """
    loaded_old, loaded_new = load_file(base, RULES_FILE), load_file(head, RULES_FILE)
    before, after = (layered(each, layers.defaults, layers.enforced).rules for each in (loaded_old, loaded_new))
    differs = tuple(_changed(before, after))
    old, new = _told(loaded_old.rules, before, differs), _told(loaded_new.rules, after, differs)
    changed = tuple(_changed(old, new))
    broken = loaded_new.problems[:1] if head != base else ()
    if not changed and not broken:
        return ()
    looser = (*loosened(before, after, differs), *((RULES_FILE,) if broken else ()))
    side: Side = "base" if head == RulesFile() else "head"
    line = _line((base if side == "base" else head).text, changed, touched, side)
    finding = _finding((old, new), changed, looser, Location(RULES_FILE, line, line, side))
    whole = _fingerprint(old, new, changed, (*broken, head.text or "") if broken else ())
    title = f"{broken[0]}: once this is merged the rules cannot be read" if broken else finding.title
    fix = _fix(rules) if looser else FIX
    named = dataclasses.replace(finding, fingerprint=whole[:SHOWN_DIGITS], full_fingerprint=whole)
    return (dataclasses.replace(named, title=title, fix=fix),)


def _finding(
    rules: tuple[ReviewConfig, ReviewConfig], changed: tuple[str, ...], looser: tuple[str, ...], where: Location
) -> Finding:
    """Without what tells it apart; a file that says nothing else can still be read or not."""
    old, new = rules
    grade: GradeName = "medium" if looser else "low"
    return Finding(
        fingerprint="",
        kind="config",
        rule=RULE,
        also=(),
        grade=grade,
        points=POINTS[grade],
        title=f"{RULES_FILE} {'loosens' if looser else 'changes'} {', '.join(looser or changed)}: "
        "in force once this is merged",
        principal=None,
        principals=(),
        instances=(),
        repeated=False,
        actions=(),
        except_actions=(),
        resources=(),
        except_resources=(),
        conditions=(),
        before=_words(old, changed) or "rules that can be read",
        after=_words(new, changed) or "rules that cannot be read",
        witness=None,
        path=(),
        location=where,
        trail=(),
        suggestion=None,
        waiver=None,
        help=help_page(RULE),
        arithmetic=(f"rules {'loosened' if looser else 'changed'}: {grade}, {POINTS[grade]} points",),
        loosens=looser,
    )


def _fingerprint(old: ReviewConfig, new: ReviewConfig, changed: tuple[str, ...], broken: tuple[str, ...]) -> str:
    """From what to what: the same new value is another change where the old one was another."""
    values = (*(_whole(getattr(rules, name)) for rules in (old, new) for name in changed), *broken)
    return digest("\0".join((str(SCHEMA), RULE, *changed, *values)))


def _whole(value: object) -> str:
    return msgspec.json.encode(msgspec.to_builtins(value), order="sorted").decode()


def _told(own: ReviewConfig, come_to: ReviewConfig, differs: tuple[str, ...]) -> ReviewConfig:
    """The file's own values; where they make a difference, what they come to among an organisation's rules."""
    return dataclasses.replace(own, **{name: getattr(come_to, name) for name in differs})


def _fix(rules: ReviewConfig) -> str:
    """How a change that loosens gets in."""
    if rules.mode != "enforce":
        return FIX
    if rules.approvers:
        return (
            "Leave the rules as they are, or have an approver of the base branch accept this "
            '(/iam accept ID until=DATE reason="…", or a waiver there): it waits for that.'
        )
    return (
        f"Leave the rules as they are. Nobody can accept this: the base branch's {RULES_FILE} names no approvers, so "
        "an administrator must name some there first."
    )


def _changed(old: ReviewConfig, new: ReviewConfig) -> Iterator[str]:
    return (field.name for field in fields(ReviewConfig) if getattr(old, field.name) != getattr(new, field.name))


def _words(rules: ReviewConfig, names: tuple[str, ...]) -> str:
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


def _line(text: str | None, changed: tuple[str, ...], touched: Touched, side: Side) -> int:
    """The first touched line that names a changed setting, else the first touched one, else the first."""
    change = (touched.by_head if side == "head" else touched.by_base).get(RULES_FILE)
    lines = sorted((change.added if side == "head" else change.removed) if change else ())
    written = (text or "").split("\n")
    named = (at for at in lines if at <= len(written) and written[at - 1].lstrip().startswith(changed))
    return next(named, lines[0] if lines else 1)
