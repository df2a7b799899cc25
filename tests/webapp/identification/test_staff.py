"""The same routes and no others, and what a caseworker sees and does about reading online."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from engine.domain.own_reading import OwnReading
from tests.support.browsing import Visitor, signed_in
from tests.support.identity_provider import IdentityProvider
from tests.support.reader import AGREED, AINO
from tests.support.story import Story
from tests.webapp.identification.conftest import comes_back, goes_on
from tests.webapp.test_access import of_the_application

ROUTES = Path(__file__).with_name("routes.txt")


def test_identification_adds_only_the_listed_routes(app: Flask, identifying: Flask) -> None:
    usual = {str(route) for route in of_the_application(app)}
    added = {str(route) for route in of_the_application(identifying)} - usual

    assert sorted(added) == ROUTES.read_text("utf-8").splitlines()


def test_a_caseworker_records_opens_and_closes(
    story: Story, identifying: Flask, service: IdentityProvider
) -> None:
    receipt = story.applies(electronic_delivery="no")
    staff = signed_in(story.world, "kasittelija", identifying)
    address = f"/cases/{story.reference}"
    token = staff.token(staff.get(address))
    assert "Estetty: hakija ei ole suostunut" in staff.get(address).text

    wrong = staff.post(f"{address}/reading", {"form_token": token, "go": "code", "identity_code": "1"})
    assert wrong.status == 422
    assert "Tarkista henkilötunnus" in wrong.text
    for sent in ({"go": "code", "identity_code": AINO}, {"go": "open"}):
        assert staff.post(f"{address}/reading", {"form_token": token, **sent}).status == 303
    page = staff.get(address)
    assert "Sallittu: työntekijä on sallinut" in page.text
    assert AINO not in page.response.get_data(as_text=True)

    anyone = Visitor(identifying)
    assert comes_back(anyone, service, goes_on(anyone, receipt.code)).status == 200
    comes_back(anyone, service, goes_on(anyone, receipt.code), "eero")
    seen = staff.get(f"{address}?events=contact").text
    assert "Hakija tunnistautui ja luki asiaansa verkossa" in seen
    assert "Koodilla tuli joku, joka tunnistautui toiseksi ihmiseksi" in seen

    assert staff.post(f"{address}/reading", {"form_token": token, "go": "close"}).status == 303
    assert story.file.own_reading is OwnReading.CLOSED_BY_STAFF
    assert staff.post(f"{address}/reading", {"form_token": token, "go": "else"}).status == 404


def test_the_reader_is_named_in_words(story: Story, identifying: Flask, service: IdentityProvider) -> None:
    receipt = story.applies(**AGREED)
    staff = signed_in(story.world, "kasittelija", identifying)
    address = f"/cases/{story.reference}"
    sent = {"form_token": staff.token(staff.get(address)), "go": "code", "identity_code": AINO}
    staff.post(f"{address}/reading", sent)
    anyone = Visitor(identifying)
    comes_back(anyone, service, goes_on(anyone, receipt.code))

    readers = signed_in(story.world, "esihenkilo", identifying).get(f"{address}/readers").text

    assert "luki omaa asiaansa tunnistautuneena" in readers


def test_with_identification_off_staff_see_nothing_of_it(story: Story, app: Flask) -> None:
    story.applies(**AGREED)
    staff = signed_in(story.world, "kasittelija", app)
    page = staff.get(f"/cases/{story.reference}")

    assert "Lukeminen verkossa" not in page.text
    sent = {"form_token": staff.token(page), "go": "open"}
    assert staff.post(f"/cases/{story.reference}/reading", sent).status == 404
