"""The page of `history` against single reviews: each change once by it, once by `diff` run by itself.

    python -m bench.history_page --mirror DIR --repository OWNER/NAME [--repository ...] --keep DIR
                                 [--changes 100] [--alone N] [--minutes N]

Single reviews are made of the newest `--alone` changes of each repository, of all if nothing is said. `--keep` holds
what is reviewed, so that a call which `--minutes` ends is gone on with by the next one; when all is there the page (and
Markdown and CSV) is written into it. 1 if a change's review is another one in any of its parts, the page lacks what the
single review says, counts otherwise, or is larger than a megabyte.
"""

from __future__ import annotations

import argparse
import dataclasses
import html
import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.fetched import repository
from bot.contents.merged import MergedChange
from bot.render.heading import title
from bot.render.markdown import visible
from bot.render.phrases import sentence
from bot.render.replays.replay import ReplayedChange, RepositoryHistory
from bot.render.replays.replay_page import OF_ONE
from bot.review.codec import decoder, encode
from bot.review_process.rounds import Options
from bot.wiring import history

MOST_BYTES = 1_000_000
OF_THE_RUN = ("seconds", "confinement", "files_parsed")
"""What the statistics say of a run and not of the change: each round in a child process parses anew."""


@dataclass(frozen=True)
class Kept:
    """A change as `history` reviewed it, and what `_single` gives if that was asked for."""

    replayed: ReplayedChange
    single: dict[str, Any] | None


_BLOCK = re.compile(
    r'<details class="card.*?</details>|<li class="change">.*?(?=<li class="change">|</details>)', re.DOTALL
)
"""A change on the page: a card, or a point of a list, which may hold another."""


