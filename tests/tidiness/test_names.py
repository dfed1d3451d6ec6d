"""A name means one thing: which class and module names stand for two is a list, each with its reason."""

from __future__ import annotations

import ast
from collections import Counter

from tests.places import PROJECT
from tests.sources import nodes

TWINS = "one a forge: GitHub's and GitLab's part of the same kind"

CLASSES = {
    "Access": TWINS,
    "Api": TWINS,
    "Caller": TWINS,
    "Connection": TWINS,
    "Page": TWINS,
    "Payloads": TWINS,
    "Refusal": TWINS,
    "Shapes": TWINS,
}
MODULES = {
    "adapter": TWINS,
    "ci_job": TWINS,
    "public_pages": TWINS,
    "registry": "of forges by what they need; of modules from elsewhere; of providers' types",
    "section": TWINS,
    "settings": "a repository's; a server's",
    "sign_in": "a forge's part of it; its pages",
    "access": TWINS,
    "accounts": "which account ids are ours by the settings; which accounts a change turns to",
    "api": TWINS,
    "app": "the command line's and the server's",
    "client": TWINS,
    "connection": TWINS,
    "forge": TWINS,
    "health": TWINS,
    "model": "a room's dataclasses without logic",
    "payloads": TWINS,
    "port": "a room's edge to the outside world",
    "rest": TWINS,
    "rules": TWINS,
    "sessions": "of IAM; of people who have signed in",
    "shapes": TWINS,
    "watch": TWINS,
    "webhook": TWINS,
}


def test_class_names_mean_one_thing() -> None:
    files = [nodes(path.read_text("utf-8")) for path in (PROJECT / "bot").rglob("*.py")]
    counts = Counter(node.name for file in files for node in file if isinstance(node, ast.ClassDef))
    twice = {name for name, count in counts.items() if count > 1}
    assert twice == CLASSES.keys()
    assert len(twice) <= 8


def test_module_names_mean_one_thing() -> None:
    counts = Counter(path.stem for path in (PROJECT / "bot").rglob("*.py") if not path.stem.startswith("__"))
    twice = {name for name, count in counts.items() if count > 1}
    assert twice == MODULES.keys()
    assert len(twice) <= 25
