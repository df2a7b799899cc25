"""A day before its neighbour is refused beside its field; where a reason is enough, the page asks for it and keeps it."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask

from engine.domain.corrections import EXPLANATION
from tests.support import answers
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.programs import program
from tests.support.story import Story
from tests.webapp.test_inbox import form_of_task

WHY = "why:pending_on"


def answered(story: Story, browser: Visitor, **typed: str) -> Page:
    page = browser.get(f"/tasks/{story.task('register').id}")
    plain = {
        name: value
        for name, value in answers.register(story.today).items()
        if isinstance(value, str) and name not in typed
    }
    return browser.submits(page, "go=complete", form_of_task(page), **plain, **typed)


def in_words(day: date) -> str:
    return f"{day.day}.{day.month}.{day.year}"


def test_a_page_beside_another_draft_keeps_the_reason_and_says_that_it_is_unsaved(
    story: Story, app: Flask
) -> None:
    """The browser asks before such a page goes."""
    story.applies()
    browser = signed_in(story.world, "kirjaaja", app)
    early = in_words(story.today - timedelta(days=3))
    refused = answered(story, browser, pending_on=early)
    form = form_of_task(refused)
    assert not refused.tree.xpath("//form[@data-unsaved]"), "the draft holds it"
    story.passes(minutes=1)
    browser.submits(refused, "go=save", form, mother_tongue="keksitty kieli")

    beside = browser.submits(refused, "go=complete", form, **{WHY: "Hakija soitti."})

    assert beside.status == 409
    assert beside.tree.xpath("//form[@data-unsaved and @data-draft]")
    [reason] = beside.tree.xpath(f"//textarea[@name='{WHY}']")
    assert reason.text_content().strip() == "Hakija soitti."


def test_the_page_asks_why_a_day_is_right_and_the_signer_reads_it(story: Story, app: Flask) -> None:
    story.applies()
    browser = signed_in(story.world, "kirjaaja", app)
    early = in_words(story.today - timedelta(days=3))

    refused = answered(story, browser, pending_on=early)
    assert refused.status == 422
    assert "Asia tuli vireille ennen kuin se saapui." in refused.text
    [reason] = refused.tree.xpath(f"//textarea[@name='{WHY}']")
    assert refused.tree.xpath(f"//label[@for='{reason.get('id')}']")
    assert refused.tree.xpath("//input[@name='pending_on']/@value") == [early]

    typed = {WHY: "Hakija soitti kolme päivää aiemmin."}
    future = in_words(story.today + timedelta(days=3))
    again = browser.submits(refused, "go=complete", form_of_task(refused), pending_on=future, **typed)
    assert again.status == 422
    [reason] = again.tree.xpath(f"//textarea[@name='{WHY}']")
    assert reason.text_content().strip() == typed[WHY], "what was typed is kept"

    done = browser.submits(again, "go=complete", form_of_task(again), pending_on=early)
    assert done.status == 303
    [kept] = [each for each in story.file.corrections if each.kind == EXPLANATION]
    assert kept.reason == typed[WHY]
    assert typed[WHY] in browser.get(f"/cases/{story.reference}").text

    story.until("sign_resolution")
    signing = signed_in(story.world, "paattaja", app).get(f"/tasks/{story.task('sign_resolution').id}")
    assert "Asia tuli vireille ennen saapumistaan" in signing.text
    assert typed[WHY] in signing.text


def test_a_program_reads_which_day_needs_a_reason(story: Story, app: Flask) -> None:
    story.applies()
    robot = program(story.world, app)
    task = story.task("register").id
    early = (story.today - timedelta(days=3)).isoformat()
    body = {"answers": {**answers.register(story.today), "pending_on": early}}

    refused = robot.post(f"/tasks/{task}/complete", body)
    assert refused.status_code == 422
    assert refused.json["problems"] == [
        {
            "field": "answers.pending_on",
            "sentence": "Asia tuli vireille ennen kuin se saapui.",
            "key": "needs_reason",
        }
    ]

    done = robot.post(f"/tasks/{task}/complete", {**body, "reasons": {"pending_on": "Puhelu edeltävänä."}})
    assert done.json["state"] == "completed"
