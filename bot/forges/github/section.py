"""The section of the server's configuration that says which GitHub to serve."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from bot.config import DeliveryKey, EarlierDeliveryKey, ForgeSection, Secret, SiteAddress


def _app_id(given: Any) -> Any:
    if isinstance(given, str) and not given.strip().isdecimal():
        raise ValueError("is not a number: give the App ID of the App's page, not its client id or name")
    return given


def _pem(given: SecretStr) -> SecretStr:
    text = given.get_secret_value().strip()
    if "\n" not in text and text.endswith(".pem"):
        raise ValueError("is the name of a file: give it as private_key_file")
    if not (text.startswith("-----BEGIN ") and text.endswith("PRIVATE KEY-----")):
        raise ValueError(
            "is not a private key in PEM: give all of the file that GitHub made, its first and last line too"
        )
    return given


def _api(given: str) -> str:
    if urlsplit(given).hostname in ("github.com", "www.github.com"):
        raise ValueError(f"{given} is where people go: write https://api.github.com, or leave it out")
    return given


class GitHubConfig(BaseModel):
    """The GitHub to serve, and who the bot is there."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    webhook_secret: DeliveryKey = Field(
        description="What GitHub signs its deliveries with; 16 characters or more; without it the bot does not start."
    )
    previous_webhook_secret: EarlierDeliveryKey | None = Field(
        default=None, description="Accepted as well while the secret is being changed."
    )
    app_id: Annotated[int, BeforeValidator(_app_id)] | None = Field(
        default=None, description="The GitHub App's id; needs private_key. Or give a token instead."
    )
    private_key: Annotated[Secret, AfterValidator(_pem)] | None = Field(
        default=None, description="The App's private key, PEM."
    )
    token: Secret | None = Field(
        default=None, description="A token instead of an App; the check is then a commit status."
    )
    installations: tuple[int, ...] = Field(
        default=(), description="The App's installations that are served; others are ignored. Empty: all."
    )
    base_url: Annotated[SiteAddress, AfterValidator(_api)] = Field(
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


SECTION = ForgeSection(
    name="github",
    model=GitHubConfig,
    description="The GitHub to serve; this section, gitlab or both are needed.",
    sign_in=(
        "Sign-in by GitHub: the client id of the App or of an OAuth app; needs public_url.",
        "And its client secret.",
    ),
)
