"""The letter beside the work: previewed while it is written, read before it is signed, signed only as it was read."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.commands.tasks import ClaimTask, ReleaseTask, SaveDraft
from engine.errors import AnswersRejected, Forbidden, Invalid, NotFound
from engine.queries.access_log import WhoLooked
from engine.queries.colleague_drafts import ReadColleagueDraft
from tests.stories.test_urgent_calls import ONLY_WHEN_ADMITTED
from tests.stories.test_urgent_night import records
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.party_changes import changes, person
from tests.support.story import Story
from tests.support.world import World

NOT_ALOUD = {
    **dict.fromkeys(ONLY_WHEN_ADMITTED),
    "oral_decision": "not_given",
    "not_given_reason": "Vaara on ohi.",
}
SIGN = {
    "signature": "sign",
    "delegation_confirmed": "true",
    "not_disqualified": "true",
    "letter_read": "true",
}


@pytest.fixture
def assessed(story: Story) -> Story:
    story.applies()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "sufficiency")
    story.does("kasittelija", "assessment")
    return story


@pytest.fixture
def prepared(assessed: Story) -> Story:
    assessed.does("kasittelija", "prepare_resolution")
    return assessed


@pytest.fixture
def caseworker(world: World, app: Flask) -> Visitor:
    return signed_in(world, "kasittelija", app)


@pytest.fixture
def signer(world: World, app: Flask) -> Visitor:
    return signed_in(world, "paattaja", app)


def page_of(browser: Visitor, story: Story, form: str) -> Page:
    return browser.get(f"/tasks/{story.task(form).id}")


def form_of_task(page: Page) -> int:
    actions = [form.get("action") for form in page.tree.xpath("//main//form")]
    return next(place for place, action in enumerate(actions) if action.endswith("/complete"))


def letter(page: Page) -> str:
    return " ".join(page.tree.find_class("letter-scroll")[0].text_content().split())


def test_the_letter_follows_the_typed_text(caseworker: Visitor, assessed: Story) -> None:
    page = page_of(caseworker, assessed, "prepare_resolution")

    shown = caseworker.follows(
        caseworker.submits(page, "go=preview", form_of_task(page), reasons="Passisi otettiin pois.")
    )

    assert "Passisi otettiin pois." in letter(shown)
    assert "Passisi otettiin pois." not in letter(page)


def test_what_was_typed_stands_on_the_page_after_a_colleague_took_the_task(
    world: World, caseworker: Visitor, assessed: Story
) -> None:
    task = assessed.task("prepare_resolution")
    world.engine.perform(ReleaseTask(task.id), world.actor("kasittelija"))
    page = page_of(caseworker, assessed, "prepare_resolution")
    world.engine.perform(ClaimTask(task.id), world.actor("toinen"))

    refused = caseworker.submits(page, "go=complete", form_of_task(page), reasons="Passisi otettiin pois.")
    assert refused.status == 409
    assert "eikä mitään kadonnut" in refused.text

    seen = page_of(caseworker, assessed, "prepare_resolution")
    (kept,) = seen.tree.xpath("//section[@aria-labelledby='draft-title']")
    assert "Passisi otettiin pois." in kept.text_content()


def test_a_colleague_who_writes_the_same_decision_is_named(
    world: World, caseworker: Visitor, assessed: Story
) -> None:
    task = assessed.task("prepare_resolution")
    world.engine.perform(SaveDraft(task.id, {"reasons": ["Salaista."]}), world.actor("toinen"))
    page = page_of(caseworker, assessed, "prepare_resolution")
    assert f"{world.people['toinen'].name} on kirjoittanut tähän tehtävään" in page.text
    assert "Salaista." not in page.text


def test_the_draft_of_one_who_fell_ill_is_read_by_who_has_the_task_now(
    world: World, app: Flask, assessed: Story
) -> None:
    task = assessed.task("prepare_resolution")
    world.engine.perform(SaveDraft(task.id, {"reasons": ["Passisi otettiin pois."]}), world.actor("toinen"))
    assessed.passes(days=1)
    caseworker = signed_in(world, "kasittelija", app)
    world.engine.perform(ReleaseTask(task.id), world.actor("kasittelija"))

    free = page_of(caseworker, assessed, "prepare_resolution")
    left = f"Tässä on keskeneräinen luonnos: {world.people['toinen'].name}"
    assert left in free.text
    assert not [each for each in free.links() if "draft_of=" in each], "it is nobody's yet"

    world.engine.perform(ClaimTask(task.id), world.actor("kasittelija"))
    for browser in (caseworker, signed_in(world, "esihenkilo", app)):
        page = page_of(browser, assessed, "prepare_resolution")
        (way,) = [each for each in page.links() if "draft_of=" in each]
        assert "Passisi otettiin pois." not in page.text
        assert "Passisi otettiin pois." in browser.get(way).text
    seen = assessed.asks(WhoLooked(assessed.reference), "johtaja")
    assert [each.actor_name for each in seen if each.action == "read_draft"]

    other = signed_in(world, "paattaja", app).get(way)
    assert left in other.text
    assert "Passisi otettiin pois." not in other.text
    with pytest.raises(Forbidden):
        assessed.asks(ReadColleagueDraft(task.id, world.people["toinen"].id), "paattaja")
    with pytest.raises(NotFound):
        assessed.asks(ReadColleagueDraft(task.id, world.people["kasittelija"].id), "esihenkilo")


def test_a_letter_that_lacks_something_says_so(caseworker: Visitor, assessed: Story) -> None:
    page = page_of(caseworker, assessed, "prepare_resolution")

    assert "Kirjeestä puuttuu" in page.text
    assert page.tree.find_class("letter-gap")


def test_the_draft_is_a_pdf_to_download(caseworker: Visitor, assessed: Story) -> None:
    task = assessed.task("prepare_resolution")

    answer = caseworker.client.get(f"/resolutions/tasks/{task.id}/letter.pdf")

    assert answer.data.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_the_letter_of_a_finished_preparation_is_no_fault(caseworker: Visitor, assessed: Story) -> None:
    task = assessed.task("prepare_resolution")
    assessed.does("kasittelija", "prepare_resolution")

    answer = caseworker.client.get(f"/resolutions/tasks/{task.id}/letter.pdf")

    assert (answer.status_code, answer.data[:5]) == (200, b"%PDF-")


def test_a_letter_is_signed_as_it_was_read(signer: Visitor, prepared: Story) -> None:
    page = page_of(signer, prepared, "sign_resolution")
    [seen] = page.tree.xpath("//input[@name='seen']/@value")
    assert seen == prepared.file.resolutions[-1].content_sha256

    signed = signer.submits(page, "go=complete", form_of_task(page), **SIGN)

    assert signed.status == 303
    assert prepared.file.resolutions[-1].state == "signed"


def test_another_letter_than_was_read_is_not_signed(signer: Visitor, prepared: Story) -> None:
    page = page_of(signer, prepared, "sign_resolution")

    refused = signer.submits(page, "go=complete", form_of_task(page), **SIGN, seen="0" * 64)

    assert refused.status == 409
    assert "Lue se uudelleen" in refused.text
    assert prepared.file.resolutions[-1].state == "prepared"


def test_a_signature_without_what_was_read_is_refused(signer: Visitor, prepared: Story) -> None:
    page = page_of(signer, prepared, "sign_resolution")

    refused = signer.submits(page, "go=complete", form_of_task(page), **SIGN, seen="")

    assert refused.status == 409


def test_the_preparer_reads_but_does_not_sign(world: World, app: Flask, assessed: Story) -> None:
    both = signed_in(world, "kaksoisrooli", app)
    assessed.does("kaksoisrooli", "prepare_resolution")

    page = page_of(both, assessed, "sign_resolution")

    assert "valmistelija ei voi allekirjoittaa" in page.text
    assert not page.tree.xpath("//form[contains(@action, '/complete')]")
    assert "Sinut otetaan" in letter(page)


def returns(signer: Visitor, prepared: Story) -> None:
    page = page_of(signer, prepared, "sign_resolution")
    signer.submits(
        page, "go=complete", form_of_task(page), signature="return", return_reason="Lisää perusteluja."
    )


def test_a_returned_letter_comes_back_with_its_words_and_the_reason(
    caseworker: Visitor, signer: Visitor, prepared: Story
) -> None:
    returns(signer, prepared)

    again = page_of(caseworker, prepared, "prepare_resolution")

    assert "Palautettu korjattavaksi" in again.text
    assert "Lisää perusteluja." in again.text
    assert "Olosuhteet viittaavat ihmiskaupan uhriksi joutumiseen." in letter(again)
    assert "Mitä muuttui kierroksesta 1" in again.text
    assert "Kirjeen sanat ovat samat." in again.text


def test_a_returned_letter_is_handed_in_unchanged_only_by_a_tick(
    caseworker: Visitor, signer: Visitor, prepared: Story
) -> None:
    returns(signer, prepared)
    again = page_of(caseworker, prepared, "prepare_resolution")

    asked = caseworker.submits(again, "go=complete", form_of_task(again))
    assert asked.status == 422
    assert asked.tree.xpath("//*[@class='error-summary']//a/@href") == ["#unchanged"]
    assert "prepare_resolution" in prepared.forms

    changed = caseworker.submits(asked, "go=save", form_of_task(asked), reasons="Toiset perustelut.")
    rewritten = caseworker.follows(changed)
    assert not rewritten.tree.xpath("//input[@name='returned']")

    sent = caseworker.submits(asked, "go=complete", form_of_task(asked), unchanged="yes")
    assert sent.status == 303
    assert "sign_resolution" in prepared.forms


def test_a_round_can_be_read_later(caseworker: Visitor, prepared: Story) -> None:
    found = prepared.file.resolutions[-1]

    page = caseworker.get(f"/resolutions/{prepared.reference}/{found.id}")

    assert page.heading == "Päätös, kierros 1"
    assert "Sinut otetaan auttamisjärjestelmän asiakkaaksi" in letter(page)
    other = caseworker.get(f"/resolutions/{prepared.reference}/019b0000-0000-7000-8000-000000000000")
    assert other.status == 404


def test_the_signer_sees_what_the_preparer_had_to_explain(world: World, app: Flask, story: Story) -> None:
    story.applies()
    story.until("assessment")
    story.does(
        "kasittelija",
        "assessment",
        needs_help="no",
        outcome_proposed="not_admitted",
        hearing="unnecessary",
        hearing_exception="needless",
        hearing_unnecessary_reasons="Henkilö sanoi, ettei halua apua.",
    )
    story.does("kaksoisrooli", "prepare_resolution", reasons="Ensimmäinen luonnos.")
    back = dict.fromkeys(("delegation_confirmed", "not_disqualified", "letter_read"))
    story.does("paattaja", "sign_resolution", signature="return", return_reason="Täydennä.", **back)
    story.does("kasittelija", "prepare_resolution", reasons="Kaikki uudelleen.")

    signing = page_of(signed_in(world, "paattaja", app), story, "sign_resolution")
    (changed,) = signing.tree.xpath("//section[h2[@id='changed-title']]")
    assert "Ensimmäinen luonnos." in [each.text for each in changed.xpath(".//del")]
    assert "Kaikki uudelleen." in [each.text for each in changed.xpath(".//ins")]
    first, second = story.file.resolutions
    assert changed.xpath(".//a/@href") == [f"/resolutions/{story.reference}/{first.id}"]
    later = signed_in(world, "kasittelija", app).get(f"/resolutions/{story.reference}/{second.id}")
    assert "Mitä muuttui kierroksesta 1" in later.text
    seen = signing.text
    assert "Henkilöä ei kuultu" in seen
    assert "Henkilö sanoi, ettei halua apua." in seen
    assert "uhrin edellytykset eivät täyty" in seen
    assert "Kaksi Roolia" in seen
    assert "Et ole valmistellut etkä arvioinut tätä asiaa" in seen
    own = page_of(signed_in(world, "kaksoisrooli", app), story, "sign_resolution").text
    assert "Olet valmistellut aiemman luonnoksen" in own


def test_a_signed_letter_is_not_shown_with_words_that_nobody_signed(
    caseworker: Visitor, prepared: Story
) -> None:
    prepared.does("paattaja", "sign_resolution")
    party = person(prepared)
    changes(prepared, party, identity={**party.identity, "family_name": "Toisenniminen"})
    (signed,) = prepared.file.resolutions
    page = caseworker.get(f"/resolutions/{prepared.reference}/{signed.id}")
    (letter,) = page.tree.find_class("letter-scroll")
    assert party.name in letter.text_content()
    assert "Toisenniminen" not in letter.text_content()


def test_the_page_states_that_nothing_had_to_be_explained(signer: Visitor, prepared: Story) -> None:
    page = page_of(signer, prepared, "sign_resolution")
    assert "Valmistelija ei joutunut selittämään mitään." in page.text


def test_who_signs_a_lapse_sees_the_danger_who_was_there_and_what_is_still_open(
    world: World, app: Flask, story: Story
) -> None:
    records(story)
    story.does("paattaja", "confirm_spoken", spoken_confirmed="no", spoken_denied_reason="Sanoin toisin.")
    story.passes(minutes=1)
    story.does("paivystaja", "register", in_danger="yes")
    story.does("paattaja", "oral_decision", **NOT_ALOUD)
    story.hears("application_withdrawn")
    with pytest.raises(AnswersRejected) as nameless:
        story.does("kasittelija", "withdraw", present=["other"])
    assert "present_other" in nameless.value.problems
    cousin = {"present": ["other"], "present_other": "Mies, sanoi olevansa serkku"}
    with pytest.raises(Invalid) as spoken_for:
        story.does("kasittelija", "withdraw", **cousin, spoke_self="no")
    assert spoken_for.value.field == "spoke_self"
    story.does("kasittelija", "withdraw", **cousin)
    story.does("kasittelija", "prepare_resolution")

    page = signed_in(world, "paattaja", app).get(f"/tasks/{story.task('sign_resolution').id}")

    (seen,) = page.tree.xpath("//section[@aria-labelledby='before-lapse']")
    words = " ".join(seen.text_content().split())
    for each in ("vaarassa", "Mies, sanoi olevansa serkku", "ei vahvistettu", "Tee kiireelliset toimet"):
        assert each in words
    case = signed_in(world, "paattaja", app).get(f"/cases/{story.reference}").text
    assert "Päivi Päättäjä ei vahvistanut sitä" in case
    assert "Henkilölle ei ole vielä kerrottu" in case
