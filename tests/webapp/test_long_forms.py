"""A long form in steps: one section in sight, what each lacks beside it, known facts with their source."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask

from engine.commands.tasks import ReleaseTask, SaveDraft
from engine.queries.task_page import OpenTaskPage, TaskPage
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.test_inbox import form_of_task, task_page
from webapp.http import sessions
from webapp.inbox import task_form
from webapp.inbox.task_page import opened

DECISION_LANGUAGE = "//fieldset[@id='q-language']//*[@class='source']"


@pytest.fixture
def registrar(story: Story, app: Flask) -> Visitor:
    story.applies()
    return signed_in(story.world, "kirjaaja", app)


def in_sight(page: Page) -> list[str]:
    """The titles of the sections in sight."""
    found = page.tree.xpath("//section[contains(@class,'form-step') and not(contains(@class,'is-away'))]/h2")
    return [each.text_content().strip() for each in found]


def lacks(page: Page) -> dict[str, bool]:
    """The sections beside the form, each with whether anything is missing in it."""
    items = page.tree.xpath("//ol[@class='steps']/li")
    return {each.xpath(".//span")[0].text_content(): each.get("class") == "is-missing" for each in items}


def source(page: Page, question: str) -> str:
    found = page.tree.xpath(
        f"//*[@id='q-{question}']/ancestor-or-self::*[contains(@class,'field')][1]//*[@class='source']"
    )
    return found[0].text_content().strip() if found else ""


def value(page: Page, question: str) -> str:
    chosen = page.tree.xpath(f"//input[@name='{question}' and @type='radio' and @checked]/@value")
    return (chosen or page.tree.xpath(f"//input[@name='{question}']/@value") or [""])[0]


def test_one_section_is_in_sight_and_going_on_keeps_what_stands_in_all(
    registrar: Visitor, story: Story
) -> None:
    page = task_page(registrar, story, "register")
    assert in_sight(page) == ["Toimivalta"]
    assert lacks(page) == {
        "Toimivalta": True,
        "Henkilö": True,
        "Turvallisuus": True,
        "Muut asiaan kuuluvat": True,
        "Mitä tiedämme nyt": True,
    }
    there = registrar.submits(page, "go=step-2", form_of_task(page), competence="ours")
    assert there.goes_to.endswith("?step=2#step-2")
    page = registrar.follows(there)
    assert in_sight(page) == ["Henkilö"]
    assert not lacks(page)["Toimivalta"]
    assert value(page, "competence") == "ours"

    page = registrar.follows(registrar.submits(page, "go=step-5", form_of_task(page), given_names="Muu"))
    assert "Ennen lähettämistä puuttuu" in page.text
    assert value(page, "given_names") == "Muu"
    # Coming back later, one goes on where something is missing.
    assert in_sight(task_page(registrar, story, "register")) == ["Henkilö"]


def test_mistakes_lead_to_their_sections(registrar: Visitor, story: Story) -> None:
    page = task_page(registrar, story, "register")
    refused = registrar.submits(
        page, "go=complete", form_of_task(page), competence="ours", born_on="31.2.1990", restricted="no"
    )
    assert refused.status == 422
    assert in_sight(refused)[0] == "Henkilö"
    assert "Toimivalta" not in in_sight(refused)
    shown = set(refused.tree.xpath("//section[contains(@class,'is-away')]//*/@id"))
    leads = {
        link.get("href")[1:] for link in refused.tree.xpath("//div[contains(@class,'error-summary')]//a")
    }
    assert leads
    assert not leads & shown


def test_what_is_known_is_filled_in_with_its_source(registrar: Visitor, story: Story) -> None:
    page = task_page(registrar, story, "register")
    assert value(page, "pending_on") == f"{story.today.day}.{story.today.month}.{story.today.year}"
    assert source(page, "pending_on").startswith("saapui ")
    assert value(page, "given_names")
    assert source(page, "given_names").startswith("hakemuksesta ")
    assert value(page, "is_child") == "no"

    changed = registrar.submits(page, "go=step-2", form_of_task(page), given_names="Toinen")
    page = registrar.follows(changed)
    assert source(page, "given_names") == ""
    assert source(page, "family_name").startswith("hakemuksesta ")


def test_a_child_is_registered_with_the_answers_of_the_parent(story: Story, app: Flask) -> None:
    story.applies(
        has_children="yes",
        children_with="with_parent",
        children=[
            {"given_names": "Lumi", "family_name": "Keksitty", "born_on": "2019-02-03", "in_finland": "yes"}
        ],
    )
    story.does(
        "kirjaaja",
        "register",
        has_children="yes",
        children_with="with_parent",
        children=[
            {"given_names": "Lumi", "family_name": "Keksitty", "born_on": "2019-02-03", "in_finland": "yes"}
        ],
    )
    story.passes(minutes=1)
    child = story.child()
    page = task_page(signed_in(story.world, "kirjaaja", app), child, "register")
    assert value(page, "given_names") == "Lumi"
    assert value(page, "born_on") == "3.2.2019"
    assert (value(page, "is_child"), value(page, "has_children")) == ("yes", "no")
    assert source(page, "given_names") == "perheenjäsenen asiasta"


def test_a_colleague_who_writes_is_named_and_nothing_that_they_wrote(
    registrar: Visitor, story: Story
) -> None:
    task = story.task("register")
    story.world.engine.perform(
        SaveDraft(task.id, {"given_names": ["Salainen"]}), story.world.actor("paivystaja")
    )
    page = registrar.get(f"/tasks/{task.id}")
    name = story.world.people["paivystaja"].name
    assert f"{name} on kirjoittanut tähän tehtävään" in page.text
    assert "Salainen" not in page.response.get_data(as_text=True)

    own = story.world.engine.answer(OpenTaskPage(task.id), story.world.actor("paivystaja"))
    assert own.writing == ()
    story.passes(minutes=16)
    assert "on kirjoittanut tähän tehtävään" not in registrar.get(f"/tasks/{task.id}").text


def test_an_older_tab_shows_both_texts_and_erases_none(registrar: Visitor, story: Story) -> None:
    older, newer = (task_page(registrar, story, "register") for _ in range(2))
    registrar.submits(newer, "go=save", form_of_task(newer), given_names="Uudempi")

    both = registrar.submits(older, "go=step-2", form_of_task(older), family_name="Vanhempi")
    assert both.status == 409
    assert value(both, "family_name") == "Vanhempi"
    assert "Uudempi" in both.text
    assert value(task_page(registrar, story, "register"), "given_names") == "Uudempi"

    registrar.submits(both, "go=save", form_of_task(both))
    assert value(task_page(registrar, story, "register"), "family_name") == "Vanhempi"


def test_a_newer_draft_is_seen_before_the_task_is_completed(
    registrar: Visitor, story: Story, app: Flask
) -> None:
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    caseworker = signed_in(story.world, "kasittelija", app)
    older, newer = (task_page(caseworker, story, "sufficiency") for _ in range(2))
    caseworker.submits(newer, "go=save", form_of_task(newer), reason="Puuttuu vielä lausunto.")

    both = caseworker.submits(
        older, "go=complete", form_of_task(older), enough="yes", reason="Tiedot riittävät arviointiin."
    )
    assert both.status == 409
    assert "Puuttuu vielä lausunto." in both.text

    done = caseworker.submits(both, "go=complete", form_of_task(both))
    assert done.goes_to.endswith("#what-title")


def test_a_button_pressed_twice_and_a_row_added_are_no_other_tab(registrar: Visitor, story: Story) -> None:
    page = task_page(registrar, story, "register")
    for _ in range(2):
        twice = registrar.submits(page, "go=step-2", form_of_task(page), given_names="Oma")
        assert twice.status == 303

    page = task_page(registrar, story, "register")
    added = registrar.submits(page, "add_row=unsafe_parties", form_of_task(page), given_names="Toinen")
    assert added.status == 200
    assert registrar.submits(added, "go=save", form_of_task(added)).status == 303


def test_a_first_draft_that_is_kept_while_a_button_is_pressed_is_shown_beside_the_page(
    registrar: Visitor, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is saved between the reading of the page and the saving of what the button sent."""
    page = task_page(registrar, story, "register")

    def overtaken(task_id: UUID) -> TaskPage:
        found = opened(task_id)
        monkeypatch.setattr(task_form, "opened", opened)
        story.world.engine.perform(SaveDraft(task_id, {"given_names": ["Ensin"]}), sessions.actor())
        return found

    monkeypatch.setattr(task_form, "opened", overtaken)
    beside = registrar.submits(page, "go=save", form_of_task(page), given_names="Sitten")

    assert beside.status == 409
    assert "Ensin" in beside.text
    assert registrar.submits(beside, "go=save", form_of_task(beside)).status == 303
    assert value(task_page(registrar, story, "register"), "given_names") == "Sitten"


