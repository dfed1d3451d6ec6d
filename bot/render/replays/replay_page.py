"""Replays as one self-contained page: what is brought to the meeting that decides about the bot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.render.page.page import environment, style
from bot.render.replays.provenance import (
    Made,
    found_words,
    look_further,
    made_words,
    open_kinds,
    open_questions,
    remedies,
    taken_words,
)
from bot.render.replays.replay import Action, ReplayedChange, RepositoryHistory
from bot.render.replays.tally import cost, early, modes, tally, unseen_places, unseen_words
from bot.render.replays.what_if import at_thresholds, what_ifs
from bot.review.prose import counted

WHOLE = 400
"""So many comments are shown whole, the worst changes first come first; of others the first line is."""

QUESTIONS = 600
"""So many open questions of changes that left nothing but those are listed one by one; of others the kinds are."""

OF_ONE = 12
"""So many of one change."""

SHORT = 30
"""A list of so many changes is open from the start."""


def document(histories: Sequence[RepositoryHistory], made: Made) -> str:
    """The page: style inside, no script, nothing asked of anywhere."""
    every = tuple(one for history in histories for one in history.changes)
    said = tally(every)
    view = {
        "title": f"What iam-review would have said to {counted(said.changes, 'change')}",
        "style": style(),
        "said": said,
        "colour": _colour(said.actions),
        "made": list(made_words(made, every)),
        "found": found_words(said),
        "rule_pages": next((one.rules.help_pages for one in every if one.rules.help_pages), ""),
        "early": early(histories),
        "cost": cost(histories),
        "modes": modes(every),
        "look_further": look_further(every),
        "unseen": unseen_words([one.replay for one in every]),
        "thresholds": at_thresholds(every),
        "settings": what_ifs(every),
        "repositories": [_repository(history, QUESTIONS // max(1, len(histories))) for history in histories],
        "whole": max(1, WHOLE // max(1, len(histories))),
        "short": SHORT,
    }
    return environment().get_template("replays.html.j2").render(**view) + "\n"


def _colour(actions: Mapping[Action, int]) -> str:
    """Of the bar above all: green only where nothing was found and nothing left open."""
    if actions["block"]:
        return "high"
    if actions["comment"]:
        return "medium"
    return "asks" if actions["open"] or actions["summary"] or actions["failed"] else "none"


def _repository(history: RepositoryHistory, questions: int) -> dict[str, object]:
    left_open = []
    for replay in history.left_open:
        listed = open_questions(replay, min(OF_ONE, questions))
        questions -= len(listed)
        more = len(replay.unseen) - len(listed)
        left_open.append((replay, open_kinds(replay), listed, more))
    return {
        "name": history.name,
        "taken": taken_words(history),
        "period": history.period,
        "of": history.of,
        "stopped": history.stopped,
        "said": tally(history.changes),
        "spoken": [_change(one) for one in history.spoken],
        "summed_up": [(replay, unseen_places(replay)) for replay in history.summed_up],
        "left_open": left_open,
        "remedies": remedies(history.left_open),
        "silent": history.silent,
    }


def _change(one: ReplayedChange) -> dict[str, object]:
    return {
        "replay": one.replay,
        "review": one.replay.review,
        "findings": one.commented(),
        "open": open_questions(one.replay, OF_ONE),
    }
