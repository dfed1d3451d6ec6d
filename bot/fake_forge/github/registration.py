"""Registering an App from a manifest: the page that asks a person, and the code that is good once.

Source: GitHub's documentation, "Registering a GitHub App from a manifest".
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template_string, request
from werkzeug.wrappers import Response as AnyResponse

from bot.fake_forge.github.forge import GitHub

_PAGE = """<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Create GitHub App</title><main>
<h1>Create GitHub App {{ name }}</h1>
<p>It asks for {% for what, level in permissions %}{{ what }}: {{ level }} {% endfor %}</p>
<form method="post" action="/settings/apps/create">
<input type="hidden" name="state" value="{{ state }}"><input type="hidden" name="manifest" value="{{ manifest }}">
<button>Create GitHub App</button></form></main></html>"""


def registration(github: GitHub) -> Blueprint:
    """The pages below /settings/apps, of an account or an organisation, and the exchange of the code."""
    blueprint = Blueprint("registration", __name__)
    waiting: dict[str, dict[str, Any]] = {}

    @blueprint.post("/settings/apps/new")
    @blueprint.post("/organizations/<organisation>/settings/apps/new")
    def ask(organisation: str = "") -> str:
        described = _manifest()
        return render_template_string(
            _PAGE,
            name=described["name"],
            permissions=sorted(described["default_permissions"].items()),
            state=request.args.get("state", ""),
            manifest=request.form["manifest"],
        )

    @blueprint.post("/settings/apps/create")
    def create() -> AnyResponse:
        described = _manifest()
        code = secrets.token_hex(20)
        waiting[code] = described
        return redirect(f"{described['redirect_url']}?code={code}&state={request.form['state']}", 302)

    @blueprint.post("/api/v3/app-manifests/<code>/conversions")
    def convert(code: str) -> tuple[Response, int]:
        described = waiting.pop(code, None)
        if described is None:
            return jsonify(message="Not Found", documentation_url="https://docs.github.com/rest", status="404"), 404
        with github.world.lock:
            github.deliveries.url = described["hook_attributes"]["url"]
            app = github.shapes.app()
        keys = {
            "client_id": "Iv1.0123456789abcdef",
            "client_secret": secrets.token_hex(20),
            "webhook_secret": github.deliveries.secret,
            "pem": github.access.private_key,
        }
        return jsonify({**app, **keys}), 201

    return blueprint


def _manifest() -> dict[str, Any]:
    try:
        described = json.loads(request.form.get("manifest", ""))
    except ValueError:
        described = None
    needed = {"name", "url", "hook_attributes", "redirect_url", "default_permissions", "default_events"}
    if not isinstance(described, dict) or not needed <= described.keys():
        abort(422, "the manifest is not one")
    return described