def test_the_text_of_an_older_tab_stays_in_sight_where_a_colleague_was_faster(
    registrar: Visitor, story: Story
) -> None:
    older, newer = (task_page(registrar, story, "register") for _ in range(2))
    registrar.submits(newer, "go=save", form_of_task(newer), given_names="Uudempi")
    task = story.task("register")
    story.does("paivystaja", "register")

    late = registrar.submits(older, "go=complete", form_of_task(older), family_name="Vanhempi")
    assert late.status == 409
    assert "Vanhempi" in late.text
    assert "Uudempi" in registrar.get(f"/tasks/{task.id}").text


def test_a_letter_that_is_written_in_two_tabs_shows_both(story: Story, app: Flask) -> None:
    story.applies()
    story.until("prepare_resolution")
    caseworker = signed_in(story.world, "kasittelija", app)
    older, newer = (task_page(caseworker, story, "prepare_resolution") for _ in range(2))
    question = newer.tree.xpath("//form[contains(@class,'letter-form')]//textarea/@name")[0]
    caseworker.submits(newer, "go=save", form_of_task(newer), **{question: "Uudempi perustelu."})

    both = caseworker.submits(older, "go=preview", form_of_task(older), **{question: "Vanhempi perustelu."})
    assert both.status == 409
    assert "Uudempi perustelu." in both.text
    assert caseworker.submits(both, "go=preview", form_of_task(both)).goes_to.endswith("#letter")


