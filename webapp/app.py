"""The web application: one engine, and the parts that show it to people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response
from werkzeug.middleware.proxy_fix import ProxyFix

from webapp import (
    account,
    administration,
    api,
    audit,
    cases,
    desk,
    health,
    inbox,
    oversight,
    public,
    resolutions,
    reviews,
    studio,
)
from webapp.http import (
    access,
    errors,
    metrics,
    notices,
    reviewed,
    security,
    sessions,
    tokens,
    tracing,
    visits,
)
from webapp.http.current import ENGINE, MENU, PROVIDER, SETTINGS, STAFF_PROVIDER
from webapp.http.json_provider import OrjsonProvider
from webapp.http.languages import PublicLanguage
from webapp.http.navigation import MenuItem
from webapp.http.uploads import RequestInMemory
from webapp.identification import Provider
from webapp.rendering import environment
from webapp.rendering.words import catalogues
from webapp.settings import WebSettings
from webapp.translations.states import is_reviewed

if TYPE_CHECKING:
    from engine.executor import Engine
    from engine.simulation.simulation import Simulation


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the application: the pages of one group of users, with their entries in the staff menu."""

    blueprint: Blueprint
    menu: tuple[MenuItem, ...] = ()


PARTS: tuple[Part, ...] = (
    Part(public.entrance),
    Part(public.blueprint),
    Part(account.blueprint),
    Part(inbox.blueprint, inbox.MENU),
    Part(desk.blueprint, desk.MENU),
    Part(cases.blueprint, cases.MENU),
    Part(resolutions.blueprint),
    Part(inbox.urgent_call, inbox.URGENT_CALL_MENU),
    Part(inbox.intake),
    Part(oversight.blueprint, oversight.MENU),
    Part(audit.blueprint, audit.MENU),
    Part(administration.blueprint, administration.MENU),
    Part(studio.blueprint, studio.MENU),
    Part(reviews.blueprint, reviews.MENU),
    Part(api.blueprint),
    Part(health.blueprint),
)
"""In the order of the main menu."""


def create_app(settings: WebSettings, engine: Engine[Simulation], parts: tuple[Part, ...] = PARTS) -> Flask:
    app = Flask(__name__)
    app.request_class = RequestInMemory
    app.json = OrjsonProvider(app)
    app.extensions[SETTINGS] = settings
    app.extensions[ENGINE] = engine
    app.extensions[MENU] = tuple(item for part in parts for item in part.menu)
    app.url_map.converters["language"] = PublicLanguage
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, settings.proxies, settings.proxies)  # type: ignore[method-assign]  # Flask's way
    for part in parts:
        app.register_blueprint(part.blueprint)
    if settings.identification is not None:
        app.extensions[PROVIDER] = Provider(
            settings.identification, settings.base_url + public.RETURN_ADDRESS
        )
        app.register_blueprint(public.identified)
    if settings.staff_sign_in is not None:
        app.extensions[STAFF_PROVIDER] = Provider(
            settings.staff_sign_in.provider, settings.base_url + account.RETURN_ADDRESS
        )
        app.register_blueprint(account.at_provider)
    catalogues.load_all()
    visits.register(app)
    environment.register(app)
    app.jinja_env.globals["is_reviewed"] = is_reviewed
    metrics.register(app, engine)
    tracing.register(app)
    errors.register(app)
    access.require_declarations(app)
    _guard(app)
    return app


def _guard(app: Flask) -> None:
    @app.before_request
    def _before() -> Response | None:
        security.guard_address()
        reviewed.lay_over()
        if elsewhere := security.redirect_to_slash():
            return elsewhere
        declared = access.current_access()
        if declared is not None:
            security.guard_body(declared)
            access.enforce(declared)
            tokens.guard(declared)
            if declared.audience == "staff" and not declared.is_silent:
                sessions.note_use()
        return None

    app.teardown_request(reviewed.take_off)

    @app.after_request
    def _after(response: Response) -> Response:
        return security.add_headers(notices.carry(response))
