"""Drafts of a correction, a party and a meeting: kept as one types, restored with their time, thrown away, gone when sent."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

import pytest
from flask import Flask
from lxml.html import HtmlElement
from sqlalchemy import select
from werkzeug.test import TestResponse

from engine.commands.page_drafts import KeepPageDraft
from engine.domain.notes import NotesGone
from engine.storage.sealing import SealingClass
from engine.storage.tables.notes import PAGE_DRAFTS
from tests.stories.test_meetings import books
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story
from tests.webapp.test_corrections import record

RESTORED = "Jatkat luonnosta, joka tallennettiin"


@pytest.fixture
def registered(story: Story) -> Story:
    story.applies()
    story.passes(days=3)
    story.until("triage_override")
    return story


@pytest.fixture
def worker(registered: Story, app: Flask) -> Visitor:
    return signed_in(registered.world, "kasittelija", app)


def party_of(story: Story) -> tuple[str, str]:
    """Return the address of the applicant's page, and the name of its draft."""
    assert story.file.applicant is not None
    return f"/cases/{story.reference}/parties/{story.file.applicant.id}", f"party/{story.file.applicant.id}"


def form_of(page: Page, draft: str) -> HtmlElement:
    """Return the form whose draft is named so."""
    forms = page.tree.xpath("//form[@data-draft]")
    return next(each for each in forms if each.get("data-draft").endswith(f"/drafts/{draft}"))


def typed(page: Page, draft: str, **words: str) -> dict[str, str]:
    """Return what the form would send."""
    return {**dict(form_of(page, draft).form_values()), **words}


def types(browser: Visitor, page: Page, draft: str, **words: str) -> TestResponse:
    """Do what the script does a moment after the typing stops."""
    sent = {**typed(page, draft, **words), "go": "quietly", "draft_page": "1-2"}
    return browser.client.post(form_of(page, draft).get("data-draft"), data=sent)


def sends(browser: Visitor, page: Page, draft: str, **words: str) -> Page:
    return browser.post(urlsplit(form_of(page, draft).get("action")).path, typed(page, draft, **words))


def value(page: Page, name: str) -> str:
    (found,) = page.tree.xpath(f"//main//*[@name='{name}']")
    return (found.value or "").strip()


def kept(story: Story) -> list[str]:
    with story.world.engine.database.view() as connection:
        return sorted(connection.execute(select(PAGE_DRAFTS.c.page)).scalars())


def test_what_is_typed_of_a_party_comes_back_to_its_writer_alone_until_it_is_sent_or_thrown_away(
    registered: Story, worker: Visitor, app: Flask
) -> None:
    address, draft = party_of(registered)
    saved = types(worker, worker.get(address), draft, family_name="Toinen", reason="Hän oikaisi nimen.")
    assert saved.status_code == 204
    assert saved.headers["Draft-Saved"]

    again = worker.get(address)
    assert RESTORED in again.text
    assert (value(again, "family_name"), value(again, "reason")) == ("Toinen", "Hän oikaisi nimen.")
    colleague = signed_in(registered.world, "johtaja", app).get(address)
    assert RESTORED not in colleague.text
    assert "Toinen" not in colleague.text

    (away,) = again.tree.xpath("//button[@value='discard']/@formaction")
    gone = worker.follows(worker.post(away, typed(again, draft, go="discard")))
    assert "Luonnos on hylätty." in gone.text
    assert value(gone, "family_name") == "Keksitty"
    assert kept(registered) == []

    types(worker, gone, draft, family_name="Toinen")
    again = worker.get(address)
    done = sends(worker, again, draft, source="call", reason="Hän oikaisi nimen.", go="save")
    assert done.status == 303
    assert kept(registered) == []
    assert registered.file.applicant is not None
    assert registered.file.applicant.identity["family_name"] == "Toinen"


def test_a_draft_of_another_tab_stays_and_says_so(registered: Story, worker: Visitor) -> None:
    address, draft = party_of(registered)
    one, other = worker.get(address), worker.get(address)
    types(worker, one, draft, reason="Ensimmäinen välilehti")
    assert types(worker, other, draft, reason="Toinen välilehti").status_code == 409
    refused = sends(worker, other, draft, reason="", go="save")
    assert "Sinulla on tästä toinen luonnos" in refused.text
    assert refused.tree.xpath("//form/@data-unsaved") == [""]
    done = sends(worker, refused, draft, family_name="Toinen", source="call", reason="Nimi.", go="save")
    assert done.status == 303
    assert value(worker.get(address), "reason") == "Ensimmäinen välilehti"


