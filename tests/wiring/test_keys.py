"""What sessions and links are signed with: nothing that authenticates deliveries, and the same after a restart."""

from __future__ import annotations

import hmac
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.sessions import SecureCookieSessionInterface

from bot.errors import StoreUnavailable
from bot.forges.port import ChangeRef
from bot.store.database import Engines, connect
from bot.store.migrate import downgrade, upgrade
from bot.store.secrets import kept_secret
from bot.web.report_links import ReportLinks
from bot.wiring.keys import links
from bot.wiring.server import Bot, build
from bot.wiring.settings import load
from tests.fakes.reviews import review
from tests.store.databases import address, address_with_tables, engines
from tests.web.sites import keep

__all__ = ["address", "engines"]

URL = "https://review.example"
REF = ChangeRef("github", "acme/infra", 7, 1)
HEAD = review().head

WEBHOOKS = {
    "GITHUB__TOKEN": "canary-token",
    "GITHUB__WEBHOOK_SECRET": "canary-new-deliveries",
    "GITHUB__PREVIOUS_WEBHOOK_SECRET": "canary-old",
    "GITLAB__TOKEN": "canary-gitlab",
    "GITLAB__WEBHOOK_TOKEN": "canary-gitlab-hook",
    "GITLAB__PREVIOUS_WEBHOOK_TOKEN": "canary-old-hook",
    "GITLAB__SIGNING_TOKEN": "canary-gitlab-signing",
    "GITLAB__PREVIOUS_SIGNING_TOKEN": "canary-old-signing",
}
SIGN_IN = {"PAGES__PUBLIC_URL": URL, "PAGES__GITHUB_CLIENT_ID": "client", "PAGES__GITHUB_CLIENT_SECRET": "canary-oauth"}
CONFIGURED = {"PAGES__LINK_SECRET": "canary-links", "PAGES__SESSION_SECRET": "canary-sessions"}


def bot(directory: Path, **settings: str) -> Bot:
    """A server on the directory's database, to which people can sign in."""
    return build(load(None, environment(directory, settings)))


def environment(directory: Path, settings: dict[str, str]) -> dict[str, str]:
    given = {"DATABASE": address_with_tables(directory / "db.sqlite"), **WEBHOOKS, **SIGN_IN, **settings}
    return {f"IAM_REVIEW_{name}": value for name, value in given.items() if value}


def soon() -> str:
    """A time within a session."""
    return (datetime.now(UTC) + timedelta(hours=1)).isoformat()


def cookie(key: str | bytes) -> str:
    """A session of Ada's, as Flask signs one with that key."""
    app: Any = type("App", (), {"secret_key": key, "config": {"SECRET_KEY_FALLBACKS": None}})
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    return str(signer.dumps({"visitor": {"login": "ada", "forge": "github", "until": soon()}}))


def greeted(server: Bot, value: str) -> bool:
    """Whether a browser with that cookie is Ada's."""
    client = server.app.test_client()
    client.set_cookie("iam_review", value, domain="localhost", secure=True)
    return "ada" in client.get("/", base_url="https://localhost").text


def opened(server: Bot, token: str) -> int:
    path = f"/reports/github/acme/infra/7/{HEAD}?t={token}"
    return server.app.test_client().get(path, base_url=URL).status_code


@pytest.mark.parametrize("configured", [{}, CONFIGURED], ids=["kept", "configured"])
def test_who_knows_a_secret_of_deliveries_signs_neither_session_nor_link(
    tmp_path: Path, configured: dict[str, str]
) -> None:
    server = bot(tmp_path, **configured)
    keep(server.store, review(), REF)
    known = [secret for name, secret in WEBHOOKS.items() if name.startswith(("GITHUB__", "GITLAB__"))]
    for secret in (*known, "", configured.get("PAGES__LINK_SECRET", "-")):
        for key in (secret, secret.encode(), hmac.digest(secret.encode(), b"iam-review session", "sha256")):
            assert not (key and greeted(server, cookie(key)))
        token = ReportLinks(URL, lambda secret=secret: secret).token(REF, HEAD)  # type: ignore[misc]
        assert opened(server, token) == (200 if secret == configured.get("PAGES__LINK_SECRET") else 404)
    server.stop(0)


def _signed_in(server: Bot) -> str:
    client = server.app.test_client()
    with client.session_transaction(base_url="https://localhost") as session:
        session["visitor"] = {"login": "ada", "forge": "github", "until": soon()}
    found = client.get_cookie("iam_review")
    assert found is not None
    return found.value


@pytest.mark.parametrize("configured", [{}, CONFIGURED], ids=["kept", "configured"])
def test_other_webhook_secrets_and_a_restart_end_neither_sessions_nor_links(
    tmp_path: Path, configured: dict[str, str]
) -> None:
    server = bot(tmp_path, **configured)
    keep(server.store, review(), REF)
    session = _signed_in(server)
    link = links(load(None, environment(tmp_path, configured)), server.engines).report(REF, HEAD)
    server.stop(0)
    changed = {name: f"{secret}-changed" for name, secret in WEBHOOKS.items() if "PREVIOUS" not in name}
    changed |= {name: "" for name in WEBHOOKS if "PREVIOUS" in name}
    server = bot(tmp_path, **configured, **changed)
    assert greeted(server, session)
    assert opened(server, link.rpartition("?t=")[2]) == 200
    server.stop(0)


def test_a_configured_key_is_the_only_one(tmp_path: Path) -> None:
    server = bot(tmp_path)
    keep(server.store, review(), REF)
    session, token = _signed_in(server), links(load(None, environment(tmp_path, {})), server.engines).token(REF, HEAD)
    assert greeted(server, session) and opened(server, token) == 200
    server.stop(0)
    server = bot(tmp_path, **CONFIGURED)
    assert not greeted(server, session) and opened(server, token) == 404
    server.stop(0)


def test_every_process_gets_the_same_and_each_name_its_own(engines: Engines) -> None:
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(kept_secret(engines, "links")())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and len(set(found)) == 1 and len(found[0]) >= 43
    assert kept_secret(engines, "sessions")() not in found


def test_up_and_down(engines: Engines) -> None:
    first = kept_secret(engines, "links")()
    downgrade(engines.write, "0003")
    upgrade(engines.write)
    assert kept_secret(engines, "links")() != first


def test_a_database_that_is_away_is_asked_again(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'db.sqlite'}"
    empty = connect(address)
    key = kept_secret(empty, "links")
    with pytest.raises(StoreUnavailable):
        key()
    upgrade(empty.write)
    assert key() == key() != ""
    empty.dispose()


def test_forges_and_probes_need_no_key(tmp_path: Path) -> None:
    server = bot(tmp_path)
    downgrade(server.engines.write, "0003")
    client = server.app.test_client()
    assert client.get("/healthz").status_code == 200
    assert client.post("/hooks/github", data=b"{}").status_code == 401
    assert client.get("/").status_code == 200
    server.stop(0)


def test_a_key_is_remembered_while_the_database_is_away(tmp_path: Path) -> None:
    engines, time = connect(f"sqlite:///{tmp_path / 'db.sqlite'}"), [0.0]
    upgrade(engines.write)
    key = kept_secret(engines, "links", lambda: time[0])
    first = key()
    downgrade(engines.write, "0003")
    time[0] += 1_000
    assert key() == first
    engines.dispose()
