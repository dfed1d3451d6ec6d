"""Regular expressions that are compiled when they are first used: a small review uses a third of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    late_pattern = re.compile
else:

    class late_pattern:  # noqa: N801  Stands for a function, and for what that returns.
        """As `re.compile`, for a module's constants; type checkers see that one."""

        def __init__(self, pattern: str | bytes, flags: int = 0) -> None:
            self._written = (pattern, flags)

        def __getattr__(self, name: str) -> object:
            """An attribute of the compiled pattern, which is kept for the next time. Raises re.error."""
            found = getattr(re.compile(*self._written), name)
            setattr(self, name, found)
            return found