def test_a_draft_of_an_older_version_of_a_party_says_what_changed_and_loses_nothing(
    registered: Story, worker: Visitor, app: Flask
) -> None:
    address, draft = party_of(registered)
    types(worker, worker.get(address), draft, family_name="Minun", reason="Oikaisu.")
    registered.passes(minutes=5)
    head = signed_in(registered.world, "johtaja", app)
    changed = {"family_name": "Johtajan", "mother_tongue": "thai", "source": "call", "reason": "Kysyin."}
    assert sends(head, head.get(address), draft, go="save", **changed).status == 303

    again = worker.get(address)
    assert "Tiedot ovat muuttuneet sen jälkeen, kun aloitit luonnoksen." in again.text
    assert (value(again, "family_name"), value(again, "reason")) == ("Minun", "Oikaisu.")
    assert value(again, "mother_tongue") == "thai", "what the draft had not touched is as it is now"
    marks = {
        each.get("id"): each.text_content().strip() for each in again.tree.xpath("//p[contains(@id, '-now')]")
    }
    assert marks == {
        "family_name-now": "Nyt kirjattuna: Johtajan",
        "mother_tongue-now": "Nyt kirjattuna: thai",
    }
    assert sends(worker, again, draft, source="call", go="save").status == 303
    assert registered.file.applicant is not None
    identity: Mapping[str, object] = registered.file.applicant.identity
    assert (identity["family_name"], identity["mother_tongue"]) == ("Minun", "thai")


def test_a_correction_and_a_clarification_are_kept_each_by_itself(
    registered: Story, worker: Visitor, app: Flask
) -> None:
    key = record(registered, "register")
    address = f"/cases/{registered.reference}/submissions/{key}"
    correct, clarify = f"record/{key}/correct", f"record/{key}/clarify"
    page = worker.get(address)
    assert types(worker, page, correct, pending_on="3.11.2026", why="Virhe päivässä.").status_code == 204
    words = {"clarification": "Hän kertoi lisää.", "source": "meeting"}
    assert types(worker, page, clarify, **words).status_code == 204

    again = worker.get(address)
    assert (value(again, "pending_on"), value(again, "why")) == ("3.11.2026", "Virhe päivässä.")
    assert value(again, "clarification") == "Hän kertoi lisää."
    sources = [each.value for each in again.tree.xpath("//main//select[@name='source']")]
    assert sources == ["", "meeting"]
    day = f"{registered.today:%d.%m.%Y}"
    assert sends(worker, again, clarify, source_on=day).status == 303
    assert kept(registered) == [correct]

    registered.passes(minutes=5)
    head = signed_in(registered.world, "johtaja", app)
    other = {"pending_on": "2.11.2026", "source": "call", "why": "Toinen päivä.", "go": "save"}
    assert sends(head, head.get(address), correct, **other).status == 303
    again = worker.get(address)
    assert "Kirjausta on korjattu sen jälkeen, kun aloitit luonnoksen." in again.text
    assert value(again, "pending_on") == "3.11.2026"
    assert sends(worker, again, correct, source="call", go="save").status == 303
    assert kept(registered) == []


def test_each_form_of_meetings_has_a_draft_of_its_own(registered: Story, worker: Visitor) -> None:
    meeting_id = books(registered)
    address = f"/cases/{registered.reference}/meetings"
    ended, move = f"meeting/{meeting_id}/ended", f"meeting/{meeting_id}"
    page, moving = worker.get(address), worker.get(f"{address}?move={meeting_id}")
    assert types(worker, page, "meeting", about="Uusi tapaaminen.").status_code == 204
    assert types(worker, page, ended, outcome="Hän soitti ja perui.").status_code == 204
    assert types(worker, moving, move, reason="Tulkki sairastui.").status_code == 204

    again = worker.get(address)
    assert (value(again, "about"), value(again, "outcome")) == ("Uusi tapaaminen.", "Hän soitti ja perui.")
    assert value(worker.get(f"{address}?move={meeting_id}"), "reason") == "Tulkki sairastui."
    assert sends(worker, again, ended, state="cancelled").status == 303
    assert kept(registered) == ["meeting", move]
    assert value(worker.get(address), "about") == "Uusi tapaaminen."


def test_a_draft_goes_with_the_narrative_and_is_no_strangers(
    registered: Story, worker: Visitor, app: Flask
) -> None:
    address = f"/cases/{registered.reference}/meetings"
    assert types(worker, worker.get(address), "meeting", about="Salainen asia.").status_code == 204
    with registered.world.engine.database.view() as connection:
        (sealed,) = connection.execute(select(PAGE_DRAFTS.c.typed)).scalars()
    assert b"Salainen" not in sealed
    signer = signed_in(registered.world, "paattaja", app)
    strange = f"/cases/{registered.reference}/drafts/"
    assert signer.post(f"{strange}party/new", {"reason": "x", **_token(signer)}).status == 403
    assert worker.post(f"{strange}anything", {"reason": "x", **_token(worker)}).status == 404

    engine, case_id = registered.world.engine, registered.case.id
    with engine.database.unit_of_work() as unit:
        gone = [(case_id, each) for each in (SealingClass.NARRATIVE, SealingClass.DECISION)]
        engine.stores(unit).vault.destroy(gone)
    with pytest.raises(NotesGone):
        engine.perform(
            KeepPageDraft(registered.reference, "meeting", {"about": ["x"]}),
            registered.world.actor("kasittelija"),
        )
    again = worker.get(address)
    assert RESTORED not in again.text
    assert "Salainen" not in again.text


def _token(browser: Visitor) -> dict[str, str]:
    return {"form_token": browser.token(browser.get("/my-cases/"))}
