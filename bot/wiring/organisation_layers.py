"""An organisation's layers of rules: out of the server's configuration, or one repository's default branch."""

from __future__ import annotations

import dataclasses
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import yaml

from bot.config import OrganisationConfig
from bot.errors import ConfigError
from bot.review_config.organisation import ORGANISATION_FILE, read_organisation, split
from bot.review_config.rules_file import load_review_config, rules_file
from bot.review_process.rounds import Options

KEPT = 300.0
"""Seconds after which the repository is asked again."""

Fetch = Callable[[str], bytes | None]
"""The organisation's file of a repository ("owner/name"), None if it has none. Raises ContentsError."""


@dataclass(slots=True)
class Organisation:
    """Fills the layers into a job's options; safe for threads."""

    given: OrganisationConfig
    now: Callable[[], float] = time.monotonic
    _texts: dict[str, tuple[float, str, str]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        """Raises ConfigError if the server's own layers are wrong: nothing is enforced by halves."""
        for name in ("defaults", "enforced"):
            problems = load_review_config(yaml.safe_dump(getattr(self.given, name)), f"organisation.{name}").problems
            if problems:
                raise ConfigError("\n".join(each.reason for each in problems))

    def options(self, options: Options, repository: str, fetch: Fetch) -> Options:
        """The options of a job for `repository`. Raises ContentsError, or ConfigError for a file that is wrong."""
        if self.given.repository:
            defaults, enforced = self._of_repository(self._named(repository), fetch)
        else:
            defaults, enforced = (yaml.safe_dump(layer) for layer in (self.given.defaults, self.given.enforced))
        return dataclasses.replace(options, defaults_text=defaults, enforced_text=enforced)

    def _named(self, repository: str) -> str:
        """A bare name is that of a repository beside the one that is reviewed."""
        given = self.given.repository
        return given if "/" in given else f"{repository.rpartition('/')[0]}/{given}"

    def _of_repository(self, holder: str, fetch: Fetch) -> tuple[str, str]:
        with self._lock:
            until, *texts = self._texts.get(holder, (0.0, "", ""))
        if until > self.now():
            return texts[0], texts[1]
        content = fetch(holder)
        source = f"{holder}: {ORGANISATION_FILE}"
        file = rules_file(content)
        if file.unreadable:
            raise ConfigError(f"{source}{file.unreadable}")
        text = file.text or ""
        problems = tuple(problem for layer in read_organisation(text, source) for problem in layer.problems)
        if problems:
            raise ConfigError("; ".join(each.reason for each in problems))
        defaults, enforced, _ = split(text, source)
        with self._lock:
            self._texts[holder] = (self.now() + KEPT, defaults, enforced)
        return defaults, enforced
