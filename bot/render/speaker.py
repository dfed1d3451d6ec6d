"""Who writes what people read of a review, which decides what they can answer."""

from __future__ import annotations

from enum import Enum


class Speaker(Enum):
    """The bot sets a check and answers `/iam` comments; a job, or the command line, is the check and answers none."""

    BOT = "bot"
    JOB = "job"
