"""The set-up before anything is configured: a small server until a forge is, its secrets in files of this user."""

from __future__ import annotations

import dataclasses
import functools
import os
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import yaml
from werkzeug.serving import make_server

from bot.errors import ConfigError
from bot.forges.examination import HealthCheck, examine
from bot.forges.github.connection import DEFAULT_BASE_URL
from bot.forges.github.manifest import convert
from bot.forges.health import CheckResult, broken
from bot.frozen import dataclass
from bot.web.setup_page import NewSection, SetUp, create_set_up
from bot.wiring.forges import Forges
from bot.wiring.settings import load, unconfigured

FILE = Path("var/iam-review.yaml")

_LAST_PAGE = 1.0
"""Seconds in which the last page's style and icon are still answered."""

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
    """If nothing is configured: serve the set-up until a forge is, and return the file to go on with.

    `api_url` is GitHub's REST API unless the page is given another server. None where something is configured,
    rightly or wrongly: `load` says which.
    """
    given = unconfigured(path)
    if given is None:
        return None
    place = dataclasses.replace(place_of(given, path), api_url=api_url)
    if place.file.exists():
        raise ConfigError(f"nothing is configured, but {place.file} is there: start with --config {place.file}")
    done = threading.Event()
    made = SetUp(
        public_url=place.url,
        api=place.api_url,
        convert=convert,
        tried=lambda section, repository: tried(section, place, given, repository),
        save=lambda section: str(save(section, place, given)),
        done=done.set,
    )
    server = make_server(place.host, place.port, create_set_up(made), threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="set-up", daemon=True)
    thread.start()
    echo(f"Nothing is configured yet. Open {place.url}/setup?token={made.token}")
    try:
        done.wait()
        time.sleep(_LAST_PAGE)
    finally:
        server.shutdown()  # answers what it has begun first
        thread.join()
        server.server_close()
    return place.file


def save(section: NewSection, place: SetupPlace, given: Mapping[str, object]) -> Path:
    """Write the secrets and a configuration that names them, readable by this user only."""
    folder = place.file.parent.absolute()  # the server may be started from elsewhere
    folder.mkdir(parents=True, exist_ok=True)
    files = {name: folder / f"{section.forge}-{name.replace('_', '-')}" for name in section.secret}
    for name, path in files.items():
        _write(path, section.secret[name])
    written: dict[str, object] = {**section.plain, **{f"{name}_file": str(path) for name, path in files.items()}}
    pages = given.get("pages")
    kept: dict[str, object] = dict(pages) if isinstance(pages, Mapping) else {}
    state = {"database": f"sqlite:///{folder / 'iam-review.db'}", "cache_dir": str(folder / "cache")}
    whole = {**state, **given, section.forge: written, "pages": {**kept, "public_url": place.url}}
    _write(place.file, yaml.safe_dump(whole, sort_keys=False))
    return place.file


def tried(
    section: NewSection, place: SetupPlace, given: Mapping[str, object], repository: str
) -> tuple[CheckResult, ...]:
    """What `doctor` would say of the forge, and of a repository if one is named; nothing is kept."""
    with tempfile.TemporaryDirectory() as folder:
        file = save(section, dataclasses.replace(place, file=Path(folder) / place.file.name), given)
        try:
            forges = Forges(load(file))
        except ConfigError as error:
            return (broken("configuration", str(error).replace(f"{folder}/", ""), "give it again"),)
    named = functools.partial(forges.repository_health, f"{section.forge}:{repository}")
    return tuple(examine([*forges.checks(), *([HealthCheck(repository, named)] if repository else ())]))


def _write(path: Path, content: str) -> None:
    # Never readable by others, not even for a moment; and nothing that is there is written over.
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(content)


def place_of(given: Mapping[str, object], path: Path | None) -> SetupPlace:
    """Where the set-up listens and writes, of what is given besides a forge. Raises ConfigError."""
    pages = given.get("pages")
    public = str(pages.get("public_url") or "") if isinstance(pages, Mapping) else ""
    port = str(given.get("port", 8080))  # text where a variable gives it
    if not port.isdecimal():
        raise ConfigError(f"port: {port!r} is not a number")
    file = FILE if path is None else path.with_name(f"{path.stem}.configured.yaml")
    return SetupPlace(str(given.get("host", "127.0.0.1")), int(port), public, file=file)
