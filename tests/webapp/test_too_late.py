"""A form of staff that came too late: what they typed stays on the page, to be copied."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.errors import Outdated
from tests.support.browsing import Visitor, signed_in
from tests.support.story import Story
from tests.support.world import World


@pytest.fixture
def caseworker(world: World, app: Flask) -> Visitor:
    return signed_in(world, "kasittelija", app)


@pytest.fixture
def registered(story: Story) -> Story:
    story.applies()
    story.does("kirjaaja", "register")
    return story


@pytest.mark.parametrize("address", ["withdrawal", "withdrawal/taken-back"])
def test_words_that_come_too_late_stay_on_the_page(
    caseworker: Visitor, registered: Story, address: str
) -> None:
    case = f"/cases/{registered.reference}"
    token = caseworker.token(caseworker.get(case))
    if address == "withdrawal":
        registered.withdraws()
    words = "Hän sanoi: en halua tätä.\nEn nyt."
    sent = {"how": "phone", "brought_by": "applicant", "words": words}
    days = {"withdrawn_on": f"{registered.today:%d.%m.%Y}", "taken_back_on": f"{registered.today:%d.%m.%Y}"}

    late = caseworker.post(f"{case}/{address}", {"form_token": token, **sent, **days})

    assert late.status == 409
    assert words in late.tree.xpath("//*[@class='as-written']")[0].text_content()
    assert case in late.links()


def test_a_page_that_comes_too_late_shows_each_typed_word_and_nothing_chosen(
    caseworker: Visitor, registered: Story
) -> None:
    case = f"/cases/{registered.reference}"
    token = caseworker.token(caseworker.get(case))
    registered.withdraws()
    chosen = {
        "how": "phone",
        "brought_by": "applicant",
        "despite": "phone Ahmed Aden",
        "id": str(registered.case.id),
    }
    typed = {
        "words": "peruttu",
        "withdrawn_on": f"{registered.today:%d.%m.%Y}",
        "number": "0401234567",
        "by": "Aino",
    }

    late = caseworker.post(f"{case}/withdrawal", {"form_token": token, **chosen, **typed})

    assert late.status == 409
    shown = [each.text_content() for each in late.tree.xpath("//*[@class='as-written']")]
    assert sorted(shown) == sorted(typed.values())


def test_the_words_of_an_emergency_that_lost_its_races_stay_on_the_page(
    caseworker: Visitor, registered: Story, app: Flask
) -> None:
    cookie = caseworker.client.get_cookie("session")
    assert cookie is not None
    sent = {"reference": registered.reference, "reason": "Hän on vaarassa nyt."}
    here = {"HTTP_COOKIE": f"session={cookie.value}", "REMOTE_ADDR": "127.0.0.1"}
    with app.test_request_context("/cases/emergency", method="POST", data=sent, environ_overrides=here):
        late = app.handle_user_exception(Outdated())

    assert late.status_code == 409
    assert "Hän on vaarassa nyt." in late.get_data(as_text=True)
