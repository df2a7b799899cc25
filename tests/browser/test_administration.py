"""The pages of administration in every state: accessible, wide and narrow."""

from __future__ import annotations

from datetime import timedelta

from engine.commands.absences import RecordAbsence
from engine.commands.people import AddPerson, AddServiceAccount, Appoint, ClosePerson
from engine.domain.appointments import Limits
from engine.domain.people import OPERATOR, Power, Role
from tests.support.axe import faults
from tests.support.chromium import follow

PAGES = (
    "/administration/",
    "/administration/?state=closed",
    "/administration/new-person",
    "/administration/people/kasittelija",
    "/administration/people/kirjaaja",
    "/administration/people/ulla",
    "/administration/programs",
    "/administration/new-program",
    "/administration/sessions",
    "/administration/log",
)
LIMITS = Limits(frozenset({"admitted_35_3"}), frozenset({"south", "west"}))


def _fill(world):
    roles = frozenset({Role.CASEWORKER})
    administrator, director = world.actor("yllapitaja"), world.actor("johtaja")
    world.engine.perform(AddPerson("ulla", "Ulla Uusi", roles, reason="Aloittaa 1.12."), administrator)
    today = world.engine.now().date()
    person = world.people["kasittelija"].id
    world.engine.perform(Appoint(person, Power.GIVE_ORAL_DECISIONS, today, limits=LIMITS), OPERATOR)
    until = today + timedelta(days=90)
    limited = Appoint(person, Power.SIGN_RESOLUTIONS, today, until, "Päätöksiä jonossa", LIMITS)
    world.engine.perform(limited, director)
    world.engine.perform(AddServiceAccount("rekisteri", frozenset({"tasks:read"}), roles), OPERATOR)
    reads = AddServiceAccount("tilastot", frozenset({"cases:read"}), roles, reason="Luvut kerätään.")
    world.engine.perform(reads, administrator)
    world.engine.perform(RecordAbsence("kasittelija", today, until, "toinen"), director)
    world.engine.perform(ClosePerson("kirjaaja"), administrator)


def test_every_page_is_accessible_wide_and_narrow(world, sign_in):
    _fill(world)
    page = sign_in("yllapitaja")
    found = {}
    for path in PAGES:
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        found[path] = faults(page)
        for width in (1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} wide"

    assert {state: lines for state, lines in found.items() if lines} == {}


def test_a_role_is_confirmed_with_the_keyboard_and_the_invitation_is_shown(world, sign_in):
    _fill(world)
    page = sign_in("johtaja")
    page.goto("/administration/people/ulla")
    page.get_by_role("button", name="Vahvista").focus()
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="Vahvistettu.").wait_for()

    page = sign_in("yllapitaja")
    page.goto("/administration/people/ulla")
    follow(page.get_by_role("button", name="Kutsu", exact=True))
    page.get_by_role("heading", name="Kutsu on tehty").wait_for()
    assert faults(page) == []
    assert "/sign-in/invitation/" in page.get_by_role("main").inner_text()
