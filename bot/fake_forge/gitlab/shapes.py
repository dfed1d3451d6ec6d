"""GitLab's JSON, as its REST documentation shows it."""

from __future__ import annotations

from collections.abc import Sized
from datetime import datetime
from typing import Any, Protocol

from bot.fake_forge.gitlab.model import DiffNote, DiffVersion, Job, MergeRequest, Note, Pipeline
from bot.fake_forge.repository import Commit
from bot.fake_forge.world import Account, Reaction, Repository, World
from bot.frozen import dataclass

Json = dict[str, Any]


class MergeState(Protocol):
    """What of a merge request follows from everything else that is there."""

    def head_pipeline(self, request: MergeRequest) -> Pipeline | None:
        """The newest pipeline of its head."""

    def detailed_merge_status(self, request: MergeRequest) -> str:
        """Whether it could be merged, in GitLab's word."""

    def threads_resolved(self, request: MergeRequest) -> bool:
        """Whether nothing is left open."""

    def files(self, request: MergeRequest) -> Sized:
        """What it changes."""


def stamp(moment: datetime) -> str:
    """GitLab's way to write a time."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def exact(moment: datetime) -> str:
    """The same to the millisecond, as GitLab writes what it keeps so."""
    return f"{moment.strftime('%Y-%m-%dT%H:%M:%S')}.{moment.microsecond // 1000:03}Z"


@dataclass(frozen=True, slots=True)
class Shapes:
    """Builds the JSON; `site` is the sandbox's address, its API lies below /api/v4."""

    site: str
    world: World

    def user(self, user: Account) -> Json:
        """A user as others refer to them."""
        return {
            "id": user.id,
            "username": user.login,
            "public_email": "",
            "name": user.login,
            "state": "active",
            "locked": False,
            "avatar_url": f"{self.site}/static/avatar.svg",
            "web_url": f"{self.site}/{user.login}",
        }

    def myself(self, user: Account) -> Json:
        """The user whose token asks."""
        return {**self.user(user), "bot": "_bot" in user.login, "email": f"{user.login}@example.com", "is_admin": False}

    def project(self, project: Repository, visibility: str) -> Json:
        """A project."""
        group, _, name = project.full_name.rpartition("/")
        return {
            "id": project.id,
            "name": name,
            "path": name,
            "path_with_namespace": project.full_name,
            "namespace": {"full_path": group},
            "default_branch": project.default_branch,
            "visibility": visibility,
            "web_url": f"{self.site}/{project.full_name}",
            "http_url_to_repo": f"{self.site}/{project.full_name}.git",
            "created_at": stamp(project.created),
        }

    def merge_request_simple(self, request: MergeRequest) -> Json:
        """A merge request in a list."""
        state = "merged" if request.merged else "opened" if request.state == "open" else "closed"
        page = f"{self.site}/{request.repository.full_name}/-/merge_requests/{request.number}"
        return {
            "id": request.id,
            "iid": request.number,
            "project_id": request.repository.id,
            "title": f"Draft: {request.title}" if request.draft else request.title,
            "description": request.body,
            "state": state,
            "draft": request.draft,
            "work_in_progress": request.draft,
            "created_at": stamp(request.created),
            "updated_at": stamp(request.updated),
            "prepared_at": stamp(request.created) if request.prepared else None,
            "target_branch": request.base_branch,
            "source_branch": request.head_branch,
            "source_project_id": request.source_project.id,
            "target_project_id": request.repository.id,
            "author": self.user(request.author),
            "sha": request.head,
            "web_url": page,
            "references": {"short": f"!{request.number}", "full": f"{request.repository.full_name}!{request.number}"},
        }

    def merge_request(self, state: MergeState, request: MergeRequest) -> Json:
        """A merge request in full. Until it is prepared it has no diff."""
        pipeline = state.head_pipeline(request)
        newest = request.versions[-1]
        refs = {"base_sha": newest.base, "head_sha": newest.head, "start_sha": newest.start}
        return {
            **self.merge_request_simple(request),
            "diff_refs": refs if request.prepared else None,
            "head_pipeline": None if pipeline is None else self.pipeline(pipeline),
            "detailed_merge_status": state.detailed_merge_status(request) if request.prepared else "preparing",
            "blocking_discussions_resolved": state.threads_resolved(request),
            "changes_count": str(len(state.files(request))),
        }

    def version(self, version: DiffVersion) -> Json:
        """A version of the diff."""
        return {
            "id": version.id,
            "head_commit_sha": version.head,
            "base_commit_sha": version.base,
            "start_commit_sha": version.start,
            "created_at": exact(version.created),
            "state": "collected",
        }

    def pipeline(self, pipeline: Pipeline) -> Json:
        """A pipeline."""
        return {
            "id": pipeline.id,
            "project_id": pipeline.project.id,
            "sha": pipeline.sha,
            "ref": pipeline.ref,
            "status": pipeline.status,
            "source": pipeline.source,
            "created_at": stamp(pipeline.created),
            "web_url": f"{self.site}/{pipeline.project.full_name}/-/pipelines/{pipeline.id}",
        }

    def status(self, pipeline: Pipeline, job: Job) -> Json:
        """A commit status."""
        return {
            "id": job.id,
            "sha": pipeline.sha,
            "ref": pipeline.ref,
            "status": job.status,
            "name": job.name,
            "target_url": job.target_url,
            "description": job.description,
            "pipeline_id": pipeline.id,
            "allow_failure": False,
            "coverage": None,
            "created_at": stamp(job.created),
            "author": self.user(job.creator),
        }

    def commit(self, commit: Commit) -> Json:
        """A commit."""
        return {
            "id": commit.id,
            "short_id": commit.id[:8],
            "parent_ids": list(commit.parents),
            "title": commit.message.partition("\n")[0],
            "message": commit.message,
            "author_name": commit.author,
            "author_email": commit.email,
            "committer_name": commit.committer,
            "committer_email": commit.committer_email,
            "created_at": stamp(commit.date),
        }

    def note(self, note: Note | DiffNote, resolvable: bool) -> Json:
        """A comment; one on the diff has a position."""
        shape = {
            "id": note.id,
            "type": note.kind,
            "body": note.body,
            "author": self.user(note.author),
            "created_at": stamp(note.created),
            "updated_at": stamp(note.updated),
            "system": note.system,
            "noteable_id": note.pull.id,
            "noteable_type": "MergeRequest",
            "noteable_iid": note.pull.number,
            "project_id": note.pull.repository.id,
            "resolvable": resolvable,
            "confidential": False,
            "internal": False,
        }
        if resolvable:
            shape["resolved"] = note.resolved
        if isinstance(note, DiffNote):
            shape["position"] = self.position(note)
        return shape

    def position(self, note: DiffNote) -> Json:
        """Where a comment stands, or stood: then with the commits of that version."""
        line = note.line if note.line is not None else note.original_line
        git = note.pull.repository.git
        files = git.diff(note.base, note.commit) if git.has_commit(note.commit) else ()
        lines = (each for file in files if file.path == note.path for hunk in file.hunks for each in hunk.lines)
        found = next((each for each in lines if line == (each.old if note.side == "LEFT" else each.new)), None)
        assumed = {"old_line": line, "new_line": None} if note.side == "LEFT" else {"old_line": None, "new_line": line}
        numbers = assumed if found is None else {"old_line": found.old, "new_line": found.new}
        place = {"base_sha": note.base, "start_sha": note.start, "head_sha": note.commit}
        paths = {"old_path": note.old_path or note.path, "new_path": note.path}
        kind = "file" if note.subject == "file" else "text"
        return {**place, **paths, "position_type": kind, **(numbers if kind == "text" else {})}

    def award(self, reaction: Reaction) -> Json:
        """An emoji on a comment."""
        return {"id": reaction.id, "name": reaction.content, "user": self.user(reaction.user), "awardable_type": "Note"}

    def member(self, user: Account, level: int) -> Json:
        """A member of a project or group."""
        return {**self.user(user), "access_level": level, "expires_at": None, "membership_state": "active"}
