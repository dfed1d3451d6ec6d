"""What the rules say of roots: the settings, workspaces and var files of each directory."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from fnmatch import fnmatchcase

from bot.evaluated.config import RootSettings
from bot.evaluated.front_end import Configured, RootChoices
from bot.review_config.settings import ReviewConfig, RootRule


def root_choices(rules: ReviewConfig, planned: Collection[str | None] = ()) -> Configured:
    """Looks a root's directory up in the rules; the first matching glob counts.

    `planned` are the directories that plans are of; None among them may be any.
    """

    def choices(directory: str) -> RootChoices:
        rule = next((rule for rule in rules.roots if _matches(directory, rule.path)), None)
        found = RootChoices() if rule is None else _choices(rule)
        is_planned = directory in planned or None in planned
        return dataclasses.replace(found, planned=True) if is_planned else found

    return choices


def _matches(directory: str, glob: str) -> bool:
    """`*` matches across slashes, "." and "" are the top directory, and so does `**` match it."""
    wanted = glob.strip("/").removeprefix("./")
    if wanted in ("", "."):
        return directory == ""
    return wanted == "**" or fnmatchcase(directory, wanted) or fnmatchcase(directory, wanted.removeprefix("**/"))


def _choices(rule: RootRule) -> RootChoices:
    settings = RootSettings(rule.account_id, rule.region, rule.partition, None, rule.var_files)
    return RootChoices(settings, rule.workspaces)
