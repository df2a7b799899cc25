"""The caseworker's desk in a browser: a list that is read on a telephone, danger that stays in sight, three languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.support import answers as plain
from tests.support.axe import faults
from tests.support.chromium import DESKTOP, PHONE, follow
from tests.support.story import Story
from tests.support.world import World

NOTE = "Hän asuu samassa asunnossa ja lukee puhelintani."
IN_VIEW = """() => {
  window.scrollTo(0, document.body.scrollHeight);
  const {top, bottom} = document.querySelector('.pinned').getBoundingClientRect();
  return top >= 0 && top < innerHeight && bottom > 0;
}"""


@pytest.fixture
def story(world: World) -> Story:
    """A case in danger whose applicant has answered with a wish for more time, and one that waits for others."""
    named = {"caseworker": str(world.people["kasittelija"].id)}
    other = Story(world)
    other.applies()
    other.does("kirjaaja", "register", **named)
    other.until("sign_resolution")
    found = Story(world)
    found.applies(
        in_danger="yes",
        danger_notes=NOTE,
        safe_channels=["phone", "email"],
        phone="000 000 0009",
        email="a@example.invalid",
    )
    found.does("kirjaaja", "register", in_danger="yes", **named)
    found.until("sufficiency")
    found.does("kasittelija", "sufficiency", enough="ask", missing="Työpaikka", account_known="no")
    rows = [plain.request("applicant", found.today + timedelta(days=14))]
    found.does("kasittelija", "new_information_request", requests=rows, round_reason="Siksi.")
    found.passes(minutes=5)
    until = (found.today + timedelta(days=21)).isoformat()
    found.answers("REQ-1", can_answer="partly", more_time="yes", more_time_until=until)
    return found


def test_from_the_list_to_the_answer_with_danger_in_sight_on_a_telephone(
    story: Story, sign_in: Callable[..., Page]
) -> None:
    page = sign_in("kasittelija", size=PHONE)
    page.goto("/my-cases/")
    assert faults(page) == []
    row = page.get_by_role("row").filter(has_text=story.reference)
    assert "Vaarassa" in row.inner_text()
    follow(row.get_by_role("link", name="pyytää lisäaikaa"))
    assert page.evaluate(IN_VIEW)
    page.set_viewport_size(DESKTOP)
    assert page.evaluate(IN_VIEW)
    assert "Pyytää lisäaikaa" in page.locator(".reply").inner_text()
    assert page.locator(".pinned a[href='tel:+358000000009']").count() == 1
    assert faults(page) == []


def test_the_case_keeps_danger_in_sight_at_every_width(story: Story, sign_in: Callable[..., Page]) -> None:
    page = sign_in("kasittelija")
    page.goto(f"/cases/{story.reference}")
    for width in (360, 1100, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(IN_VIEW), width
        assert NOTE in page.locator(".danger").inner_text()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_list_and_a_judgement_are_whole_in_other_languages(
    story: Story, sign_in: Callable[..., Page], language: str
) -> None:
    page = sign_in("kasittelija")
    page.goto("/me")
    page.locator(f"[name=language][value={language}]").check()
    page.locator("form:has([name=language]) button[type=submit]").click()
    page.wait_for_function(f"document.documentElement.lang === '{language}'")
    for path in ("/my-cases/", f"/tasks/{story.task('review_reply').id}", f"/cases/{story.reference}"):
        page.goto(path)
        assert faults(page) == [], path
    page.goto("/my-cases/")
    assert {"sv": "Mina ärenden", "en": "My cases"}[language] in page.locator("h1").inner_text()


def test_a_task_stands_on_the_first_screen_of_a_telephone(story: Story, sign_in: Callable[..., Page]) -> None:
    page = sign_in("kasittelija", size={"width": 390, "height": 844})
    page.goto("/tasks/")

    assert page.locator("tr[data-task]").first.bounding_box()["y"] < 844 - 100
    assert not page.get_by_label("Alue", exact=True).is_visible()
    page.get_by_text("Suodata tehtäviä").click()
    expect(page.get_by_label("Alue", exact=True)).to_be_visible()
    assert faults(page) == []
