"""Nobody who has signed in keeps the playground to themselves."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.web.pages.playground import A_MINUTE, Turns
from tests.web.sites import VISITORS, served

ADA, GRACE, NOBODY = ("github", "ada"), ("github", "grace"), ("", "")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.time = datetime(2026, 3, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time


def granted(turns: Turns, who: tuple[str, str], times: int = 1) -> int:
    """How many of that many turns, one after the other, they have."""
    count = 0
    for _ in range(times):
        with turns.turn(who) as has:
            count += has
    return count


def test_so_many_a_minute_and_each_person_their_own() -> None:
    clock = Clock()
    turns = Turns(clock)
    assert granted(turns, ADA, A_MINUTE + 5) == A_MINUTE
    assert granted(turns, GRACE) == 1
    assert granted(turns, ("gitlab", "ada")) == 1
    clock.time += timedelta(seconds=59)
    assert granted(turns, ADA) == 0
    clock.time += timedelta(seconds=1)
    assert granted(turns, ADA, 3) == 3


def test_one_at_a_time_whatever_becomes_of_it() -> None:
    turns = Turns(Clock())
    with turns.turn(ADA) as first:
        assert (first, granted(turns, ADA), granted(turns, GRACE)) == (True, 0, 1)
        assert granted(turns, ADA) == 0, "a turn that was refused has ended no other"
    with pytest.raises(ValueError, match="died"), turns.turn(ADA):
        raise ValueError("died")
    assert granted(turns, ADA) == 1


def test_who_is_at_the_machine_waits_for_nobody() -> None:
    turns = Turns(Clock())
    with turns.turn(NOBODY) as first, turns.turn(NOBODY) as second:
        assert first and second
    assert granted(turns, NOBODY, A_MINUTE + 5) == A_MINUTE + 5


def test_threads_share_the_turns() -> None:
    turns, found = Turns(Clock()), list[int]()
    threads = [threading.Thread(target=lambda: found.append(granted(turns, ADA, 20))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(found) <= A_MINUTE


@pytest.mark.parametrize(("who", "answered"), [("reader", A_MINUTE), ("local", A_MINUTE + 3)])
def test_the_playground_keeps_to_it(tmp_path: Path, who: str, answered: int) -> None:
    site = served(tmp_path, VISITORS[who], playground="signed-in")
    client = site.app.test_client()
    texts = [client.post("/playground", data={"base": "", "head": ""}).text for _ in range(A_MINUTE + 3)]
    assert sum("wait a little" not in text for text in texts) == answered
    site.engines.dispose()
