"""The page of an urgent call: kept without a word being lost, recorded once, with a decision spoken in it."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.domain.people import PUBLIC
from engine.queries.status import StatusByCode
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.test_inbox import as_typed_on_the_page


@pytest.fixture
def on_call(world: World, app: Flask) -> Visitor:
    return signed_in(world, "paivystaja", app)


def value(page: Page, name: str) -> str:
    return (page.tree.xpath(f"//*[@name='{name}' and (@checked or not(@type='radio'))]/@value") or [""])[0]


def text(page: Page, name: str) -> str:
    return page.tree.xpath(f"//textarea[@name='{name}']")[0].text_content().strip()


def test_a_call_is_kept_and_goes_on_after_a_break(on_call: Visitor, world: World, app: Flask) -> None:
    page = on_call.get("/tasks/urgent/")
    assert "tel:112" in page.links()
    assert any(each.startswith("tel:") and each != "tel:112" for each in page.links()), "who may decide"
    assert value(page, "decided") == "no"
    kept = on_call.submits(page, "go=save", what_happened="Tein siivous", region="south")
    typed = {**dict(page.form().form_values()), "go": "quietly"}
    assert (kept.status, on_call.client.post("/tasks/urgent/", data=typed).status_code) == (303, 204)

    again = signed_in(world, "paivystaja", app).get("/tasks/urgent/")
    (unfinished,) = [each for each in again.links() if each == kept.goes_to]
    colleague = signed_in(world, "kirjaaja", app)
    assert "kirjaa puhelua, joka alkoi" in colleague.get("/tasks/urgent/").text
    assert colleague.get(unfinished).status == 404
    asked = on_call.submits(on_call.get(unfinished), "go=drop")
    assert "Sitä ei saa takaisin" in asked.text
    assert on_call.get(unfinished).status == 200, "one press destroys nothing"
    assert on_call.submits(asked, "go=drop-sure").status == 303
    assert unfinished not in on_call.get("/tasks/urgent/").links()


def test_a_second_callers_words_are_not_lost_on_the_page_of_a_recorded_call(
    on_call: Visitor, world: World
) -> None:
    usual = as_typed_on_the_page(world)
    kept = on_call.submits(on_call.get("/tasks/urgent/"), "go=save", what_happened="Ensimmäinen puhelu")
    page = on_call.get(kept.goes_to)
    first = on_call.submits(page, "go=send", **usual)
    assert on_call.get(kept.goes_to).goes_to == first.goes_to, "going back leads to what was opened"

    quietly = {**dict(page.form().form_values()), "go": "quietly"}
    assert on_call.client.post("/tasks/urgent/", data=quietly).status_code == 409, "nothing says saved"
    anew = on_call.submits(page, "go=send", **{**usual, "given_names": "Toinen", "family_name": "Soittaja"})
    assert anew.goes_to not in (first.goes_to, kept.goes_to)
    again = on_call.get(anew.goes_to)
    assert first.goes_to.rsplit("/", 1)[-1] in again.text
    assert value(again, "given_names") == "Toinen"
    second = on_call.submits(again, "go=send")
    assert second.status == 303
    assert second.goes_to != first.goes_to


def test_a_call_without_a_name_and_one_without_consent(on_call: Visitor, world: World) -> None:
    page = on_call.get("/tasks/urgent/")
    nameless = on_call.follows(
        on_call.submits(page, "go=nameless", given_names="Cai", what_happened="Naapuri pelkää.")
    )
    assert value(nameless, "given_names") == ""
    assert text(nameless, "what_happened") == "Naapuri pelkää."
    refused = on_call.submits(nameless, "go=send")
    assert refused.status == 422
    assert any("ilman nimiä" in each for each in refused.problems)

    asked = on_call.submits(refused, "go=enquiry", in_danger="yes", promised="Soitamme huomenna.")
    assert asked.status == 200
    assert "Kirjataanko puhelu ilman nimiä?" in asked.text
    recorded = on_call.submits(asked, "go=enquiry-sure")
    (code,) = recorded.tree.xpath("//*[@class='code']")
    status = world.engine.answer(StatusByCode("".join(code.text_content().split())), PUBLIC)
    assert status is not None, "the caller is told the code while they are on the line"
    assert (
        on_call.submits(asked, "go=enquiry-sure").tree.xpath("string(//*[@class='code'])")
        == code.text_content()
    )
    assert "Naapuri pelkää." in on_call.get("/tasks/enquiries/").text
    empty = on_call.submits(on_call.submits(on_call.get("/tasks/urgent/"), "go=enquiry"), "go=enquiry-sure")
    assert empty.status == 422


def test_a_decision_is_recorded_with_its_hour_or_refused_beside_it(
    on_call: Visitor, world: World, story: Story
) -> None:
    usual = as_typed_on_the_page(world)
    spoken = {
        "decided": "yes",
        "decided_by": str(world.people["paattaja"].id),
        "decided_hour": "23.59",
        "oral_ground": "35_1",
        "test_reasons": "Pakotettiin työhön.",
        "told_to": "hänelle",
        "told_how": "phone",
    }
    page = on_call.get("/tasks/urgent/")
    refused = on_call.submits(page, "go=send", **usual, **spoken)
    assert refused.status == 422
    assert any("tulevaisuudessa" in each for each in refused.problems)
    assert text(refused, "test_reasons") == "Pakotettiin työhön."

    sent = on_call.submits(refused, "go=send", decided_hour="8.40")
    assert sent.status == 303
    case = on_call.follows(sent)
    assert "Odottaa päättäjän vahvistusta" in case.text
    assert "Päivi Päättäjä" in case.text

    # A colleague took the same call.
    twice = on_call.submits(on_call.get("/tasks/urgent/"), "go=send", **usual)
    assert twice.status == 200
    assert "Onko hänellä jo avoin asia?" in twice.text
    assert on_call.submits(twice, "go=anyway").status == 303

    story.reference = sent.goes_to.rsplit("/", 1)[-1]
    (spoken,) = [each for each in story.file.submissions if each.form_key == "spoken_decision"]
    record = on_call.get(f"/cases/{story.reference}/submissions/{spoken.id}").text
    assert "Päivi Päättäjä" in record
    assert str(world.people["paattaja"].id) not in record, "a colleague has a name"
    story.does("paivystaja", "register", in_danger="yes")
    task = signed_in(world, "paattaja", on_call.app).get(f"/tasks/{story.task('oral_decision').id}")
    assert "Kirjasi Pekka Päivystäjä puhelussa" in task.text
    assert text(task, "test_reasons") == "Pakotettiin työhön."


def test_a_second_call_of_somebody_with_an_open_case_goes_there(
    on_call: Visitor, world: World, story: Story
) -> None:
    usual = as_typed_on_the_page(world)
    first = on_call.submits(on_call.get("/tasks/urgent/"), "go=send", **usual)
    story.reference = first.goes_to.rsplit("/", 1)[-1]
    story.passes(days=2)
    on_call = signed_in(world, "paivystaja", on_call.app)
    again = {
        **usual,
        "what_happened": "Mies on saanut puhelimen.",
        "phone": "",
        "ring_back_phone": usual["phone"],
    }
    page = on_call.get("/tasks/urgent/")
    found = on_call.submits(page, "go=look", **{**again, "given_names": "", "family_name": ""})
    assert story.reference in found.text, "by the number to ring back alone"
    asked = on_call.submits(page, "go=send", **again)
    assert asked.status == 200
    assert "Onko hänellä jo avoin asia?" in asked.text
    decides = on_call.submits(asked, f"go=into-{story.reference}", decided="yes")
    assert any("omassa tehtävässä" in each for each in decides.problems)
    moved = on_call.submits(decides, f"go=into-{story.reference}", decided="no")
    note = on_call.follows(moved)
    assert "Mies on saanut puhelimen." in text(note, "text")
    assert usual["phone"] in text(note, "text")
    assert "Kesken olevat puhelusi" not in on_call.get("/tasks/urgent/").text, "the call is destroyed"
