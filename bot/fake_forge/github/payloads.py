"""GitHub's webhook payloads, as its OpenAPI description has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.fake_forge.github.merge_queue import MergeGroup
from bot.fake_forge.github.shapes import Json, Shapes, node_id, stamp
from bot.fake_forge.repository import Commit
from bot.fake_forge.world import Account, CheckRun, Comment, LineComment, PullRequest, Repository, SubmittedReview, now
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Payloads:
    """Builds payloads of an App's hook; `installation_of` is the installation on an owner's repositories."""

    shapes: Shapes
    installation_of: Callable[[str], int]

    def ping(self, url: str, events: tuple[str, ...]) -> Json:
        """The greeting when the hook is set up."""
        hook = {
            "type": "App",
            "id": 1,
            "name": "web",
            "active": True,
            "events": list(events),
            "config": {"content_type": "json", "insecure_ssl": "0", "secret": "********", "url": url},
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
            "app_id": self.shapes.application.id,
        }
        return {"zen": "Keep it logically awesome.", "hook_id": 1, "hook": hook}

    def pull_request(self, action: str, pull: PullRequest, full: Json, sender: Account, **more: Any) -> Json:
        """Something happened to a pull request; `full` is its whole shape."""
        about = {"number": pull.number, "pull_request": full, **more}
        return self._payload(action, pull.repository, sender, about)

    def issue_comment(self, action: str, comment: Comment, sender: Account, **more: Any) -> Json:
        """A comment on a pull request as a whole."""
        shape = self.shapes.comment(comment)
        about = {"issue": self._issue(comment.pull), "comment": shape, **more}
        return self._payload(action, comment.pull.repository, sender, about)

    def line_comment(self, action: str, comment: LineComment, sender: Account) -> Json:
        """A comment on the diff."""
        about = {
            "comment": self.shapes.line_comment(comment),
            "pull_request": self.shapes.pull_simple(comment.pull),
        }
        return self._payload(action, comment.pull.repository, sender, about)

    def review(self, action: str, review: SubmittedReview, sender: Account) -> Json:
        """A review of a pull request; here its state is written in small letters."""
        about = {
            "review": {**self.shapes.review(review), "state": review.state.lower()},
            "pull_request": self.shapes.pull_simple(review.pull),
        }
        return self._payload(action, review.pull.repository, sender, about)

    def check_run(self, action: str, run: CheckRun, shape: Json, sender: Account, **more: Any) -> Json:
        """Something happened to a check run."""
        suite = {
            "id": run.repository.id,
            "node_id": node_id("CheckSuite", run.repository.id),
            "head_branch": None,
            "head_sha": run.head,
            "status": "completed" if run.status == "completed" else "in_progress",
            "conclusion": run.conclusion,
            "url": f"{self.shapes.api}/repos/{run.repository.full_name}/check-suites/{run.repository.id}",
            "before": None,
            "after": run.head,
            "pull_requests": shape["pull_requests"],
            "app": shape["app"],
            "created_at": stamp(run.started),
            "updated_at": stamp(run.started),
        }
        return self._payload(action, run.repository, sender, {"check_run": {**shape, "check_suite": suite}, **more})

    def check_suite(self, action: str, pull: PullRequest, pulls: list[PullRequest], sender: Account) -> Json:
        """Something happened to all checks of a head."""
        repository, commit = pull.repository, pull.repository.git.commit_at(pull.head)
        suite = {
            "id": repository.id,
            "node_id": node_id("CheckSuite", repository.id),
            "head_branch": pull.head_branch,
            "head_sha": pull.head,
            "status": "completed",
            "conclusion": "failure",
            "url": f"{self.shapes.api}/repos/{repository.full_name}/check-suites/{repository.id}",
            "before": None,
            "after": pull.head,
            "pull_requests": [self.shapes.pull_minimal(each) for each in pulls],
            "app": _as_described(self.shapes.app()),
            "created_at": stamp(pull.created),
            "updated_at": stamp(now()),
            "latest_check_runs_count": 1,
            "check_runs_url": f"{self.shapes.api}/repos/{repository.full_name}/check-suites/{repository.id}/check-runs",
            "head_commit": _simple_commit(commit),
        }
        return self._payload(action, repository, sender, {"check_suite": suite})

    def merge_group(self, action: str, group: MergeGroup, commit: Commit, sender: Account, **more: Any) -> Json:
        """A merge queue asks for checks on a group's commit, or has thrown it away."""
        about = {
            "head_sha": group.head,
            "head_ref": f"refs/heads/{group.branch}",
            "base_ref": f"refs/heads/{group.pull.base_branch}",
            "base_sha": group.base,
            "head_commit": _simple_commit(commit),
        }
        return self._payload(action, group.pull.repository, sender, {"merge_group": about, **more})

    def installation_repositories(self, repositories: list[Repository], sender: Account) -> Json:
        """Repositories are added to the App's installation on their owner."""
        number = self.installation_of(repositories[0].owner.login)
        added = [
            {
                "id": each.id,
                "node_id": node_id("Repository", each.id),
                "name": each.name,
                "full_name": each.full_name,
                "private": True,
            }
            for each in repositories
        ]
        return {
            "action": "added",
            "installation": self.shapes.installation(number),
            "repository_selection": "selected",
            "repositories_added": added,
            "repositories_removed": [],
            "requester": None,
            "sender": self.shapes.user(sender),
        }

    def _payload(self, action: str, repository: Repository, sender: Account, about: Json) -> Json:
        number = self.installation_of(repository.owner.login)
        return {
            "action": action,
            **about,
            "repository": self.shapes.repository(repository),
            "sender": self.shapes.user(sender),
            "installation": {"id": number, "node_id": node_id("Installation", number)},
        }

    def _issue(self, pull: PullRequest) -> Json:
        """A pull request as the issue that it also is."""
        simple = self.shapes.pull_simple(pull)
        url = simple["issue_url"]
        kept = (
            "id node_id number title user state locked assignee assignees milestone labels author_association "
            "active_lock_reason body html_url created_at updated_at closed_at draft comments_url"
        )
        return {
            **{key: simple[key] for key in kept.split()},
            "url": url,
            "repository_url": f"{self.shapes.api}/repos/{pull.repository.full_name}",
            "labels_url": f"{url}/labels{{/name}}",
            "events_url": f"{url}/events",
            "comments": len(self.shapes.world.comments_on(pull)),
            "reactions": self.shapes.reactions(url, ()),
            "pull_request": {
                **{key: simple[key] for key in ("url", "html_url", "diff_url", "patch_url", "merged_at")},
            },
        }


def _as_described(app: Json) -> Json:
    """The App with the events that the description of this payload knows; it is older than merge queues."""
    unknown = ("merge_group", "installation_repositories")
    return {**app, "events": [event for event in app["events"] if event not in unknown]}


def _simple_commit(commit: Commit) -> Json:
    return {
        "id": commit.id,
        "tree_id": commit.tree,
        "message": commit.message,
        "timestamp": stamp(commit.date),
        "author": {"name": commit.author, "email": commit.email},
        "committer": {"name": commit.committer, "email": commit.committer_email},
    }
