"""Tells the stories of tests/cases/sandbox/stories on a sandbox with a bot beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.repository import folder
from bot.sandbox.sample import SAMPLES
from bot.sandbox.sandbox import Sandbox
from bot.sandbox.world import LineComment, PullRequest, Repository

Story = Mapping[str, Any]
Step = Mapping[str, Any]

SECONDS = 30.0


@dataclass
class Telling:
    """One story on its way: its repository, its pull request, the files of its head."""

    sandbox: Sandbox
    repository: Repository
    story: Story
    files: dict[str, bytes]
    pull: PullRequest | None = None
    commands: int = field(default=0)

    @classmethod
    def begin(cls, sandbox: Sandbox, name: str, story: Story) -> Telling:
        files = folder(SAMPLES / "base") | _encoded(story.get("base", {}))
        return cls(sandbox, sandbox.create_repository(name, files), story, files)

    def step(self, step: Step) -> None:
        """Do what the step says and wait until the bot has nothing more to do."""
        self.files = changed(self.files, step.get("change", {}))
        if self.pull is None:
            options = {key: self.story[key] for key in ("draft", "from_fork") if key in self.story}
            self.pull = self.sandbox.open_pull(self.repository, self.files, **options)
        else:
            self._act(self.pull, step.get("do", "push"))
        self.settle()

    def _act(self, pull: PullRequest, action: str | Mapping[str, str]) -> None:
        sandbox = self.sandbox
        if not isinstance(action, str):
            self.commands += action["comment"].startswith("/iam")
            sandbox.comment(pull, action["by"], action["comment"])
            return
        acts: Mapping[str, Callable[[], object]] = {
            "push": lambda: sandbox.push(pull, self.files),
            "force-push": lambda: sandbox.push(pull, self.files, force=True),
            "redeliver": lambda: sandbox.deliveries.send(sandbox.deliveries.sent[-1]),
            "close": lambda: sandbox.close(pull),
            "merge": lambda: sandbox.close(pull, merged=True),
            "reopen": lambda: sandbox.change(pull, "reopened"),
            "ready": lambda: sandbox.change(pull, "ready_for_review"),
        }
        acts[action]()

    def settle(self) -> None:
        """Wait for the check, for the answers to commands, and for half a second of quiet."""
        assert self.pull is not None
        pull, deadline = self.pull, time.monotonic() + SECONDS
        self.sandbox.deliveries.settle()
        assert self.sandbox.wait_for_check(pull, SECONDS), "no conclusion"
        quiet_since, count = time.monotonic(), len(self.sandbox.requests)
        while time.monotonic() - quiet_since < 0.6 or self._answered() < self.commands:
            assert time.monotonic() < deadline, "the bot does not come to rest"
            time.sleep(0.05)
            if len(self.sandbox.requests) != count:
                quiet_since, count = time.monotonic(), len(self.sandbox.requests)

    def _answered(self) -> int:
        """Commands that the bot has reacted to."""
        return sum(bool(comment.reactions) for comment in self._peoples_comments())

    def sees(self, wanted: Step) -> dict[str, Any]:
        """What a person sees now, of the things that a step speaks of."""
        assert self.pull is not None
        shown = self.sandbox.snapshot(self.pull)
        seen = {
            "comments": [self._comment(comment) for comment in self._bots_line_comments()],
            "check": shown["check"]["conclusion"],
            "merge": shown["mergeable"],
            "summary": sum("iam-review:summary" in body for body in self._bots_comments()),
            "runs": len(self.sandbox.github.world.runs_on(self.repository, self.pull.head)),
        }
        return {key: value for key, value in seen.items() if key in wanted}

    def _bots_line_comments(self) -> list[LineComment]:
        assert self.pull is not None
        return [c for c in self.sandbox.github.world.line_comments_on(self.pull) if c.author.kind == "Bot"]

    def _bots_comments(self) -> list[str]:
        assert self.pull is not None
        return [c.body for c in self.sandbox.github.world.comments_on(self.pull) if c.author.kind == "Bot"]

    def _peoples_comments(self) -> Iterator[Any]:
        assert self.pull is not None
        return (c for c in self.sandbox.github.world.comments_on(self.pull) if c.author.kind == "User")

    def _comment(self, comment: LineComment) -> dict[str, Any]:
        """Where a comment stands, in the words of the case files."""
        if " fixed -->" in comment.body.partition("\n")[0]:
            return {"file": comment.path, "fixed": True}
        if comment.subject == "file":
            return {"file": comment.path, "on": "file"}
        assert self.pull is not None
        side, line = ("was", self.pull.base) if comment.side == "LEFT" else ("line", self.pull.head)
        if comment.line is None:
            return {"file": comment.path, side: None}
        text = self.repository.git.files(line)[comment.path].decode().split("\n")[comment.line - 1]
        return {"file": comment.path, side: text.strip()}

    def words(self) -> list[str]:
        """All that the bot has written."""
        return self._bots_comments() + [comment.body for comment in self._bots_line_comments()]

    def replies(self) -> list[str]:
        """What the bot has answered people with."""
        return [body for body in self._bots_comments() if "iam-review:summary" not in body]


def changed(files: Mapping[str, bytes], change: Mapping[str, Any]) -> dict[str, bytes]:
    """The files after a step's change; a replacement that finds nothing is a mistake in the case."""
    after = dict(files)
    for path, what in change.items():
        match what:
            case None:
                del after[path]
            case str() if what.startswith("@"):
                after[path] = files[what[1:]]
            case str():
                after[path] = what.encode()
            case _:
                for old, new in what.items():
                    assert old.encode() in after[path], f"{path} does not contain {old!r}"
                    after[path] = after[path].replace(old.encode(), new.encode(), 1)
    return after


def _encoded(files: Mapping[str, str]) -> dict[str, bytes]:
    return {path: text.encode() for path, text in files.items()}
