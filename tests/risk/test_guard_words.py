"""What is assumed of conditions that nobody decides, in words."""

from __future__ import annotations

from bot.evaluated.formula import Equals
from bot.evaluated.guard import Guard, Undecided
from bot.risk.wording.guard_words import all_words


def _is(value: str, holds: bool, subject: str = "var.app") -> Guard:
    return Guard(Undecided(f"{subject} {value}", f'"{value}" == {subject}', Equals(subject, value)), holds)


def test_what_is_one_value_is_not_said_to_be_no_other() -> None:
    guards = (_is("a", False), _is("b", False), _is("c", True), _is("x", False, "var.env"))
    assert all_words(guards) == ('"c" == var.app', '!("x" == var.env)')


def test_without_a_value_that_it_is_all_are_said() -> None:
    assert all_words((_is("a", False), _is("b", False))) == ('!("a" == var.app)', '!("b" == var.app)')
