"""The REST endpoints for check runs, commit statuses and code scanning."""

from __future__ import annotations

from flask import request

from bot.fake_forge.github.endpoint import Endpoints, Page, Shown, given_json
from bot.fake_forge.github.rules import Refusal
from bot.fake_forge.github.shapes import Json
from bot.fake_forge.world import CheckRun


class Checks(Endpoints):
    """Each method answers one endpoint."""

    def create(self, owner: str, name: str) -> Shown:
        """A new check run."""
        caller, repository, given = self.caller("checks:write"), self.repository(owner, name), given_json()
        if not caller.is_app:
            raise Refusal(403, "You must authenticate via a GitHub App.")
        if not repository.git.has_commit(str(given.get("head_sha", ""))):
            raise Refusal(422, f"No commit found for SHA: {given.get('head_sha')}")
        return self._shown(self.github.add_check_run(repository, given)), 201

    def change(self, owner: str, name: str, run: int) -> Shown:
        """More about a check run."""
        caller, repository = self.caller("checks:write"), self.repository(owner, name)
        if not caller.is_app:
            raise Refusal(403, "You must authenticate via a GitHub App.")
        found = next((each for each in self.world.check_runs if each.id == run), None)
        if found is None or found.repository is not repository:
            raise Refusal(404, "Not Found")
        if found.app_id != self.shapes.application.id:
            raise Refusal(403, "Resource not accessible by integration")
        return self._shown(self.github.change_check_run(found, given_json())), 200

    def on_commit(self, owner: str, name: str, ref: str) -> Shown:
        """The check runs on a commit."""
        self.caller("checks:read")
        name_wanted, app_wanted = request.args.get("check_name"), request.args.get("app_id")
        runs = [
            run
            for run in reversed(self.world.runs_on(self.repository(owner, name), ref))
            if name_wanted in (None, run.name) and app_wanted in (None, str(run.app_id))
        ]
        return Page((self._shown(run) for run in runs), "check_runs"), 200

    def sarif(self, owner: str, name: str) -> Shown:
        """A SARIF log for code scanning."""
        self.caller("security_events:write")
        repository, given = self.repository(owner, name), given_json()
        if not repository.git.has_commit(str(given.get("commit_sha"))):
            raise Refusal(404, "Not Found")
        self.github.uploads.append(given)
        url = f"{self.shapes.api}/repos/{repository.full_name}/code-scanning/sarifs/{len(self.github.uploads)}"
        return {"id": str(len(self.github.uploads)), "url": url}, 202

    def _shown(self, run: CheckRun) -> Json:
        return self.shapes.check_run(run, self.github.pulls_on(run))

    def statuses(self, owner: str, name: str, ref: str) -> Shown:
        """The statuses on a commit."""
        self.caller("statuses:read")
        found = self.world.statuses_on(self.repository(owner, name), ref)
        return Page(self.shapes.status(status) for status in reversed(found)), 200

    def status(self, owner: str, name: str, ref: str) -> Shown:
        """A new status."""
        caller, repository = self.caller("statuses:write"), self.repository(owner, name)
        if not repository.git.has_commit(ref):
            raise Refusal(422, f"No commit found for SHA: {ref}")
        return self.shapes.status(self.github.add_status(repository, ref, caller.user, given_json())), 201
