"""The settings that count for one review: a repository's file between its organisation's layers, and overrides."""

from __future__ import annotations

import dataclasses

import msgspec

from bot.evaluated.diagnostic import Diagnostic
from bot.frozen import dataclass
from bot.review_config.layers import NO_LAYERS, Layers, layered
from bot.review_config.rules_file import RulesFile, load_file
from bot.review_config.settings import RULES_FILE, ReviewConfig, RootRule, load_review_config


@dataclass(frozen=True, slots=True)
class ConfigTexts:
    """Settings unread: the file of the base branch and its name in messages, the organisation's `defaults` below it
    and what it has `enforced` above it.

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


@dataclass(frozen=True, slots=True)
class ConfigInForce:
    """What counts, what is wrong with the texts, and the organisation's layers by themselves."""

    rules: ReviewConfig
    problems: tuple[Diagnostic, ...] = ()
    layers: Layers = NO_LAYERS


def in_force(texts: ConfigTexts) -> ConfigInForce:
    """Read them. Where something is wrong with any, how strict they were meant to be is not known: they enforce."""
    layers = Layers(
        load_review_config(texts.defaults, "the organisation's defaults"),
        load_review_config(texts.enforced, "what the organisation enforces"),
    )
    loaded = layered(load_file(texts.repository, texts.source), layers.defaults, layers.enforced)
    rules = _overridden(loaded.rules, texts)
    if loaded.problems:
        rules = dataclasses.replace(rules, mode="enforce")
    if texts.mode is not None:
        rules = msgspec.convert({**msgspec.to_builtins(rules), "mode": texts.mode}, ReviewConfig)
    return ConfigInForce(rules, loaded.problems, layers)


def _overridden(rules: ReviewConfig, texts: ConfigTexts) -> ReviewConfig:
    if texts.fail_at is not None:
        rules = msgspec.convert({**msgspec.to_builtins(rules), "fail_at": texts.fail_at}, ReviewConfig)
        rules = dataclasses.replace(rules, paths=tuple(dataclasses.replace(one, fail_at=None) for one in rules.paths))
    if texts.var_files:
        every = (*rules.roots, RootRule("**"))
        roots = tuple(dataclasses.replace(root, var_files=texts.var_files) for root in every)
        rules = dataclasses.replace(rules, roots=roots)
    return rules
