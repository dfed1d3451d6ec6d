"""Every way up that the reference or a public catalogue knows is told, or left out with a reason that readers find."""

from __future__ import annotations

import os
import tomllib
from typing import Any

import pytest

from bot.iam.catalog import load_catalog
from bot.iam.evaluator import is_allowed
from bot.iam.request import Request
from bot.risk.escalation.code_places import KINDS
from bot.risk.escalation.find import escalations
from bot.risk.escalation.iam_graph import EMPTY_GRAPH
from bot.risk.escalation.paths import EscalationPath, path_table
from tests.places import PROJECT, TESTS
from tests.risk.test_escalation import CI, delta_of, statements
from tests.yaml_files import read_yaml

LEFT_OUT: dict[str, list[dict[str, Any]]] = tomllib.loads(
    (PROJECT / "bot" / "risk" / "escalation" / "left_out.toml").read_text()
)
PUBLISHED: dict[str, dict[str, Any]] = read_yaml((TESTS / "cases" / "escalation" / "published.yaml").read_text())
USER = {"kind": "user", "name": "ana", "address": "aws_iam_user.ana"}


def passing() -> set[str]:
    catalog = load_catalog()
    return {name for name in catalog.expand("*") if (info := catalog.info(name)) is not None and info.passes_role}


def passing_in_paths() -> set[str]:
    paths = (path for path in path_table().paths if path.service)
    return {action for path in paths for need in path.needs[1:] for action in need.actions}


def left_out_passing() -> list[str]:
    return [action for one in LEFT_OUT["passing"] for action in one["actions"]]


def test_every_action_that_passes_a_role_is_a_way_or_has_a_reason() -> None:
    told, left_out = passing_in_paths(), left_out_passing()
    assert sorted(passing() - told - set(left_out)) == []
    assert sorted(set(left_out) - passing()) == []
    assert sorted(set(left_out) & told) == []
    assert len(set(left_out)) == len(left_out)


def ways() -> dict[str, frozenset[str]]:
    """Every way of the catalogues, with the actions it needs."""
    return {
        f"{name} {way}": frozenset(one for pattern in actions for one in load_catalog().expand(pattern))
        for name, catalogue in PUBLISHED.items()
        for way, actions in catalogue["ways"].items()
    }


def is_told(path: EscalationPath, way: str, actions: frozenset[str]) -> bool:
    """Whether a path needs nothing but what a way has, and the action that the way is called by, if it is."""
    named = way.rpartition(" ")[2]
    uses = ":" not in named or any(named in need.actions for need in path.needs)
    able = all(actions.intersection(need.actions) for need in path.needs)
    return uses and able and not path.trusting and not path.bounded


def test_every_way_of_the_catalogues_is_told_or_has_a_reason() -> None:
    left_out = [way for one in LEFT_OUT["published"] for way in one["ways"]]
    paths = path_table().paths
    missing = [way for way, actions in ways().items() if not any(is_told(path, way, actions) for path in paths)]
    assert sorted(missing) == sorted(left_out)


def test_what_a_path_says_it_is_published_as_is_published() -> None:
    cited = (source for path in path_table().paths for source in path.sources)
    assert [one for one in cited if one.startswith(tuple(PUBLISHED)) and one not in ways()] == []


ANYWHERE = [path for path in path_table().paths if not path.trusting and path.needs[0].on not in KINDS]
"""The paths that need nothing else in view."""


@pytest.mark.parametrize("path", ANYWHERE, ids=lambda path: path.id)
def test_a_path_is_found_with_a_request_for_each_step_that_the_policy_allows(path: EscalationPath) -> None:
    given = [{"Action": [need.actions[0] for need in path.needs]}]
    holder = CI if "role" in path.by or not path.by else USER
    boundary = {"boundary": [{"Action": "*"}, {"Action": "s3:*", "Effect": "Deny"}]} if path.bounded else {}
    delta = delta_of({"holder": holder, "base": [], "head": given, **boundary})
    found = {one.path.id: one for one in escalations(delta, EMPTY_GRAPH)}[path.id]
    limits = (statements(boundary["boundary"]),) if boundary else ()
    for step in found.steps:
        asked = step.witness
        request = Request(f"AWS:{asked.principal}", asked.action, asked.resource, dict(asked.context))
        assert is_allowed(statements(given), limits, request)


def tables() -> str:
    """What the rule's page says of the paths and of what is left out."""
    table = path_table()
    lines = [
        f"As known on {table.date}: {len(table.paths)} paths.",
        "",
        "| path | needs | by way of | sources |",
        "|---|---|---|---|",
    ]
    for path in table.paths:
        needs = "; ".join(f"`{need}`" for need in path.needs)
        service = f" ({path.service})" if path.service else ""
        lines.append(f"| {path.id} | {needs} | {path.name}{service} | {', '.join(path.sources)} |")
    lines += ["", "## What is left out", "", "| why | what |", "|---|---|"]
    for one in (*LEFT_OUT["passing"], *LEFT_OUT["published"], *LEFT_OUT["copied"]):
        names = next(one[key] for key in ("actions", "ways", "types") if key in one)
        lines.append(f"| {one['reason']} | {', '.join(f'`{name}`' for name in names)} |")
    return "\n".join(lines) + "\n"


def test_the_page_lists_the_paths_and_what_is_left_out() -> None:
    page = PROJECT / "docs" / "rules" / "escalation.md"
    before, _, rest = page.read_text().partition("\nAs known on ")
    if os.environ.get("IAM_REVIEW_WRITE"):
        page.write_text(f"{before.rstrip()}\n\n{tables()}")
    else:
        assert f"As known on {rest}" == tables()
