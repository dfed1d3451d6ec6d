"""The sections of the server's configuration: pages, organisation, limits, modules."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, model_validator

from bot.config.addresses import ModuleSource, PageAddress, Person, RepositoryName


def _given(secret: SecretStr) -> SecretStr:
    if not secret.get_secret_value():
        raise ValueError("is empty: give a value, or leave it out")
    return secret


Secret = Annotated[SecretStr, AfterValidator(_given)]


def _listening(given: SecretStr) -> SecretStr:
    parts = urlsplit(given.get_secret_value())
    if parts.scheme != "https" or not parts.hostname:
        raise ValueError("is no address that begins with https://: give all of what Slack or Teams shows")
    return given


SecretAddress = Annotated[Secret, AfterValidator(_listening)]
"""An address that is a secret by itself: who knows it may write there."""

SHORTEST_KEY = 16
"""Characters of what deliveries are signed with: who has one signed delivery can try shorter ones out."""


def _long(given: SecretStr) -> SecretStr:
    length = len(given.get_secret_value())
    if length < SHORTEST_KEY:
        hint = f"give {SHORTEST_KEY} or more, such as `openssl rand -hex 32` prints, and change it at the forge too"
        raise ValueError(f"{length} characters are too few for what deliveries are signed with: {hint}")
    return given


class SignsDeliveries:
    """Marks settings that deliveries are signed with: `doctor` looks whether they can be guessed."""


DeliveryKey = Annotated[Secret, AfterValidator(_long), SignsDeliveries()]
EarlierDeliveryKey = Annotated[Secret, SignsDeliveries()]
"""One that is being changed may be as short as it was."""

_CLIENT_ID = "_client_id"


class PagesConfig(BaseModel):
    """The pages for people; with a client id and secret for each forge where one can sign in."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    public_url: PageAddress = Field(
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
    operators: tuple[Person, ...] = Field(
        default=(), description="Who may see and replay what has been given up: FORGE:LOGIN, such as github:ada."
    )

    def registration(self, forge: str) -> tuple[str, str] | None:
        """The id and the secret of our registration for signing in at a forge; None without one."""
        secret = getattr(self, f"{forge}_client_secret", None)
        return None if secret is None else (getattr(self, f"{forge}{_CLIENT_ID}"), secret.get_secret_value())

    @model_validator(mode="after")
    def _whole_registrations(self) -> PagesConfig:
        for setting in type(self).model_fields:
            forge, found, _ = setting.partition(_CLIENT_ID)
            if not found:
                continue
            client, secret = getattr(self, setting), getattr(self, f"{forge}_client_secret")
            if bool(client) != (secret is not None):
                raise ValueError(f"{forge}{_CLIENT_ID} and {forge}_client_secret belong together")
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
    repository: RepositoryName = Field(
        default="",
        description="Instead: OWNER/NAME, or only NAME for one beside each repository, whose default branch holds "
        "iam-review.yaml with both sections.",
    )

    @model_validator(mode="after")
    def _one_place(self) -> OrganisationConfig:
        if self.repository and (self.defaults or self.enforced):
            raise ValueError("give either repository, or defaults and enforced")
        return self


class NotifyConfig(BaseModel):
    """Who hears of work that was given up, critical findings on a default branch, and waivers that are about to end."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    slack_url: SecretAddress | None = Field(default=None, description="An incoming webhook of Slack.")
    teams_url: SecretAddress | None = Field(default=None, description="Or a workflow of Teams that takes messages.")
    webhook_url: PageAddress = Field(default="", description="Or a program of one's own, which is given JSON.")
    webhook_secret: DeliveryKey | None = Field(
        default=None, description="What that JSON is signed with: X-Iam-Review-Signature, sha256=HMAC of the body."
    )

    def listens(self) -> bool:
        """Whether anybody is to be told."""
        return bool(self.slack_url or self.teams_url or self.webhook_url)

    @model_validator(mode="after")
    def _one_listener(self) -> NotifyConfig:
        if bool(self.webhook_url) != (self.webhook_secret is not None):
            raise ValueError("webhook_url and webhook_secret belong together")
        if sum(map(bool, (self.slack_url, self.teams_url, self.webhook_url))) > 1:
            raise ValueError("give one of slack_url, teams_url and webhook_url")
        return self


class LimitsConfig(BaseModel):
    """What one review may use; the review runs in a process of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    wall_seconds: float = Field(default=150.0, gt=0, description="Seconds until it is stopped.")
    cpu_seconds: int = Field(default=130, gt=0, description="Seconds of CPU.")
    nice: int = Field(default=5, ge=0, le=19, description="By how much reviews stand back behind webhooks.")
    memory_mib: int = Field(default=2048, ge=128, description="Address space in MiB (not on macOS).")
    confinement: Literal["required", "best"] = Field(
        default="best",
        description="Whether the kernel must keep reviews from files, network and other processes (Landlock, seccomp): "
        "required refuses to review where it cannot, best goes on with what there is.",
    )


class ModulesConfig(BaseModel):
    """Modules that are not in the repository under review."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    allow: tuple[ModuleSource, ...] = Field(
        default=(),
        description="Registries and git hosts to fetch pinned modules from: registry.terraform.io, github.com/my-team.",
    )
