"""Trying models out on pages: what is shown, what is refused, what survives."""

from __future__ import annotations

import json
from uuid import UUID

import pytest

from engine.bootstrap import shipped_files
from engine.commands.deployments import SaveModelDraft
from engine.queries.models import OpenModelDraft
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.finished import one_task_more
from tests.support.world import World
from webapp.studio.try_out_words import MAILS


@pytest.fixture
def outi(world, app) -> Visitor:
    return signed_in(world, "omistaja", app)


@pytest.fixture
def draft(outi) -> str:
    """The id of a fresh draft."""
    return outi.submits(outi.get("/models/"), name="Kuule lasta").goes_to.rpartition("/")[2]


@pytest.fixture
def try_out(outi, draft) -> Page:
    """The page of a fresh try-out that begins with an application."""
    entrance = outi.get(f"/models/sources/{draft}/try")
    return outi.follows(outi.submits(entrance))


def acts(outi: Visitor, page: Page, place: str, button: str = "", **fields: str) -> Page:
    """Press a button of the form whose address has this in it."""
    forms = page.tree.xpath("//main//form")
    wanted = next(
        n
        for n, form in enumerate(forms)
        if place in form.get("action") and (not button or _has(form, button))
    )
    return outi.submits(page, button, wanted, **fields)


def _has(form, button: str) -> bool:
    name, _, value = button.partition("=")
    return bool(form.xpath(f".//button[@name='{name}' and @value='{value}']"))


def sends(outi: Visitor, page: Page, times: int = 1) -> Page:
    """Fill in with invented answers and send."""
    for _ in range(times):
        page = outi.follows(acts(outi, page, "/form", "go=send"))
    return page


def test_the_way_in_is_on_the_pages_of_a_draft_and_of_a_version(outi, draft):
    assert f"/models/sources/{draft}/try" in outi.get(f"/models/drafts/{draft}").links()
    version = next(link for link in outi.get("/models/").links() if "/models/versions/" in link)
    (entrance,) = (link for link in outi.get(version).links() if link.endswith("/try"))
    page = outi.get(entrance)
    assert "Omasta hakemuksesta otetaan asiakkaaksi" in page.text
    urgent = outi.follows(acts(outi, page, "/try", start="urgent"))
    assert "Kiireellinen puhelu" in urgent.text
    assert "Valitus saapui" not in urgent.text


def test_a_notice_from_an_enquiry_is_tried_too(outi, draft):
    begun = outi.follows(acts(outi, outi.get(f"/models/sources/{draft}/try"), "/try", start="enquiry"))
    asked = sends(outi, begun)
    assert "Kirjoita ilmoitus" in asked.text
    assert "Lähetä ja kerro päivä" in sends(outi, asked).text


def test_a_form_is_filled_with_invented_answers_and_sent(outi, try_out):
    assert "Mitään ei lähde kenellekään" in try_out.text
    filled = acts(outi, try_out, "/form", "go=fill")
    assert filled.status == 200
    assert filled.tree.xpath("//input[@name='given_names']/@value") == ["Aino Esimerkki"]

    page = outi.follows(acts(outi, filled, "/form", "go=complete"))
    assert "Nyt vuorossa: kirjaaja" in page.text
    assert "Viestisi on perillä" in page.text
    assert "saapuminen merkitty" in page.text
    assert page.tree.xpath("//main//svg//*[contains(@class, 'is-current')]")


def test_mistakes_stand_beside_the_question_and_nothing_typed_is_lost(outi, try_out):
    page = acts(outi, try_out, "/form", "go=complete", given_names="Keksitty nimi", born_on="huomenna")
    assert page.status == 422
    assert page.problems
    assert page.tree.xpath("//input[@name='given_names']/@value") == ["Keksitty nimi"]


