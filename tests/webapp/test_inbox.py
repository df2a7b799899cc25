"""The inbox and the task page, as staff use them without any script."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask import Flask

from engine.commands.enquiries import SubmitEnquiry
from engine.commands.notes import WriteNote
from engine.commands.tasks import ClaimTask, ReleaseTask
from engine.domain.notes import ContactEntry, NoteDetails, NoteKind
from engine.domain.people import PUBLIC
from engine.domain.staff_notices import NoticeKind
from tests.support import answers as plain
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story
from tests.support.world import World

NOTICE_FORM = -1
"""The place of the form that begins a notice, on the page of an enquiry."""
KEY = "a key of forty characters and three more ab"


@pytest.fixture
def caseworker(world: World, app: Flask) -> Visitor:
    return signed_in(world, "kasittelija", app)


@pytest.fixture
def registrar(world: World, app: Flask) -> Visitor:
    return signed_in(world, "kirjaaja", app)


@pytest.fixture
def registered(story: Story) -> Story:
    """A case that waits for the caseworker to say whether enough is known."""
    story.applies()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    return story


def task_page(browser: Visitor, story: Story, form: str) -> Page:
    return browser.get(f"/tasks/{story.task(form).id}")


def form_of_task(page: Page) -> int:
    """Which form of the page is the task's own."""
    actions = [form.get("action") for form in page.tree.xpath("//main//form")]
    return next(place for place, action in enumerate(actions) if action.endswith("/complete"))


def field(page: Page, name: str) -> str:
    [found] = page.tree.xpath(f"//textarea[@name='{name}']")
    return str(found.text_content()).strip()


ENOUGH = {"enough": "yes", "reason": "Tiedot riittävät arviointiin."}


def test_an_empty_inbox_says_what_will_come_and_where_to_look(caseworker: Visitor) -> None:
    page = caseworker.get("/tasks/")

    assert page.heading == "Omat tehtävät"
    assert "Tähän tulevat tehtävät" in page.text
    assert "/tasks/?view=unassigned" in page.links()


def test_a_row_tells_task_case_class_due_and_who_has_it(caseworker: Visitor, registered: Story) -> None:
    page = caseworker.get("/tasks/?view=team")

    assert "Riittävätkö tiedot?" in page.text
    assert registered.reference in page.text
    assert "Tavallinen" in page.text
    assert "työpäivää" in page.text
    assert "päätöksen tavoiteaika" in page.text
    assert registered.world.people["kasittelija"].name in page.tree.xpath("string(//main)")


def test_taking_a_task_puts_it_among_ones_own(caseworker: Visitor, registered: Story) -> None:
    team = caseworker.get("/tasks/?view=unassigned")
    taken = caseworker.post(
        f"/tasks/{registered.task('sufficiency').id}/claim", {"form_token": caseworker.token(team)}
    )

    assert taken.goes_to == f"/tasks/{registered.task('sufficiency').id}"
    assert "Riittävätkö tiedot?" in caseworker.get("/tasks/").text


def test_giving_a_task_back_leaves_it_to_the_team(caseworker: Visitor, registered: Story) -> None:
    task = registered.task("sufficiency")
    registered.world.engine.perform(ClaimTask(task.id), registered.world.actor("kasittelija"))
    page = caseworker.get(f"/tasks/{task.id}")

    caseworker.post(f"/tasks/{task.id}/release", {"form_token": caseworker.token(page)})

    assert registered.task("sufficiency").assignee_id is None
    assert "Tehtävä on vapautettu" in caseworker.get("/tasks/").tree.text_content()


def test_registration_begins_with_the_facts_of_the_application(registrar: Visitor, story: Story) -> None:
    story.applies(given_names="Oiva", family_name="Olematon")

    page = task_page(registrar, story, "register")

    assert page.tree.xpath("//input[@name='given_names']/@value") == ["Oiva"]
    assert page.tree.xpath("//input[@name='family_name']/@value") == ["Olematon"]


