"""What a bot is when one writes it in an afternoon: Flask, a thread a delivery, the review in the same process.

python -m bench.runtime.minimal PORT SECRET
"""

from __future__ import annotations

import hashlib
import hmac
import sys
import threading

from flask import Flask, jsonify, request
from gunicorn.app.base import BaseApplication

from bench.runtime.acknowledge import heavy
from bot.review_process.child import answer
from bot.review_process.rounds import Options, first_request
from tests.fakes.contents import FakeContents


def review() -> None:
    contents = FakeContents({"main.tf": heavy(False).decode()}, {"main.tf": heavy(True).decode()})
    asked = first_request(contents.revisions(), Options())
    while True:
        answer(asked)


def make(secret: str) -> Flask:
    app = Flask(__name__)

    @app.post("/hook")
    def hook() -> object:
        wanted = hmac.new(secret.encode(), request.get_data(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(f"sha256={wanted}", request.headers["X-Hub-Signature-256"]):
            return jsonify(error="signature"), 401
        number = request.get_json()["pull_request"]["number"]
        return jsonify(result="accepted", number=number)

    return app


class Server(BaseApplication):
    def load_config(self) -> None:
        settings = {"bind": f"127.0.0.1:{sys.argv[1]}", "worker_class": "gthread", "threads": 16, "keepalive": 30}
        for key, value in settings.items():
            self.cfg.set(key, value)
        self.cfg.set("control_socket_disable", True)
        self.cfg.set("timeout", 300)

    def load(self) -> Flask:
        for _ in range(2):
            threading.Thread(target=review, daemon=True).start()
        return make(sys.argv[2])


if __name__ == "__main__":
    Server().run()
