"""Three hundred findings are read: those that are alike together, and none of them left out."""

from __future__ import annotations

import dataclasses
import io

from rich.console import Console

from bot.evaluated.touched import parse_diff
from bot.render import terminal
from bot.render.alike import MANY, Alike, alike
from bot.render.comment import inline_comments
from bot.render.gained import MAX_LOW
from bot.render.page import page
from bot.render.summary import markdown
from bot.review.model import AppliedWaiver, Finding, FindingPrincipal, Gap
from bot.review.prose import Prose
from bot.review_config.settings import ReviewConfig
from tests.fakes.reviews import finding, review

ACTIONS = tuple(f"s3:{name}*" for name in ("Get", "Put", "List", "Delete", "Create", "Replicate"))


def _of(number: int, **other: object) -> Finding:
    action = ACTIONS[number % len(ACTIONS)]
    who = FindingPrincipal("role", f"role-{number}", f"aws_iam_role.r{number}")
    title = Prose(f"role role-{number} can now use {action}")
    own: dict[str, object] = {"actions": (action,), "principal": who, "title": title, **other}
    return finding(f"{number:016x}", number + 1, **own)


EVERY = tuple(_of(number) for number in range(300))
FOUND = review(*EVERY)


def test_few_are_told_one_by_one() -> None:
    assert alike(EVERY[:MANY]) == tuple(map(Alike, EVERY[:MANY]))


def test_many_are_told_by_what_they_gain() -> None:
    groups = alike(EVERY)
    assert [one.first for one in groups] == list(EVERY[: len(ACTIONS)])
    assert sum(1 + len(one.others) for one in groups) == len(EVERY)


def test_who_is_let_in_and_what_is_accepted_are_not_told_with_others() -> None:
    stranger = _of(0, who=(Prose("account 444455556666"),))
    accepted = _of(0, waiver=AppliedWaiver("known", "grace", "2027-01-31"))
    assert [one.others for one in alike((*EVERY, stranger, accepted))][-2:] == [(), ()]


def test_what_is_said_of_one_alone_is_not_said_of_others() -> None:
    for own in (
        {"may_block": False},
        {"disabled_by_default": True},
        {"held_where": Prose("where x")},
        {"why": Prose("a reason")},
    ):
        assert [one.others for one in alike((*EVERY, _of(0, **own)))][-1] == ()
    two = (_of(0, kind="guardrail"), dataclasses.replace(_of(6, kind="guardrail"), title=Prose("breaks another")))
    assert [one.others for one in alike((*EVERY, *two))][-2:] == [(), ()]


def test_that_others_are_of_other_resources_is_said_with_each() -> None:
    own = tuple(
        dataclasses.replace(one, resources=(f"arn:aws:s3:::payroll-{number}/*",), after=Prose(f"payroll-{number}"))
        for number, one in enumerate(EVERY[::6])
    )
    shown = " ".join(terminal.write(review(*own), ReviewConfig(), lambda *_: None, Console(file=io.StringIO())).split())
    assert all(f"ID {one.fingerprint}: payroll-{number}" in shown for number, one in enumerate(own) if number)
    assert ", and on other resources for 49 others" in markdown(review(*own), ReviewConfig())


def test_others_that_gain_alike_are_named_before_who_can_become_them() -> None:
    new = tuple(dataclasses.replace(one, who=(Prose("account 444455556666"),)) for one in (EVERY[0], EVERY[6]))
    told = markdown(review(*new, *EVERY[1:6], *EVERY[7:12], *EVERY[13:24]), ReviewConfig())
    assert "role `role-0` and `role-6`, usable by account `444455556666`" in told


def _who_gains(one: Finding) -> str:
    return markdown(review(one), ReviewConfig()).split("\n| ")[-1].split(" | ")[1]


def test_of_credentials_their_owners_gain() -> None:
    keys = {"instances": ("aws_iam_access_key.a", "aws_iam_access_key.b"), "kind": "exposure"}
    assert _who_gains(_of(0, **keys)) == "role `role-0`"
    assert (
        _who_gains(_of(0, **keys, principals=("aws_iam_user.a", "aws_iam_user.b")))
        == "role `role-0` and `aws_iam_user.b`"
    )


def test_of_a_role_of_several_variants_these_are_named() -> None:
    assert _who_gains(_of(0, variants=("stage", "prod"))) == "role `role-0`, in prod and stage"


def test_a_policy_gives_to_whoever_gets_it() -> None:
    assert _who_gains(_of(0, principal=FindingPrincipal("policy", "limit", ""))) == "whoever gets policy `limit`"


def test_a_name_that_nobody_can_read_is_told_by_what_it_comes_from() -> None:
    symbol = '${element(split("/", data.terraform_remote_state.accounts.outputs.ci_role_arn), 1)}'
    assert (
        _who_gains(_of(0, principal=FindingPrincipal("role", symbol, symbol)))
        == "role `${...accounts.outputs.ci_role_arn...}`"
    )