def test_safe_contact_stands_first_beside_the_form(caseworker: Visitor, story: Story) -> None:
    story.applies(safe_channels=["phone"], phone="000 000 0009", email=None)
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")

    aside = task_page(caseworker, story, "sufficiency").tree.xpath("//aside")[0]

    skip, pinned, *_rest = aside.getchildren()
    assert (skip.get("class"), skip.get("href")) == ("skip-link", "#work")
    assert pinned.get("class") == "pinned"
    assert "000 000 0009" in pinned.text_content()
    assert pinned.xpath(".//a/@href") == ["tel:+358000000009"]
    assert "Ei tekstiviestejä" in aside.text_content()


def test_a_task_handed_in_says_what_happened_and_what_follows(caseworker: Visitor, registered: Story) -> None:
    page = task_page(caseworker, registered, "sufficiency")

    sent = caseworker.submits(page, "go=complete", form_of_task(page), **ENOUGH, stay_status="resident")
    done = caseworker.follows(sent)

    assert "Tehtävä on tehty" in done.text
    title = done.tree.findtext(".//title")
    assert title is not None
    assert title.startswith("Tehtävä on tehty: ")
    # The heading takes the focus: it is the place to which the redirect leads, and can be focused.
    place = sent.goes_to.partition("#")[2]
    assert done.tree.get_element_by_id(place).get("tabindex") == "-1"
    assert "Arvioi asia" in done.text
    assert "käsittelijä" in done.text


def test_mistakes_stand_beside_their_field_and_nothing_typed_is_lost(
    caseworker: Visitor, registered: Story
) -> None:
    page = task_page(caseworker, registered, "sufficiency")

    again = caseworker.submits(page, "go=complete", form_of_task(page), reason="Kirjoitin tämän.")

    assert again.status == 422
    assert any("Miten jatketaan?" in problem for problem in again.problems)
    assert field(again, "reason") == "Kirjoitin tämän."
    assert field(task_page(caseworker, registered, "sufficiency"), "reason") == "Kirjoitin tämän."


def test_an_address_opened_anew_after_a_mistake_is_the_task_with_what_was_typed(
    caseworker: Visitor, registered: Story
) -> None:
    page = task_page(caseworker, registered, "sufficiency")
    place = form_of_task(page)
    refused = caseworker.submits(page, "go=complete", place, reason="Kirjoitettu kerran.")
    assert refused.status == 422

    anew = caseworker.get(str(page.form(place).action))
    assert anew.status == 303
    assert field(caseworker.get(str(anew.response.location)), "reason") == "Kirjoitettu kerran."


def test_earlier_answers_stand_beside_the_form(caseworker: Visitor, registered: Story) -> None:
    """Nobody judges an application from memory: it is read where it is judged."""
    page = task_page(caseworker, registered, "sufficiency")
    beside = page.tree.xpath("//section[@aria-labelledby='submissions-title']//details")

    assert any(each.find("summary").text_content().strip().startswith("Hakemus") for each in beside)
    filled = str(plain.application(registered.today)["what_happened"])
    assert any(filled in each.text_content() for each in beside)


def test_a_draft_is_kept_for_its_writer_alone(
    world: World, app: Flask, caseworker: Visitor, registered: Story
) -> None:
    page = task_page(caseworker, registered, "sufficiency")

    saved = caseworker.submits(page, "go=save", form_of_task(page), reason="Kesken.")

    assert saved.goes_to == f"/tasks/{registered.task('sufficiency').id}"
    assert field(task_page(caseworker, registered, "sufficiency"), "reason") == "Kesken."
    world.engine.perform(ReleaseTask(registered.task("sufficiency").id), world.actor("kasittelija"))
    assert field(task_page(signed_in(world, "toinen", app), registered, "sufficiency"), "reason") == ""


def test_a_script_keeps_a_draft_quietly(caseworker: Visitor, registered: Story) -> None:
    page = task_page(caseworker, registered, "sufficiency")
    task = registered.task("sufficiency")
    sent = {"form_token": caseworker.token(page), "go": "quietly", "reason": "Itsestään."}

    answer = caseworker.client.post(f"/tasks/{task.id}/draft", data=sent)

    assert answer.status_code == 204
    assert field(task_page(caseworker, registered, "sufficiency"), "reason") == "Itsestään."


