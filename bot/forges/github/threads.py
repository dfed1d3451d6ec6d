"""Threads of review comments, which GitHub tells of and resolves by GraphQL only."""

from __future__ import annotations

from bot.forges.github.api import Api, read
from bot.forges.port import ChangeRef
from bot.frozen import dataclass

THREADS = """\
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
REOPEN = "mutation($thread: ID!) { unresolveReviewThread(input: {threadId: $thread}) { thread { id } } }"

MAX_PAGES = 20


@dataclass(frozen=True, slots=True)
class ReviewThread:
    """A thread by its node id."""

    id: str
    resolved: bool


def review_threads(api: Api, ref: ChangeRef) -> dict[int, ReviewThread]:
    """The threads, by the id of the comment each begins with. Raises ForgeError."""
    owner, _, name = ref.repository.partition("/")
    found: dict[int, ReviewThread] = {}
    after: str | None = None
    for _ in range(MAX_PAGES):
        answer = api.graphql(THREADS, {"owner": owner, "name": name, "number": ref.number, "after": after})
        threads = read(answer, "repository.pullRequest.reviewThreads", dict)
        for thread in read(threads, "nodes", list):
            comments = read(thread, "comments.nodes", list)
            if comments:
                known = ReviewThread(read(thread, "id", str), bool(thread.get("isResolved")))
                found[read(comments[0], "databaseId", int)] = known
        if not threads["pageInfo"]["hasNextPage"]:
            break
        after = read(threads, "pageInfo.endCursor", str)
    return found


def resolve_thread(api: Api, thread: ReviewThread, resolve: bool) -> None:
    """Resolve one, or open it again. Raises ForgeError."""
    api.graphql(RESOLVE if resolve else REOPEN, {"thread": thread.id})
