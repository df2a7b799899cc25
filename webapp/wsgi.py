"""The WSGI entry point: ``webapp.wsgi:application()`` builds the application from the environment."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping
from dataclasses import replace

from flask import Flask

from engine.bootstrap import build_engine, cage_warning, prove_key
from engine.bootstrap import read_settings as read_engine_settings
from engine.errors import MisconfiguredEnvironment
from engine.settings import EngineSettings, require_authority
from webapp.app import create_app
from webapp.settings import WebSettings, derived_secret

log = logging.getLogger("vireille")


def application(environment: Mapping[str, str] | None = None) -> Flask:
    """Build the application. Raise MisconfiguredEnvironment with all mistakes, of the engine's and the web's settings."""
    env = os.environ if environment is None else environment
    engine_settings, web_settings = read_settings(env)
    if warning := cage_warning(is_demonstration=engine_settings.is_demonstration):
        log.warning(warning)
    engine = build_engine(engine_settings)
    prove_key(engine)
    return create_app(web_settings, engine)


def read_settings(env: Mapping[str, str]) -> tuple[EngineSettings, WebSettings]:
    """Read the settings of engine and web. The web's secret is derived from the master key unless it is set."""
    problems: list[str] = []
    engine_settings = web_settings = None
    try:
        engine_settings = read_engine_settings(env)
        require_authority(engine_settings)
    except MisconfiguredEnvironment as wrong:
        problems += wrong.problems
    secret = derived_secret(engine_settings.master_key).decode() if engine_settings else "0" * 32
    try:
        web_settings = WebSettings.from_environment({"VIREILLE_WEB_SECRET": secret, **env})
    except MisconfiguredEnvironment as wrong:
        problems += wrong.problems
    if problems or engine_settings is None or web_settings is None:
        raise MisconfiguredEnvironment(tuple(problems))
    return engine_settings, replace(web_settings, base_url=engine_settings.base_url)
