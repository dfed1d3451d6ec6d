"""Who owns a file by CODEOWNERS, as GitHub and GitLab read it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from bot.late_pattern import late_pattern
from bot.review_config.thresholds import path_glob

_OWNER = late_pattern(r"@([A-Za-z0-9][\w.-]*(?:/[\w.-]+)*)")


def owners_of(path: str, text: str) -> tuple[str, ...]:
    """The logins and teams, without their @, of the last rule that matches; e-mail addresses and roles are left out.

    Source: GitHub, "About code owners"; GitLab, "Code Owners syntax". Sections of GitLab count as one list.
    """
    owners: tuple[str, ...] = ()
    for pattern, named in _parsed(text):
        if path_glob(pattern).fullmatch(path):
            owners = named
    return owners


@lru_cache(maxsize=1)
def _parsed(text: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(_rules(text))


def _rules(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for line in text.splitlines():
        words = line.partition("#")[0].split()
        if words and not words[0].startswith(("[", "^[", "!")):
            named = (_OWNER.fullmatch(word) for word in words[1:])
            yield _anchored(words[0]), tuple(owner[1] for owner in named if owner)


def _anchored(pattern: str) -> str:
    """A pattern with a slash before its end stands for one place, any other for that name anywhere."""
    return pattern.lstrip("/") if "/" in pattern.rstrip("/") else f"**/{pattern}"
