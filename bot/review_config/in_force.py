"""The settings that count for one review: a repository's file between its organisation's layers, and overrides."""

from __future__ import annotations

import dataclasses

import msgspec

from bot.evaluated.diagnostic import Diagnostic
from bot.frozen import dataclass
from bot.review.model import RulesAsOf
from bot.review_config.layers import NO_LAYERS, Layers, layered
from bot.review_config.rules_file import EarlierRules, RulesFile, load_file, load_review_config
from bot.review_config.settings import RULES_FILE, LoadedReviewConfig, ReviewConfig, RootRule


@dataclass(frozen=True, slots=True)
class ConfigTexts:
    """Settings unread: the file of the base branch and its name in messages, the organisation's `defaults` below it
    and what it has `enforced` above it.

    `earlier` is what the file said before, the newest first, which counts where it cannot be read now: None if that can
    be asked for.
    `fail_at` overrides the thresholds of all of them, for all paths, and `mode` theirs; `var_files` are those of every
    root.
    """

    repository: RulesFile = RulesFile()
    source: str = RULES_FILE
    defaults: str | None = None
    enforced: str | None = None
    fail_at: str | None = None
    var_files: tuple[str, ...] = ()
    mode: str | None = None
    earlier: tuple[EarlierRules, ...] | None = ()


@dataclass(frozen=True, slots=True)
class ConfigInForce:
    """What counts, what is wrong with the texts, the layers it was made of, and which earlier version counts."""

    rules: ReviewConfig
    problems: tuple[Diagnostic, ...] = ()
    layers: Layers = NO_LAYERS
    earlier: RulesAsOf | None = None


def wants_earlier(texts: ConfigTexts) -> bool:
    """Whether what the file said before is to be asked for."""
    return texts.earlier is None and bool(load_file(texts.repository, texts.source).problems)


def in_force(texts: ConfigTexts) -> ConfigInForce:
    """Read them. Where something is wrong with any, how strict they were meant to be is not known: they enforce.

    A repository's file that cannot be read is as it was when it last could be.
    """
    own, earlier = _own(texts)
    layers = Layers(
        load_review_config(texts.defaults, "the organisation's defaults"),
        load_review_config(texts.enforced, "what the organisation enforces"),
        own,
    )
    loaded = layered(own, layers.defaults, layers.enforced)
    rules = _overridden(loaded.rules, texts)
    if loaded.problems:
        rules = dataclasses.replace(rules, mode="enforce")
    if texts.mode is not None:
        rules = msgspec.convert({**msgspec.to_builtins(rules), "mode": texts.mode}, ReviewConfig)
    return ConfigInForce(rules, loaded.problems, layers, earlier)


def _own(texts: ConfigTexts) -> tuple[LoadedReviewConfig, RulesAsOf | None]:
    """The repository's own rules, and of which commit they are where that is not the newest."""
    now = load_file(texts.repository, texts.source)
    for one in texts.earlier or () if now.problems else ():
        before = load_file(one.file, texts.source)
        if not before.problems:
            return before, RulesAsOf(one.commit, tuple(each.reason for each in now.problems))
    return now, None


def _overridden(rules: ReviewConfig, texts: ConfigTexts) -> ReviewConfig:
    if texts.fail_at is not None:
        rules = msgspec.convert({**msgspec.to_builtins(rules), "fail_at": texts.fail_at}, ReviewConfig)
        rules = dataclasses.replace(rules, paths=tuple(dataclasses.replace(one, fail_at=None) for one in rules.paths))
    if texts.var_files:
        every = (*rules.roots, RootRule("**"))
        roots = tuple(dataclasses.replace(root, var_files=texts.var_files) for root in every)
        rules = dataclasses.replace(rules, roots=roots)
    return rules
