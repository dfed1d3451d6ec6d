"""A GitLab on loopback to script: make projects and merge requests, push, comment, look at the outcome."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from bot.fake_forge.gitlab.access import Access
from bot.fake_forge.gitlab.forge import MERGE_HOOK, NOTE_HOOK, PIPELINE_HOOK, GitLab, resolvable
from bot.fake_forge.gitlab.hooks import Hooks
from bot.fake_forge.gitlab.model import Job, MergeRequest, Note, Pipeline, Settings
from bot.fake_forge.gitlab.shapes import Shapes
from bot.fake_forge.gitlab.web import application
from bot.fake_forge.http_server import listen, start
from bot.fake_forge.repository import BareRepository
from bot.fake_forge.stage import CHECK, NewPull, Stage, place_for
from bot.fake_forge.world import Account, Comment, PullRequest, Repository, World

BOT = "project_1_bot_5eb4cda1"
"""How GitLab names the bot user of a project's access token."""

_CONCLUSIONS = {"success": "success", "failed": "failure", "canceled": "cancelled", "skipped": "neutral"}


@dataclass(slots=True)
class GitLabSandbox(Stage[MergeRequest]):
    """A running GitLab; `bot` has the role Developer in each project and acts by `token`."""

    forge: ClassVar[str] = "gitlab"

    gitlab: GitLab
    bot: Account
    token: str

    @classmethod
    def start(cls, directory: Path | None = None, port: int = 0, signed: bool = True) -> GitLabSandbox:
        """Listen on 127.0.0.1; repositories are kept in `directory`, or in one that goes with the sandbox.

        Deliveries are `signed`, or carry the secret token.
        """
        listening = listen(port)
        world, site = World(), f"http://127.0.0.1:{listening.server_port}"
        access, bot = Access(), world.user(BOT)
        hooks = Hooks(
            "" if signed else secrets.token_hex(16),
            (MERGE_HOOK, NOTE_HOOK, PIPELINE_HOOK),
            signing_key=secrets.token_bytes(32) if signed else b"",
            instance=site,
        )
        gitlab = GitLab(world, access, Shapes(site, world), hooks)
        bot.kind = "Bot"
        token = access.token(bot)
        server = start(listening, application(gitlab))
        return cls(place_for(directory), server, directory is None, gitlab, bot, token)

    @property
    def model(self) -> GitLab:
        """What can be done to its merge requests."""
        return self.gitlab

    def bots(self) -> list[Account]:
        """The accounts that act by a token."""
        return self.gitlab.access.bots()

    def page_url(self, pull: PullRequest) -> str:
        """The merge request's page."""
        return f"{self.url}/{pull.repository.full_name}/-/merge_requests/{pull.number}"

    def conclusions(self, pull: PullRequest, check: str = CHECK) -> int:
        """How many statuses of that name the head has, in whatever pipeline."""
        on_head = self.gitlab.pipelines_on(self.narrowed(pull))
        return sum(job.name == check for pipeline in on_head for job in pipeline.jobs)

    @property
    def deliveries(self) -> Hooks:
        """Deliveries: hold them, send them again, see their answers."""
        return self.gitlab.deliveries

    def section(self) -> dict[str, object]:
        """The section of the bot's configuration with which it is this GitLab's bot user."""
        return {"token": self.token, "signing_token": self.deliveries.signing_token, "base_url": self.url}

    def personal_token(self, user: str, *scopes: str) -> str:
        """A token of a user, with the scope "api" or the given ones."""
        return self.gitlab.access.token(self.world.user(user), scopes or ("api",))

    def send_webhooks_to(self, url: str) -> None:
        """Set the hook's address; what happened before goes nowhere."""
        self.deliveries.settle()
        self.deliveries.url = url

    def settings(self, project: Repository) -> Settings:
        """A project's settings, to change."""
        return self.gitlab.settings_of(project)

    def narrowed(self, pull: PullRequest) -> MergeRequest:
        """The same, known to be a merge request."""
        assert isinstance(pull, MergeRequest)
        return pull

    def _new_repository(self, full_name: str, git: BareRepository, member: bool = True) -> Repository:
        """Pipelines must succeed to merge; the bot is a Developer if it is a `member`."""
        group, _, name = full_name.rpartition("/")
        with self.world.lock:
            repository = Repository(next(self.world.ids), self.world.user(group), name, git)
            repository.roles |= {group: "owner"} | ({self.bot.login: "developer"} if member else {})
            self.world.repositories[full_name] = repository
        return repository

    def _new_pull(self, fields: NewPull) -> MergeRequest:
        fork = fields["from_fork"]
        return MergeRequest(**fields, source=self.fork(fields["repository"], fork) if fork else None)

    def fork(self, repository: Repository, full_name: str) -> Repository:
        """The fork of that name, which the bot is no member of; made if it is new."""
        found = self.world.repositories.get(full_name)
        return found or self._new_repository(full_name, repository.git, member=False)

    def add_team(self, team: str, *users: str) -> None:
        """A group (its full path) and who is in it."""
        with self.world.lock:
            self.gitlab.access.groups[team] = {self.world.user(user).login: "developer" for user in users}

    def comment(self, pull: PullRequest, user: str, text: str, thread: str = "") -> Comment:
        """Someone comments on the merge request; in that thread if one is named."""
        with self.world.lock:
            author, request = self.world.user(user), self.narrowed(pull)
            if thread:
                note = self.gitlab.answer(request, author, thread, {"body": text})
                return note if isinstance(note, Note) else Note(note.id, request, author, text, discussion=thread)
            return self.gitlab.add_comment(request, author, {"body": text})

    def approve(self, pull: PullRequest, user: str) -> None:
        """Someone approves it."""
        with self.world.lock:
            self.gitlab.approve(self.narrowed(pull), self.world.user(user), True)

    def unapprove(self, pull: PullRequest, user: str) -> None:
        """Someone takes their approval back."""
        with self.world.lock:
            self.gitlab.approve(self.narrowed(pull), self.world.user(user), False)

    def resolve_all(self, pull: PullRequest, user: str) -> None:
        """Someone resolves every thread."""
        request = self.narrowed(pull)
        with self.world.lock:
            for thread in dict.fromkeys(note.discussion for note in self.gitlab.notes(request) if resolvable(note)):
                self.gitlab.resolve(request, thread, True, self.world.user(user))

    def pipeline(self, pull: PullRequest, kind: str, status: str = "success") -> Pipeline:
        """The project's own pipeline runs on the head and comes to `status`.

        `kind` is "branch", "merge_request", or "merged_result", which runs on GitLab's merge of head and target.
        """
        request = self.narrowed(pull)
        with self.world.lock:
            number, git = request.number, request.repository.git
            sha, ref, source = {
                "branch": (request.head, request.head_branch, "push"),
                "merge_request": (request.head, f"refs/merge-requests/{number}/head", "merge_request_event"),
                "merged_result": ("", f"refs/merge-requests/{number}/merge", "merge_request_event"),
            }[kind]
            if not sha:
                tree = git.commit_at(request.head).tree
                command = ("commit-tree", tree, "-p", request.base, "-p", request.head, "-m", "Merge")
                identity = (("user.name", "GitLab"), ("user.email", "gitlab@example.com"))
                settings = type(git.git)(git.directory, identity)
                sha = settings.run(*command).decode().strip()
            pipeline = self.gitlab.run_pipeline(request, sha, ref, source)
            self._finish(pipeline, status)
        return pipeline

    def finish_pipelines(self, pull: PullRequest, status: str = "success") -> None:
        """All pipelines of the project's own on the head come to `status`."""
        with self.world.lock:
            for pipeline in self.gitlab.pipelines_on(self.narrowed(pull)):
                if pipeline.source != "external":
                    self._finish(pipeline, status)

    def _finish(self, pipeline: Pipeline, status: str) -> None:
        pipeline.jobs = [job for job in pipeline.jobs if job.name != "build"]
        pipeline.jobs.append(Job(next(self.world.ids), "build", status, self.world.user("ada")))
        self.gitlab.tell_pipeline(pipeline)

    def _mergeable(self, pull: MergeRequest) -> bool:
        return self.gitlab.detailed_merge_status(pull) == "mergeable"

    def _verdict(self, pull: MergeRequest, check: str) -> dict[str, str | None]:
        """The status in the pipeline that counts, in the words that are common to the forges."""
        pipeline = self.gitlab.head_pipeline(pull)
        jobs = [job for job in (pipeline.current if pipeline else ()) if job.name == check]
        if not jobs:
            return {"conclusion": None, "title": None}
        return {"conclusion": _CONCLUSIONS.get(jobs[-1].status), "title": jobs[-1].description}
