"""The set-up before anything is configured: a small server until the App is made, its keys in files of this user."""

from __future__ import annotations

import dataclasses
import os
import threading
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml
from werkzeug.serving import make_server

from bot.errors import ConfigError
from bot.forges.github.connection import DEFAULT_BASE_URL, web_url
from bot.forges.github.manifest import AppKeys, convert
from bot.frozen import dataclass
from bot.web.setup_page import SetUp, create_set_up
from bot.wiring.settings import unconfigured

FILE = Path("var/iam-review.yaml")

Echo = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class SetupPlace:
    """Where the set-up listens, and where what it makes goes."""

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str = ""
    api_url: str = DEFAULT_BASE_URL
    file: Path = FILE

    @property
    def url(self) -> str:
        """Where people reach it."""
        return self.public_url or f"http://{self.host}:{self.port}"


def set_up(path: Path | None, echo: Echo, api_url: str = DEFAULT_BASE_URL) -> Path | None:
    """If nothing is configured: serve the set-up until the App is made, and return the file to go on with.

    `api_url` is GitHub's REST API. None where something is configured, rightly or wrongly: `load` says which.
    """
    given = unconfigured(path)
    if given is None:
        return None
    place = dataclasses.replace(_place(given, path), api_url=api_url)
    if place.file.exists():
        raise ConfigError(f"nothing is configured, but {place.file} is there: start with --config {place.file}")
    done = threading.Event()
    made = SetUp(
        public_url=place.url,
        web_url=web_url(place.api_url),
        convert=lambda code: convert(place.api_url, code),
        save=lambda keys: str(save(keys, place, given)),
        done=done.set,
    )
    server = make_server(place.host, place.port, create_set_up(made), threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="set-up", daemon=True)
    thread.start()
    echo(f"Nothing is configured yet. Open {place.url}/setup?token={made.token}")
    try:
        done.wait()
    finally:
        server.shutdown()  # answers what it has begun first
        thread.join()
        server.server_close()
    return place.file


def save(keys: AppKeys, place: SetupPlace, given: Mapping[str, object]) -> Path:
    """Write the keys and a configuration that names them, readable by this user only."""
    folder = place.file.parent
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "private_key_file": (folder / "github-app.pem", keys.private_key),
        "webhook_secret_file": (folder / "github-webhook-secret", keys.webhook_secret),
    }
    for path, secret in files.values():
        _write(path, secret)
    github: dict[str, object] = {"app_id": keys.app_id, **{name: str(path) for name, (path, _) in files.items()}}
    if place.api_url != DEFAULT_BASE_URL:
        github["base_url"] = place.api_url
    pages = given.get("pages")
    kept: dict[str, object] = dict(pages) if isinstance(pages, Mapping) else {}
    whole = {**given, "github": github, "pages": {**kept, "public_url": place.url}}
    _write(place.file, yaml.safe_dump(whole, sort_keys=False))
    return place.file


def _write(path: Path, content: str) -> None:
    # Never readable by others, not even for a moment; and nothing that is there is written over.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)


def _place(given: Mapping[str, object], path: Path | None) -> SetupPlace:
    pages = given.get("pages")
    public = str(pages.get("public_url") or "") if isinstance(pages, Mapping) else ""
    port = given.get("port", 8080)
    if not isinstance(port, int):
        raise ConfigError(f"port: {port!r} is not a number")
    file = FILE if path is None else path.with_name(f"{path.stem}.github.yaml")
    return SetupPlace(str(given.get("host", "127.0.0.1")), port, public, file=file)
