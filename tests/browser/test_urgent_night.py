"""An urgent call at night on a telephone, to its written decision: typed in one sitting, decided aloud, confirmed by the one who
decided, and written by day."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from engine.queries.public_form import PublicForm
from forms.definition import FormDefinition
from tests.stories.test_urgent_night import at_night, records
from tests.support import answers as plain
from tests.support.axe import faults
from tests.support.chromium import follow, take
from tests.support.story import Story
from tests.support.writing import write

CORRIDOR = ViewportSize(width=390, height=844)
HEARD = "Tein siivousta öisin, ja passini otettiin."


@pytest.fixture
def form(story: Story) -> Callable[[str], FormDefinition]:
    """A form in Finnish, for the words on its page."""
    actor = story.world.actor("kasittelija")
    return lambda key: story.world.engine.answer(PublicForm(key, any_form=True), actor)


def stands(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()
    assert faults(page, sizes=(CORRIDOR,)) == []


def hands_in(page: Page) -> None:
    follow(page.get_by_role("button", name="Valmis, lähetä eteenpäin"))
    expect(page.get_by_role("heading", name="Tehtävä on tehty")).to_be_focused()


def write_what_is_asked(page: Page, definition: FormDefinition, answers: plain.Answers) -> None:
    """Answer the questions of the call itself: the others wait until after it."""
    for key in definition.by_key:
        if key in answers and page.locator(f"[name='{key}']:visible").count():
            write(page, definition, {key: answers[key]})


def test_a_night_call_to_its_written_decision(
    story: Story, form: Callable[[str], FormDefinition], sign_in: Callable[..., Page]
) -> None:
    at_night(story)
    pekka = sign_in("paivystaja", size=CORRIDOR)
    pekka.goto("/tasks/")
    follow(pekka.get_by_role("link", name="Kiireellinen puhelu").first)
    stands(pekka, "Kiireellinen puhelu")
    words = pekka.get_by_label("Mitä hän on itse kertonut?", exact=True)
    with pekka.expect_response("**/tasks/urgent/"):
        words.press_sequentially(HEARD)
    pekka.reload()
    follow(pekka.get_by_role("link", name="Jatka puhelua, joka alkoi"))
    expect(words).to_have_value(HEARD)
    call = plain.phone_intake(story.today) | {"what_happened": HEARD}
    write_what_is_asked(pekka, form("phone_intake"), call)
    spoken = {
        "decided": "yes",
        "decided_by": "Päivi Päättäjä",
        "decided_hour": "2.25",
        "oral_ground": "35_1",
        "test_reasons": "Pakotettiin työhön, passi otettiin.",
        "told_to": "hänelle itselleen",
        "told_how": "phone",
        "promised": "Kyyti turvakotiin heti.",
        "promised_on": (story.today + timedelta(days=1)).isoformat(),
    }
    write(pekka, form("spoken_decision"), spoken)
    follow(pekka.get_by_role("button", name="Avaa asia"))
    expect(pekka.get_by_text("Kiireelliset toimet odottavat.")).to_be_visible()
    stands(pekka, "Cai Sepitetty")
    expect(pekka.locator(".case-state")).to_have_text(
        "Vuorossa: Vahvista puhelussa antamasi päätös (päätöksentekijä)."
    )
    story.reference = pekka.locator(".case-marks .number").inner_text()

    paivi = sign_in("paattaja", size=CORRIDOR)
    paivi.goto("/my-cases/")
    task = story.task("confirm_spoken").name
    follow(paivi.get_by_role("link", name=task))
    stands(paivi, task)
    expect(paivi.get_by_role("main")).to_contain_text("Pakotettiin työhön, passi otettiin.")
    paivi.get_by_label("Kyllä, otin hänet asiakkaaksi").check()
    hands_in(paivi)
    assert story.file.clienthood is not None


def test_a_decision_of_the_night_is_written_by_day(
    story: Story, form: Callable[[str], FormDefinition], sign_in: Callable[..., Page]
) -> None:
    at_night(story, 2, 45)
    records(story)
    story.does("paattaja", "confirm_spoken")
    at_night(story, 8, 0)
    pekka = sign_in("paivystaja", size=CORRIDOR)
    take(pekka, story.task("register").id)
    stands(pekka, story.task("register").name)
    story.does("paivystaja", "register", in_danger="yes", accommodation_needed="yes")

    paivi = sign_in("paattaja", size=CORRIDOR)
    paivi.goto("/my-cases/")
    name = story.task("oral_decision").name
    follow(paivi.get_by_role("link", name=name))
    stands(paivi, name)
    expect(paivi.get_by_label("Perusteen edellytykset")).to_have_value("Pakotettiin työhön, passi otettiin.")
    usual = plain.of("oral_decision", story.today, story.world)
    night = (story.today - timedelta(days=1)).isoformat()
    write_what_is_asked(paivi, form("oral_decision"), {**usual, "told_on": night})
    hands_in(paivi)

    story.until("sign_resolution")
    take(paivi, story.task("sign_resolution").id)
    stands(paivi, story.task("sign_resolution").name)
    write(paivi, form("sign_resolution"), plain.of("sign_resolution", story.today, story.world))
    hands_in(paivi)
    follow(paivi.get_by_role("link", name="Koko asia"))
    expect(paivi.locator(".case-marks")).to_contain_text("Otettu auttamisjärjestelmään, 35 § 1 momentti")
    assert not any(each.is_open for each in story.file.deadlines if each.name == "written_after_oral")