def test_a_row_is_added_without_losing_the_rest(outi, try_out):
    page = acts(outi, try_out, "/form", "add_row=children", given_names="Aino")
    assert page.status == 200
    assert page.tree.xpath("//input[@name='given_names']/@value") == ["Aino"]


def test_the_clock_is_pushed_and_the_letter_opened(outi, try_out):
    page = sends(outi, try_out, 7)
    assert "Päätös" in page.text
    letter = next(link for link in page.links() if "/letters/0" in link)
    read = outi.client.get(letter, buffered=True)
    assert read.mimetype == "application/pdf"
    assert read.data.startswith(b"%PDF")
    assert outi.get(letter.replace("/letters/0", "/letters/9")).status == 404

    before = page.tree.xpath("//p[@class='clock-now']//time/@datetime")
    later = outi.follows(acts(outi, page, "/step"))
    assert later.tree.xpath("//p[@class='clock-now']//time/@datetime") > before
    dated = outi.follows(acts(outi, later, "/step", subject="1.6.2027"))
    assert "1.6.2027" in dated.text
    assert "Viesti" in dated.text


def test_the_letter_can_be_read_before_it_is_signed(outi, try_out):
    page = sends(outi, try_out, 5)
    (letter,) = (link for link in page.links() if "/draft/" in link)
    assert outi.client.get(letter, buffered=True).data.startswith(b"%PDF")


def test_a_day_that_is_none_is_refused_with_a_sentence(outi, try_out):
    page = sends(outi, try_out)
    forms = page.tree.xpath("//main//form")
    place = next(n for n, form in enumerate(forms) if form.xpath(".//input[@id='subject']"))
    for day in ("31.2.2027", "1.1.1999", "joskus", "1.1.2999"):
        refused = outi.submits(page, place=place, subject=day)
        assert refused.status == 422, day
        assert refused.tree.xpath("//div[contains(@class, 'notice-alert')]"), day


def test_steps_are_taken_back(outi, try_out):
    page = sends(outi, try_out, 2)
    assert "Vahvista kiireellisyys" in page.heading + page.text
    back = outi.follows(outi.submits(page, place=_back_to(page, 1)))
    assert "Nyt vuorossa: kirjaaja" in back.text
    start = outi.follows(outi.submits(back, place=_back_to(back, 0)))
    assert "Kokeilun vaiheet Mitään ei ole vielä tehty" in start.text


def test_a_number_out_of_range_is_no_fault(outi, try_out):
    page = sends(outi, try_out)
    address = page.form().getroottree().xpath("//form[contains(@action, '/step')]/@action")[0]
    for number in ("9" * 5000, "²", "x"):
        assert acts(outi, page, "/back", count=number).status == 422, number
        assert outi.get(f"{address.partition('/step')[0]}?element=x&place={number}").status == 200, number


def _back_to(page: Page, count: int) -> int:
    return next(
        n
        for n, form in enumerate(page.tree.xpath("//main//form"))
        if form.get("action").endswith("/back")
        and form.xpath(f".//input[@name='count' and @value='{count}']")
    )


def test_an_outdated_page_is_refused_with_the_reason(outi, try_out):
    first = sends(outi, try_out)
    sends(outi, first)
    assert acts(outi, first, "/form", "go=send").status == 409


def test_a_try_out_becomes_a_scenario_of_the_draft(outi, try_out, draft):
    page = sends(outi, try_out, 2)
    nameless = acts(outi, page, "/scenario", title=" ")
    assert nameless.status == 422

    results = outi.follows(acts(outi, page, "/scenario", title="Äkkiä vireille"))
    assert "Kaikki menivät läpi" in results.text
    assert "scenarios/akkia-vireille.json" in results.text
    saved = json.loads(
        outi.client.get(f"/models/sources/{draft}/file/scenarios/akkia-vireille.json", buffered=True).data
    )
    assert [each["subject"] for each in saved["steps"]] == ["self", "register"]
    assert "registered" in saved["expect"]["milestones"]

    removed = next(
        n
        for n, form in enumerate(results.tree.xpath("//main//form"))
        if form.xpath(".//input[@name='path' and @value='scenarios/akkia-vireille.json']")
    )
    assert "akkia-vireille" not in outi.follows(outi.submits(results, place=removed)).text


