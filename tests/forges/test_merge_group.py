"""Who is in a merge group, by the commits of its branch."""

from __future__ import annotations

from typing import Any

import pytest

from bot.forges.github.merge_group import members


def commit(sha: str, message: str, *parents: str) -> dict[str, Any]:
    return {"sha": sha, "commit": {"message": message}, "parents": [{"sha": parent} for parent in parents]}


MERGED = [
    commit("a", "Grant it, as in (#40)", "main"),
    commit("m1", "Merge pull request #7 from acme/grant\n\nGrant it (#41)", "main", "a"),
    commit("b", "Merge pull request #42 from acme/old", "main"),
    commit("m2", "Merge pull request #9 from acme/other", "m1", "b"),
]
SQUASHED = [
    commit("s1", "Grant it (#7)\n\n* as in (#40)", "main"),
    commit("s2", "Follow up of (#41) there (#9)", "s1"),
]


@pytest.mark.parametrize(
    ("commits", "head", "found"),
    [
        (MERGED, "m2", (7, 9)),
        (MERGED[:2], "m1", (7, 9)),
        (SQUASHED, "s2", (7, 9)),
        ([commit("r", "Rebased", "main")], "r", (9,)),
        ([], "gone", (9,)),
        ([commit("x", "Of nobody (#7) but", "x")], "x", (9,)),
        ([{"sha": "odd", "commit": None, "parents": None}], "odd", (9,)),
    ],
    ids=["merged", "the first alone", "squashed", "rebased", "nothing", "its own parent", "odd"],
)
def test_members(commits: list[dict[str, Any]], head: str, found: tuple[int, ...]) -> None:
    """What a pull request's own commits say counts for nothing."""
    assert members(commits, head, 9) == found
