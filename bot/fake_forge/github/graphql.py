"""The GraphQL operations the bot uses: a pull request's threads, and resolving or reopening one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.fake_forge.github.access import Caller
from bot.fake_forge.github.forge import GitHub
from bot.fake_forge.github.shapes import Json, node_id
from bot.fake_forge.world import LineComment


def answer(github: GitHub, caller: Caller, given: Mapping[str, Any]) -> Json:
    """Answer one query; faults are in the answer, as GraphQL has it."""
    query, variables = str(given.get("query", "")), given.get("variables") or {}
    if "unresolveReviewThread(" in query:
        return _resolve(github, caller, variables, "unresolveReviewThread")
    if "resolveReviewThread(" in query:
        return _resolve(github, caller, variables, "resolveReviewThread")
    if "reviewThreads(" in query:
        return _threads(github, variables)
    return _fault("NOT_FOUND", "No such operation here")


def _fault(kind: str, message: str) -> Json:
    return {"data": None, "errors": [{"type": kind, "message": message}]}


def _begun(github: GitHub) -> list[LineComment]:
    return [comment for comment in github.world.line_comments if comment.reply_to is None]


def _threads(github: GitHub, variables: Mapping[str, Any]) -> Json:
    pull = github.world.pull(f"{variables['owner']}/{variables['name']}", variables["number"])
    if pull is None:
        return _fault("NOT_FOUND", "Could not resolve to a PullRequest")
    threads = [
        {
            "id": node_id("PullRequestReviewThread", comment.id),
            "isResolved": comment.resolved,
            "comments": {"nodes": [{"databaseId": comment.id}]},
        }
        for comment in _begun(github)
        if comment.pull is pull
    ]
    page = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": threads[:100]}
    return {"data": {"repository": {"pullRequest": {"reviewThreads": page}}}}


def _resolve(github: GitHub, caller: Caller, variables: Mapping[str, Any], operation: str) -> Json:
    # A community discussion of 2023 and GitHub's own error: resolving needs contents: write.
    if caller.permissions.get("contents") not in ("write", "admin"):
        return _fault("FORBIDDEN", "Resource not accessible by integration")
    for comment in _begun(github):
        if node_id("PullRequestReviewThread", comment.id) == variables.get("thread"):
            comment.resolved = operation == "resolveReviewThread"
            return {"data": {operation: {"thread": {"id": variables["thread"]}}}}
    return _fault("NOT_FOUND", "Could not resolve to a node")
