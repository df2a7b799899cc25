"""`/health/live`, `/health/ready`, `/metrics`: without a session, without a word of any case."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from flask import Blueprint, Response, abort, current_app, make_response, request

from engine.domain.people import SYSTEM
from engine.errors import Refusal
from engine.queries.health import SILENT, Health, ReadHealth
from engine.readiness import hindrances, locks_away
from webapp.http import metrics
from webapp.http.access import open_to_all
from webapp.http.current import engine, settings
from webapp.http.loopback import is_asked_here

blueprint = Blueprint("health", __name__)
LATE: Final = timedelta(minutes=5)


@blueprint.get("/health/live")
@open_to_all
def live() -> Response:
    """Answer, without asking anything: the process runs. A service manager that gets no answer starts it again."""
    return _plain("live\n")


@blueprint.get("/health/ready")
@open_to_all
def ready() -> Response:
    """Answer 200 if pages can be served, else 503. A silent worker and locks that the cage lacks are named, and take no page away."""
    found = hindrances(engine())
    status = HTTPStatus.SERVICE_UNAVAILABLE if found else HTTPStatus.OK
    if not _may_see_numbers():
        return _plain("ready\n" if status is HTTPStatus.OK else "not ready\n", status)
    of_machine = {"hindrances": list(found), "missing_locks": list(locks_away())}
    return make_response({"is_ready": not found, **of_machine, **_of_work(found)}, status.value)


@blueprint.get("/metrics")
@open_to_all
def numbers() -> Response:
    """Answer Prometheus. To anybody else the address does not exist."""
    if not _may_see_numbers():
        abort(404)
    response = make_response(metrics.of(current_app).text())
    response.content_type = metrics.CONTENT_TYPE
    return response


def _of_work(hindered: tuple[str, ...]) -> dict[str, Any]:
    try:
        health = None if hindered else engine().answer(ReadHealth(), SYSTEM)
    except Refusal:
        health = None
    if health is None:
        return {}
    now = engine().now()
    return {
        "worker": _worker(health, now),
        "backlog": {
            each.kind: {"count": each.count, "late_seconds": round(health.late_seconds(each.kind, now))}
            for each in health.backlogs
        },
        "late": [
            each.kind
            for each in health.backlogs
            if health.late_seconds(each.kind, now) > LATE.total_seconds()
        ],
        "incidents": dict(health.incidents),
    }


def _worker(health: Health, now: datetime) -> str:
    if health.beat is None:
        return "never"
    # A beat that is to come was noted by a clock that ran ahead, and tells nothing of now.
    return "beats" if abs(now - health.beat.at) <= SILENT else "silent"


def _may_see_numbers() -> bool:
    token = settings().metrics_token
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return is_asked_here() or (bool(token) and hmac.compare_digest(given.encode(), token.encode()))


def _plain(text: str, status: HTTPStatus = HTTPStatus.OK) -> Response:
    response = make_response(text, status.value)
    response.mimetype = "text/plain"
    return response
