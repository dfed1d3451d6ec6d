"""Creating the GitHub App from a manifest: what the App is to be, and the exchange of GitHub's code for its keys."""

from __future__ import annotations

from dataclasses import field
from typing import Any
from urllib.parse import quote

import requests

from bot.errors import ForgeRefused, ForgeUnavailable
from bot.forges.github.health import APPROVALS, EVENTS, PERMISSIONS
from bot.frozen import dataclass

_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class AppKeys:
    """What GitHub gives out once, when the App is made. `page` is the App's page, to install it from."""

    app_id: int
    slug: str
    page: str
    private_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)


def manifest(name: str, public_url: str) -> dict[str, Any]:
    """The App as GitHub is to make it: least permissions. Source: "Registering a GitHub App from a manifest"."""
    here = public_url.rstrip("/")
    return {
        "name": name,
        "url": here,
        "description": "Proves what access a Terraform change newly grants",
        "public": False,
        "hook_attributes": {"url": f"{here}/hooks/github", "active": True},
        "redirect_url": f"{here}/setup/github",
        "callback_urls": [f"{here}/sign-in/github/callback"],
        "default_permissions": dict(PERMISSIONS),
        "default_events": [*EVENTS, APPROVALS],
    }


def creation_page(web_url: str, organisation: str = "") -> str:
    """Where a browser posts the manifest to."""
    owner = f"/organizations/{quote(organisation, safe='')}" if organisation else ""
    return f"{web_url.rstrip('/')}{owner}/settings/apps/new"


def convert(api_url: str, code: str) -> AppKeys:
    """Exchange the code that GitHub sent the browser back with, within the hour it is good for.

    Raises ForgeRefused or ForgeUnavailable.
    """
    what = "POST /app-manifests/CODE/conversions"
    address = f"{api_url.rstrip('/')}/app-manifests/{quote(code, safe='')}/conversions"
    headers = {"Accept": "application/vnd.github+json"}
    try:
        answer = requests.post(address, headers=headers, timeout=_SECONDS, allow_redirects=False)
    except requests.RequestException as error:
        raise ForgeUnavailable(f"{what}: {type(error).__name__}") from None
    if answer.status_code >= 500:
        raise ForgeUnavailable(f"{what}: {answer.status_code}")
    if answer.status_code != 201:
        raise ForgeRefused(f"{what}: {answer.status_code}; the code is good once and for an hour: begin again")
    try:
        made = answer.json()
        return AppKeys(
            app_id=int(made["id"]),
            slug=str(made["slug"]),
            page=str(made["html_url"]),
            private_key=str(made["pem"]),
            webhook_secret=str(made["webhook_secret"]),
            client_id=str(made.get("client_id") or ""),
            client_secret=str(made.get("client_secret") or ""),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ForgeRefused(f"{what}: the answer is not an App's keys ({type(error).__name__})") from None
