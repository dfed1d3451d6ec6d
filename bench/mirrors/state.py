"""What was found already, by the bot's code: a run that was ended goes on from there."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.mirrors.faults import Fault
from bench.mirrors.repositories import Change, Repository
from bench.mirrors.reviews import Outcome
from bench.mirrors.roots import Roots


@dataclass(frozen=True, slots=True)
class State:
    """A folder; None keeps nothing."""

    folder: Path | None

    @classmethod
    def of(cls, folder: Path | None, bot: Path) -> State:
        """The part of the folder that is of just this code."""
        return cls(folder and folder / code_hash(bot))

    def outcome(self, change: Change) -> Outcome | None:
        content = self._read(f"{change.name}.json")
        if content is None:
            return None
        return Outcome(**{**content, "faults": tuple(Fault(**each) for each in content["faults"])})

    def keep_outcome(self, change: Change, outcome: Outcome) -> None:
        self._write(f"{change.name}.json", dataclasses.asdict(outcome))

    def roots(self, repository: Repository, commit: str) -> Roots | None:
        content = self._read(_roots(repository, commit))
        if content is None:
            return None
        return Roots(**{**content, "faults": [Fault(**each) for each in content["faults"]]})

    def keep_roots(self, repository: Repository, commit: str, roots: Roots) -> None:
        self._write(_roots(repository, commit), dataclasses.asdict(roots))

    def _read(self, name: str) -> dict[str, Any] | None:
        if self.folder is None or not (self.folder / name).exists():
            return None
        content: dict[str, Any] = json.loads((self.folder / name).read_text(encoding="utf-8"))
        return content

    def _write(self, name: str, content: dict[str, Any]) -> None:
        if self.folder is None:
            return
        place = self.folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(".part")  # renamed when whole: a run can be ended at any time
        part.write_text(json.dumps(content), encoding="utf-8")
        part.replace(place)


def _roots(repository: Repository, commit: str) -> str:
    return f"{repository.name.replace('/', '+')}/roots-{commit[:12]}.json"


def code_hash(bot: Path) -> str:
    """Of every file that a review could depend on."""
    digest = hashlib.sha256()
    for path in sorted(bot.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(bot)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]
