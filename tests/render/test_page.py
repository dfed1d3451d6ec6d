"""The page of a review: tables of access, the drawing, and what a large one costs."""

from __future__ import annotations

import dataclasses
import time
from html.parser import HTMLParser

from bot.render.page import page
from bot.render.page.graph import MAX_NODES, graph
from bot.render.page.matrix import matrix
from bot.review.access_table import AccessCell, AccessEdge, AccessLevelName, HolderAccess
from bot.review.model import FindingPrincipal, FindingWitness, PathStep, Review
from tests.fakes.reviews import finding, review

LEVELS: tuple[AccessLevelName, ...] = ("list", "read", "tagging", "write", "permissions")


def _cell(service: str, level: AccessLevelName, before: str, after: str, marks: str = "") -> AccessCell:
    sides = [(text,) if text else () for text in (before, after)]
    return AccessCell(service, level, sides[0], sides[1], "gained" in marks, "lost" in marks)


def test_cells_say_what_became_of_them() -> None:
    cells = (
        _cell("s3", "list", "", "* on *", "gained"),
        _cell("s3", "read", "Get* on a", "Get* on *", "gained"),
        _cell("s3", "tagging", "* on *", "* on a", "lost"),
        _cell("s3", "write", "Put* on *", "", "lost"),
        _cell("s3", "permissions", "a on b", "b on a", "gained lost"),
        _cell("sqs", "read", "x on y", "x on y"),
    )
    (view,) = matrix([HolderAccess("role", "app", "aws_iam_role.app", True, True, cells)])
    (row,) = view.rows
    assert [cell and cell.word for cell in row.cells] == ["new", "wider", "narrower", "gone", "changed"]
    assert view.unchanged == (("sqs read", ("x on y",)),)


def test_a_new_holder_and_an_unpublished_action() -> None:
    cells = (_cell("*", "unknown", "", "everything on *", "gained"),)
    (view,) = matrix([HolderAccess("permission_set", "ops", "a.b", False, True, cells)])
    assert (view.state, view.kind, view.columns[-1], view.rows[0].service) == (
        "new",
        "permission set",
        "Other",
        "every service",
    )


def _reaching(count: int) -> Review:
    edges = tuple(AccessEdge(f"aws_instance.w{n}", "instance profile", "aws_iam_role.app", "new") for n in range(count))
    return dataclasses.replace(review(), edges=edges)


def test_drawing_puts_targets_right_of_sources_and_all_links_in_the_list() -> None:
    drawn = graph(_reaching(100))
    assert drawn is not None
    place = {node.name: node for node in drawn.nodes}
    assert all(place[edge.link.source].x < place[edge.link.target].x for edge in drawn.edges)
    assert (len(drawn.nodes), len(drawn.links), drawn.left_out) == (MAX_NODES, 100, 100 - len(drawn.edges))


def test_drawing_ends_for_cycles_and_knows_a_principal_by_both_names() -> None:
    principal = FindingPrincipal("role", "app", "aws_iam_role.app")
    path = (PathStep("app", "sts:AssumeRole", "aws_iam_role.ops"),)
    one = dataclasses.replace(finding("a" * 16, kind="escalation"), principal=principal, path=path, resources=())
    edges = (
        AccessEdge("aws_iam_role.ops", "trust", "aws_iam_role.app", "kept"),
        AccessEdge("aws_iam_role.app", "trust", "aws_iam_role.app", "lost"),
    )
    drawn = graph(dataclasses.replace(review(one), edges=edges))
    assert drawn is not None
    assert {node.name for node in drawn.nodes} == {"aws_iam_role.app", "aws_iam_role.ops"}


def test_nothing_to_draw() -> None:
    assert graph(review()) is None


class _Tags(HTMLParser):
    """Every opened element is closed, and ids are unique."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]
        if tag not in ("meta", "br", "rect", "path"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [value for name, value in attrs if name == "id" and value]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def large() -> Review:
    """300 findings and 200 principals."""
    witness = FindingWitness("app", "s3:PutObject", "arn:aws:s3:::bucket/key", {"aws:SourceVpc": ("vpc-1",)})
    found = [
        dataclasses.replace(
            finding(f"{n:016x}", n, title=f"role app-{n} can now use s3:* on every bucket"), witness=witness
        )
        for n in range(300)
    ]
    cells = tuple(
        _cell(service, level, "Get* on arn:aws:s3:::b/*", "* on *", "gained" if service == "s3" else "")
        for service in ("s3", "sqs", "sns", "kms", "ec2")
        for level in LEVELS
    )
    holders = tuple(HolderAccess("role", f"app-{n}", f"aws_iam_role.app[{n}]", True, True, cells) for n in range(200))
    return dataclasses.replace(review(*found), access=holders)


def test_large_review_is_well_formed_and_within_its_budget() -> None:
    started = time.process_time()
    text = page.document(large())
    seconds = time.process_time() - started
    tags = _Tags()
    tags.feed(text)
    assert tags.open == []
    assert len(set(tags.ids)) == len(tags.ids)
    assert len(text.encode()) <= 1_000_000
    assert seconds <= 2.0  # bench/report.py measures against the half second asked for, alone on the machine
