"""Pages of emergencies, of who sees a case, and of the policy table."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.domain import policy
from engine.domain.policy import Action
from tests.stories.test_who_sees import restricted
from tests.support.browsing import Page, signed_in
from tests.support.samples_of_emergencies import REASON
from tests.support.story import Story
from tests.support.world import PASSWORD, World


@pytest.fixture
def hidden(story: Story) -> Story:
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    restricted(story)
    return story


def at(page: Page, ending: str) -> int:
    """Return the place of the form that is posted to an address with this ending."""
    actions = page.tree.xpath("//main//form/@action")
    return next(place for place, action in enumerate(actions) if action.endswith(ending))


def test_a_night_from_the_call_to_the_review(world: World, app: Flask, hidden: Story) -> None:
    simo = signed_in(world, "paivystaja", app)
    form = simo.get("/cases/emergency")
    short = simo.submits(form, wanted=hidden.reference, ground="danger", reason="Apua")
    assert short.status == 422
    assert "vähintään 40 merkillä" in short.text
    none = simo.submits(form, wanted="2026-999999", ground="danger", reason=REASON)
    assert none.status == 404
    assert "Yritys kirjattiin" in none.text

    file = simo.follows(simo.submits(form, wanted=hidden.reference, ground="danger", reason=REASON))
    assert "Auki hädässä, sulkeutuu kello" in file.text
    assert "Turvallinen yhteydenotto" in file.text
    assert hidden.file.applicant is not None
    assert file.heading == hidden.file.applicant.name
    assert simo.get(f"/cases/{hidden.reference}").status == 404
    closed = simo.follows(simo.submits(file))
    assert "odottaa tarkastusta" in closed.text
    assert simo.get(f"/cases/emergency/{hidden.reference}").status == 404

    eero = signed_in(world, "esihenkilo", app)
    world.clock.passes(minutes=6)
    unproved = eero.get("/cases/emergencies")
    assert REASON not in unproved.text
    assert "/me/proof?next=/cases/emergencies" in unproved.links()
    eero.submits(eero.get("/me/proof"), password=PASSWORD)
    waiting = eero.get("/cases/emergencies")
    assert REASON in waiting.text
    done = eero.follows(eero.submits(waiting, verdict="justified"))
    assert "Perusteltu: 1" in done.text
    auditor = signed_in(world, "tarkastaja", app).get("/cases/emergencies")
    assert hidden.reference in auditor.text
    assert REASON not in auditor.text
    simo.submits(simo.get("/me/proof"), password=PASSWORD)
    assert "Perusteltu" in simo.get("/cases/emergency").text


def test_who_sees_the_case_is_led_to_its_usual_page(world: World, app: Flask, story: Story) -> None:
    story.applies()
    simo = signed_in(world, "paivystaja", app)
    asked = simo.submits(simo.get("/cases/emergency"), wanted=story.reference, ground="danger", reason=REASON)
    assert asked.goes_to == f"/cases/{story.reference}"


def test_emergencies_are_asked_for_ten_times_an_hour(world: World, app: Flask, hidden: Story) -> None:
    simo = signed_in(world, "paivystaja", app)
    form = simo.get("/cases/emergency")
    for _ in range(10):
        assert simo.submits(form, wanted="2026-999999", ground="danger", reason=REASON).status == 404
    assert simo.submits(form, wanted=hidden.reference, ground="danger", reason=REASON).status == 429


def test_a_case_is_restricted_and_shown_again_from_its_page(world: World, app: Flask, story: Story) -> None:
    story.applies()
    eero, tuomas = signed_in(world, "esihenkilo", app), signed_in(world, "toinen", app)
    page = eero.get(f"/cases/{story.reference}/visibility")
    refused = eero.submits(page, place=at(page, "/restriction"), reason="Ei")
    assert refused.status == 422
    eero.submits(page, place=at(page, "/restriction"), reason=REASON)
    assert tuomas.get(f"/cases/{story.reference}").status == 404

    page = eero.get(f"/cases/{story.reference}/visibility")
    assert REASON in page.text
    eero.submits(page, place=at(page, "/restriction/lift"), reason=REASON)
    assert tuomas.get(f"/cases/{story.reference}").status == 200


def test_one_steps_aside_from_the_page(world: World, app: Flask, story: Story) -> None:
    story.applies()
    tuomas = signed_in(world, "toinen", app)
    page = tuomas.get(f"/cases/{story.reference}/visibility")
    assert tuomas.submits(page, place=at(page, "/disqualification"), own_ground="no-such").status == 422
    assert tuomas.submits(page, place=at(page, "/disqualification"), own_ground="party").goes_to == "/cases/"
    assert tuomas.get(f"/cases/{story.reference}").status == 404


@pytest.mark.parametrize(
    ("language", "heading"),
    [("fi", "Kuka saa tehdä mitä"), ("sv", "Vem får göra vad"), ("en", "Who may do what")],
)
def test_an_auditor_reads_the_policy_table(world: World, app: Flask, language: str, heading: str) -> None:
    with world.engine.database.unit_of_work() as unit:
        world.engine.stores(unit).people.change(world.people["tarkastaja"].id, language=language)
    page = signed_in(world, "tarkastaja", app).get("/audit/policy")

    assert page.heading == heading
    assert len(page.tree.xpath("//table//tbody/tr")) == len(policy.LINES)
    named = page.tree.xpath("count(//table//tbody//li)")
    assert named == sum(len(rule.actions) for rule in policy.LINES if rule.allowed)
    assert not any(f">{each.value}<" in page.text for each in Action)


def test_who_was_kept_away_by_mistake_is_let_back_on_the_page(world: World, app: Flask, story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    eero, jaana = signed_in(world, "esihenkilo", app), signed_in(world, "johtaja", app)
    path, other = f"/cases/{story.reference}/visibility", str(world.people["toinen"].id)
    page = eero.get(path)
    recorded = eero.submits(page, place=at(page, "/disqualification/other"), person_id=other, ground="other")
    assert not eero.follows(recorded).tree.xpath("//select[@name='barred_id']"), "another does that"
    tuomas = signed_in(world, "toinen", app)
    notices = tuomas.get("/my-cases/notices")
    assert "Sinut on kirjattu esteelliseksi" in notices.text
    assert story.reference not in notices.text
    (line,) = notices.tree.xpath("//ul[@class='notice-lines']//a/@href")
    assert tuomas.get(line).goes_to == "/my-cases/notices"

    page = jaana.get(path)
    place = at(page, "/disqualification/lift")
    short = jaana.submits(page, place=place, barred_id=other, lifting_reason="lyhyt")
    assert short.status == 422
    assert short.tree.xpath("//select[@name='barred_id']/option[@selected]/@value") == [other]
    lifted = jaana.submits(short, place=place, barred_id=other, lifting_reason="Kirjattiin väärä henkilö.")

    assert "Kirjattiin väärä henkilö." in jaana.follows(lifted).text
    assert tuomas.get(path).status == 200
