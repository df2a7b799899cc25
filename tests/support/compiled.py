"""One application a run, not one for each of its thousands of tests: its routes, and its templates compiled once."""

from __future__ import annotations

from copy import copy
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from engine.executor import Engine
from webapp import account, public
from webapp.app import create_app
from webapp.http import metrics
from webapp.http.current import ENGINE, PROVIDER, STAFF_PROVIDER
from webapp.http.current import SETTINGS as OWN_SETTINGS
from webapp.identification import Provider
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
    """Return an application over the engine. Its routes and templates are those of one application of the process that
    has the same identification services: to declare them takes a third of a second."""
    if settings.proxies:
        return compiled_once(create_app(settings, engine))
    kind = settings.identification is not None, settings.staff_sign_in is not None
    if kind not in _WHOLE:
        no_engine: Any = None  # each copy brings its own
        _WHOLE[kind] = compiled_once(create_app(settings, no_engine))
    own = copy(_WHOLE[kind])
    own.config = copy(own.config)
    own.extensions = {**own.extensions, ENGINE: engine, OWN_SETTINGS: settings}
    if settings.identification is not None:
        own.extensions[PROVIDER] = Provider(
            settings.identification, settings.base_url + public.RETURN_ADDRESS
        )
    if settings.staff_sign_in is not None:
        own.extensions[STAFF_PROVIDER] = Provider(
            settings.staff_sign_in.provider, settings.base_url + account.RETURN_ADDRESS
        )
    metrics.register(own, engine)
    return own


_WHOLE: dict[tuple[bool, bool], Flask] = {}
"""By whether people and the staff are identified elsewhere."""
