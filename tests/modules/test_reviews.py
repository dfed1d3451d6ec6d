"""Reviews of changes that call modules from elsewhere, fetched from a repository on this machine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from bot.contents.folders import FolderContents
from bot.contents.modules.port import ModuleCall, ModuleFiles
from bot.review.model import Review
from bot.review_process import child, parent
from bot.review_process.protocol import ChildAnswer, ChildRequest, Needs
from bot.review_process.rounds import MAX_MODULE_ROUNDS, Options, Reviewer, review_contents
from tests.contents.repositories import write_files

ROLE = """\
variable "name" {}

resource "aws_iam_role_policy" "this" {
  role   = var.name
  policy = file("${path.module}/policy.json")
}

output "name" {
  value = var.name
}

output "reads" {
  value = "%(action)s"
}
"""
POLICY = '{"Statement": [{"Effect": "Allow", "Action": "%s", "Resource": "*"}]}'


def package(action: str, **more: str) -> dict[str, str]:
    return {"main.tf": ROLE % {"action": action}, "policy.json": POLICY % action, **more}


class Shelf:
    """Modules by source and version; `asked` are the calls of each round."""

    def __init__(self, packages: Mapping[tuple[str, str], Mapping[str, str]]) -> None:
        self.packages, self.asked = packages, list[set[ModuleCall]]()

    def __call__(self, calls: Iterable[ModuleCall]) -> Mapping[ModuleCall, ModuleFiles | str]:
        wanted = set(calls)
        self.asked.append(wanted)
        return {call: self._one(call) for call in wanted}

    def _one(self, call: ModuleCall) -> ModuleFiles | str:
        source, _, inner = call.source.partition("//")
        found = self.packages.get((source, call.version))
        if found is None:
            return "it is not on the shelf"
        return ModuleFiles({path: text.encode() for path, text in found.items()}, inner)


def call(version: str, source: str = "acme/role/aws", more: str = "") -> dict[str, str]:
    text = f'module "app" {{\n  source  = "{source}"\n  version = "{version}"\n  name    = "app"\n{more}}}\n'
    return {"main.tf": text}


def reviewed(
    tmp_path: Path,
    base: Mapping[str, str],
    head: Mapping[str, str],
    shelf: Shelf | None,
    reviewer: Reviewer = child.answer,
) -> Review:
    contents = FolderContents(write_files(tmp_path / "base", base), write_files(tmp_path / "head", head))
    return review_contents(contents, reviewer, Options(modules=shelf)).review


SHELF = {
    ("acme/role/aws", "1.0.0"): package("s3:GetObject"),
    ("acme/role/aws", "2.0.0"): package("s3:*"),
    ("acme/broken/aws", "1.0.0"): {"main.tf": 'resource "x" {'},
}


def test_a_new_version_that_grants_more_stands_at_the_version(tmp_path: Path) -> None:
    review = reviewed(tmp_path, call("1.0.0"), call("2.0.0"), Shelf(SHELF))
    (finding,) = review.gained
    assert (finding.location.file, finding.location.line) == ("main.tf", 3)
    assert finding.principals == ("app",) and not review.gaps
    assert ".iam-review/modules" not in repr(review)


def test_a_new_version_that_grants_the_same_is_silent(tmp_path: Path) -> None:
    same = {**SHELF, ("acme/role/aws", "2.0.0"): package("s3:GetObject")}
    review = reviewed(tmp_path, call("1.0.0"), call("2.0.0"), Shelf(same))
    assert not review.gained and not review.gaps and review.complete


def test_nothing_is_asked_for_unless_allowed(tmp_path: Path) -> None:
    review = reviewed(tmp_path, call("1.0.0"), call("2.0.0"), None)
    assert [gap.kind for gap in review.gaps] == ["remote-module"] and not review.gained


def test_what_does_not_come_is_a_gap_that_says_why(tmp_path: Path) -> None:
    review = reviewed(tmp_path, call("1.0.0"), call("3.0.0"), Shelf(SHELF))
    (gap,) = (gap for gap in review.gaps if gap.changed)
    assert "it is not on the shelf" in gap.reason


def test_the_argument_that_widens_is_the_place(tmp_path: Path) -> None:
    text = ROLE.replace('file("${path.module}/policy.json")', "jsonencode({ Statement = [local.one] })")
    text += 'locals {\n  one = { Effect = "Allow", Action = var.a, Resource = "*" }\n}\n\nvariable "a" {}\n'
    wide = {("acme/role/aws", "1.0.0"): {"main.tf": text}}
    base, head = call("1.0.0", more='  a = ["s3:GetObject"]\n'), call("1.0.0", more='  a = ["s3:GetObject", "iam:*"]\n')
    (finding,) = reviewed(tmp_path, base, head, Shelf(wide)).gained
    assert (finding.location.file, finding.location.line) == ("main.tf", 5)


def test_an_output_of_a_fetched_module(tmp_path: Path) -> None:
    policy = 'jsonencode({ Statement = [{ Effect = "Allow", Action = module.app.reads, Resource = "*" }] })'
    own = f'resource "aws_iam_user_policy" "p" {{\n  user = "u"\n  policy = {policy}\n}}\n'
    base, head = ({"main.tf": call(version)["main.tf"] + own} for version in ("1.0.0", "2.0.0"))
    review = reviewed(tmp_path, base, head, Shelf(SHELF))
    user = next(finding for finding in review.gained if "u" in finding.principals)
    assert (user.location.file, user.location.line) == ("main.tf", 3)


def test_modules_that_call_modules(tmp_path: Path) -> None:
    outer = {"main.tf": 'module "inner" {\n  source  = "acme/role/aws"\n  version = "VERSION"\n  name = "deep"\n}\n'}
    shelf = Shelf(
        {
            **SHELF,
            ("acme/outer/aws", "1.0.0"): {"main.tf": outer["main.tf"].replace("VERSION", "1.0.0")},
            ("acme/outer/aws", "1.1.0"): {"main.tf": outer["main.tf"].replace("VERSION", "2.0.0")},
        }
    )
    review = reviewed(tmp_path, call("1.0.0", "acme/outer/aws"), call("1.1.0", "acme/outer/aws"), shelf)
    (finding,) = review.gained
    assert finding.principals == ("deep",) and (finding.location.file, finding.location.line) == ("main.tf", 3)
    assert len(shelf.asked) == 2


def test_a_directory_of_a_package_may_use_the_rest(tmp_path: Path) -> None:
    nested = {
        "modules/a/main.tf": 'module "b" {\n  source = "../b"\n  name = "n"\n}\n',
        "modules/b/main.tf": ROLE % {"action": "x"},
        "modules/b/policy.json": POLICY % "s3:*",
    }
    shelf = Shelf({("acme/nested/aws", "1.0.0"): nested})
    (finding,) = reviewed(tmp_path, {"main.tf": ""}, call("1.0.0", "acme/nested/aws//modules/a"), shelf).gained
    assert finding.principals == ("n",)


def test_a_package_cannot_call_what_is_outside_it(tmp_path: Path) -> None:
    escape = {"main.tf": 'module "b" {\n  source = "../../../secret"\n}\n'}
    head = {
        **call("1.0.0", "acme/escape/aws"),
        "secret/main.tf": ROLE % {"action": "x"},
        "secret/policy.json": POLICY % "s3:*",
    }
    review = reviewed(tmp_path, {"main.tf": ""}, head, Shelf({("acme/escape/aws", "1.0.0"): escape}))
    assert not any("module.app.module.b" in finding.instances for finding in review.gained)


def test_a_package_that_does_not_parse_is_a_gap_at_the_call(tmp_path: Path) -> None:
    review = reviewed(tmp_path, {"main.tf": ""}, call("1.0.0", "acme/broken/aws"), Shelf(SHELF))
    assert {(gap.file, gap.line) for gap in review.gaps} == {("main.tf", 3)}
    assert ".iam-review/modules" not in repr(review)


ILL = (
    ROLE % {"action": "x"}
    + """
