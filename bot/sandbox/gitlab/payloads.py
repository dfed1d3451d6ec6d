"""GitLab's webhook payloads, as docs.gitlab.com/user/project/integrations/webhook_events/ shows them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.sandbox.gitlab.model import DiffNote, MergeRequest, Note, Pipeline
from bot.sandbox.gitlab.shapes import Json, Shapes, stamp
from bot.sandbox.world import Repository, User


@dataclass(frozen=True, slots=True)
class Payloads:
    """Builds the payloads of a project's or group's hook."""

    shapes: Shapes

    def merge_request(self, action: str, request: MergeRequest, sender: User, **more: Any) -> Json:
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
            "ref": pipeline.ref,
            "sha": pipeline.sha,
            "source": pipeline.source,
            "status": pipeline.status if pipeline.jobs else "pending",
            "url": f"{self.shapes.site}/{pipeline.project.full_name}/-/pipelines/{pipeline.id}",
        }
        return {
            "object_kind": "pipeline",
            "object_attributes": attributes,
            "merge_request": None if request is None else self._pipelines_request(request),
            "user": self._user(pipeline.jobs[-1].creator) if pipeline.jobs else None,
            "project": self._project(pipeline.project),
            "commit": {"id": pipeline.sha},
            "builds": [{"id": job.id, "name": job.name, "status": job.status} for job in pipeline.current],
        }

    def _pipelines_request(self, request: MergeRequest) -> Json:
        kept = ("id", "iid", "title", "source_branch", "source_project_id", "target_branch", "target_project_id")
        shape = self._merge_request(request)
        return {**{key: shape[key] for key in kept}, "state": shape["state"], "url": self._page(request)}

    def _merge_request(self, request: MergeRequest) -> Json:
        simple = self.shapes.merge_request_simple(request)
        kept = ("id", "iid", "target_branch", "source_branch", "source_project_id", "target_project_id", "title")
        return {
            **{key: simple[key] for key in kept},
            **{key: simple[key] for key in ("description", "state", "draft", "work_in_progress", "prepared_at")},
            "author_id": request.author.id,
            "created_at": stamp(request.created),
            "updated_at": stamp(request.updated),
            "last_commit": {"id": request.head, "message": "", "author": {"name": request.author.login}},
            "source": self._project(request.source_project),
            "target": self._project(request.repository),
            "url": self._page(request),
        }

    def _page(self, request: MergeRequest) -> str:
        return f"{self.shapes.site}/{request.repository.full_name}/-/merge_requests/{request.number}"

    def _user(self, user: User) -> Json:
        return {"id": user.id, "name": user.login, "username": user.login, "email": "[REDACTED]"}

    def _project(self, project: Repository) -> Json:
        page = f"{self.shapes.site}/{project.full_name}"
        return {
            "id": project.id,
            "name": project.name,
            "description": "",
            "web_url": page,
            "git_http_url": f"{page}.git",
            "namespace": project.owner.login,
            "visibility_level": 10,
            "path_with_namespace": project.full_name,
            "default_branch": project.default_branch,
        }

    def _repository(self, project: Repository) -> Json:
        return {"name": project.name, "homepage": f"{self.shapes.site}/{project.full_name}"}
