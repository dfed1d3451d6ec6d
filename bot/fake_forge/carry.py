"""Comments on the diff follow their lines when commits are pushed, or are outdated."""

from __future__ import annotations

from bot.fake_forge.unified import FileDiff
from bot.fake_forge.world import LineComment


def carry(comment: LineComment, edit: FileDiff | None, file: FileDiff | None, head: str) -> None:
    """Move a comment to commit `head`.

    `edit` is how its file changed on the way there, `file` the file's part of the pull request's diff at
    `head`. Lines that are gone, or no longer in the diff, leave the comment outdated at its old commit.
    """
    if comment.subject == "file":
        comment.commit = head
    if comment.line is None:
        return
    line: int | None = comment.line
    if comment.side == "RIGHT" and edit is not None:
        line = edit.carried(comment.line)
    if file is None or line is None or file.hunk_with(comment.side, line) is None:
        comment.line = comment.start_line = None
        return
    if comment.start_line is not None:
        comment.start_line += line - comment.line
    comment.line, comment.commit = line, head
