"""The sandbox's own reading of diffs agrees with the bot's: two programs, one answer."""

from __future__ import annotations

import dataclasses
import re
import tempfile
from pathlib import Path
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.contents.folders import FolderContents
from bot.evaluated import touched
from bot.evaluated.touched import FileChange, parse_diff
from bot.fake_forge.unified import FileDiff, read_diff
from tests.contents.repositories import write_files

LINES = st.lists(
    st.sampled_from(["a = 1", "", "- b", "+ c", "@@ -1 +1 @@", "--- a/x", "diff --git a/x b/x"]), max_size=12
)
TEXTS = st.builds(lambda lines, end: "\n".join(lines) + end, LINES, st.sampled_from(["", "\n"]))
NAMES = st.sampled_from(["main.tf", "b c.tf", "é.tf", "deep/er/x.tf", 'quo"te.tf', "tab\t.tf"])
FILES = st.dictionaries(NAMES, TEXTS.filter(bool), max_size=3)


def seen(file: FileDiff) -> FileChange:
    lines = [line for hunk in file.hunks for line in hunk.lines]
    return FileChange(
        base=file.base,
        head=file.head,
        removed=frozenset(line.old for line in lines if line.kind == "removed" and line.old),
        added=frozenset(line.new for line in lines if line.kind == "added" and line.new),
        hunks=tuple(stretch(hunk.header) for hunk in file.hunks),
    )


def stretch(header: str) -> tuple[int, int, int, int]:
    match = re.match(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@", header)
    assert match
    a, b, c, d = (1 if number is None else int(number) for number in match.groups())
    return a, b, c, d


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FILES, FILES)
def test_agreement(base: dict[str, str], head: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folders = [write_files(Path(place) / name, files) for name, files in (("base", base), ("head", head))]
        diff = FolderContents(*folders).revisions().diff
    # What says nothing, or is merely aligned anew, is for the review alone: a line of it is shown like any other.
    with mock.patch.object(touched, "_but_aligned", iter):
        read = {dataclasses.replace(file, said_nothing=frozenset()) for file in parse_diff(diff).files}
    assert {seen(file) for file in read_diff(diff)} == read
