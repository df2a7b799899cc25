"""One application a run, not one for each of its thousands of tests: its routes, and its templates compiled once."""

from __future__ import annotations

from copy import copy
from functools import cache
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from engine.executor import Engine
from webapp.app import create_app
from webapp.http import metrics
from webapp.http.current import ENGINE
from webapp.http.current import SETTINGS as OWN_SETTINGS
from webapp.settings import WebSettings

SETTINGS = WebSettings(
    base_url="http://localhost",
    secret=b"a secret of the tests, thirty-two bytes",
    help_line="000 000 0000",
    leave_url="https://example.invalid/",
    proxies=0,
)


class _Kept(BytecodeCache):
    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if found := self._kept.get(bucket.key + bucket.checksum):
            bucket.bytecode_from_string(found)

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key + bucket.checksum] = bucket.bytecode_to_string()


_KEPT = _Kept()


def compiled_once(app: Flask) -> Flask:
    app.jinja_env.bytecode_cache = _KEPT
    return app


def application_of(engine: Engine[Any], settings: WebSettings = SETTINGS) -> Flask:
    """Return an application over the engine. Its routes and templates are those of one application of the process: to
    declare them takes a third of a second."""
    if settings.identification or settings.staff_sign_in or settings.proxies:
        return compiled_once(create_app(settings, engine))
    whole = _whole()
    own = copy(whole)
    own.config = copy(whole.config)
    own.extensions = {**whole.extensions, ENGINE: engine, OWN_SETTINGS: settings}
    metrics.register(own, engine)
    return own


@cache
def _whole() -> Flask:
    no_engine: Any = None  # each copy brings its own
    return compiled_once(create_app(SETTINGS, no_engine))
