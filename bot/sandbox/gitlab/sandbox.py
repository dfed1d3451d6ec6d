"""A GitLab on loopback to script: make projects and merge requests, push, comment, look at the outcome."""

from __future__ import annotations

import secrets
import shutil
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from bot.sandbox.faults import Faults
from bot.sandbox.github.forge import Request
from bot.sandbox.gitlab.access import Access
from bot.sandbox.gitlab.forge import MERGE_HOOK, NOTE_HOOK, PIPELINE_HOOK, GitLab, resolvable
from bot.sandbox.gitlab.hooks import Hooks
from bot.sandbox.gitlab.model import Job, MergeRequest, Note, Pipeline, Settings
from bot.sandbox.gitlab.shapes import Shapes
from bot.sandbox.gitlab.web import application
from bot.sandbox.repository import BareRepository, folder
from bot.sandbox.sandbox import Files
from bot.sandbox.server import Server, listen, start
from bot.sandbox.world import Comment, PullRequest, Repository, User, World

CHECK = "iam-review"
BOT = "project_1_bot_5eb4cda1"
"""How GitLab names the bot user of a project's access token."""

_SUMMARY = "iam-review:summary"
_CONCLUSIONS = {"success": "success", "failed": "failure", "canceled": "failure", "skipped": "neutral"}


