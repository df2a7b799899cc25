"""The WSGI entry point: ``webapp.wsgi:application()`` builds the application from the environment. Here begin all processes, each with
every mistake named or none."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from secrets import token_hex
from typing import Final, TypeVar

from flask import Flask

from engine import journal
from engine.bootstrap import build_engine, read_to_begin, web_secret
from engine.errors import MisconfiguredEnvironment
from engine.executor import Engine
from engine.readiness import mistakes_beside, require_ready
from engine.settings import EngineSettings, unknown_names
from engine.simulation.simulation import Simulation
from webapp.app import create_app
from webapp.settings import EVERY_SETTING, WebSettings
from webapp.settings.addresses import address_problems, origin_problems

S = TypeVar("S")
_UNTIL_PROVED: Final = token_hex(32)


def application(environment: Mapping[str, str] | None = None) -> Flask:
    """Build the application. Raise MisconfiguredEnvironment with all mistakes of settings, databases, keys and machine.

    The journal goes to stderr, unless the server that calls this has set up logging by itself.
    """
    if not logging.getLogger().handlers:
        journal.begin()
    engine, web_settings = ready_engine(os.environ if environment is None else environment, _warn)
    return create_app(web_settings, engine)


def _warn(sentence: str) -> None:
    # A journal takes fixed sentences only; this one is for the person who has just started the server.
    sys.stderr.write(f"{sentence}\n")


def ready_engine(
    env: Mapping[str, str], warn: Callable[[str], object]
) -> tuple[Engine[Simulation], WebSettings]:
    """Return an engine that may serve. Raise MisconfiguredEnvironment with all mistakes at once; `warn` takes those
    with which it begins all the same."""
    engine_settings, web_settings = _or_all_mistakes(read_settings, env)
    engine = _ready(engine_settings, warn)
    if web_settings.secret == _UNTIL_PROVED.encode():
        web_settings = replace(web_settings, secret=web_secret(engine))
    return engine, web_settings


def ready_engine_of_worker(env: Mapping[str, str], warn: Callable[[str], object]) -> Engine[Simulation]:
    """Return an engine that may do what is due. Raise MisconfiguredEnvironment as `ready_engine` does."""
    return _ready(_or_all_mistakes(_read_settings_of_worker, env), warn)


def _or_all_mistakes(read: Callable[[Mapping[str, str]], S], env: Mapping[str, str]) -> S:
    try:
        return read(env)
    except MisconfiguredEnvironment as wrong:
        beside = tuple(each.sentence for each in mistakes_beside(env) if each.is_grave)
        raise MisconfiguredEnvironment((*wrong.problems, *beside)) from None


def _ready(settings: EngineSettings, warn: Callable[[str], object]) -> Engine[Simulation]:
    engine = build_engine(settings)
    try:
        for sentence in require_ready(engine):
            warn(sentence)
    except MisconfiguredEnvironment:
        engine.close()
        raise
    return engine


def _read_settings_of_worker(env: Mapping[str, str]) -> EngineSettings:
    settings, wrong = read_to_begin(env)
    # The links of mails begin with the address.
    address = settings.base_url
    of_address = address_problems("VIREILLE_BASE_URL", address, local_may_be_plain=True) or origin_problems(
        "VIREILLE_BASE_URL", address
    )
    problems = (*_strange(env), *wrong, *of_address)
    if problems:
        raise MisconfiguredEnvironment(tuple(_once(problems)))
    return settings


def read_settings(env: Mapping[str, str]) -> tuple[EngineSettings, WebSettings]:
    """Read the settings of engine and web. Unless it is set, the web's secret is one that signs nothing yet: the key from which
    it derives lies in the key store."""
    engine_settings, wrong = read_to_begin(env)
    problems = [*_strange(env), *wrong]
    web_settings = None
    try:
        web_settings = WebSettings.from_environment(env, derived=_UNTIL_PROVED)
    except MisconfiguredEnvironment as refused:
        problems += refused.problems
    if problems or web_settings is None:
        raise MisconfiguredEnvironment(tuple(_once(problems)))
    return engine_settings, replace(web_settings, base_url=engine_settings.base_url)


def _strange(env: Mapping[str, str]) -> list[str]:
    return unknown_names(env, (each.name for each in EVERY_SETTING))


def _once(problems: Sequence[str]) -> Iterator[str]:
    """Yield each problem once. Of two that begin alike, the longer one knows the nearest name besides."""
    for each in dict.fromkeys(problems):
        if not any(other != each and other.startswith(each) for other in problems):
            yield each
