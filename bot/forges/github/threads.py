"""Threads of review comments, which GitHub tells of and resolves by GraphQL only."""

from __future__ import annotations

from bot.forges.github.api import Api, read
from bot.forges.port import ChangeRef

OPEN_THREADS = """\
query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      reviewThreads(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { id isResolved comments(first: 1) { nodes { databaseId } } }
      }
    }
  }
}"""

RESOLVE = "mutation($thread: ID!) { resolveReviewThread(input: {threadId: $thread}) { thread { id } } }"

MAX_PAGES = 20


def open_threads(api: Api, ref: ChangeRef) -> dict[int, str]:
    """The ids of the unresolved threads, by the id of the comment each begins with."""
    owner, _, name = ref.repository.partition("/")
    found: dict[int, str] = {}
    after: str | None = None
    for _ in range(MAX_PAGES):
        answer = api.graphql(OPEN_THREADS, {"owner": owner, "name": name, "number": ref.number, "after": after})
        threads = read(answer, "repository.pullRequest.reviewThreads", dict)
        for thread in read(threads, "nodes", list):
            comments = read(thread, "comments.nodes", list)
            if comments and not thread.get("isResolved"):
                found[read(comments[0], "databaseId", int)] = read(thread, "id", str)
        if not threads["pageInfo"]["hasNextPage"]:
            break
        after = read(threads, "pageInfo.endCursor", str)
    return found


def resolve_thread(api: Api, thread: str) -> None:
    """Resolve one. Raises ForgeError."""
    api.graphql(RESOLVE, {"thread": thread})
