"""The REST endpoints that setting a bot up and examining it need: webhook configuration, rules, installations."""

from __future__ import annotations

from flask import request

from bot.fake_forge.github.endpoint import Endpoints, Page, Shown


class Setup(Endpoints):
    """How the App is registered, and what a repository's branches require."""

    def _check(self) -> None:
        self.github.access.check_app(request.headers.get("Authorization", ""))

    def hook(self) -> Shown:
        """GET /app/hook/config."""
        self._check()
        url = self.github.deliveries.url
        return {"content_type": "json", "insecure_ssl": "0", "secret": "********", **({"url": url} if url else {})}, 200

    def installation(self, owner: str, name: str) -> Shown:
        """GET /repos/OWNER/NAME/installation, as the App."""
        self._check()
        repository = self.repository(owner, name)
        access = self.github.access
        number = access.further.get(repository.owner.login, access.installation)
        return self.shapes.installation(number), 200

    def repository_facts(self, owner: str, name: str) -> Shown:
        """GET /repos/OWNER/NAME."""
        self.caller("metadata:read")
        return {**self.shapes.repository(self.repository(owner, name)), "network_count": 0, "subscribers_count": 1}, 200

    def rules(self, owner: str, name: str, branch: str) -> Shown:
        """GET /repos/OWNER/NAME/rules/branches/BRANCH: active rules, one entry each."""
        self.caller("metadata:read")
        repository = self.repository(owner, name)
        if branch != repository.default_branch or not repository.required_checks:
            return Page(), 200
        source = {} if repository.any_source else {"integration_id": self.github.access.app_id}
        checks = [{"context": check, **source} for check in sorted(repository.required_checks)]
        return Page(
            [
                {
                    "type": "required_status_checks",
                    "ruleset_source_type": "Repository",
                    "ruleset_source": f"{owner}/{name}",
                    "ruleset_id": 1,
                    "parameters": {
                        "required_status_checks": checks,
                        "strict_required_status_checks_policy": False,
                    },
                }
            ]
        ), 200
