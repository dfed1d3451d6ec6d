"""Sign-in against a forge's OAuth endpoints on loopback: who comes in, and who does not."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, jsonify, request
from flask.testing import FlaskClient
from itsdangerous import TimestampSigner
from markupsafe import escape
from pydantic import SecretStr

from bot.errors import ForgeUnavailable
from bot.forges.github.adapter import sign_in as at_github
from bot.forges.github.section import GitHubConfig
from bot.forges.gitlab.adapter import sign_in as at_gitlab
from bot.forges.gitlab.section import GitLabConfig
from bot.forges.port import ChangeRef
from bot.web.gate import Visitor
from bot.web.pages.sign_in import session_visitor
from bot.wiring.pages import RoleAsker
from bot.wiring.settings import SERVER_CONFIG
from tests.fakes.forge import FakeForge
from tests.fakes.reviews import review
from tests.web.sites import LINKS, NOW, REF, Served, keep, listening, served

SECRET = SecretStr("s" * 16)


def github(oauth: OAuth) -> GitHubConfig:
    """The configuration of a GitHub where people sign in there."""
    return GitHubConfig(webhook_secret=SECRET, token=SECRET, base_url=oauth.url)


def gitlab(oauth: OAuth) -> GitLabConfig:
    """And that of a GitLab."""
    return GitLabConfig(token=SECRET, webhook_token=SECRET, base_url=oauth.url)


@dataclass
class OAuth:
    """A forge that signs anybody in as `login`; `asked` is every form it was sent."""

    login: Any = "ada"
    broken: bool = False
    asked: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    def app(self) -> Flask:
        made = Flask("oauth")

        @made.get("/login/oauth/authorize")
        def authorize() -> Any:
            here = f"{request.args['redirect_uri']}?code=abc&state={request.args['state']}"
            return f'<link rel="icon" href="data:,"><a href="{escape(here)}">Authorize</a>'

        @made.post("/login/oauth/access_token")
        @made.post("/oauth/token")
        def token() -> Any:
            self.asked.append(request.form.to_dict())
            if self.broken:
                return jsonify(error="invalid_grant"), 400
            return jsonify(access_token="gho_secret_canary", token_type="bearer", scope="")

        @made.get("/user")
        @made.get("/api/v4/user")
        def user() -> Any:
            assert request.headers["Authorization"] == "Bearer gho_secret_canary"
            return jsonify(login=self.login, username=self.login)

        return made


@pytest.fixture
def oauth() -> Iterator[OAuth]:
    made = OAuth()
    with listening(made.app()) as made.url:
        yield made


@pytest.fixture
def site(tmp_path: Path, oauth: OAuth) -> Iterator[Served]:
    providers = {
        "github": at_github(github(oauth), "client", "oauth_secret_canary"),
        "gitlab": at_gitlab(
            GitLabConfig(token=SECRET, webhook_token=SECRET, base_url=oauth.url), "client", "oauth_secret_canary"
        ),
    }
    links = dataclasses.replace(LINKS, public_url="http://localhost")
    made = served(tmp_path, session_visitor(lambda: NOW), providers=providers, links=links)
    keep(made.store, review())
    yield made
    made.engines.dispose()


def _begin(client: FlaskClient, forge: str = "github") -> dict[str, str]:
    answer = client.get(f"/sign-in/{forge}")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def _finish(client: FlaskClient, state: str, forge: str = "github") -> Any:
    return client.get(f"/sign-in/{forge}/callback?code=abc&state={state}")


@pytest.mark.parametrize("forge", ["github", "gitlab"])
def test_who_signs_in_is_known_and_can_leave(site: Served, oauth: OAuth, forge: str) -> None:
    client = site.app.test_client()
    asked = _begin(client, forge)
    assert asked["redirect_uri"] == f"http://localhost/sign-in/{forge}/callback"
    assert asked["code_challenge_method"] == "S256"
    assert _finish(client, asked["state"], forge).headers["Location"] == "/"
    assert oauth.asked[0]["code_verifier"]
    page = client.get("/repositories").text
    assert ("ada" in page, "acme/infra" in page) == (True, forge == "github")
    token = page.split('name="csrf" value="')[1].split('"')[0]
    assert client.post("/sign-out", data={"csrf": token}).status_code == 303
    assert all(f"Sign in with {title}" in client.get("/").text for title in ("GitHub", "GitLab"))


def test_state_of_another_sign_in_is_refused(site: Served) -> None:
    client, other = site.app.test_client(), site.app.test_client()
    _begin(client)
    stolen = _begin(other)["state"]
    assert _finish(client, stolen).status_code == 403
    assert _finish(client, stolen).status_code == 403
    assert _finish(site.app.test_client(), "anything").status_code == 403


def test_an_answer_is_taken_once_and_only_from_the_forge_that_was_asked(site: Served) -> None:
    client = site.app.test_client()
    state = _begin(client)["state"]
    assert _finish(client, state, "gitlab").status_code == 403
    state = _begin(client)["state"]
    assert _finish(client, state).status_code == 302
    assert _finish(client, state).status_code == 403


@pytest.mark.parametrize("login", [None, "", 7, ["ada"]])
def test_a_forge_that_names_nobody(site: Served, oauth: OAuth, login: Any) -> None:
    oauth.login = login
    client = site.app.test_client()
    assert _finish(client, _begin(client)["state"]).status_code == 502
    assert "Sign in" in client.get("/").text


def test_a_refused_code(site: Served, oauth: OAuth, capsys: pytest.CaptureFixture[str]) -> None:
    oauth.broken = True
    client = site.app.test_client()
    answer = _finish(client, _begin(client)["state"])
    assert answer.status_code == 502
    assert "canary" not in answer.text + "".join(capsys.readouterr())


def test_forms_of_other_sessions_are_refused(site: Served) -> None:
    client = site.app.test_client()
    _finish(client, _begin(client)["state"])
    assert client.post("/sign-out", data={"csrf": "guessed"}).status_code == 403
    assert client.post("/sign-out").status_code == 403


def test_a_session_ends(site: Served) -> None:
    client = site.app.test_client()
    _finish(client, _begin(client)["state"])
    with client.session_transaction() as session:
        session["visitor"]["until"] = "2026-03-01T11:59:59+00:00"
        session.modified = True
    assert client.get("/repositories/github/acme/infra").status_code == 404


def test_no_session_is_believed_for_longer_than_the_server_says(site: Served) -> None:
    client = site.app.test_client()
    _finish(client, _begin(client)["state"])
    for ends, status in ((timedelta(hours=7), 200), (timedelta(hours=9), 404), (timedelta(days=900), 404)):
        with client.session_transaction() as session:
            session["visitor"]["until"] = (NOW + ends).isoformat()
            session.modified = True
        assert client.get("/repositories/github/acme/infra").status_code == status


def test_a_signature_of_yesterday_is_none(site: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever stands in the cookie: it may have been kept by somebody else since."""
    client = site.app.test_client()
    _finish(client, _begin(client)["state"])
    real = TimestampSigner.get_timestamp
    for hours, status in ((0, 200), (7, 200), (9, 404)):
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self, h=hours: real(self) + 3600 * h)
        assert client.get("/repositories/github/acme/infra").status_code == status


