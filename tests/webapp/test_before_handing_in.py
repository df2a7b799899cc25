"""The page of a task before anybody hands it in: the newest notes, and words that fit who answers."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask

from engine.commands.notes import WriteNote
from engine.domain.notes import ContactEntry, NoteDetails, NoteKind
from tests.support import answers as plain
from tests.support.browsing import signed_in
from tests.support.story import Story
from tests.support.world import World


@pytest.mark.parametrize(
    ("form", "reader"),
    [("assessment", "kasittelija"), ("prepare_resolution", "kasittelija"), ("sign_resolution", "paattaja")],
)
def test_what_was_noted_stands_on_the_page(
    world: World, story: Story, app: Flask, form: str, reader: str
) -> None:
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    story.until(form)
    called = ContactEntry(None, "Serkku", "phone", story.today, "")
    details = NoteDetails(NoteKind.CONTACT, "Hän muuttaa huomenna.", called)
    world.engine.perform(WriteNote(story.reference, uuid4(), details), world.actor("kasittelija"))

    page = signed_in(world, reader, app).get(f"/tasks/{story.task(form).id}").tree

    (noted,) = page.xpath("//main//ul[@class='latest']/li[p='Hän muuttaa huomenna.']")
    assert "Yhteydenotto: Serkku" in noted.text_content()
    assert f"/cases/{story.reference}/notes" in page.xpath("//main//a/@href")
    for folded in noted.xpath("ancestor::details[not(@open)]"):
        # Open beside the work on wide screens; on narrow ones its name says that something was noted, and when.
        assert folded.get("class") == "fold"
        name = folded.xpath("./summary")[0].text_content()
        assert "viimeisin merkintä" in name
        assert f" {story.today.day}.{story.today.month}.{story.today.year}" in name


def test_a_typed_answer_speaks_of_who_answers(world: World, story: Story, app: Flask) -> None:
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", missing="Työpaikka", account_known="no")
    rows = [plain.request("outside_authority", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Siksi.")
    story.passes(minutes=5)

    page = signed_in(world, "kasittelija", app).get(f"/tasks/{story.task('information_reply').id}")

    assert "Kirjaat toisen ihmisen vastausta." in page.text
    assert f"/cases/{story.reference}/notes" in page.tree.xpath("//form[@id='work']//a/@href")
    assert "tämän sivun lopussa" not in page.text
    assert "Nimesi ja tehtäväsi" not in page.text
