"""Deadlines extended by a manager: refused beside the field, kept in the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story


def registered(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")


def extends(manager: Visitor, file: Page, **typed: str) -> Page:
    form = next(
        each
        for each in file.tree.xpath("//main//form")
        if each.get("action").endswith("/deadlines#deadlines")
    )
    return manager.post(form.get("action").partition("#")[0], {**dict(form.form_values()), **typed})


def test_the_new_day_and_its_reason_stand_in_the_ledger(story: Story, app: Flask) -> None:
    registered(story)
    manager = signed_in(story.world, "esihenkilo", app)
    until = story.today + timedelta(days=88)
    file = manager.get(f"/cases/{story.reference}")
    page = extends(manager, file, until=f"{until:%d.%m.%Y}", reason="interpreter")
    assert page.status == 303
    target = story.file.deadlines[0]
    assert target.due_on == until
    assert [entry.kind for entry in target.entries] == ["started", "extended"]
    assert "sopivaa tulkkia ei ole vielä saatu" in manager.get(f"/cases/{story.reference}").text


def test_mistakes_stand_beside_the_field_and_typed_text_stays(story: Story, app: Flask) -> None:
    registered(story)
    manager = signed_in(story.world, "esihenkilo", app)
    file = manager.get(f"/cases/{story.reference}")
    for typed, sentence in (
        ("joskus", "Kirjoita päivä muodossa"),
        ("1.1.2026", "pitää olla tulevaisuudessa"),
    ):
        page = extends(manager, file, until=typed, reason="workload")
        assert page.status == 422
        assert sentence in page.text
        assert page.tree.xpath("//input[@name='until']/@value") == [typed]
    assert len(story.file.deadlines[0].entries) == 1


def test_a_refusal_opened_anew_is_the_page_it_was_sent_from(story: Story, app: Flask) -> None:
    """The address is opened from the browser's history or a restored tab."""
    registered(story)
    manager = signed_in(story.world, "esihenkilo", app)
    extends(manager, manager.get(f"/cases/{story.reference}"), until="joskus", reason="workload")
    opened = manager.get(f"/cases/{story.reference}/deadlines")
    assert (opened.status, opened.response.location) == (303, f"/cases/{story.reference}")


@pytest.mark.parametrize(
    ("address", "above"),
    [
        ("/sign-out", "/"),
        ("/models/drafts", "/models/"),
        ("/tasks/views", "/tasks/"),
        ("/oversight/tasks/{task}/assign-case", "/oversight/tasks/{task}"),
        ("/fi/code/withdraw", None),
        ("/api/v1/files", None),
    ],
)
def test_an_address_that_takes_only_posts(story: Story, app: Flask, address: str, above: str | None) -> None:
    """Redirects the staff to the page above it. Applicants get an error with whom to call; programs get an error."""
    story.applies()
    manager, task = signed_in(story.world, "esihenkilo", app), story.task("register").id
    opened = manager.get(address.format(task=task))
    if above is None:
        assert opened.status == 405
    else:
        assert (opened.status, opened.response.location) == (303, above.format(task=task))


def test_a_caseworker_can_not(story: Story, app: Flask) -> None:
    registered(story)
    caseworker = signed_in(story.world, "kasittelija", app)
    assert "Pidennä määräaikaa" not in caseworker.get(f"/cases/{story.reference}").text
    page = caseworker.post(
        f"/cases/{story.reference}/deadlines", {"name": "target", "until": "1.1.2030", "reason": "workload"}
    )
    assert page.status in (403, 404)
