"""The least a receiver of webhooks can do: Flask, the signature checked, a row inserted before the answer.

python -m bench.runtime.minimal PORT SECRET DATABASE
"""

from __future__ import annotations

import hashlib
import hmac
import sys
import threading

import psycopg
from flask import Flask, jsonify, request
from gunicorn.app.base import BaseApplication

TABLE = "minimal_deliveries"


def make(secret: str, database: str) -> Flask:
    app, own = Flask(__name__), threading.local()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"CREATE TABLE IF NOT EXISTS {TABLE} (delivery text PRIMARY KEY, body bytea NOT NULL)")

    @app.post("/hook")
    def hook() -> object:
        body = request.get_data()
        wanted = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(f"sha256={wanted}", request.headers["X-Hub-Signature-256"]):
            return jsonify(error="signature"), 401
        if not hasattr(own, "connection"):
            own.connection = psycopg.connect(database, autocommit=True)
        row = (request.headers["X-GitHub-Delivery"], body)
        own.connection.execute(f"INSERT INTO {TABLE} VALUES (%s, %s)", row)
        return jsonify(result="accepted")

    return app


class Server(BaseApplication):
    def load_config(self) -> None:
        settings = {"bind": f"127.0.0.1:{sys.argv[1]}", "worker_class": "gthread", "threads": 16, "keepalive": 30}
        for key, value in settings.items():
            self.cfg.set(key, value)
        self.cfg.set("control_socket_disable", True)

    def load(self) -> Flask:
        return make(*sys.argv[2:])


if __name__ == "__main__":
    Server().run()
