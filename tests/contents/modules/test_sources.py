"""Module addresses taken apart, and which may be fetched."""

from __future__ import annotations

from typing import Any

import pytest

from bot.contents.modules.allowed import Allowed
from bot.contents.modules.port import ModuleCall, NotFetched
from bot.contents.modules.source import GitSource, RegistrySource, parse
from tests.places import TESTS
from tests.yaml_files import read_yaml

CASES = TESTS / "cases" / "modules"
SOURCES = read_yaml((CASES / "sources.yaml").read_text("utf-8"))
ALLOWED = read_yaml((CASES / "allowed.yaml").read_text("utf-8"))
URLS = [(case["allow"], url, "") for case in ALLOWED for url in case["fetched"]]
URLS += [(case["allow"], url, words) for case in ALLOWED for url, words in case["refused"].items()]


@pytest.mark.parametrize("case", SOURCES, ids=lambda case: f"{case['source']!r} {case.get('version', '')}")
def test_source(case: dict[str, Any]) -> None:
    call = ModuleCall(case["source"], case.get("version", ""))
    if "refused" in case:
        with pytest.raises(NotFetched) as caught:
            parse(call)
        assert case["refused"] in str(caught.value)
        return
    found = parse(call)
    match found:
        case RegistrySource():
            assert case["is"] == ["registry", f"{found.host} {found.path}", found.version, found.subdirectory]
        case GitSource():
            assert case["is"] == ["git", found.url, found.ref, found.subdirectory]


@pytest.mark.parametrize(("allow", "url", "words"), URLS)
def test_allowed(allow: list[str], url: str, words: str) -> None:
    allowed = Allowed(tuple(allow))
    if not words:
        allowed.check_url(url)
        return
    with pytest.raises(NotFetched) as caught:
        allowed.check_url(url)
    assert words in str(caught.value)
