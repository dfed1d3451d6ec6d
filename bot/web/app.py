"""The web application: webhooks in, and what an operator's probes ask for."""

from __future__ import annotations

import functools
import hashlib
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import structlog
from flask import Flask, Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException

from bot.errors import StoreUnavailable
from bot.forges.event import (
    CommandGiven,
    Event,
    HeadConcerned,
    Ignored,
    ReviewWanted,
    Several,
    SweepWanted,
    requests_in,
)
from bot.forges.registry import Webhook
from bot.frozen import dataclass
from bot.store.port import Delivery, Store
from bot.store.retry import SHORT, retry_while_unavailable
from bot.store.work_items import WorkItem, item_of, name_of
from bot.web.large import FewLargeBodies
from bot.web.metrics import Metrics
from bot.web.probes import Answer, Probes

MAX_BODY = 25 * 1024**2
"""No forge sends a larger payload."""

ALIVE = {"status": "alive"}

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Deps:
    """What the application needs.

    `notify` has a worker look at an item; `problems` say what is wrong, or ""; `waits` are the seconds to
    wait for a store that is away, before the forge is told so. `metrics_port`, if any, is where metrics are alone.
    `doubts` are told like `problems`, but one goes on: who is not ready is sent no deliveries, and they would be lost.
    """

    webhooks: Mapping[str, Webhook]
    store: Store
    notify: Callable[[WorkItem], None]
    metrics: Metrics
    problems: tuple[Callable[[], str], ...] = ()
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    waits: tuple[float, ...] = SHORT
    metrics_port: int = 0
    doubts: tuple[Callable[[], str], ...] = ()


def create_app(deps: Deps) -> Flask:
    """The application over `deps`; it keeps no state of its own."""
    app = Flask("bot.web", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY
    app.wsgi_app = FewLargeBodies(app.wsgi_app)  # type: ignore[method-assign]

    @app.post("/hooks/<forge>")
    def hook(forge: str) -> tuple[Response, int]:
        started = time.monotonic()
        webhook = deps.webhooks.get(forge)
        if webhook is None:
            return jsonify(error=f"no forge {forge!r} is configured here"), 404
        status, result, reason = receive(deps, forge, webhook)
        deps.metrics.delivered(result, started)
        return jsonify(result=result, reason=reason), status

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(ALIVE)

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        said, status = readiness(deps)
        return jsonify(said), status

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(deps.metrics.text(), content_type="text/plain; version=0.0.4; charset=utf-8")

    if deps.metrics_port:
        app.before_request(functools.partial(_apart, deps.metrics_port))
    app.register_error_handler(HTTPException, _as_json)
    app.register_error_handler(StoreUnavailable, _later)
    app.after_request(_harden)
    return app


def readiness(deps: Deps) -> Answer:
    """Whether this process can do its work, and what is wrong."""
    wrong = [said for problem in deps.problems if (said := problem())]
    doubtful = [said for doubt in deps.doubts if (said := doubt())]
    return {"ready": not wrong, "wrong": wrong + doubtful}, 503 if wrong else 200


def probes(deps: Deps, host: str, port: int) -> Probes:
    """The same answers beside the application's threads."""
    return Probes(host, port, {"/healthz": lambda: (ALIVE, 200), "/readyz": functools.partial(readiness, deps)})


def receive(deps: Deps, forge: str, webhook: Webhook) -> tuple[int, str, str]:
    """Take the delivery that is being requested: status code, result, reason.

    It is durable before this returns. Notice is given of a known delivery too: it may have been
    sent again because nothing came of the first.
    """
    body = request.get_data(cache=False)
    headers = dict(request.headers)
    if not webhook.is_authentic(headers, body):
        _log.warning("delivery refused", forge=forge, reason="signature", client=request.remote_addr)
        return 401, "refused", "the signature is missing or wrong"
    identity, name = webhook.delivery(headers)
    with structlog.contextvars.bound_contextvars(forge=forge, delivery=identity, event_name=name):
        event = webhook.read_event(headers, body)
        if isinstance(event, HeadConcerned):
            event = _of_head(deps, event)
        if isinstance(event, Ignored):
            _log.info("delivery ignored", reason=event.reason)
            return 202, "ignored", event.reason
        taken = Delivery(forge, identity or _id_of(body), name, deps.now(), body)
        new = retry_while_unavailable(lambda: deps.store.accept(taken, event), deps.waits)
        items = tuple(map(item_of, requests_in(event)))
        for item in items:
            deps.notify(item)
        result = "accepted" if new else "known"
        about = list(map(name_of, items))
        _log.info(f"delivery {result}", change_request=about[0] if len(about) == 1 else about)
        return 202, result, type(event).__name__


def _id_of(body: bytes) -> str:
    """Of a delivery that names none: the same content is the same delivery. Ids are not signed, and decide nothing."""
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def _of_head(deps: Deps, event: HeadConcerned) -> Event:
    """The change requests with that head; of the commit itself nothing is kept, as most are nobody's head."""
    refs = retry_while_unavailable(lambda: deps.store.with_head(event.forge, event.head), deps.waits)
    if not refs:
        return (
            Ignored(f"a {event.reason} of no change request's head")
            if event.place is None
            else SweepWanted(event.place)
        )
    if event.asks is not None:
        comment, author, text = event.asks
        return Several(tuple(CommandGiven(ref, comment, author, text) for ref in refs))
    return Several(tuple(ReviewWanted(ref, event.head, event.reason) for ref in refs))


def _apart(port: int) -> None:
    """On the port for metrics there is nothing else, and they are nowhere else."""
    if (request.path == "/metrics") != (request.environ.get("SERVER_PORT") == str(port)):
        abort(404)


def _as_json(error: HTTPException) -> tuple[Response, int]:
    return jsonify(error=error.description or error.name), error.code or 500


def _later(error: StoreUnavailable) -> tuple[Response, int, dict[str, str]]:
    _log.error("the store is away", reason=str(error))
    return jsonify(error="the bot cannot keep anything at the moment"), 503, {"Retry-After": "10"}


def _harden(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", "default-src 'none'")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers.setdefault("Cache-Control", "no-store")
    return response
