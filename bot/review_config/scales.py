"""Values that are one above the other, the loosest first."""

from __future__ import annotations

from bot.review.model import GRADES

MODES = ("observe", "comment", "enforce")
CLOSED = ("off", "changed", "all")
THRESHOLDS = ("never", *GRADES[:0:-1])
GRADINGS = ("off", *GRADES[1:])