def test_what_is_undecided_or_lost_is_named_with_its_place() -> None:
    lost = review(lost=EVERY[::6])
    shown = " ".join(terminal.write(lost, ReviewConfig(), lambda *_: None, Console(file=io.StringIO())).split())
    assert all(f"{one.principal.name} main.tf:{one.location.line}" in shown for one in EVERY[6::6] if one.principal)
    assert "`role-6 main.tf:7`" in markdown(lost, ReviewConfig())


def test_everywhere_few_lines_stand_for_all() -> None:
    shown = terminal.write(FOUND, ReviewConfig(), lambda *_: None, Console(file=io.StringIO()))
    assert shown.count("\n") < 300
    assert all(f"role-{number} main.tf:{number + 1}" in " ".join(shown.split()) for number in range(6, 300))
    summary = markdown(FOUND, ReviewConfig())
    assert summary.count("\n| ") == 2 + len(ACTIONS)
    assert "role `role-0` and 49 others" in summary and "`main.tf:1` and 49 other places" in summary
    document = page.document(FOUND)
    assert document.count("<summary>49 alike") == len(ACTIONS)
    assert all(f'id="f-{number:016x}"' in document for number in range(300))


def _own(number: int, *besides: str) -> Finding:
    """One that gains what no other does."""
    return dataclasses.replace(_of(number), actions=(f"s3:Act{number}", *besides))


def test_what_is_folded_gives_way_to_what_is_seen_at_once() -> None:
    """Long lists of exact access cut themselves short, not the table, and say that they are cut."""
    long = tuple(f"s3:Get{number:0400}" for number in range(12))
    every = tuple(_own(number, *long) for number in range(29))
    seen, _, exact = markdown(review(*every), ReviewConfig()).partition("<summary>Exact access")
    assert all(f"role `role-{number}`" in seen for number in range(29))
    assert "more new privilege" not in seen and "… and 14 more new privileges" in exact


def test_of_those_that_have_no_row_it_is_said_that_none_is_worse() -> None:
    every = tuple(_own(number) for number in range(60))
    assert "… and 20 more new privileges, none of a worse grade." in markdown(review(*every), ReviewConfig())


def test_much_that_is_no_longer_allowed_is_folded() -> None:
    lost = tuple(_own(number) for number in range(6))
    folded = "<summary>No longer allowed (6)</summary>"
    assert folded in markdown(review(*EVERY[:1], lost=lost), ReviewConfig())
    few = markdown(review(*EVERY[:1], lost=lost[:5]), ReviewConfig())
    assert "**No longer allowed:**" in few and "<summary>No longer" not in few


_ADMIN = Prose("where var.admin is true")


def test_what_nobody_has_by_default_is_said_in_its_row() -> None:
    for of, said in (
        ({}, "| role `role-0` |"),
        ({"disabled_by_default": True}, "| not by default: role `role-0` |"),
        ({"may_block": False}, "| not by default: role `role-0` |"),
        ({"held_where": _ADMIN}, "| where `var.admin` is true: role `role-0` |"),
        ({"held_where": _ADMIN, "may_block": False}, "| not by default (where `var.admin` is true): role `role-0` |"),
        (
            {"instances": ("a: r", "b: r", "c: r"), "not_today": ("c: r",)},
            "| role `role-0` and `b: r`; not by default `c: r` |",
        ),
        ({"may_block": False, "in_example": True}, "| in an example or test: role `role-0` |"),
    ):
        assert said in markdown(review(_of(0, **of)), ReviewConfig())


def test_comments_are_of_each_kind_first() -> None:
    lines = "".join(f"+line {number}\n" for number in range(300))
    touched = parse_diff(f"diff --git a/main.tf b/main.tf\n--- a/main.tf\n+++ b/main.tf\n@@ -0,0 +1,300 @@\n{lines}")
    comments = inline_comments(FOUND, touched, ReviewConfig(max_comments=8))
    assert [one.line for one in comments] == [1, 2, 3, 4, 5, 6, 7, 13]


def test_rules_that_are_loosened_stand_in_the_table_in_words() -> None:
    said = Prose(".iam-review.yaml loosens fail_at: in force once this is merged")
    loosened = finding("a" * 16, principal=None, kind="config", title=said)
    row = "| 🟠 high | `.iam-review.yaml` loosens `fail_at`: in force once this is merged |"
    assert row in markdown(review(loosened), ReviewConfig())


