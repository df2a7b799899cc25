"""Access to pages: routes.txt names every route with its roles, and every role tries every route.

A new route is a line there. The whole list is compared, so that no route or role comes or goes unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Blueprint, Flask

from engine.domain.people import STAFF, Role
from tests.support.browsing import SETTINGS, Visitor, signed_in
from tests.support.world import STAFF as PEOPLE
from tests.support.world import World
from webapp.app import PARTS, Part, create_app
from webapp.http.access import UndeclaredAccess, access_of

ROUTES = Path(__file__).with_name("routes.txt")
EVERY_ROLE = "every role"
_SAMPLES = {"uuid": lambda: str(uuid4()), "int": lambda: "1", "door": lambda: "own", "language": lambda: "fi"}


@dataclass(frozen=True)
class Route:
    method: str
    rule: str
    who: str

    @property
    def address(self) -> str:
        """The rule with a value that does not exist for each parameter."""
        return re.sub(r"<(?:(\w+)(?:\([^)]*\))?:)?(\w+)>", _sample, self.rule)

    @property
    def roles(self) -> frozenset[str]:
        if self.who == EVERY_ROLE:
            return frozenset(role.value for role in STAFF)
        return frozenset(self.who.split(", "))

    def __str__(self) -> str:
        return f"{self.method:6} {self.rule:60} {self.who}"


def _sample(place: re.Match[str]) -> str:
    kind, name = place.groups()
    return _SAMPLES.get(kind or "", _SAMPLES.get(name, lambda: "x" * 43))()


def of_the_application(app: Flask) -> Iterator[Route]:
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        assert access is not None
        who = access.audience
        if who == "staff":
            who = EVERY_ROLE if access.roles == STAFF else ", ".join(sorted(access.roles))
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(method, rule.rule, who)


def written() -> list[Route]:
    lines = ROUTES.read_text("utf-8").splitlines()
    return [Route(*re.split(r"\s{2,}|(?<=[A-Z])\s+", line, maxsplit=2)) for line in lines if line]


def test_every_route_is_written_down_with_who_has_it(app: Flask) -> None:
    there = sorted(str(route) for route in of_the_application(app))

    assert there == sorted(ROUTES.read_text("utf-8").splitlines())


@pytest.mark.parametrize("username, roles", [(person[0], person[2]) for person in PEOPLE[:12]])
def test_a_role_has_its_pages_and_no_others(
    world: World, app: Flask, username: str, roles: frozenset[Role]
) -> None:
    browser = signed_in(world, username, app)
    token = browser.token(browser.get("/me"))
    for route in staff_routes():
        # Signing out would end the session of the other requests.
        if route.rule == "/sign-out":
            continue
        page = browser.client.open(route.address, method=route.method, headers={"X-Form-Token": token})
        allowed = bool(route.roles & {role.value for role in roles})
        assert (page.status_code != 403) == allowed, f"{username} {route}: {page.status_code}"
        assert page.status_code < 500, f"{username} {route}"


def staff_routes() -> list[Route]:
    return [route for route in written() if route.who not in {"everyone", "services"}]


def test_nobody_who_has_not_signed_in_has_a_page_of_staff(browser: Visitor) -> None:
    for route in staff_routes():
        page = browser.client.open(route.address, method=route.method)
        assert page.status_code == 303, route
        assert page.headers["Location"].startswith("/sign-in"), route


def test_a_page_of_staff_is_opened_after_signing_in(browser: Visitor) -> None:
    assert browser.get("/me?x=1").goes_to == "/sign-in?next=/me?x%3D1"


def test_all_staff_roles_are_tried() -> None:
    assert {role for person in PEOPLE[:12] for role in person[2]} == set(STAFF)


def test_a_route_that_does_not_say_who_may_stops_the_application(world: World) -> None:
    careless = Blueprint("careless", __name__)
    careless.add_url_rule("/careless", "page", lambda: "")

    with pytest.raises(UndeclaredAccess, match=r"careless\.page"):
        create_app(SETTINGS, world.engine, (*PARTS, Part(careless)))