@dataclass(slots=True)
class GitLabSandbox:
    """A running sandbox; a context manager that stops it. Times are the machine's."""

    directory: Path
    gitlab: GitLab
    server: Server
    bot: User
    token: str
    _owns_directory: bool

    @classmethod
    def start(cls, directory: Path | None = None, port: int = 0, signed: bool = True) -> GitLabSandbox:
        """Listen on 127.0.0.1; repositories are kept in `directory`, or in one that goes with the sandbox.

        Deliveries are `signed`, or carry the secret token.
        """
        place = directory or Path(tempfile.mkdtemp(prefix="iam-review-sandbox-"))
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
        return cls(place, gitlab, start(listening, application(gitlab)), bot, token, directory is None)

    def stop(self) -> None:
        """Stop listening and delivering; the repositories go unless the directory was given."""
        self.gitlab.deliveries.stop()
        self.server.stop()
        if self._owns_directory:
            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> GitLabSandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The site for people, git and the API."""
        return self.server.url

    @property
    def world(self) -> World:
        """What there is."""
        return self.gitlab.world

    def bots(self) -> list[User]:
        """The accounts that act by a token."""
        return self.gitlab.access.bots()

    def page_url(self, pull: PullRequest) -> str:
        """The merge request's page."""
        return f"{self.url}/{pull.repository.full_name}/-/merge_requests/{pull.number}"

    def conclusions(self, pull: PullRequest, check: str = CHECK) -> int:
        """How many statuses of that name the head has, in whatever pipeline."""
        on_head = self.gitlab.pipelines_on(_request(pull))
        return sum(job.name == check for pipeline in on_head for job in pipeline.jobs)

    @property
    def deliveries(self) -> Hooks:
        """Deliveries: hold them, send them again, see their answers."""
        return self.gitlab.deliveries

    @property
    def faults(self) -> Faults:
        """Order faults here."""
        return self.gitlab.faults

    @property
    def requests(self) -> list[Request]:
        """Every request to the API and to git, in order."""
        return self.gitlab.requests

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

    def create_repository(
        self, full_name: str, files: Files, message: str = "Infrastructure", author: str = "ada"
    ) -> Repository:
        """A project whose default branch holds `files`; pipelines must succeed to merge. The bot is a Developer."""
        git = BareRepository.create(self._place(full_name))
        repository = self._register(full_name, git)
        git.commit(repository.default_branch, _contents(files), message, author)
        self.world.user(author)
        return repository

    def borrow_repository(self, full_name: str, source: Path, base: str) -> Repository:
        """A project that shares the objects of a local repository; its default branch is at revision `base`."""
        git = BareRepository.borrow(self._place(full_name), source)
        repository = self._register(full_name, git)
        git.set_branch(repository.default_branch, BareRepository(source).resolve(base))
        return repository

    def _place(self, full_name: str) -> Path:
        return self.directory / f"{full_name}.git"

    def _register(self, full_name: str, git: BareRepository, member: bool = True) -> Repository:
        group, _, name = full_name.rpartition("/")
        with self.world.lock:
            repository = Repository(next(self.world.ids), self.world.user(group), name, git)
            repository.roles |= {group: "owner"} | ({self.bot.login: "developer"} if member else {})
            self.world.repositories[full_name] = repository
        return repository

    def fork(self, repository: Repository, full_name: str) -> Repository:
        """The fork of that name, which the bot is no member of; made if it is new."""
        found = self.world.repositories.get(full_name)
        return found or self._register(full_name, repository.git, member=False)

    def open_pull(
        self,
        repository: Repository,
        files: Files,
        title: str = "Change",
        body: str = "",
        author: str = "ada",
        branch: str = "feature",
        draft: bool = False,
        from_fork: str = "",
    ) -> MergeRequest:
        """A merge request whose head holds exactly `files`; `from_fork` names another project it comes from."""
        parent = repository.git.resolve(repository.default_branch)
        head = repository.git.commit(branch, _contents(files), title, author, parent)
        return self.open_pull_at(repository, head, title, body, author, branch, draft, from_fork)

    def open_pull_at(
        self,
        repository: Repository,
        head: str,
        title: str = "Change",
        body: str = "",
        author: str = "ada",
        branch: str = "feature",
        draft: bool = False,
        from_fork: str = "",
    ) -> MergeRequest:
        """A merge request at a commit that the project already has."""
        with self.world.lock:
            if not from_fork:
                repository.git.set_branch(branch, head)
            request = MergeRequest(
                id=next(self.world.ids),
                number=1 + sum(each.repository is repository for each in self.world.pulls),
                repository=repository,
                title=title,
                body=body,
                author=self.world.user(author),
                base_branch=repository.default_branch,
                head_branch=branch,
                head=head,
                base=repository.git.resolve(repository.default_branch),
                draft=draft,
                from_fork=from_fork,
                source=self.fork(repository, from_fork) if from_fork else None,
            )
            self.gitlab.open_pull(request)
        return request

    def push(
        self, pull: PullRequest, files: Files, message: str = "Another change", force: bool = False, by: str = ""
    ) -> str:
        """Push a commit that holds exactly `files`; `force` replaces what the merge request had. Returns its id.

        `by` pushes what the merge request's author has committed.
        """
        parent = pull.base if force else pull.head
        head = pull.repository.git.commit(pull.head_branch, _contents(files), message, pull.author.login, parent)
        with self.world.lock:
            self.gitlab.push(_request(pull), head, self.world.user(by) if by else pull.author)
        return head

    def add_team(self, team: str, *users: str) -> None:
        """A group (its full path) and who is in it."""
        with self.world.lock:
            self.gitlab.access.groups[team] = {self.world.user(user).login: "developer" for user in users}

    def close(self, pull: PullRequest, merged: bool = False) -> None:
        """Close the merge request, or merge it whatever its pipeline says."""
        with self.world.lock:
            self.gitlab.close(_request(pull), pull.author, merged)

    def change(self, pull: PullRequest, action: str) -> None:
        """Do what the action says: "reopened", "ready_for_review" or "converted_to_draft"."""
        with self.world.lock:
            self.gitlab.change(_request(pull), action, pull.author)

    def retarget(self, pull: PullRequest, branch: str) -> None:
        """Make it a merge request into another branch that exists."""
        with self.world.lock:
            self.gitlab.retarget(_request(pull), branch, pull.author)

    def comment(self, pull: PullRequest, user: str, text: str, thread: str = "") -> Comment:
        """Someone comments on the merge request; in that thread if one is named."""
        with self.world.lock:
            author, request = self.world.user(user), _request(pull)
            if thread:
                note = self.gitlab.answer(request, author, thread, {"body": text})
                return note if isinstance(note, Note) else Note(note.id, request, author, text, discussion=thread)
            return self.gitlab.add_comment(request, author, {"body": text})

    def resolve_all(self, pull: PullRequest, user: str) -> None:
        """Someone resolves every thread."""
        request = _request(pull)
        with self.world.lock:
            for thread in dict.fromkeys(note.discussion for note in self.gitlab.notes(request) if resolvable(note)):
                self.gitlab.resolve(request, thread, True, self.world.user(user))

    def pipeline(self, pull: PullRequest, kind: str, status: str = "success") -> Pipeline:
        """The project's own pipeline runs on the head and comes to `status`.

        `kind` is "branch", "merge_request", or "merged_result", which runs on GitLab's merge of head and target.
        """
        request = _request(pull)
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
            for pipeline in self.gitlab.pipelines_on(_request(pull)):
                if pipeline.source != "external":
                    self._finish(pipeline, status)

    def _finish(self, pipeline: Pipeline, status: str) -> None:
        pipeline.jobs = [job for job in pipeline.jobs if job.name != "build"]
        pipeline.jobs.append(Job(next(self.world.ids), "build", status, self.world.user("ada")))
        self.gitlab.tell_pipeline(pipeline)

    def snapshot(self, pull: PullRequest, check: str = CHECK) -> dict[str, Any]:
        """What a person sees: the bot's comments in place, its summary, its status, whether merging is possible."""
        world = self.world
        with world.lock:
            bots = self.bots()
            inline = [comment for comment in world.line_comments_on(pull) if comment.author in bots]
            said = [comment.body for comment in world.comments_on(pull) if comment.author in bots]
            summaries = [body for body in said if _SUMMARY in body.partition("\n")[0]]
            return {
                "comments": [{"path": c.path, "line": c.line, "side": c.side, "body": c.body} for c in inline],
                "summary": summaries[-1] if summaries else None,
                "check": self._verdict(_request(pull), check),
                "mergeable": self.gitlab.detailed_merge_status(_request(pull)) == "mergeable",
            }

    def _verdict(self, request: MergeRequest, check: str) -> dict[str, str | None]:
        """The status in the pipeline that counts, in the words that are common to the forges."""
        pipeline = self.gitlab.head_pipeline(request)
        jobs = [job for job in (pipeline.current if pipeline else ()) if job.name == check]
        if not jobs:
            return {"conclusion": None, "title": None}
        return {"conclusion": _CONCLUSIONS.get(jobs[-1].status), "title": jobs[-1].description}

    def wait_for_check(self, pull: PullRequest, seconds: float = 60.0, check: str = CHECK) -> bool:
        """Wait until the status on the head is finished; False if it is not within `seconds`."""
        deadline = time.monotonic() + seconds

        def finished() -> bool:
            return self._verdict(_request(pull), check)["conclusion"] is not None

        with self.world.lock:
            return self.world.lock.wait_for(finished, timeout=max(0.0, deadline - time.monotonic()))


def _request(pull: PullRequest) -> MergeRequest:
    assert isinstance(pull, MergeRequest)
    return pull


def _contents(files: Files) -> Mapping[str, bytes]:
    return folder(files) if isinstance(files, Path) else files
