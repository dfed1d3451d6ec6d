"""The sections of the server's configuration: forges, pages, organisation, limits, modules."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

Secret = Annotated[SecretStr, Field(min_length=1)]


class GitHubConfig(BaseModel):
    """The GitHub to serve, and who the bot is there."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    webhook_secret: Secret = Field(
        description="What GitHub signs its deliveries with; without it the bot does not start."
    )
    previous_webhook_secret: Secret | None = Field(
        default=None, description="Accepted as well while the secret is being changed."
    )
    app_id: int | None = Field(
        default=None, description="The GitHub App's id; needs private_key. Or give a token instead."
    )
    private_key: Secret | None = Field(default=None, description="The App's private key, PEM.")
    token: Secret | None = Field(
        default=None, description="A token instead of an App; the check is then a commit status."
    )
    installations: tuple[int, ...] = Field(
        default=(), description="The App's installations that are served; others are ignored. Empty: all."
    )
    base_url: str = Field(
        default="https://api.github.com", description="The REST API; for GitHub Enterprise https://HOST/api/v3."
    )
    seconds_between_writes: float = Field(default=1.0, ge=0, description="GitHub asks for a second between writes.")
    resolve_threads: bool = Field(
        default=False,
        description="Resolve the threads of comments that are fixed; needs the permission contents: write.",
    )
    upload_sarif: bool = Field(
        default=False, description="Give reviews to code scanning too; needs the permission security_events: write."
    )

    @model_validator(mode="after")
    def _one_identity(self) -> GitHubConfig:
        if (self.app_id is None) != (self.private_key is None):
            raise ValueError("app_id and private_key belong together")
        if (self.app_id is None) == (self.token is None):
            raise ValueError("give either app_id with private_key, or token")
        return self


class GitLabConfig(BaseModel):
    """The GitLab to serve, and who the bot is there."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    token: Secret = Field(
        description="An access token of a project, a group or a person: scope api, role Developer (see docs/gitlab.md)."
    )
    webhook_token: Secret | None = Field(
        default=None, description="The webhooks' secret token; without it or signing_token the bot does not start."
    )
    previous_webhook_token: Secret | None = Field(
        default=None, description="Accepted as well while the token is being changed."
    )
    signing_token: Secret | None = Field(
        default=None, description="The webhooks' signing token (whsec_...): better, as it never travels."
    )
    previous_signing_token: Secret | None = Field(
        default=None, description="Accepted as well while the signing token is being changed."
    )
    base_url: str = Field(default="https://gitlab.com", description="Where it is; of one's own: https://HOST.")

    @model_validator(mode="after")
    def _authentic_deliveries(self) -> GitLabConfig:
        if self.webhook_token is None and self.signing_token is None:
            raise ValueError("give webhook_token or signing_token: deliveries that anybody could send are not taken")
        return self


class PagesConfig(BaseModel):
    """The pages for people."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    public_url: str = Field(
        default="", description="Where people reach this server, https://HOST; without it nothing links to its reports."
    )
    link_secret: Secret | None = Field(
        default=None,
        description="What links to reports are signed with, the same on every node; without it a key that is made once "
        "and kept in the database. Another one ends the links that were given out.",
    )
    session_secret: Secret | None = Field(
        default=None,
        description="What the cookies of people who have signed in are signed with, the same on every node; without it "
        "a key that is made once and kept in the database. Another one signs everybody out.",
    )
    link_days: int = Field(default=30, ge=1, description="Days that a link to a report opens it.")
    playground: Literal["nobody", "local", "signed-in"] = Field(
        default="local", description="Who may use the playground; local: who is at the machine, on a loopback address."
    )
    github_client_id: str = Field(
        default="", description="Sign-in by GitHub: the client id of the App or of an OAuth app; needs public_url."
    )
    github_client_secret: Secret | None = Field(default=None, description="And its client secret.")
    gitlab_client_id: str = Field(
        default="", description="Sign-in by GitLab: the application's id (scope read_user); needs public_url."
    )
    gitlab_client_secret: Secret | None = Field(default=None, description="And its secret.")
    operators: tuple[str, ...] = Field(
        default=(), description="Who may see and replay what has been given up: FORGE:LOGIN, such as github:ada."
    )

    @model_validator(mode="after")
    def _whole_registrations(self) -> PagesConfig:
        for forge, client, secret in (
            ("github", self.github_client_id, self.github_client_secret),
            ("gitlab", self.gitlab_client_id, self.gitlab_client_secret),
        ):
            if bool(client) != (secret is not None):
                raise ValueError(f"{forge}_client_id and {forge}_client_secret belong together")
            if client and not self.public_url:
                raise ValueError("sign-in needs public_url: the forge sends people back there")
        return self


class OrganisationConfig(BaseModel):
    """Rules for all repositories; see docs/iam-review.schema.json for the settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    defaults: dict[str, Any] = Field(
        default={}, description="What counts where a repository's .iam-review.yaml says nothing."
    )
    enforced: dict[str, Any] = Field(default={}, description="What no repository can loosen.")
    repository: str = Field(
        default="",
        description="Instead: OWNER/NAME, or only NAME for one beside each repository, whose default branch holds "
        "iam-review.yaml with both sections.",
    )

    @model_validator(mode="after")
    def _one_place(self) -> OrganisationConfig:
        if self.repository and (self.defaults or self.enforced):
            raise ValueError("give either repository, or defaults and enforced")
        return self


class LimitsConfig(BaseModel):
    """What one review may use; the review runs in a process of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wall_seconds: float = Field(default=150.0, gt=0, description="Seconds until it is stopped.")
    cpu_seconds: int = Field(default=130, gt=0, description="Seconds of CPU.")
    nice: int = Field(default=5, ge=0, le=19, description="By how much reviews stand back behind webhooks.")
    memory_mib: int = Field(default=2048, ge=128, description="Address space in MiB (not on macOS).")


class ModulesConfig(BaseModel):
    """Modules that are not in the repository under review."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    allow: tuple[str, ...] = Field(
        default=(),
        description="Registries and git hosts to fetch pinned modules from: registry.terraform.io, github.com/my-team.",
    )