def test_who_has_opened_the_task_lately_is_named(registrar: Visitor, story: Story) -> None:
    task = story.task("register")
    story.world.engine.answer(OpenTaskPage(task.id), story.world.actor("paivystaja"))
    name = story.world.people["paivystaja"].name

    page = registrar.get(f"/tasks/{task.id}")
    assert f"{name} avasi tämän" in page.text
    assert in_sight(page), "nobody is called in this task: it is read and filled in as before"

    story.passes(minutes=16)
    assert f"{name} avasi tämän" not in registrar.get(f"/tasks/{task.id}").text


def test_who_has_opened_another_task_of_the_case_is_not_named(world: World, story: Story, app: Flask) -> None:
    story.calls(in_danger="yes")
    world.engine.answer(OpenTaskPage(story.task("urgent_measures").id), world.actor("paivystaja"))
    page = task_page(signed_in(world, "kirjaaja", app), story, "register")
    assert "avasi tämän" not in page.text


def test_a_task_that_calls_somebody_is_taken_first(world: World, story: Story, app: Flask) -> None:
    """Two who open one mailed link at once would ring the same person."""
    story.is_referred()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    task = story.task("verify_consent")
    story.performs(ReleaseTask(task.id), "kasittelija")
    first, second = signed_in(world, "kasittelija", app), signed_in(world, "toinen", app)
    name = world.people["kasittelija"].name
    assert form_of_task(first.get(f"/tasks/{task.id}")) is not None

    page = second.get(f"/tasks/{task.id}")
    assert f"{name} avasi tämän" in page.text
    assert "Ota tehtävä itsellesi ennen kuin soitat" in page.text
    actions = [form.get("action") for form in page.tree.xpath("//main//form")]
    assert not [each for each in actions if each.endswith("/complete")]

    taken = second.follows(second.submits(page))
    assert form_of_task(taken) is not None
    assert "Tehtävän tekee" in first.get(f"/tasks/{task.id}").text