resource "aws_iam_user_policy" "p" {
  user   = "u"
  policy = EXPRESSION
}
locals {
  a = 1
}
locals {
  a = 2
}
"""
)


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ('file("${path.module}/none.json")', "(there is no file none.json in the repository)"),
        ('file("${path.module}/../../../../../none.json")', "(../../../../../none.json lies outside the repository)"),
    ],
)
def test_what_a_package_cannot_do_is_told_by_its_own_paths(tmp_path: Path, expression: str, said: str) -> None:
    ill = {"main.tf": ILL.replace("EXPRESSION", expression), "policy.json": POLICY % "s3:*"}
    review = reviewed(tmp_path, {"main.tf": ""}, call("1.0.0", "acme/ill/aws"), Shelf({("acme/ill/aws", "1.0.0"): ill}))
    told = " ".join(gap.reason for gap in review.gaps)
    assert said in told
    assert "a is declared twice, in main.tf:" in told


def test_files_a_repository_puts_in_the_reserved_place_are_not_seen(tmp_path: Path) -> None:
    planted = {f".iam-review/modules/{number:016x}/main.tf": ROLE % {"action": "x"} for number in range(3)}
    review = reviewed(tmp_path, {**call("1.0.0"), **planted}, {**call("2.0.0"), **planted}, Shelf(SHELF))
    assert len(review.gained) == 1


def test_modules_without_end_are_given_up(tmp_path: Path) -> None:
    class Endless(Shelf):
        def _one(self, call: ModuleCall) -> ModuleFiles | str:
            number = int(call.version.rpartition(".")[2]) + 1
            return ModuleFiles(
                {"main.tf": f'module "n" {{\n  source  = "acme/n/aws"\n  version = "1.0.{number}"\n}}\n'.encode()}
            )

    shelf = Endless({})
    review = reviewed(tmp_path, {"main.tf": ""}, call("1.0.0", "acme/n/aws"), shelf)
    assert len(shelf.asked) == MAX_MODULE_ROUNDS and any("too late" in gap.reason for gap in review.gaps)


def test_in_a_child_process(tmp_path: Path) -> None:
    review = reviewed(tmp_path, call("1.0.0"), call("2.0.0"), Shelf(SHELF), parent.run)
    assert len(review.gained) == 1


def test_a_child_that_asks_for_ever_is_stopped(tmp_path: Path) -> None:
    asked: list[int] = []

    def greedy(request: ChildRequest) -> ChildAnswer:
        asked.append(1)
        return Needs(modules=(("acme/role/aws", f"1.0.{len(asked)}"),))

    with pytest.raises(Exception, match="kept asking"):
        reviewed(tmp_path, {}, {}, Shelf(SHELF), greedy)
    assert len(asked) == MAX_MODULE_ROUNDS + 1
