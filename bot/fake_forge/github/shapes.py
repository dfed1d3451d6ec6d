"""GitHub's JSON for pull requests, what is said on them, and checks, as its OpenAPI description has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.fake_forge.github.things import AppFacts, Json, Things, maybe_stamp, node_id, stamp
from bot.fake_forge.unified import FileDiff
from bot.fake_forge.world import CheckRun, Comment, LineComment, PullRequest, Reaction, Status, SubmittedReview
from bot.frozen import dataclass

__all__ = ["AppFacts", "Json", "Shapes", "node_id", "stamp"]

_REACTIONS = ("+1", "-1", "laugh", "confused", "heart", "hooray", "eyes", "rocket")


@dataclass(frozen=True, slots=True)
class Shapes(Things):
    """Builds the JSON of all that happens on a repository."""

    def pull_simple(self, pull: PullRequest) -> Json:
        """A pull request as lists have it."""
        links = self._pull_links(pull)
        return {
            "id": pull.id,
            "node_id": node_id("PullRequest", pull.id),
            "number": pull.number,
            "url": links["self"],
            "html_url": links["html"],
            "diff_url": f"{links['html']}.diff",
            "patch_url": f"{links['html']}.patch",
            "issue_url": links["issue"],
            "commits_url": links["commits"],
            "review_comments_url": links["review_comments"],
            "review_comment_url": links["review_comment"],
            "comments_url": links["comments"],
            "statuses_url": links["statuses"],
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

    def _pull_links(self, pull: PullRequest) -> dict[str, str]:
        """What GitHub calls `_links`."""
        repository = f"{self.api}/repos/{pull.repository.full_name}"
        url, issue = f"{repository}/pulls/{pull.number}", f"{repository}/issues/{pull.number}"
        return {
            "self": url,
            "html": f"{self.site}/{pull.repository.full_name}/pull/{pull.number}",
            "issue": issue,
            "comments": f"{issue}/comments",
            "review_comments": f"{url}/comments",
            "review_comment": f"{repository}/pulls/comments{{/number}}",
            "commits": f"{url}/commits",
            "statuses": f"{repository}/statuses/{pull.head}",
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

    def review(self, review: SubmittedReview) -> Json:
        """A submitted review."""
        pull = review.pull
        page = f"{self.site}/{pull.repository.full_name}/pull/{pull.number}#pullrequestreview-{review.id}"
        pull_url = f"{self.api}/repos/{pull.repository.full_name}/pulls/{pull.number}"
        return {
            "id": review.id,
            "node_id": node_id("PullRequestReview", review.id),
            "user": self.user(review.author),
            "body": review.body,
            "state": review.state,
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
            "pull_requests": [self.pull_minimal(pull) for pull in pulls if not pull.from_fork],
        }

    def pull_minimal(self, pull: PullRequest) -> Json:
        """A pull request as checks name it."""
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
