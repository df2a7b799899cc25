"""The consent ledger on the case page."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import update

from engine.commands.tasks import SaveDraft
from engine.errors import AnswersRejected
from engine.storage.tables.cases import CONSENTS
from tests.engine.queries.test_case_export import exported, problems
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.story import Story
from tests.webapp.test_printed_file import printed


def sends(browser: Visitor, story: Story, path: str, **typed: str) -> Page:
    page = browser.get(f"/cases/{story.reference}")
    address = f"/cases/{story.reference}/consents{path}"
    form = next(
        each for each in page.tree.xpath("//main//form") if each.get("action").partition("#")[0] == address
    )
    return browser.post(address, {**dict(form.form_values()), **typed})


def test_a_consent_is_recorded_and_taken_back(story: Story, app: Flask) -> None:
    story.is_referred()
    browser = signed_in(story.world, "kasittelija", app)
    today = f"{story.today:%d.%m.%Y}"
    facts = {"purpose": "information_request", "recipient": "police", "state": "given"}

    refused = sends(browser, story, "", **facts, given_on="joskus", note="Hän haluaa apua.")
    assert refused.status == 422
    assert "Kirjoita päivä muodossa" in refused.text
    assert refused.tree.xpath("//input[@name='given_on']/@value") == ["joskus"]
    assert "Valitse, miten suostumus kysyttiin" in sends(browser, story, "", **facts, given_on=today).text
    assert sends(browser, story, "", **facts, given_on=today, given_how="phone").status == 303
    assert "poliisi" in browser.get(f"/cases/{story.reference}").text

    key = str(story.file.consents[-1].id)
    late = f"{story.today.replace(year=2030):%d.%m.%Y}"
    refused = sends(browser, story, "/withdraw", consent=key, withdrawn_on=late, how="phone")
    assert refused.status == 422
    assert refused.tree.xpath("//input[@name='withdrawn_on'][@value!='']/@value") == [late]
    assert sends(browser, story, "/withdraw", consent=key, withdrawn_on=today, how="phone").status == 303
    assert [each.state for each in story.file.consents] == ["given", "given", "withdrawn"]
    again = sends(browser, story, "/withdraw", consent=key, withdrawn_on=today, how="phone")
    assert again.status == 409


def test_a_consent_by_phone_with_an_interpreter_says_both_and_an_older_one_what_it_knows(
    story: Story, app: Flask
) -> None:
    story.is_referred()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    with pytest.raises(AnswersRejected) as refused:
        story.does("kasittelija", "verify_consent", channel="interpreter")
    assert refused.value.problems.keys() == {"channel"}, "nobody chooses it any more"
    spoken = {"channel": "phone", "consent_language": "so", "interpreter_name": "Tulkki 12"}
    story.does("kasittelija", "verify_consent", interpreter_used="remote", **spoken)
    referral = story.file.consents[-2]
    assert (referral.given_how, referral.interpreter, referral.language) == ("phone", "remote", "so")

    worker = signed_in(story.world, "kasittelija", app)
    case = worker.get(f"/cases/{story.reference}")
    assert "puhelin, tulkki puhelimessa tai videolla" in " ".join(case.text.split())
    assert "interpreter" not in case.tree.xpath("//select[@name='given_how']/option/@value")
    assert "tulkki puhelimessa tai videolla" in printed(worker, story)[0]
    seen = {"recipient": "Aino Keksitty", "ground": "own", "proof": "document", "proof_words": "passi"}
    asking = worker.get(f"/cases/{story.reference}/copies")
    copy = worker.follows(worker.submits(asking, **seen, asked_on=f"{story.today:%-d.%-m.%Y}"))
    for answer in ("Miten asiasta puhuttiin? Puhelimessa", "Oliko tulkki mukana? Oma tulkkimme, puhelimessa"):
        assert answer in copy.text, "the letter that takes the record to the person"
    export = exported(story.world, story.reference)
    assert problems(export) == []
    assert [(each["given_how"], each["interpreter"]) for each in export["consents"][-2:]] == [
        ("phone", "remote")
    ] * 2

    with story.world.engine.database.transaction() as connection:
        connection.execute(update(CONSENTS).values(given_how="interpreter", interpreter=None))
    assert "tulkin kanssa, tapa ei tiedossa" in " ".join(worker.get(f"/cases/{story.reference}").text.split())
    assert "tulkin kanssa, tapa ei tiedossa" in printed(worker, story)[0]
    older = exported(story.world, story.reference)
    assert problems(older) == []
    assert {(each["given_how"], each["interpreter"]) for each in older["consents"]} == {("interpreter", None)}


def test_staff_record_an_interpreter_beside_the_way_of_a_consent(story: Story, app: Flask) -> None:
    story.is_referred()
    browser = signed_in(story.world, "kasittelija", app)
    today = f"{story.today:%d.%m.%Y}"
    facts = {"purpose": "information_request", "recipient": "police", "state": "given", "given_on": today}
    assert sends(browser, story, "", **facts, given_how="interpreter").status == 422
    refused = sends(browser, story, "", **facts, given_how="in_person", interpreter="used")
    assert "Valitse, oliko tulkki mukana" in refused.text
    assert sends(browser, story, "", **facts, given_how="in_person", interpreter="in_room").status == 303
    given = story.file.consents[-1]
    assert (given.given_how, given.interpreter) == ("in_person", "in_room")
    withdrawn = {"consent": str(given.id), "withdrawn_on": today, "how": "phone"}
    assert sends(browser, story, "/withdraw", **withdrawn).status == 303
    assert story.file.consents[-1].interpreter == "none", "the page says so before anybody chooses"


def test_a_draft_that_says_with_an_interpreter_shows_it_and_another_way_is_chosen(
    story: Story, app: Flask
) -> None:
    story.is_referred()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    task, worker = story.task("verify_consent"), signed_in(story.world, "kasittelija", app)
    address, old = f"/tasks/{task.id}", "//input[@name='channel'][@value='interpreter']"
    assert worker.get(address).tree.xpath(old) == []
    older = SaveDraft(task.id, {"consent": ["given"], "channel": ["interpreter"]})
    story.world.engine.perform(older, story.world.actor("kasittelija"))
    page = worker.get(address)
    assert [each.get("checked") for each in page.tree.xpath(old)] == ["checked"]
    assert "Tulkin kanssa, tapa ei tiedossa" in page.text
    (form,) = page.tree.xpath("//form[@id='work']")
    refused = worker.post(f"{address}/complete", {**dict(form.form_values()), "go": "complete"})
    assert "Valitse jokin annetuista vaihtoehdoista" in refused.text
