"""Signing in as a person does, and what is refused without it."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bot.forges.github.adapter import sign_in
from bot.web.pages.sign_in import session_visitor
from tests.browser.pages import browser, page, violations
from tests.fakes.reviews import finding, review
from tests.services import free_port
from tests.web.sites import LINKS, NOW, keep, listening, served
from tests.web.test_sign_in import OAuth, github

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.needs("axe"), pytest.mark.xdist_group("browser")]


def test_sign_in_shows_what_one_may_read_and_sign_out_hides_it(tmp_path: Path) -> None:
    oauth, port = OAuth(), free_port()
    with browser() as chromium, listening(oauth.app()) as oauth.url:
        links = dataclasses.replace(LINKS, public_url=f"http://127.0.0.1:{port}")
        providers = {"github": sign_in(github(oauth), "client", "secret")}
        made = served(tmp_path, session_visitor(lambda: NOW), providers=providers, links=links)
        keep(made.store, review(finding("1" * 16)))
        with listening(made.app, port) as address, page(chromium) as here:
            here.goto(address)
            assert violations(here) == []
            here.get_by_role("link", name="Sign in with GitHub").click()
            here.get_by_role("link", name="Authorize").click()
            here.get_by_role("link", name="acme/infra").click()
            expect(here.get_by_role("heading", name="Open findings")).to_be_visible()
            here.get_by_role("button", name="Sign out").click()
            expect(here.get_by_role("link", name="Sign in with GitHub")).to_be_visible()
        made.engines.dispose()
