"""Whether this process is fit to take work: one that is not gives back what it holds, untried, for others."""

from __future__ import annotations

from datetime import timedelta

MOST_APART = timedelta(seconds=30)
"""Between this machine's clock and the database's: leases last a minute, and are written by whoever holds them."""
