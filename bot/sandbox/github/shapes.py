"""GitHub's JSON for what the sandbox knows, as its OpenAPI description has it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from bot.sandbox.github.links import REPOSITORY_LINKS, USER_LINKS
from bot.sandbox.repository import Commit
from bot.sandbox.unified import FileDiff
from bot.sandbox.world import (
    CheckRun,
    Comment,
    LineComment,
    PullRequest,
    Reaction,
    Repository,
    Review,
    Status,
    User,
    World,
)

Json = dict[str, Any]

MAX_PATCH_LINES = 3000
"""About where GitHub leaves a file's patch out."""

_REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket")


def stamp(moment: datetime) -> str:
    """GitHub's way to write a time."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def maybe_stamp(moment: datetime | None) -> str | None:
    """The same for a time that may not have come yet."""
    return None if moment is None else stamp(moment)


def node_id(kind: str, number: int) -> str:
    """An id as GitHub's GraphQL API uses them."""
    return base64.b64encode(f"{len(kind):03}:{kind}{number}".encode()).decode("ascii")


@dataclass(frozen=True, slots=True)
class AppFacts:
    """The App under which the bot is installed."""

    id: int
    slug: str
    owner: User
    permissions: dict[str, str]
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shapes:
    """Builds the JSON; `site` is the sandbox's address, its API lies below /api/v3."""

    site: str
    world: World
    application: AppFacts

    @property
    def api(self) -> str:
        """The API's base URL."""
        return f"{self.site}/api/v3"

    def user(self, user: User) -> Json:
        """A simple user."""
        url = f"{self.api}/users/{user.login}"
        return {
            "login": user.login,
            "id": user.id,
            "node_id": node_id("User", user.id),
            "avatar_url": f"{self.site}/static/avatar.svg",
            "gravatar_id": "",
            "url": url,
            "html_url": f"{self.site}/{user.login}",
            **{key: url + tail for key, tail in USER_LINKS.items()},
            "type": user.kind,
            "user_view_type": "public",
            "site_admin": False,
        }

    def myself(self, user: User) -> Json:
        """The authenticated user: a public user."""
        return {
            **self.user(user),
            "name": user.login,
            "company": None,
            "blog": "",
            "location": None,
            "email": None,
            "hireable": None,
            "bio": None,
            "public_repos": len(self.world.repositories),
            "public_gists": 0,
            "followers": 0,
            "following": 0,
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
        }

    def app(self) -> Json:
        """The App as an integration."""
        facts = self.application
        return {
            "id": facts.id,
            "slug": facts.slug,
            "node_id": node_id("App", facts.id),
            "client_id": f"Iv1.{facts.id:016x}",
            "owner": self.user(facts.owner),
            "name": facts.slug,
            "description": "Reviews what access a change newly grants",
            "external_url": f"{self.site}/apps/{facts.slug}",
            "html_url": f"{self.site}/apps/{facts.slug}",
            "created_at": "2026-01-01T00:00:00Z",
            "updated_at": "2026-01-01T00:00:00Z",
            "permissions": dict(facts.permissions),
            "events": list(facts.events),
        }

    def repository(self, repository: Repository) -> Json:
        """A repository with all its links."""
        url = f"{self.api}/repos/{repository.full_name}"
        page = f"{self.site}/{repository.full_name}"
        pulls = [pull for pull in self.world.pulls if pull.repository is repository and pull.state == "open"]
        return {
            "id": repository.id,
            "node_id": node_id("Repository", repository.id),
            "name": repository.name,
            "full_name": repository.full_name,
            "owner": self.user(repository.owner),
            "private": True,
            "html_url": page,
            "description": None,
            "fork": False,
            "url": url,
            **{key: url + tail for key, tail in REPOSITORY_LINKS.items()},
            "clone_url": f"{page}.git",
            "git_url": f"{page}.git".replace("http:", "git:"),
            "ssh_url": f"git@127.0.0.1:{repository.full_name}.git",
            "svn_url": page,
            "homepage": None,
            "mirror_url": None,
            "language": "HCL",
            "license": None,
            "default_branch": repository.default_branch,
            **dict.fromkeys(("forks", "forks_count", "stargazers_count", "watchers", "watchers_count", "size"), 0),
            "open_issues": len(pulls),
            "open_issues_count": len(pulls),
            **{key: key != "has_pages" for key in ("has_downloads", "has_issues", "has_projects", "has_wiki")},
            "has_pages": False,
            "has_discussions": False,
            "archived": False,
            "disabled": False,
            "allow_forking": True,
            "is_template": False,
            "web_commit_signoff_required": False,
            "topics": [],
            "visibility": "private",
            "created_at": stamp(repository.created),
            "updated_at": stamp(repository.created),
            "pushed_at": stamp(repository.created),
        }

    def pull_simple(self, pull: PullRequest) -> Json:
        """A pull request as lists have it."""
        repository = pull.repository
        url = f"{self.api}/repos/{repository.full_name}/pulls/{pull.number}"
        issue = f"{self.api}/repos/{repository.full_name}/issues/{pull.number}"
        page = f"{self.site}/{repository.full_name}/pull/{pull.number}"
        statuses = f"{self.api}/repos/{repository.full_name}/statuses/{pull.head}"
        links = {
            "self": url,
            "html": page,
            "issue": issue,
            "comments": f"{issue}/comments",
            "review_comments": f"{url}/comments",
            "review_comment": f"{self.api}/repos/{repository.full_name}/pulls/comments{{/number}}",
            "commits": f"{url}/commits",
            "statuses": statuses,
        }
        return {
            "id": pull.id,
            "node_id": node_id("PullRequest", pull.id),
            "number": pull.number,
            "url": url,
            "html_url": page,
            "diff_url": f"{page}.diff",
            "patch_url": f"{page}.patch",
            "issue_url": issue,
            "commits_url": links["commits"],
            "review_comments_url": links["review_comments"],
            "review_comment_url": links["review_comment"],
            "comments_url": links["comments"],
            "statuses_url": statuses,
            "state": pull.state,
            "locked": False,
            "active_lock_reason": None,
            "title": pull.title,
            "user": self.user(pull.author),
            "body": pull.body or None,
            "labels": [],
            "milestone": None,
            "assignee": None,
            "assignees": [],
            "requested_reviewers": [],
            "requested_teams": [],
            "auto_merge": None,
            "draft": pull.draft,
            "author_association": "MEMBER",
            "created_at": stamp(pull.created),
            "updated_at": stamp(pull.updated),
            "closed_at": maybe_stamp(pull.closed),
            "merged_at": maybe_stamp(pull.merged),
            "merge_commit_sha": None,
            "head": self._end(pull, pull.head_branch, pull.head, pull.from_fork),
            "base": self._end(pull, pull.base_branch, pull.base, ""),
            "_links": {name: {"href": link} for name, link in links.items()},
        }

    def pull(self, pull: PullRequest, mergeable_state: str, files: Sequence[FileDiff], commits: int) -> Json:
        """A pull request in full."""
        return {
            **self.pull_simple(pull),
            "merged": pull.merged is not None,
            "merged_by": None,
            "mergeable": None if pull.state == "closed" else True,
            "mergeable_state": mergeable_state,
            "rebaseable": None if pull.state == "closed" else True,
            "maintainer_can_modify": False,
            "comments": len(self.world.comments_on(pull)),
            "review_comments": len(self.world.line_comments_on(pull)),
            "commits": commits,
            "additions": sum(file.count("added") for file in files),
            "deletions": sum(file.count("removed") for file in files),
            "changed_files": len(files),
        }

    def _end(self, pull: PullRequest, branch: str, commit: str, fork: str) -> Json:
        """One end of a pull request; `fork` names the repository it comes from if that is another one."""
        repository = self.repository(pull.repository)
        owner = pull.repository.owner
        if fork:
            owner = self.world.user(fork.partition("/")[0])
            repository |= {"full_name": fork, "name": fork.partition("/")[2], "owner": self.user(owner), "fork": True}
        return {
            "label": f"{owner.login}:{branch}",
            "ref": branch,
            "sha": commit,
            "user": self.user(owner),
            "repo": repository,
        }

    def comment(self, comment: Comment) -> Json:
        """A comment on a pull request as a whole: an issue comment."""
        pull = comment.pull
        url = f"{self.api}/repos/{pull.repository.full_name}/issues/comments/{comment.id}"
        by_app = comment.author.login == f"{self.application.slug}[bot]"
        return {
            "id": comment.id,
            "node_id": node_id("IssueComment", comment.id),
            "url": url,
            "html_url": f"{self.site}/{pull.repository.full_name}/pull/{pull.number}#issuecomment-{comment.id}",
            "issue_url": f"{self.api}/repos/{pull.repository.full_name}/issues/{pull.number}",
            "user": self.user(comment.author),
            "author_association": "MEMBER",
            "body": comment.body,
            "created_at": stamp(comment.created),
            "updated_at": stamp(comment.updated),
            "performed_via_github_app": self.app() if by_app else None,
            "reactions": self.reactions(url, comment.reactions),
        }

    def line_comment(self, comment: LineComment) -> Json:
        """A comment on the diff: a pull request review comment."""
        pull = comment.pull
        url = f"{self.api}/repos/{pull.repository.full_name}/pulls/comments/{comment.id}"
        page = f"{self.site}/{pull.repository.full_name}/pull/{pull.number}#discussion_r{comment.id}"
        pull_url = f"{self.api}/repos/{pull.repository.full_name}/pulls/{pull.number}"
        shape = {
            "id": comment.id,
            "node_id": node_id("PullRequestReviewComment", comment.id),
            "url": url,
            "html_url": page,
            "pull_request_url": pull_url,
            "pull_request_review_id": comment.review,
            "diff_hunk": comment.hunk,
            "path": comment.path,
            "commit_id": comment.commit,
            "original_commit_id": comment.original_commit,
            "user": self.user(comment.author),
            "body": comment.body,
            "author_association": "MEMBER",
            "created_at": stamp(comment.created),
            "updated_at": stamp(comment.updated),
            "line": comment.line,
            "original_line": comment.original_line,
            "start_line": comment.start_line,
            "original_start_line": comment.original_start_line,
            "side": comment.side,
            "start_side": comment.side if comment.original_start_line else None,
            "subject_type": comment.subject,
            "position": comment.line,
            "original_position": comment.original_line or 1,
            "reactions": self.reactions(url, comment.reactions),
            "_links": {"self": {"href": url}, "html": {"href": page}, "pull_request": {"href": pull_url}},
        }
        if comment.reply_to is not None:
            shape["in_reply_to_id"] = comment.reply_to
        return shape

    def review(self, review: Review) -> Json:
        """A submitted review."""
        pull = review.pull
        page = f"{self.site}/{pull.repository.full_name}/pull/{pull.number}#pullrequestreview-{review.id}"
        pull_url = f"{self.api}/repos/{pull.repository.full_name}/pulls/{pull.number}"
        return {
            "id": review.id,
            "node_id": node_id("PullRequestReview", review.id),
            "user": self.user(review.author),
            "body": review.body,
            "state": "COMMENTED",
            "html_url": page,
            "pull_request_url": pull_url,
            "author_association": "MEMBER",
            "submitted_at": stamp(review.created),
            "commit_id": review.commit,
            "_links": {"html": {"href": page}, "pull_request": {"href": pull_url}},
        }

    def reaction(self, reaction: Reaction) -> Json:
        """One reaction."""
        return {
            "id": reaction.id,
            "node_id": node_id("Reaction", reaction.id),
            "user": self.user(reaction.user),
            "content": reaction.content,
            "created_at": stamp(reaction.created),
        }

    def reactions(self, url: str, reactions: Iterable[Reaction]) -> Json:
        """How often each reaction was given."""
        given = [reaction.content for reaction in reactions]
        counts = {content: given.count(content) for content in _REACTIONS}
        return {"url": f"{url}/reactions", "total_count": len(given), **counts}

    def check_run(self, run: CheckRun, pulls: Iterable[PullRequest]) -> Json:
        """A check run; `pulls` are those of this repository on its head."""
        url = f"{self.api}/repos/{run.repository.full_name}/check-runs/{run.id}"
        return {
            "id": run.id,
            "node_id": node_id("CheckRun", run.id),
            "head_sha": run.head,
            "external_id": run.external_id,
            "url": url,
            "html_url": f"{self.site}/{run.repository.full_name}/runs/{run.id}",
            "details_url": run.details_url or f"{self.site}/apps/{self.application.slug}",
            "status": run.status,
            "conclusion": run.conclusion,
            "started_at": stamp(run.started),
            "completed_at": maybe_stamp(run.completed),
            "output": {
                "title": run.title,
                "summary": run.summary,
                "text": run.text,
                "annotations_count": len(run.annotations),
                "annotations_url": f"{url}/annotations",
            },
            "name": run.name,
            "check_suite": {"id": run.repository.id},
            "app": self.app(),
            "pull_requests": [self._pull_minimal(pull) for pull in pulls if not pull.from_fork],
        }

    def _pull_minimal(self, pull: PullRequest) -> Json:
        repository = pull.repository
        facts = {
            "id": repository.id,
            "url": f"{self.api}/repos/{repository.full_name}",
            "name": repository.name,
        }
        return {
            "id": pull.id,
            "number": pull.number,
            "url": f"{self.api}/repos/{repository.full_name}/pulls/{pull.number}",
            "head": {"ref": pull.head_branch, "sha": pull.head, "repo": facts},
            "base": {"ref": pull.base_branch, "sha": pull.base, "repo": facts},
        }

    def status(self, status: Status) -> Json:
        """A commit status."""
        return {
            "id": status.id,
            "node_id": node_id("StatusContext", status.id),
            "url": f"{self.api}/repos/{status.repository.full_name}/statuses/{status.head}",
            "avatar_url": f"{self.site}/static/avatar.svg",
            "state": status.state,
            "description": status.description,
            "target_url": status.target_url,
            "context": status.context,
            "created_at": stamp(status.created),
            "updated_at": stamp(status.created),
            "creator": self.user(status.creator),
        }

    def file(self, repository: Repository, file: FileDiff, head: str) -> Json:
        """A changed file; GitHub leaves the patch out where it is large or not text."""
        page = f"{self.site}/{repository.full_name}"
        added, removed = file.count("added"), file.count("removed")
        shape: Json = {
            "sha": head,
            "filename": file.path,
            "status": file.status,
            "additions": added,
            "deletions": removed,
            "changes": added + removed,
            "blob_url": f"{page}/blob/{head}/{quote(file.path)}",
            "raw_url": f"{page}/raw/{head}/{quote(file.path)}",
            "contents_url": f"{self.api}/repos/{repository.full_name}/contents/{quote(file.path)}?ref={head}",
        }
        if file.status == "renamed":
            shape["previous_filename"] = file.base
        if file.hunks and added + removed <= MAX_PATCH_LINES:
            shape["patch"] = "\n".join(hunk.whole for hunk in file.hunks)
        return shape

    def commit(self, repository: Repository, commit: Commit) -> Json:
        """A commit."""
        url = f"{self.api}/repos/{repository.full_name}/commits/{commit.id}"
        git = f"{self.api}/repos/{repository.full_name}/git"
        person = {"name": commit.author, "email": commit.email, "date": stamp(commit.date)}
        user = self.world.users.get(commit.author)
        return {
            "sha": commit.id,
            "node_id": node_id("Commit", repository.id),
            "url": url,
            "html_url": f"{self.site}/{repository.full_name}/commit/{commit.id}",
            "comments_url": f"{url}/comments",
            "author": self.user(user) if user else None,
            "committer": self.user(user) if user else None,
            "commit": {
                "author": person,
                "committer": person,
                "message": commit.message,
                "tree": {"sha": commit.tree, "url": f"{git}/trees/{commit.tree}"},
                "url": f"{git}/commits/{commit.id}",
                "comment_count": 0,
            },
            "parents": [
                {
                    "sha": parent,
                    "url": f"{self.api}/repos/{repository.full_name}/commits/{parent}",
                    "html_url": f"{self.site}/{repository.full_name}/commit/{parent}",
                }
                for parent in commit.parents
            ],
        }
