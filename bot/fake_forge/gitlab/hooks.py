"""GitLab's webhooks: a token or a signature with each delivery, and no more deliveries after four failures.

Sources: docs.gitlab.com/user/project/integrations/webhooks/ ("Delivery headers", "Auto-disabled webhooks"),
app/services/web_hook_service.rb, app/models/concerns/web_hooks/auto_disabling.rb.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
import uuid
from dataclasses import dataclass

from bot.fake_forge.deliveries import Deliveries, SentDelivery

MOST_FAILURES = 3
"""One more, and the hook is disabled for a while."""


@dataclass(slots=True)
class Hooks(Deliveries):
    """`secret` is the secret token, `signing_key` that of a signing token; either may be empty.

    `failures` counts those in a row; a hook that is disabled delivers nothing until `enable`.
    """

    signing_key: bytes = b""
    instance: str = ""
    failures: int = 0

    @property
    def signing_token(self) -> str:
        """The signing token as GitLab shows it once; "" where deliveries are not signed."""
        return f"whsec_{base64.b64encode(self.signing_key).decode()}" if self.signing_key else ""

    @property
    def disabled(self) -> bool:
        """Whether GitLab has given up for a while."""
        return self.failures > MOST_FAILURES

    def enable(self) -> None:
        """What pressing "Test" or waiting does."""
        self.failures = 0

    def send(self, delivery: SentDelivery) -> None:
        """Send a delivery now or again, unless the hook is disabled."""
        if not self.disabled:
            Deliveries.send(self, delivery)

    def headers(self, delivery: SentDelivery) -> dict[str, str]:
        """The headers of a delivery: its key stays the same when it is sent again, all else changes."""
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "GitLab/18.10.0",
            "Idempotency-Key": delivery.guid,
            "X-Gitlab-Event": delivery.event,
            "X-Gitlab-Webhook-UUID": str(uuid.uuid4()),
            "X-Gitlab-Event-UUID": str(uuid.uuid4()),
            "X-Gitlab-Instance": self.instance,
        }
        if self.secret:
            headers["X-Gitlab-Token"] = self.secret
        if self.signing_key:
            moment = str(int(time.time()))
            content = f"{delivery.guid}.{moment}.".encode() + delivery.body
            digest = base64.b64encode(hmac.new(self.signing_key, content, hashlib.sha256).digest()).decode()
            headers |= {"webhook-id": delivery.guid, "webhook-timestamp": moment, "webhook-signature": f"v1,{digest}"}
        return headers

    def _post(self, delivery: SentDelivery) -> int:
        code = Deliveries._post(self, delivery)
        if not self.url:
            return code  # there is no hook yet
        self.failures = 0 if 200 <= code < 400 else self.failures + 1
        return code
