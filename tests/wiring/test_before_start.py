"""What people get wrong before the first start is one line each, with its place and what to do."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.config import PREFIX
from bot.errors import ConfigError
from bot.wiring import before_start
from bot.wiring.before_start import try_out
from bot.wiring.settings import load
from tests.places import TESTS
from tests.yaml_files import read_yaml

MISTAKES: dict[str, dict[str, Any]] = read_yaml((TESTS / "cases" / "config" / "mistakes.yaml").read_text())
RIGHT = {"GITHUB__TOKEN": "t", "GITHUB__WEBHOOK_SECRET": "9f2c1b7a4e6d8053"}


@pytest.fixture(scope="module")
def busy() -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield str(listening.getsockname()[1])


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_line(name: str, tmp_path: Path, busy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = MISTAKES[name]
    (tmp_path / "text").write_text("no database " * 99)
    (tmp_path / "empty").write_text("")

    def filled(text: str) -> str:
        away = "postgresql+psycopg://bot@127.0.0.1/bot"
        return text.replace("HERE", str(tmp_path)).replace("BUSY", busy).replace("POSTGRESQL", away)

    if "goes on" in case:  # of two servers one is looked at
        monkeypatch.setattr(before_start, "postgresql", lambda address: "")
    settled = {"PORT": "0", "DATABASE": "sqlite:///HERE/db", "CACHE_DIR": "HERE/cache"}
    given = settled | ({} if "alone" in case else RIGHT) | case.get("environment", {})
    path = tmp_path / "config.yaml"
    path.write_text(case.get("file", ""))
    environment = {PREFIX + key: filled(value) for key, value in given.items()}
    says = re.sub("^FILE:", f"{path}:", filled(case["says"]))
    if "goes on" in case:
        assert try_out(load(path, environment), case.get("role", "serve")) == (says,)
        return
    with pytest.raises(ConfigError) as caught:
        try_out(load(path, environment), case.get("role", "serve"))
    assert str(caught.value) == says


def test_there_are_twenty_six() -> None:
    assert len(MISTAKES) == 26
