"""GitLab's webhook payloads, as docs.gitlab.com/user/project/integrations/webhook_events/ shows them."""

from __future__ import annotations

from typing import Any

from bot.fake_forge.gitlab.model import DiffNote, Job, MergeRequest, Note, Pipeline
from bot.fake_forge.gitlab.shapes import Json, Shapes, stamp
from bot.fake_forge.world import Account, Repository
from bot.frozen import dataclass


@dataclass(frozen=True, slots=True)
class Payloads:
    """Builds the payloads of a project's or group's hook."""

    shapes: Shapes

    def merge_request(self, action: str, request: MergeRequest, sender: Account, **more: Any) -> Json:
        """Something happened to a merge request; `oldrev` comes with pushed commits, `changes` with other edits."""
        attributes = {**self._merge_request(request), "action": action}
        if "oldrev" in more:
            attributes["oldrev"] = more["oldrev"]
        return {
            "object_kind": "merge_request",
            "event_type": "merge_request",
            "user": self._user(sender),
            "project": self._project(request.repository),
            "object_attributes": attributes,
            "labels": [],
            "changes": {"updated_at": {"previous": None, "current": stamp(request.updated)}, **more.get("changes", {})},
            "repository": self._repository(request.repository),
        }

    def note(self, action: str, note: Note | DiffNote) -> Json:
        """A comment was made or edited."""
        request = note.pull
        assert isinstance(request, MergeRequest)
        attributes = {
            "id": note.id,
            "note": note.body,
            "noteable_type": "MergeRequest",
            "author_id": note.author.id,
            "created_at": stamp(note.created),
            "updated_at": stamp(note.updated),
            "project_id": request.repository.id,
            "discussion_id": note.discussion,
            "type": note.kind,
            "attachment": None,
            "line_code": None,
            "commit_id": "",
            "st_diff": None,
            "noteable_id": request.id,
            "system": note.system,
            "action": action,
            "url": f"{self._page(request)}#note_{note.id}",
            "position": self.shapes.position(note) if isinstance(note, DiffNote) else None,
        }
        return {
            "object_kind": "note",
            "event_type": "note",
            "user": self._user(note.author),
            "project_id": request.repository.id,
            "project": self._project(request.repository),
            "object_attributes": attributes,
            "repository": self._repository(request.repository),
            "merge_request": self._merge_request(request),
        }

    def pipeline(self, pipeline: Pipeline) -> Json:
        """A pipeline has begun, or its status has changed."""
        request = pipeline.merge_request
        attributes = {
            "id": pipeline.id,
            "iid": pipeline.id,
            "name": None,
            "ref": pipeline.ref,
            "tag": False,
            "sha": pipeline.sha,
            "before_sha": "0" * 40,
            "source": pipeline.source,
            "status": pipeline.status if pipeline.jobs else "pending",
            "detailed_status": pipeline.status,
            "stages": ["external"] if pipeline.source == "external" else ["test"],
            "created_at": stamp(pipeline.created),
            "finished_at": None,
            "duration": None,
            "queued_duration": None,
            "variables": [],
            "url": f"{self.shapes.site}/{pipeline.project.full_name}/-/pipelines/{pipeline.id}",
        }
        return {
            "object_kind": "pipeline",
            "object_attributes": attributes,
            "merge_request": None if request is None else self._pipelines_request(request),
            "user": self._user(pipeline.jobs[-1].creator if pipeline.jobs else pipeline.project.owner),
            "project": self._project(pipeline.project),
            "commit": self._commit(pipeline.project, pipeline.sha),
            "builds": [self._build(job) for job in pipeline.current],
        }

    def _build(self, job: Job) -> Json:
        nothing = (
            "started_at",
            "finished_at",
            "duration",
            "queued_duration",
            "failure_reason",
            "runner",
            "environment",
        )
        return {
            "id": job.id,
            "stage": "test",
            "name": job.name,
            "status": job.status,
            "created_at": stamp(job.created),
            **dict.fromkeys(nothing),
            "when": "on_success",
            "manual": False,
            "allow_failure": False,
            "user": self._user(job.creator),
            "artifacts_file": {"filename": None, "size": None},
        }

    def _pipelines_request(self, request: MergeRequest) -> Json:
        shape = self._merge_request(request)
        places = ("source_branch", "source_project_id", "target_branch", "target_project_id")
        kept = ("id", "iid", "title", *places, "merge_status", "detailed_merge_status")
        return {**{key: shape[key] for key in kept}, "state": shape["state"], "url": self._page(request)}

    def _merge_request(self, request: MergeRequest) -> Json:
        simple = self.shapes.merge_request_simple(request)
        kept = ("id", "iid", "target_branch", "source_branch", "source_project_id", "target_project_id", "title")
        return {
            **{key: simple[key] for key in kept},
            **{key: simple[key] for key in ("description", "state", "draft", "work_in_progress", "prepared_at")},
            "author_id": request.author.id,
            "assignee_ids": [],
            "assignee_id": None,
            "reviewer_ids": [],
            "milestone_id": None,
            "labels": [],
            "merge_status": "unchecked",
            "detailed_merge_status": "unchecked" if request.prepared else "preparing",
            "blocking_discussions_resolved": True,
            "created_at": stamp(request.created),
            "updated_at": stamp(request.updated),
            "last_commit": self._commit(request.repository, request.head),
            "source": self._project(request.source_project),
            "target": self._project(request.repository),
            "url": self._page(request),
        }

    def _commit(self, project: Repository, sha: str) -> Json:
        commit = project.git.commit_at(sha)
        return {
            "id": commit.id,
            "message": commit.message,
            "title": commit.message.partition("\n")[0],
            "timestamp": stamp(commit.date),
            "url": f"{self.shapes.site}/{project.full_name}/-/commit/{commit.id}",
            "author": {"name": commit.author, "email": commit.email},
        }

    def _page(self, request: MergeRequest) -> str:
        return f"{self.shapes.site}/{request.repository.full_name}/-/merge_requests/{request.number}"

    def _user(self, user: Account) -> Json:
        return {"id": user.id, "name": user.login, "username": user.login, "avatar_url": None, "email": "[REDACTED]"}

    def _project(self, project: Repository) -> Json:
        page = f"{self.shapes.site}/{project.full_name}"
        return {
            "id": project.id,
            "name": project.name,
            "description": "",
            "web_url": page,
            "avatar_url": None,
            "git_ssh_url": f"git@127.0.0.1:{project.full_name}.git",
            "git_http_url": f"{page}.git",
            "namespace": project.owner.login,
            "visibility_level": 10,
            "path_with_namespace": project.full_name,
            "default_branch": project.default_branch,
        }

    def _repository(self, project: Repository) -> Json:
        page = f"{self.shapes.site}/{project.full_name}"
        return {
            "name": project.name,
            "url": f"git@127.0.0.1:{project.full_name}.git",
            "description": "",
            "homepage": page,
        }