def test_up_to_three_are_named() -> None:
    two = _of(0, instances=("aws_iam_role.r0", "aws_iam_role.other"))
    three = _of(0, instances=("aws_iam_role.r0", "aws_iam_role.other", "aws_iam_role.third"))
    four = dataclasses.replace(three, instances=(*three.instances, "aws_iam_role.fourth"))
    assert "| role `role-0` and `aws_iam_role.other` |" in markdown(review(two), ReviewConfig())
    assert "| role `role-0`, `aws_iam_role.other` and `aws_iam_role.third` |" in markdown(review(three), ReviewConfig())
    assert "| role `role-0` and 3 more |" in markdown(review(four), ReviewConfig())


def test_examples_that_call_a_module_are_no_others() -> None:
    called = _of(0, examples=("examples/a: module.r.aws_iam_role.this",))
    assert "| role `role-0`; also in examples and tests (1) |" in markdown(review(called), ReviewConfig())


def test_other_new_roles_are_named_at_the_top() -> None:
    who = (Prose("ec2.amazonaws.com"),)
    every = (_of(0), _own(1), *(dataclasses.replace(_own(number), who=who) for number in (2, 3, 4)))
    top = markdown(review(*every), ReviewConfig()).split("\n\n")[1]
    assert top.endswith("Also new: role `role-2`; role `role-3`; role `role-4`.")
    more = markdown(review(*every, dataclasses.replace(_own(5), who=who)), ReviewConfig()).split("\n\n")[1]
    assert more.endswith("Also new: role `role-2`; role `role-3`; 2 more.")
    shown = dataclasses.replace(_own(2), who=who, in_example=True)
    assert "Also new" not in markdown(review(_of(0), shown), ReviewConfig())


def test_who_else_is_let_in_is_named_at_the_top() -> None:
    anyone = dataclasses.replace(_own(1), kind="resource", who=(Prose("anyone"),), grade="high")
    top = markdown(review(_own(0), anyone), ReviewConfig()).split("\n\n")[1]
    assert top.endswith("Also let in: anyone, to role `role-1`.")
    service = dataclasses.replace(anyone, grade="low")
    assert "Also let in" not in markdown(review(_own(0), service), ReviewConfig())


def test_what_is_undecided_in_examples_alone_is_one_line() -> None:
    known, *shown = (_own(0), *(dataclasses.replace(_own(number), in_example=True) for number in (1, 2)))
    said = markdown(review(undecided=(known, *shown)), ReviewConfig())
    assert "\n- in examples and tests: " in said and said.count("\n- ") == 2
    assert "in examples and tests" not in markdown(review(undecided=(known, shown[0])), ReviewConfig())


def test_what_is_not_analysed_in_examples_alone_is_one_line() -> None:
    def gap(number: int, in_example: bool) -> Gap:
        kind = f"kind-{number}"
        return Gap(
            f"{number}", "is open", "", "a.tf", number, "head", True, True, "low", kind=kind, in_example=in_example
        )

    gaps = (gap(1, True), gap(2, False), gap(3, True))
    said = markdown(review(gaps=gaps, complete=False), ReviewConfig())
    assert "- `a.tf:2` is open.\n- 2 in examples and tests: `a.tf:1`, `a.tf:3`: is open." in said


def test_what_is_low_is_folded_beside_what_weighs() -> None:
    weighs = _of(0, grade="high")
    low = tuple(_of(number, grade="low") for number in range(1, 4))
    said = markdown(review(weighs, *low), ReviewConfig())
    plain, _, fold = said.partition("<details>")
    assert "`role-0`" in plain and "`role-1`" not in plain
    assert fold.startswith("\n<summary>⚪ 3 more of grade low</summary>")
    assert all(f"`role-{number}`" in fold.partition("</details>")[0] for number in range(1, 4))


def test_one_that_is_low_and_a_few_that_nothing_outweighs_are_seen_at_once() -> None:
    low = tuple(_of(number, grade="low") for number in range(MANY))
    for seen in ((_of(0, grade="high"), low[1]), low[: MAX_LOW + 1]):
        assert "of grade low" not in markdown(review(*seen), ReviewConfig())
    said = markdown(review(*low), ReviewConfig())
    assert said.partition("<details>")[0].count("| ⚪ low |") == MAX_LOW
    assert f"<summary>⚪ {MANY - MAX_LOW} more of grade low</summary>" in said


def test_what_gets_a_comment_is_never_folded() -> None:
    seen = (_of(0, grade="high"), *(_of(number, grade="low") for number in range(1, 4)))
    assert "of grade low" not in markdown(review(*seen), ReviewConfig(comment_at="low"))


def test_few_that_are_alike_are_named_in_one_row() -> None:
    many = tuple(_own(number) for number in range(MANY))
    for others, said in ((2, "role `role-20`, `role-21` and `role-22` |"), (3, "role `role-20` and 3 others |")):
        same = tuple(dataclasses.replace(_of(20 + number), actions=("s3:One",)) for number in range(others + 1))
        assert said in markdown(review(*many, *same), ReviewConfig())