def test_the_cookie_holds_no_secret_and_is_out_of_reach_of_scripts(site: Served) -> None:
    client = site.app.test_client()
    answer = _finish(client, _begin(client)["state"])
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "gho_" not in cookie


def test_unknown_forge_is_not_there(site: Served) -> None:
    assert site.app.test_client().get("/sign-in/bitbucket").status_code == 404


@dataclass(frozen=True)
class _Ports:
    forge: FakeForge


def _asker(site: Served, forge: FakeForge, clock: list[float]) -> RoleAsker:
    from bot.store.sql_archive import SqlArchive

    ports: Any = lambda ref: _Ports(forge)  # noqa: E731
    return RoleAsker(ports, SqlArchive(site.engines), lambda: clock[0])


def test_roles_are_asked_of_the_forge_and_remembered_for_a_minute(site: Served) -> None:
    forge, clock = FakeForge(permissions={"ada": "read"}), [0.0]
    ask, ada = _asker(site, forge, clock), Visitor("ada", "github")
    assert [ask(ada, "github", "acme/infra") for _ in range(3)] == ["read"] * 3
    forge.permissions["ada"] = "none"
    clock[0] = 61.0
    assert ask(ada, "github", "acme/infra") == "none"
    assert forge.calls["permission"] == 2


def test_a_strangers_guess_costs_the_forge_nothing(site: Served) -> None:
    forge = FakeForge()
    assert _asker(site, forge, [0.0])(Visitor("ada", "github"), "github", "acme/unheard-of") == "none"
    assert forge.calls["permission"] == 0


def test_a_forge_that_does_not_answer_opens_nothing(site: Served) -> None:
    forge = FakeForge(before={"permission": [ForgeUnavailable("away")]})
    assert _asker(site, forge, [0.0])(Visitor("ada", "github"), "github", REF.repository) == "none"
    assert ChangeRef("github", "acme/infra", 7, 1) == REF


@pytest.mark.parametrize(
    "given",
    [
        {"github_client_id": "x"},
        {"github_client_secret": "x", "public_url": "https://h"},
        {"gitlab_client_id": "x", "gitlab_client_secret": "y"},
    ],
)
def test_half_a_registration_is_a_wrong_configuration(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"belong together|needs public_url"):
        SERVER_CONFIG.model_validate({"github": {"webhook_secret": "s" * 16, "token": "t"}, "pages": given})
