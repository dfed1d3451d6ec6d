"""The section of the server's configuration that says which GitLab to serve."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.config import DeliveryKey, EarlierDeliveryKey, ForgeSection, Secret, SiteAddress


class GitLabConfig(BaseModel):
    """The GitLab to serve, and who the bot is there."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    token: Secret = Field(
        description="An access token of a project, a group or a person: scope api, role Developer (see docs/gitlab.md)."
    )
    webhook_token: DeliveryKey | None = Field(
        default=None,
        description="The webhooks' secret token, 16 characters or more; it or signing_token is needed.",
    )
    previous_webhook_token: EarlierDeliveryKey | None = Field(
        default=None, description="Accepted as well while the token is being changed."
    )
    signing_token: DeliveryKey | None = Field(
        default=None, description="The webhooks' signing token (whsec_...): better, as it never travels."
    )
    previous_signing_token: EarlierDeliveryKey | None = Field(
        default=None, description="Accepted as well while the signing token is being changed."
    )
    base_url: SiteAddress = Field(default="https://gitlab.com", description="Where it is; of one's own: https://HOST.")

    @model_validator(mode="after")
    def _authentic_deliveries(self) -> GitLabConfig:
        if self.webhook_token is None and self.signing_token is None:
            raise ValueError("give webhook_token or signing_token: deliveries that anybody could send are not taken")
        return self


SECTION = ForgeSection(
    name="gitlab",
    model=GitLabConfig,
    description="The GitLab to serve.",
    sign_in=("Sign-in by GitLab: the application's id (scope read_user); needs public_url.", "And its secret."),
)
