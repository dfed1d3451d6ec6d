"""Contents from two dictionaries of files."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.contents.port import FileVersion, Revisions
from bot.contents.selection import RULES_NAME, can_matter, is_compared
from bot.errors import ContentsError


@dataclass
class FakeContents:
    """`base` and `head` map paths to texts; `broken` is raised instead of an answer.

    `earlier_rules` are what the rules' file said before, as of commits 0..., 1..., 2...
    """

    base: Mapping[str, str]
    head: Mapping[str, str]
    broken: ContentsError | None = None
    asked: list[str] = field(default_factory=list)
    earlier_rules: tuple[str, ...] = ()

    def revisions(self) -> Revisions:
        if self.broken:
            raise self.broken
        texts = {_blob(text): (path, text) for side in (self.base, self.head) for path, text in side.items()}
        return Revisions(
            base="b" * 40,
            head="a" * 40,
            base_listing={path: _blob(text) for path, text in self.base.items()},
            head_listing={path: _blob(text) for path, text in self.head.items()},
            diff=_diff(self.base, self.head),
            blobs={blob: text.encode() for blob, (path, text) in texts.items() if can_matter(path)},
            earlier_rules=self._earlier_rules,
        )

    def _earlier_rules(self) -> tuple[FileVersion, ...]:
        self.asked.append(RULES_NAME)
        return tuple(FileVersion(str(at) * 40, text.encode()) for at, text in enumerate(self.earlier_rules))

    def read(self, blobs: Iterable[str]) -> Mapping[str, bytes]:
        wanted = list(blobs)
        self.asked += wanted
        texts = {_blob(text): text for side in (self.base, self.head) for text in side.values()}
        return {blob: texts[blob].encode() for blob in wanted if blob in texts}


def _blob(text: str) -> str:
    data = text.encode()
    return hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()


def _diff(base: Mapping[str, str], head: Mapping[str, str]) -> str:
    parts: list[str] = []
    for path in filter(is_compared, sorted(base.keys() | head.keys())):
        old, new = base.get(path), head.get(path)
        if old == new:
            continue
        parts.append(f"diff --git a/{path} b/{path}\n")
        if old is None or new is None:
            parts.append(f"{'new' if old is None else 'deleted'} file mode 100644\n")
        names = ("/dev/null" if old is None else f"a/{path}", "/dev/null" if new is None else f"b/{path}")
        lines = [(side or "").splitlines(keepends=True) for side in (old, new)]
        parts += difflib.unified_diff(lines[0], lines[1], *names)
    return "".join(parts)
