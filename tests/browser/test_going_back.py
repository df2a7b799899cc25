"""A refused form, a way elsewhere and back: the browser asks for a page, sends nothing twice and shows no fault of its own."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Dialog, Page, expect

from tests.support.chromium import follow, take
from tests.support.story import Story

TYPED = "Ensi"


def test_back_and_a_reload_after_a_refused_task_show_what_was_typed(
    story: Story, sign_in: Callable[..., Page]
) -> None:
    story.applies()
    page = sign_in("kirjaaja")
    take(page, story.task("register").id)
    words = page.locator("#work input[type=text]:visible").first
    words.fill(TYPED)
    follow(page.locator("#work button[value=complete]"))
    expect(page.locator(".error-summary")).to_be_visible()

    follow(page.get_by_role("link", name="Tehtävät").first)
    page.go_back()

    expect(words).to_have_value(TYPED)
    page.reload()
    expect(words).to_have_value(TYPED)


def test_back_after_a_refused_form_without_a_draft_shows_its_page(
    sign_in: Callable[..., Page],
) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page = sign_in("kasittelija")
    page.on("dialog", leave)
    page.goto("/my-cases/absence")
    page.locator("#away_from").fill("31.2.2027")
    follow(page.locator("form:has(#away_from) button[type=submit]").last)
    expect(page.locator("#away_from")).to_have_value("31.2.2027")
    page.locator("#away_from").press("End")

    follow(page.get_by_role("link", name="Tehtävät").first)
    assert asked == ["beforeunload"]
    page.go_back()

    expect(page.locator("#away_from")).to_be_visible()


def test_an_application_on_paper_is_not_left_unasked(sign_in: Callable[..., Page]) -> None:
    asked: list[str] = []

    def leave(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page = sign_in("kirjaaja")
    page.on("dialog", leave)
    page.goto("/tasks/intake/application")
    follow(page.get_by_role("link", name="Tehtävät").first)
    assert asked == []
    page.goto("/tasks/intake/application")
    page.locator("input[name=given_names]").fill(TYPED)
    follow(page.get_by_role("link", name="Tehtävät").first)
    assert asked == ["beforeunload"]