def test_the_second_to_hand_in_sees_a_notice_and_loses_nothing(
    caseworker: Visitor, registered: Story
) -> None:
    page = task_page(caseworker, registered, "sufficiency")
    registered.does("toinen", "sufficiency")

    late = caseworker.submits(page, "go=complete", form_of_task(page), **ENOUGH)

    assert late.status == 409
    assert "tallessa luonnoksena" in late.text
    [back] = [link for link in late.links() if link.startswith("/tasks/") and link != "/tasks/"]
    assert "Tiedot riittävät arviointiin." in caseworker.get(back).text


def test_a_task_of_another_shows_the_case_and_who_has_it(caseworker: Visitor, registered: Story) -> None:
    task = registered.task("sufficiency")
    registered.world.engine.perform(ReleaseTask(task.id), registered.world.actor("kasittelija"))
    registered.world.engine.perform(ClaimTask(task.id), registered.world.actor("toinen"))

    page = caseworker.get(f"/tasks/{task.id}")

    assert "Tehtävä on toisella käsittelijällä." in page.text
    assert "Tuomas Toinen" in page.text
    assert not page.tree.xpath("//form[contains(@action, '/complete')]")


def test_rows_are_added_and_taken_away_without_losing_text(caseworker: Visitor, registered: Story) -> None:
    registered.does("kasittelija", "sufficiency", enough="ask", missing="Työpaikka", account_known="no")
    page = task_page(caseworker, registered, "new_information_request")

    one = caseworker.submits(page, "add_row=requests", form_of_task(page), round_reason="Siksi.")
    two = caseworker.submits(
        one, "add_row=requests", form_of_task(one), requests__0__questions="Missä työ oli?"
    )
    back = caseworker.submits(two, "remove_row=requests.1", form_of_task(two))

    rows = [len(each.tree.find_class("row")) for each in (one, two, back)]
    assert rows == [rows[0], rows[0] + 1, rows[0]]
    assert field(back, "requests.0.questions") == "Missä työ oli?"
    assert field(back, "round_reason") == "Siksi."


def test_a_task_that_does_not_exist_is_not_there(caseworker: Visitor) -> None:
    assert caseworker.get("/tasks/019b0000-0000-7000-8000-000000000000").status == 404


def test_a_made_up_position_is_no_page(caseworker: Visitor) -> None:
    assert caseworker.get("/tasks/?after=nonsense").status == 404


def test_an_enquiry_is_answered_from_its_own_list(world: World, caseworker: Visitor) -> None:
    asked = {**plain.enquiry(world.clock().date()), "question": "Saako apua ilman poliisia?"}
    receipt = world.engine.perform(SubmitEnquiry(KEY, data=asked), PUBLIC)
    listed = caseworker.get("/tasks/enquiries/")
    [link] = [each for each in listed.links() if each.startswith("/tasks/enquiries/") and each[-1] != "/"]
    page = caseworker.get(link)
    assert "Saako apua ilman poliisia?" in page.text

    empty = caseworker.submits(page, answer="  ")
    answered = caseworker.submits(page, answer="Kyllä saa.")

    assert empty.status == 422
    assert answered.goes_to == "/tasks/enquiries/"
    assert "Kaikkiin kysymyksiin on vastattu" in caseworker.get("/tasks/enquiries/").text
    reader = Visitor(caseworker.app)
    read = reader.submits(reader.get("/fi/code"), code=receipt.code)
    assert "Kyllä saa." in read.text
    assert {"/fi/ask", "/fi/own", "/fi/other"} <= {each.partition("?")[0] for each in read.links()}, (
        "the question may be of another person"
    )


def test_the_slower_answer_to_an_enquiry_stands_beside_the_faster(
    world: World, app: Flask, caseworker: Visitor
) -> None:
    world.engine.perform(SubmitEnquiry(KEY, data=plain.enquiry(world.clock().date())), PUBLIC)
    colleague = signed_in(world, "paivystaja", app)
    listed = caseworker.get("/tasks/enquiries/")
    [link] = [each for each in listed.links() if each.startswith("/tasks/enquiries/") and each[-1] != "/"]
    slower, faster = caseworker.get(link), colleague.get(link)
    assert colleague.submits(faster, answer="Soitin jo.").status == 303

    late = caseworker.submits(slower, answer="Neuvoin hakemaan.")
    assert late.status == 409
    assert "Soitin jo." in late.text
    assert "Neuvoin hakemaan." in late.text
    again = colleague.submits(faster, answer="Soitin jo.")
    assert again.status == 303, "a button pressed twice"


