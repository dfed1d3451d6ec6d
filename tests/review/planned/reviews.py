"""Reviews of the judged modules: by their source, by a plan over it, and by the plan alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import msgspec

from bot.contents.folders import FolderContents
from bot.contents.nothing import NoContents
from bot.contents.port import Contents
from bot.review.model import Review
from bot.review.planned import PlanFile
from bot.review_config.rules_file import RulesFile
from bot.review_process import child
from bot.review_process.rounds import Options, review_contents
from tests.frontends.terraform.judged import CASES, about

NOTHING = NoContents("what is there", "plan.json")


def reviewed(contents: Contents, *plans: PlanFile, rules: str | None = None, var_files: tuple[str, ...] = ()) -> Review:
    """The review of a change with plans."""
    return review_contents(
        contents, child.answer, Options(None if rules is None else RulesFile(rules), plans=plans, var_files=var_files)
    ).review


def plan_of(name: str, root: str | None = None) -> PlanFile:
    """The recorded plan of a judged module."""
    return PlanFile("plan.json", (CASES / name / "plan.json").read_bytes(), root)


@cache
def judged_module(name: str, how: str) -> Review:
    """A judged module reviewed "written", "both" or "alone"."""
    plans = () if how == "written" else (plan_of(name),)
    if how == "alone":
        return reviewed(NOTHING, *plans)
    told = about(name)
    base = CASES / name / "base"
    contents = FolderContents(base if base.is_dir() else _empty(), CASES / name / "head")
    return reviewed(contents, *plans, rules=_rules(name), var_files=tuple(told.get("var_files", ())))


def _empty() -> Path:
    """A folder without files that matter: this one's."""
    return Path(__file__).parent


def _rules(name: str) -> str | None:
    settings = dict(about(name).get("settings", {}))
    if not settings:
        return None
    workspace = settings.pop("workspace", None)
    root = {"path": "**", **settings, **({"workspaces": [workspace]} if workspace else {})}
    return msgspec.json.encode({"roots": [root]}).decode()
