"""A task's day means the same on its page as in the inbox: the rule behind it, or the day itself."""

from __future__ import annotations

from flask import Flask

from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story

TARGET = ("5 työpäivää", "päätöksen tavoiteaika")
"""An oral decision that is to be recorded has no time of its own: its day is the target of the whole decision."""


def in_inbox(browser: Visitor, story: Story, form: str) -> tuple[str, ...]:
    page, wanted = browser.get("/tasks/?view=team"), f"/tasks/{story.task(form).id}"
    (cell,) = page.tree.xpath(f"//tr[@data-task][.//a[@href='{wanted}']]/td[3]")
    return words_in(cell)


def on_page(page: Page) -> list[tuple[str, ...]]:
    """Return what the head of the page and its summary of the case say of the task's day."""
    head = page.tree.xpath("//div[contains(@class, 'task-head')]//div[@class='actions']")
    glance = page.tree.xpath("//dl/div[dt = 'Tämä tehtävä']/dd")
    return [words_in(each) for each in (*head, *glance)]


def words_in(element) -> tuple[str, ...]:  # type: ignore[no-untyped-def]  # lxml has no types
    found = element.xpath(".//span[contains(@class, 'deadline')] | .//span[@class='second-line']")
    return tuple(" ".join(each.text_content().split()) for each in found)


def test_the_day_of_an_oral_decision_is_named_as_the_targets(story: Story, app: Flask) -> None:
    story.calls()
    story.does("kirjaaja", "register")
    decider = signed_in(story.world, "paattaja", app)

    assert in_inbox(decider, story, "oral_decision") == TARGET
    assert on_page(decider.get(f"/tasks/{story.task('oral_decision').id}")) == [TARGET, TARGET]


def test_a_day_on_which_a_task_is_only_looked_at_is_called_that(story: Story, app: Flask) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    worker = signed_in(story.world, "kasittelija", app)
    wanted = in_inbox(worker, story, "triage_override")
    assert wanted[1].startswith("seurantapäivä ")
    assert on_page(worker.get(f"/tasks/{story.task('triage_override').id}")) == [wanted, wanted]
