"""Replays as one self-contained page: what is brought to the meeting that decides about the bot."""

from __future__ import annotations

from collections.abc import Sequence

from bot.render.page.page import environment, style
from bot.render.replays.replay import ReplayedChange, RepositoryHistory
from bot.render.replays.tally import cost, early, modes, tally, unseen_places, unseen_words
from bot.render.replays.what_if import at_thresholds, what_ifs

WHOLE = 400
"""So many comments are shown whole, the worst changes first come first; of others the first line is."""


def document(histories: Sequence[RepositoryHistory]) -> str:
    """The page: style inside, no script, nothing asked of anywhere."""
    every = tuple(one for history in histories for one in history.changes)
    said = tally(every)
    view = {
        "title": f"What iam-review would have said to {said.changes} changes",
        "style": style(),
        "said": said,
        "early": early(histories),
        "cost": cost(histories),
        "modes": modes(said),
        "unseen": unseen_words([one.replay for one in every]),
        "thresholds": at_thresholds(every),
        "settings": what_ifs(every),
        "repositories": [_repository(history) for history in histories],
        "whole": max(1, WHOLE // max(1, len(histories))),
    }
    return environment().get_template("replays.html.j2").render(**view) + "\n"


def _repository(history: RepositoryHistory) -> dict[str, object]:
    quiet = {"summed_up": history.summed_up, "silent": history.silent}
    listed = {name: [(replay, unseen_places(replay)) for replay in replays] for name, replays in quiet.items()}
    spoken = [_change(one) for one in history.spoken]
    about = {"name": history.name, "period": history.period, "of": history.of, "stopped": history.stopped}
    return {**about, "said": tally(history.changes), "spoken": spoken, **listed}


def _change(one: ReplayedChange) -> dict[str, object]:
    return {
        "replay": one.replay,
        "review": one.replay.review,
        "findings": one.commented(),
        "open": unseen_places(one.replay),
    }
