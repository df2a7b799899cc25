"""The audience of each page. A route without a declaration stops the application from starting.

Commands and queries decide what a person may see of one case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from flask import Flask, current_app, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException

from engine.domain.people import STAFF, Role
from engine.domain.policy import Action, roles_of
from engine.errors import Forbidden, ProofRequired, SignInRequired
from webapp.http import sessions
from webapp.http.current import engine
from webapp.http.uploads import BODY_LIMIT

View = TypeVar("View", bound=Callable[..., object])


@dataclass(frozen=True, slots=True)
class Access:
    audience: str
    """``everyone``, ``staff`` or ``services`` (holders of a token of the programming interface)."""
    named: frozenset[Role] = field(default_factory=frozenset)
    """Roles of a page that is about no case; else of those to whom its act is allowed, the ones whom it serves."""
    action: Action | None = None
    """The page's act on a case, whose roles stand in the policy table."""
    body_limit: int | None = None
    editor: bool = False
    """Holds a diagram or table editor, which sets style attributes (see security.py)."""
    takes_files: bool = False
    download: bool = False
    """Answers with a file from outside, which no browser may open inside our pages."""
    is_way_out: bool = False
    """Needs no form token, so that nothing keeps a person here; without one it changes nothing."""

    needs_proof: bool = False
    """Asks for a fresh proof before anything is typed; the command behind it asks for one in any case."""
    is_silent: bool = False
    """Asked by a script and not by a person: it keeps no session from ending."""

    @property
    def roles(self) -> frozenset[Role]:
        return self.named if self.action is None else self.named & roles_of(self.action)

    @property
    def is_public(self) -> bool:
        return self.audience == "everyone"


_DECLARED: dict[Callable[..., object], Access] = {}
_BLUEPRINTS: dict[str, Access] = {}
EVERYONE = Access("everyone")


def open_to_all(view: View) -> View:
    """Declare a public page: it reads no session and sets no cookie."""
    _DECLARED[view] = EVERYONE
    return view


def open_to_all_with_files(view: View) -> View:
    """Declare a public page that takes files."""
    _DECLARED[view] = Access(EVERYONE.audience, body_limit=BODY_LIMIT, takes_files=True)
    return view


def way_out(view: View) -> View:
    """Declare a public page for leaving, without a form token. It changes something only if `tokens.is_from_own_page`."""
    _DECLARED[view] = Access(EVERYONE.audience, is_way_out=True)
    return view


def for_staff(
    *roles: Role,
    action: Action | None = None,
    body_limit: int | None = None,
    editor: bool = False,
    takes_files: bool = False,
    download: bool = False,
    needs_proof: bool = False,
    is_silent: bool = False,
) -> Callable[[View], View]:
    """Declare a page for staff with one of these roles, or with those to whom the policy table allows the action; with
    both, for those in both; without either, for everyone signed in."""
    limit = BODY_LIMIT if takes_files else body_limit

    def declare(view: View) -> View:
        _DECLARED[view] = Access(
            "staff",
            frozenset(roles) or STAFF,
            action,
            limit,
            editor,
            takes_files,
            download,
            needs_proof=needs_proof,
            is_silent=is_silent,
        )
        return view

    return declare


def for_services_with_files(view: Callable[..., object]) -> None:
    """Declare an operation of programs that takes a file."""
    _DECLARED[view] = Access("services", body_limit=BODY_LIMIT, takes_files=True)


def for_services(blueprint: str, *, body_limit: int | None = None) -> None:
    """Declare all routes of a blueprint for service accounts, whose token the blueprint checks."""
    _BLUEPRINTS[blueprint] = Access("services", body_limit=body_limit)


def access_of(app: Flask, endpoint: str) -> Access | None:
    if endpoint == "static":
        return EVERYONE
    declared = _DECLARED.get(app.view_functions[endpoint])
    return declared or _BLUEPRINTS.get(endpoint.partition(".")[0])


def access_at(app: Flask, method: str, path: str) -> Access | None:
    """Return the declaration of the page at this address (WSGI's text of its bytes); None if there is no page."""
    address = path.encode("latin-1").decode(errors="replace")
    try:
        endpoint, _ = app.url_map.bind("").match(address, method)
    except HTTPException:
        return None
    return access_of(app, endpoint)


class UndeclaredAccess(Exception):
    """A route does not declare who may use it."""


def require_declarations(app: Flask) -> None:
    undeclared = sorted(
        rule.endpoint for rule in app.url_map.iter_rules() if access_of(app, rule.endpoint) is None
    )
    if undeclared:
        raise UndeclaredAccess(", ".join(undeclared))


def current_access() -> Access | None:
    """Return the declaration of this request's route; None if no route matches."""
    return access_of(current_app, request.endpoint) if request.endpoint else None


def is_public_page() -> bool:
    access = current_access()
    return access is not None and access.is_public


def enforce(access: Access) -> None:
    """Raise SignInRequired, Forbidden or ProofRequired before a page of staff reads anything."""
    if access.audience != "staff":
        return
    session = sessions.current_session()
    if session is None:
        raise SignInRequired
    if not session.actor.has(*access.roles):
        raise Forbidden
    if access.needs_proof and not session.actor.has_proof(engine().now()):
        raise ProofRequired


def page_above(method: str) -> str | None:
    """Return the nearest page above a staff address that takes only posts, for a reload after a mistake; None if there is none."""
    pages = request_ctx.url_adapter
    access = pages and access_of(current_app, pages.match(method=method)[0])
    if not pages or not access or access.audience != "staff":
        return None
    parts = request.path.rstrip("/").split("/")
    while parts := parts[:-1]:
        for path in ("/".join([*parts, ""]), "/".join(parts)):
            if path and pages.test(path, "GET"):
                return path
    return None
