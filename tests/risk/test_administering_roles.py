"""The roles that administer by AWS's own set-up: each with its documentation, and no pattern of all of them less."""

from __future__ import annotations

import tomllib
from fnmatch import fnmatchcase

import pytest

from bot.access_diff.delta import Row
from bot.risk.administering_roles import (
    AdministeringRole,
    administering_roles,
    assumes_administrator,
    passes_administrator,
)
from bot.risk.grant_context import GrantContext
from bot.risk.score_components import score_components
from tests.places import PROJECT

ROWS = tomllib.loads((PROJECT / "bot" / "risk" / "administering_roles.toml").read_text())


def test_each_has_a_sentence_of_the_documentation_and_the_table_a_date() -> None:
    assert ROWS["date"]
    assert all(": " in row["source"] and row["source"].startswith("AWS ") for row in ROWS["role"])


@pytest.mark.parametrize("role", administering_roles(), ids=lambda role: role.name)
@pytest.mark.parametrize("setting", [GrantContext(), GrantContext(unattached=True)], ids=["in force", "unattached"])
def test_what_takes_it_in_weighs_no_less(role: AdministeringRole, setting: GrantContext) -> None:
    assert fnmatchcase(role.such_as, role.name)
    narrow_first = (role.such_as, f"{role.such_as[:6]}*", "*")
    ranks = [_rank(role.via, f"arn:aws:iam::444455556666:role/{name}", setting) for name in narrow_first]
    ranks.append(_rank(role.via, "*", setting))
    assert ranks == sorted(ranks)
    assert _rank("*", f"arn:aws:iam::444455556666:role/{role.such_as}", setting) >= ranks[0]


@pytest.mark.parametrize("role", administering_roles(), ids=lambda role: role.name)
@pytest.mark.parametrize("path", ["tasks/", "aws-service-role/x.amazonaws.com/"])
def test_what_has_a_path_is_somebodys_own(role: AdministeringRole, path: str) -> None:
    for name in ("*", role.such_as):
        written = f"arn:aws:iam::444455556666:role/{path}{name}"
        assert not (assumes_administrator((role.via,), written) or passes_administrator((role.via,), written))


def _rank(action: str, resource: str, setting: GrantContext) -> int:
    return max(cell.rank for cell in score_components(Row((action,), (resource,)), setting))
