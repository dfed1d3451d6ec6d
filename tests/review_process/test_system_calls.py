"""The filter of system calls, run as the kernel runs it, for both machines: no kernel at hand has every call."""

from __future__ import annotations

import errno
from typing import Any

import pytest

from bot.review_process.system_calls import ALLOW, MACHINES, REFUSE, Instruction, call_filter
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES: dict[str, dict[str, Any]] = read_yaml((TESTS / "cases" / "isolate" / "calls.yaml").read_text())
REFUSED, BY_ARGUMENT = CASES["refused"], CASES["by argument"]
WHO = 4711
ANSWERS = {"allowed": ALLOW, "refused": REFUSE}


def kernel(program: tuple[Instruction, ...], architecture: int, number: int, *given: int) -> int:
    """What the filter answers to a call, whose 64-bit arguments lie in memory with the lower half first."""
    words = [number, architecture, 0, 0, *(half for one in given for half in (one & 0xFFFF_FFFF, one >> 32))]
    held = line = 0
    while True:
        code, if_true, if_false, operand = program[line]
        line += 1
        match code:
            case 0x20:
                held = words[operand // 4] if operand // 4 < len(words) else 0
            case 0x15:
                line += if_true if held == operand else if_false
            case 0x35:
                line += if_true if held >= operand else if_false
            case 0x45:
                line += if_true if held & operand else if_false
            case 0x06:
                return operand
            case _:
                raise AssertionError(f"the kernel knows no {code:#x}")


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", REFUSED)
def test_refused(machine: str, name: str) -> None:
    architecture, which = MACHINES[machine]
    number = REFUSED[name][which]
    if number is not None:
        assert kernel(call_filter(machine, WHO), architecture, number, 0, 0, 0) == REFUSE


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", BY_ARGUMENT)
def test_by_argument(machine: str, name: str) -> None:
    architecture, which = MACHINES[machine]
    case = BY_ARGUMENT[name]
    assert (
        kernel(call_filter(machine, WHO), architecture, case["call"][which], *case["given"]) == ANSWERS[case["answer"]]
    )


@pytest.mark.parametrize("machine", MACHINES)
def test_what_nobody_has_heard_of_is_refused(machine: str) -> None:
    architecture, which = MACHINES[machine]
    program = call_filter(machine, WHO)
    known = {numbers[which] for numbers in REFUSED.values()}
    allowed = {number for number in range(1024) if kernel(program, architecture, number, 0, 1, 0) == ALLOW}
    assert not allowed & known
    assert 40 <= len(allowed) <= 55
    assert kernel(program, architecture ^ 1, 0, 0) == REFUSE, "the calls of another machine"
    assert kernel(program, architecture, 0x4000_0000, 0) == REFUSE, "x86's other way of numbering calls"


def test_a_refusal_is_an_error_that_python_knows() -> None:
    assert REFUSE & 0xFFFF == errno.EPERM