def test_a_notice_is_begun_from_the_page_of_an_enquiry_and_shown_there(world: World, app: Flask) -> None:
    asked = {**plain.enquiry(world.clock().date()), "question": "Lasta lyödään, mitä teen?"}
    world.engine.perform(SubmitEnquiry(KEY, data=asked), PUBLIC)
    on_call = signed_in(world, "paivystaja", app)
    listed = on_call.get("/tasks/enquiries/")
    [link] = [each for each in listed.links() if each.startswith("/tasks/enquiries/") and each[-1] != "/"]
    enquiry = on_call.get(link)

    begun = on_call.submits(enquiry, place=NOTICE_FORM)

    assert begun.goes_to.startswith("/tasks/")
    assert on_call.get(begun.goes_to).heading == "Kirjoita ilmoitus"
    back = on_call.get(link)
    assert begun.goes_to in back.links()
    [of_case] = [each for each in back.links() if each.startswith("/cases/V")]
    case = on_call.get(of_case)
    assert case.heading == "Ilmoitus yhteydenotosta"
    assert link in case.links()
    for of_a_person in (
        "Hakijan koodi",
        "Turvallinen yhteydenotto",
        "Suostumukset",
        "Päätös ja tiedoksianto",
    ):
        assert of_a_person not in case.text
    assert "Ilmoitus aloitettiin:" not in case.text
    assert begun.goes_to in on_call.get("/tasks/?view=team").links()


def test_an_urgent_call_becomes_one_case_however_often_it_is_sent(world: World, app: Flask) -> None:
    on_call = signed_in(world, "paivystaja", app)
    page = on_call.get("/tasks/urgent/")
    refused = on_call.submits(page, "go=send", given_names="Cai")
    assert refused.status == 422
    assert refused.tree.xpath("//input[@name='given_names']/@value") == ["Cai"]

    filled = as_typed_on_the_page(world)
    first = on_call.submits(refused, "go=send", **filled)
    second = on_call.submits(refused, "go=send", **filled)

    assert first.status == 303
    assert first.goes_to == second.goes_to
    assert "Kiireellinen" in on_call.get(first.goes_to).text


def as_typed_on_the_page(world: World) -> dict[str, str | list[str]]:
    filled: dict[str, str | list[str]] = {}
    for name, value in plain.phone_intake(world.clock().date()).items():
        if value is True:
            filled[name] = "true"
        elif name == "consent_on":
            filled[name] = world.clock().date().strftime("%d.%m.%Y")
        else:
            filled[name] = value
    return filled


def test_what_was_noted_stands_beside_the_task(caseworker: Visitor, registered: Story) -> None:
    called = ContactEntry(None, "Serkku", "phone", registered.today, "")
    details = NoteDetails(NoteKind.CONTACT, "Hän muuttaa huomenna.", called)
    worker = registered.world.actor("kasittelija")
    registered.world.engine.perform(WriteNote(registered.reference, uuid4(), details), worker)

    beside = task_page(caseworker, registered, "sufficiency").tree.xpath(
        "//aside[contains(@class,'glance')]"
    )[0]

    (noted,) = [each for each in beside.xpath(".//li") if "Serkku" in each.text_content()]
    assert [each.text_content() for each in noted.xpath("./p")] == [
        "Yhteydenotto: Serkku",
        "Hän muuttaa huomenna.",
    ]
    assert "Puhelu" in noted.text_content()
    assert "Kerttu Käsittelijä" in noted.text_content()
    assert f"/cases/{registered.reference}/notes" in beside.xpath(".//a/@href")


def test_a_notice_of_a_task_that_is_done_leads_to_it(world: World, app: Flask, story: Story) -> None:
    story.applies()
    task = story.task("register")
    with world.engine.database.unit_of_work() as unit:
        notices = world.engine.stores(unit).staff_notices
        notices.add(NoticeKind.ASSIGNMENT, world.people["kirjaaja"].id, task.case_id, task.id, world.clock())
    browser = signed_in(world, "kirjaaja", app)
    link = next(each for each in browser.get("/my-cases/notices").links() if "/notices/0" in each)
    story.does("kirjaaja", "register")

    led = browser.get(link)

    assert led.status != 404
    assert f"/tasks/{task.id}" in (led.goes_to or led.text)