def test_a_check_runs_the_scenarios_and_says_what_was_missed(world: World, outi, draft):
    path = "scenarios/withdrawn-by-applicant.json"
    broken = json.loads(shipped_files()[path])
    broken["expect"] = {"milestones": ["court_decided"]}
    save(world, draft, path, json.dumps(broken).encode())

    page = outi.get(f"/models/drafts/{draft}/findings")
    assert "Yksi virhe estää julkaisun" in page.text
    assert "Hakija peruuttaa ennen ratkaisua" in page.text
    assert any(
        link.endswith("/edit/appeal/process.bpmn#record_court") or "/edit/appeal/" in link
        for link in page.links()
    )
    assert "Yksi skenaario ei mennyt läpi" in outi.get(f"/models/sources/{draft}/scenarios").text


def save(world: World, draft: str, path: str, content: bytes) -> None:
    owner = world.actor("omistaja")
    version = world.engine.answer(OpenModelDraft(UUID(draft)), owner).summary.draft.version
    world.engine.perform(SaveModelDraft(UUID(draft), path, content, version), owner)


def test_a_model_that_can_not_run_stops_the_try_out_and_keeps_it(world: World, outi, try_out, draft):
    address = outi.submits(outi.get(f"/models/sources/{draft}/try")).goes_to
    sends(outi, outi.get(address))
    save(world, draft, "urgency/process.bpmn", b"<definitions/>")
    stopped = outi.get(address)
    assert stopped.heading == "Tätä ei voi vielä kokeilla"
    assert "Kokeilusi säilyy" in stopped.text

    save(world, draft, "urgency/process.bpmn", shipped_files()["urgency/process.bpmn"])
    assert "Nyt vuorossa: kirjaaja" in outi.get(address).text


def test_a_model_that_changed_under_the_try_out_says_from_where_it_can_go_on(world: World, outi, draft):
    address = outi.submits(outi.get(f"/models/sources/{draft}/try")).goes_to
    sends(outi, outi.get(address), 2)
    form = json.loads(shipped_files()["forms/register.form"])
    form["components"].append(
        {
            "type": "textfield",
            "key": "asked_too",
            "id": "asked_too",
            "label": "Uusi kysymys",
            "validate": {"required": True},
            "properties": {"class": "decision"},
        }
    )
    save(world, draft, "forms/register.form", json.dumps(form).encode())
    page = outi.get(address)
    assert "vaihetta 2 ei voi enää tehdä" in page.text
    assert "Uusi kysymys" in page.text

    going = outi.follows(outi.submits(page, place=_back_to(page, 1)))
    assert "ei voi enää tehdä" not in going.text
    assert "Vahvista kiireellisyys" in sends(outi, going).text