def main() -> int:
    """Review, as far as the minutes go, then compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mirror", type=Path, required=True)
    parser.add_argument("--repository", action="append", required=True, help="OWNER/NAME")
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--changes", type=int, default=100)
    parser.add_argument("--alone", type=int, help="how many are reviewed by diff as well (default: all)")
    parser.add_argument("--minutes", type=float, default=60.0)
    given = parser.parse_args()
    ends = time.monotonic() + given.minutes * 60
    directories = {name: found for name in given.repository if (found := repository(given.mirror, name)) is not None}
    histories, singles = [], []
    for (name, directory), into in zip(
        directories.items(),
        history.merged_into(list(directories.values()), "HEAD", given.changes, Options()),
        strict=True,
    ):
        place = given.keep / name.replace("/", "+")
        place.mkdir(parents=True, exist_ok=True)
        alone = given.changes if given.alone is None else given.alone
        kept = [
            _kept(into, change, directory if number < alone else None, place, ends)
            for number, change in enumerate(into.changes)
        ]
        done = [one for one in kept if one is not None]
        if len(done) < len(kept):
            print(f"{name}: {len(done)} of {len(kept)} changes are reviewed; call it again")
            return 2
        reviewed = history.history_of(into, [one.replayed for one in done])
        histories.append(dataclasses.replace(reviewed, name=name, of=len(done)))
        singles.append([one.single for one in done if one.single is not None])
    return _judged(histories, singles, given.keep)


def _kept(
    into: history.MergedInto, change: MergedChange, directory: Path | None, place: Path, ends: float
) -> Kept | None:
    """A change, reviewed now or kept; by `diff` too where a directory is given. None where there is no time left."""
    file = place / f"{change.head}.json"
    kept: Kept | None = decoder(Kept).decode(file.read_bytes()) if file.exists() else None
    if kept is not None and (kept.single is not None or directory is None):
        return kept
    if time.monotonic() > ends:
        return None
    replayed = kept.replayed if kept else next(history.replays(dataclasses.replace(into, changes=(change,))))
    kept = Kept(replayed, _single(directory, change) if directory else None)
    file.write_bytes(encode(kept))
    return kept


def _single(directory: Path, change: MergedChange) -> dict[str, Any]:
    """What `diff` prints as JSON, and the seconds it took; {} where it could not review."""
    sides = ("--repo", str(directory), "--base", change.base, "--head", change.head)
    started = time.perf_counter()
    ran = subprocess.run(
        (sys.executable, "-m", "bot", "diff", *sides, "--format", "json"), capture_output=True, check=False
    )
    review = json.loads(ran.stdout) if ran.returncode in (0, 1) else {}
    return {"review": review, "seconds": time.perf_counter() - started}


def _judged(histories: Sequence[RepositoryHistory], singles: Sequence[Sequence[dict[str, Any]]], keep: Path) -> int:
    pages = {kind: history.document(histories, kind) for kind in ("html", "markdown", "csv")}
    for kind, text in pages.items():
        (keep / f"history.{kind}").write_text(text)
    size = len(pages["html"].encode())
    wrong = [] if size <= MOST_BYTES else [f"the page has {size} bytes"]
    whole, blocks = _seen(pages["html"]), [_seen(block) for block in _BLOCK.findall(pages["html"])]
    for past, alone in zip(histories, singles, strict=True):
        found = [said for pair in zip(past.changes, alone, strict=False) for said in _differences(*pair, blocks)]
        later = sum(one.replay.action == "block" for one in past.changes[len(alone) :])
        block = later + sum(one["review"].get("verdict") == "fail" for one in alone)
        if f"{past.of} changes: {block} would block" not in whole:
            found.append(f"the page does not say that {block} of {past.of} would block")
        left_open = sum(one.replay.action == "open" for one in past.changes)
        if f"{left_open} left open" not in whole:
            found.append(f"the page does not say that {left_open} were left open")
        findings = sum(len(one["review"].get("gained", ())) for one in alone)
        gaps = sum(gap["changed"] for one in alone for gap in one["review"].get("gaps", ()))
        took = sum(one.replay.seconds for one in past.changes), sum(one["seconds"] for one in alone)
        failed = sum(one.replay.action == "failed" for one in past.changes)
        print(
            f"{past.name}: {past.of} changes, {block} block, "
            f"{failed} failed, {took[0]:.0f} s; by diff {len(alone)} of them, {findings} gained, {gaps} changed gaps, "
            f"{took[1]:.0f} s; {len(found)} differences"
        )
        wrong += [f"{past.name}: {said}" for said in found]
    every = [one["review"] for alone in singles for one in alone]
    if len(every) == sum(past.of for past in histories):
        waited = f"{sum(map(_waits_if_closed, every))} of {len(every)} changes would have waited"
        wrong += [] if waited in whole else [f"the page does not say of fail_closed: changed that {waited}"]
    print(f"the page: {size:,} bytes; {len(wrong)} differences", *wrong, sep="\n")
    return 1 if wrong else 0


def _differences(one: ReplayedChange, alone: dict[str, Any], blocks: Sequence[str]) -> Iterator[str]:
    replay, single = one.replay, alone["review"]
    name = f"{replay.name} {visible(replay.title)}"
    if replay.review is None or not single:
        if replay.review is not None or single:
            yield f"{name}: only one of the two could be reviewed ({replay.error})"
        return
    replayed = json.loads(history.as_json(replay))["review"]
    for part in sorted(single.keys() | replayed.keys()):
        if _lasting(part, replayed.get(part)) != _lasting(part, single.get(part)):
            yield f"{name}: {part} is another"
    places = [text for text in blocks if " ".join(name.split()) in text]
    if not places:
        yield f"{name}: the page does not name it"
    for said in _expected(one, single):
        if not any(" ".join(said.split()) in text for text in places):
            yield f"{name}: the page does not say {said!r}"


def _lasting(part: str, value: Any) -> Any:
    if part == "stats" and isinstance(value, dict):
        return {name: each for name, each in value.items() if name not in OF_THE_RUN}
    return value


def _expected(one: ReplayedChange, single: dict[str, Any]) -> Iterator[str]:
    """What the page has to say of a change, out of the single review: the verdict, comments, what is open."""
    if single["verdict"] == "fail":
        yield "would block"
    commented = {finding.fingerprint for finding in one.commented()}
    listed = one.replay.action == "summary"
    for finding in (*single["gained"], *(single["undecided"] if listed else ())):
        if listed or finding["fingerprint"] in commented:
            yield sentence(visible(finding["title"]))
            yield f"{finding['location']['file']}:{finding['location']['line']}"
    if one.replay.action == "open":
        yield title(one.replay.review) if one.replay.review else ""
    gaps = [gap for gap in single["gaps"] if gap["changed"] and gap["carries_policy"]]
    if listed:
        kinds = Counter(gap["kind"] for gap in gaps)
        yield from (f"({count}): " for count in kinds.values())
    else:
        yield from (f"{gap['file']}:{gap['line']}" if gap["line"] else gap["file"] for gap in gaps[:OF_ONE])


def _waits_if_closed(single: dict[str, Any]) -> bool:
    """Whether the verdict is fail, or would be under `fail_closed: changed`."""
    gaps = (gap for gap in single["gaps"] if gap["changed"] and gap["carries_policy"])
    unsettled = any(one["waiver"] is None for one in (*gaps, *single["undecided"]))
    return single["verdict"] == "fail" or unsettled


def _seen(markup: str) -> str:
    """What a reader sees of a piece of the page."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


if __name__ == "__main__":
    sys.exit(main())
