"""Takes the pictures in docs/images: the sandbox's pull request and the bot's pages about it, in light and dark.

    python -m tools.screenshots

Needs Debian's Chromium (`make services`).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from playwright.sync_api import Page, sync_playwright

from bot.fake_forge.sample import open_sample
from bot.fake_forge.sandbox import Sandbox
from bot.wiring.fake_forge import running_bot

IMAGES = Path(__file__).parent.parent / "docs" / "images"
CHROMIUM = "/usr/bin/chromium"
_PLAN = {"home": 620, "report": 1500, "trends": 1100, "playground": 1250, "sandbox": 1700, "inventory": 620}


def main() -> None:
    """Take them all."""
    with Sandbox.start() as sandbox, running_bot(sandbox) as address:
        sandbox.send_webhooks_to(f"{address}/hooks/github")
        pull = open_sample(sandbox)
        if not sandbox.wait_for_check(pull, 120):
            raise SystemExit("the bot gave no conclusion")
        repository = f"{pull.repository.owner.login}/{pull.repository.name}"
        report = _report(address, repository)
        pages = {
            "home": address,
            "report": f"{address}{report}",
            "trends": f"{address}/repositories/github/{repository}",
            "playground": f"{address}/playground?sample=escalation",
            "inventory": f"{address}/inventory/github/{repository}",
            "sandbox": sandbox.page_url(pull),
        }
        for scheme in ("light", "dark"):
            with _browser(scheme) as page:
                for name, url in pages.items():
                    _take(page, url, name, scheme)


def _report(address: str, repository: str) -> str:
    deadline = time.monotonic() + 60
    while not (listed := requests.get(f"{address}/api/v1/reviews/github/{repository}", timeout=10).json()["reviews"]):
        if time.monotonic() > deadline:
            raise SystemExit("the bot kept no review")
        time.sleep(0.1)  # it is kept when the forge has been told
    found = listed[0]
    return f"/reports/github/{repository}/{found['ref']['number']}/{found['head']}"


@contextmanager
def _browser(scheme: str) -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(color_scheme=scheme, viewport={"width": 1180, "height": 900})  # type: ignore[arg-type]
        yield context.new_page()
        browser.close()


def _take(page: Page, url: str, name: str, scheme: str) -> None:
    page.set_viewport_size({"width": 1180, "height": _PLAN[name]})
    page.goto(url)
    page.wait_for_load_state("networkidle")
    if name == "playground":
        page.locator("#result article").first.wait_for(timeout=30_000)
    if name == "inventory":
        page.get_by_text("principals and resources").wait_for(timeout=30_000)
    page.screenshot(path=IMAGES / f"{name}-{scheme}.png")
    print(f"{name}-{scheme}.png")


if __name__ == "__main__":
    main()