def test_a_scenario_goes_on_past_a_task_drawn_into_its_way_with_all_that_was_answered(
    world: World, outi, draft
):
    """A child is to be heard before the assessment: the owner does that one task, and the rest of the scenario is as it was."""
    path, process = "scenarios/own-application-admitted.json", "assess_and_resolve/process.bpmn"
    save(world, draft, process, one_task_more(shipped_files())[process])
    before = json.loads(shipped_files()[path])
    checked = outi.get(f"/models/drafts/{draft}/findings")
    assert (
        "ennen vaihetta 5 (assessment) on nyt tehtävä ”Kuule lasta”, jota skenaariossa ei ole" in checked.text
    )
    assert "Se pysähtyy uuteen tehtävään" in checked.text
    assert any(link.endswith(f"/edit/{process}#hear_child") for link in checked.links())
    assert f"/models/sources/{draft}/scenarios" in checked.links()

    stopped = outi.follows(_begins_from(outi, outi.get(f"/models/sources/{draft}/scenarios"), path))
    assert "vaihetta 5 ei voi enää tehdä" in stopped.text
    assert "Kuule lasta" in stopped.text
    assert stopped.text.count("vielä tekemättä") == len(before["steps"]) - 4
    going = sends(outi, stopped)
    assert "ei voi enää tehdä" not in going.text
    assert "vielä tekemättä" not in going.text

    results = outi.follows(acts(outi, going, "/scenario", title=before["title"]))
    saved = json.loads(outi.client.get(f"/models/sources/{draft}/file/{path}", buffered=True).data)
    assert [each["element"] for each in saved["steps"][4:6]] == ["hear_child", "assess"]
    assert saved["steps"][:4] + saved["steps"][5:] == before["steps"]
    assert "own-application-admitted" in results.text
    again = outi.get(f"/models/drafts/{draft}/findings").text
    assert f"Skenaario ”{before['title']}”" not in again


def test_a_step_whose_task_is_drawn_no_more_is_left_out_and_the_rest_stays(world: World, outi, draft):
    path = "scenarios/own-application-admitted.json"
    scenario = json.loads(shipped_files()[path])
    scenario["steps"].insert(4, {"kind": "form", "subject": "no_more", "element": "no_more", "answers": {}})
    save(world, draft, path, json.dumps(scenario).encode())
    stopped = outi.follows(_begins_from(outi, outi.get(f"/models/sources/{draft}/scenarios"), path))
    going = outi.follows(acts(outi, stopped, "/back", "only=yes"))
    assert "ei voi enää tehdä" not in going.text
    saved = outi.follows(acts(outi, going, "/scenario", title=scenario["title"]))
    assert "Kaikki menivät läpi" in saved.text


def test_answers_that_fit_no_more_are_given_anew_and_the_rest_stays(world: World, outi, draft):
    address = outi.submits(outi.get(f"/models/sources/{draft}/try")).goes_to
    sends(outi, outi.get(address), 3)
    form = json.loads(shipped_files()["forms/application.form"])
    asked = {"type": "textfield", "key": "asked_too", "id": "asked_too", "label": "Uusi kysymys"}
    form["components"].append(
        {**asked, "validate": {"required": True}, "properties": {"class": "narrative", "why": "Miksi."}}
    )
    save(world, draft, "forms/application.form", json.dumps(form).encode())
    stopped = outi.get(address)
    assert "vaihetta 1 ei voi enää tehdä" in stopped.text
    assert "vielä tekemättä" not in sends(outi, stopped).text


def _begins_from(outi: Visitor, page: Page, path: str) -> Page:
    forms = page.tree.xpath("//main//form")
    return outi.submits(
        page,
        place=next(
            n
            for n, form in enumerate(forms)
            if form.get("action").endswith("/try")
            and form.xpath(f".//input[@name='scenario' and @value='{path}']")
        ),
    )


def test_ending_a_try_out_leaves_nothing(outi, try_out, draft):
    ended = acts(outi, try_out, "/end")
    assert outi.follows(ended).heading == "Kokeile: Kuule lasta"
    assert "Kesken olevat kokeilut" not in outi.get(f"/models/sources/{draft}/try").text


def test_scenarios_show_what_they_go_over(outi, draft):
    page = outi.get(f"/models/sources/{draft}/scenarios")
    assert "Kaikki menivät läpi" in page.text
    assert "Mistä skenaariot kulkevat" in page.text
    picture = outi.get(next(link for link in page.links() if "picture=urgency" in link))
    assert picture.tree.xpath("//main//svg//*[contains(@class, 'bpmn-flow is-done')]")


def test_every_kind_of_mail_has_its_word() -> None:
    kinds = {path.rpartition("/")[2].removesuffix(".toml") for path in shipped_files() if "/mail_" in path}

    assert kinds <= MAILS.keys()
