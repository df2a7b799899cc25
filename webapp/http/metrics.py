"""Numbers for Prometheus: requests of this process, and the health of the whole system as its database has it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from math import inf
from typing import Final

from flask import Flask
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from engine.domain.people import SYSTEM
from engine.errors import Refusal
from engine.executor import Engine
from engine.queries.health import SILENT, Health, ReadHealth
from engine.readiness import hindrances

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_NAME: Final = "vireille.metrics"
_BUCKETS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The numbers of one application. Each process has its own; Prometheus adds them up."""

    def __init__(self, engine: Engine) -> None:
        self._registry = CollectorRegistry(auto_describe=False)
        self._requests = Counter(
            "vireille_requests",
            "Answers by route, method and status.",
            ("route", "method", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "vireille_request_seconds",
            "Seconds from a request's beginning to its answer.",
            ("route",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._registry.register(_OfDatabase(engine))

    def observe(self, route: str, method: str, status: int, seconds: float) -> None:
        self._requests.labels(route, method, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        return generate_latest(self._registry)


def register(app: Flask, engine: Engine) -> None:
    app.extensions[_NAME] = Metrics(engine)


def of(app: Flask) -> Metrics:
    found: Metrics = app.extensions[_NAME]
    return found


class _OfDatabase(Collector):
    """Reads the database whenever somebody asks for the numbers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        health = self._read()
        yield _gauge("up", "1 if database and keys are there.", 0 if health is None else 1)
        if health is None:
            return
        now = self._engine.now()
        yield from _of_work(health, now)
        yield from _of_log(health, now)

    def _read(self) -> Health | None:
        """Return the health of the whole system; None while this process can't serve."""
        try:
            return None if hindrances(self._engine) else self._engine.answer(ReadHealth(), SYSTEM)
        except Refusal:
            return None


def _of_work(health: Health, now: datetime) -> Iterator[Metric]:
    counts = {each.kind: float(each.count) for each in health.backlogs}
    yield _by("backlog", "Due rows that nobody has done yet.", "kind", counts)
    late = {each.kind: health.late_seconds(each.kind, now) for each in health.backlogs}
    yield _by("late_seconds", "How long the longest waiting due row has been due.", "kind", late)
    opened = {kind: float(count) for kind, count in health.incidents.items()}
    yield _by("incidents", "Failures that wait for a person.", "kind", opened)
    beat = health.beat
    yield _age(
        "worker_beat_age_seconds", "Since a worker last said that it lives.", beat.at if beat else None, now
    )
    ended = {name: (now - at).total_seconds() for name, at in beat.loops.items()} if beat else {}
    yield _by(
        "worker_loop_age_seconds",
        "Since the loop last came to an end, in the living worker where that is longest ago.",
        "loop",
        ended,
    )


def _of_log(health: Health, now: datetime) -> Iterator[Metric]:
    yield _age("checkpoint_age_seconds", "Since the access log was last signed.", health.checkpoint_at, now)
    yield _age("log_verified_age_seconds", "Since the access log was last verified.", health.verified_at, now)
    yield _gauge("log_faults", "Faults that the last verification found.", health.log_faults)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(f"vireille_{name}", meaning, value=value)


def _age(name: str, meaning: str, since: datetime | None, now: datetime) -> Metric:
    """Return how long ago it was; infinitely, if it never was, or is yet to come by this clock: without such a number no alert
    would fire."""
    if since is None or since - now > SILENT:
        return _gauge(name, meaning, inf)
    return _gauge(name, meaning, (now - since).total_seconds())


def _by(name: str, meaning: str, label: str, values: dict[str, float]) -> Metric:
    family = GaugeMetricFamily(f"vireille_{name}", meaning, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
