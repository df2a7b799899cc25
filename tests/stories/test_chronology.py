"""Days stand in their order, or somebody says why not and the signer reads it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.commands.corrections import CorrectRecord
from engine.commands.parties import ChangeParty
from engine.domain.chronology import DatesRejected
from engine.domain.corrections import EXPLANATION
from engine.domain.parties import DetailsRejected, Ground, PartyDetails
from engine.errors import Invalid
from engine.queries.resolution_page import LetterPage, ReadLetter
from tests.stories.test_appeals import refused as not_admitted
from tests.stories.test_appeals import served
from tests.stories.test_delivery import BY_POST, NOT_POSTED, signed
from tests.support.browsing import signed_in
from tests.support.story import USUAL, Story

CHILD = {"given_names": "Eeli", "family_name": "Keksitty", "in_finland": "yes"}
WHY = "Kuulin puhelimessa, kirjasin vasta tänään."


def before(story: Story, days: int = 3) -> str:
    return (story.today - timedelta(days=days)).isoformat()


def signing_page(story: Story, form: str = "sign_resolution") -> LetterPage:
    page = story.world.engine.answer(ReadLetter(story.task(form).id), story.world.actor("paattaja"))
    assert page is not None
    return page


def explained(story: Story) -> list[tuple[str, str]]:
    facts = signing_page(story).signing
    assert facts is not None
    return [(each.kind, each.reasons) for each in facts.explained]


def reasons_in(story: Story) -> list[str]:
    return [each.reason for each in story.file.corrections if each.kind == EXPLANATION]


@pytest.mark.databases
def test_the_signer_reads_why_a_matter_was_pending_before_it_came(story: Story) -> None:
    story.applies()
    with pytest.raises(DatesRejected, match="vireille ennen kuin se saapui") as refused:
        story.does("kirjaaja", "register", pending_on=before(story))
    assert refused.value.field == "pending_on"
    assert refused.value.need_reasons
    with pytest.raises(DatesRejected):
        story.does("kirjaaja", "register", pending_on=before(story), because={"pending_on": "  "})
    assert "register" in story.forms

    story.does("kirjaaja", "register", pending_on=before(story), because={"pending_on": WHY})
    story.until("sign_resolution")
    assert explained(story) == [("arrival_registration", WHY)]


def test_a_reason_that_nothing_asks_for_is_not_kept(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register", because={"pending_on": WHY})
    assert reasons_in(story) == []


def test_a_reason_has_an_end(story: Story) -> None:
    story.applies()
    with pytest.raises(Invalid, match="2 000 merkkiä") as refused:
        story.does("kirjaaja", "register", pending_on=before(story), because={"pending_on": "a" * 2001})
    assert refused.value.field == "pending_on"


@pytest.mark.parametrize(
    ("begins", "form", "question", "kind"),
    [
        ("is_referred", "verify_consent", "consent_on", "arrival_consent_talk"),
        ("calls", "urgent_measures", "measures_on", "arrival_measures"),
    ],
)
def test_a_day_before_the_arrival_needs_a_reason(
    story: Story, begins: str, form: str, question: str, kind: str
) -> None:
    getattr(story, begins)()
    story.until(form)
    who = USUAL[story.task(form).candidate_group]
    with pytest.raises(DatesRejected) as refused:
        story.does(who, form, **{question: before(story)})
    assert refused.value.field == question
    story.does(who, form, because={question: WHY}, **{question: before(story)})
    story.until("sign_resolution")
    assert (kind, WHY) in explained(story)


def test_no_reason_makes_a_letter_leave_before_it_was_signed(story: Story) -> None:
    story.applies(safe_channels=["post"], email=None, postal_address="Esimerkkitie 2, 00000 Esimerkkilä")
    story.until("post_letter")
    with pytest.raises(DatesRejected, match="allekirjoitettiin") as refused:
        story.does("kasittelija", "post_letter", posted_on=before(story), because={"posted_on": WHY})
    assert not refused.value.need_reasons
    assert story.file.deliveries[-1].dispatched_at is None


def test_no_reason_makes_a_decision_received_before_it_was_signed(story: Story) -> None:
    story.applies(safe_channels=["phone"], phone="+358 00 0000000", email=None)
    story.until("record_delivery")
    with pytest.raises(DatesRejected):
        story.does("kasittelija", "record_delivery", served_on=before(story), because={"served_on": WHY})
    assert story.file.deliveries[-1].served_on is None


def test_an_appeal_that_came_too_early_is_received_with_a_reason(story: Story) -> None:
    served(story)
    story.hears("appeal_received")
    with pytest.raises(DatesRejected, match="Valitus saapui ennen") as refused:
        story.does("kasittelija", "appeal_arrival", appeal_received_on=before(story))
    assert refused.value.need_reasons
    because = {"appeal_received_on": WHY}
    story.does("kasittelija", "appeal_arrival", because=because, appeal_received_on=before(story))
    assert "appeal_registered" in story.events
    story.does("kasittelija", "appeal_opinion")
    opinion = signing_page(story, "sign_opinion")
    assert {"signature_appeal", "service_appeal"} == {each.kind for each in opinion.explained}


def test_no_appeal_goes_to_the_court_before_it_came(story: Story) -> None:
    not_admitted(story)
    story.passes(days=10)
    story.hears("appeal_received")
    story.does("kasittelija", "appeal_arrival")
    story.does("kasittelija", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    with pytest.raises(DatesRejected) as refused:
        story.does("kasittelija", "send_to_court", sent_to_court_on=before(story))
    assert refused.value.field == "sent_to_court_on"
    assert not refused.value.need_reasons


# ---------------------------------------------------------------- births


def test_nobody_applies_with_a_child_older_than_themselves(story: Story) -> None:
    for born_on in ("1990-01-01", "1994-05-17"):
        with pytest.raises(DatesRejected, match="vanhempaansa vanhempi") as refused:
            story.applies(has_children="yes", children=[{**CHILD, "born_on": born_on}])
        assert refused.value.field == "children.0.born_on"
    story.applies(has_children="yes", children=[{**CHILD, "born_on": "2018-03-01"}])


def test_a_registrar_does_not_make_a_child_older_than_their_parent(story: Story) -> None:
    story.applies()
    older = {"has_children": "yes", "children": [{**CHILD, "born_on": "1980-01-01"}]}
    with pytest.raises(DatesRejected) as refused:
        story.does("kirjaaja", "register", **older)
    assert refused.value.field == "children.0.born_on"


def test_siblings_are_of_any_age(story: Story) -> None:
    story.applies_for_children(
        children=[
            {
                **CHILD,
                "born_on": "2018-03-01",
            },
            {**CHILD, "born_on": "2012-03-01", "given_names": "Oona"},
        ]
    )
    story.does("kirjaaja", "register", is_child="yes", born_on="2018-03-01")


def test_a_changed_birth_date_fits_the_family(story: Story) -> None:
    story.applies(has_children="yes", children=[{**CHILD, "born_on": "2018-03-01"}])
    person = story.file.applicant
    assert person is not None

    def changes(born_on: str) -> None:
        details = PartyDetails(person.kind, {**person.identity, "born_on": born_on}, person.contact)
        ground = Ground("call", None, "Syntymäaika oli väärin.")
        command = ChangeParty(story.reference, person.id, person.version, details, ground)
        story.world.engine.perform(command, story.world.actor("kasittelija"))

    with pytest.raises(DetailsRejected) as refused:
        changes("2019-01-01")
    assert "vanhempaansa" in refused.value.problems["born_on"].message
    changes("1995-01-01")


# ---------------------------------------------------------------- corrections


def test_a_certificate_made_after_the_hand_over_and_a_letter_recorded_weeks_later_need_a_reason(
    story: Story,
) -> None:
    signed(story, **BY_POST)
    signed_on = story.today
    story.passes(days=25)
    late = {"posted_on": signed_on.isoformat()}
    with pytest.raises(DatesRejected) as refused:
        story.does("kasittelija", "post_letter", **late)
    assert (refused.value.field, refused.value.need_reasons) == ("posted_on", True)
    story.does("kasittelija", "post_letter", **NOT_POSTED)
    story.does("kasittelija", "choose_delivery_way", next_channel="in_person")
    before = {"served_on": (story.today - timedelta(days=3)).isoformat()}
    with pytest.raises(DatesRejected) as refused:
        story.does("kasittelija", "record_delivery", **before)
    assert (refused.value.field, refused.value.need_reasons) == ("served_on", True)
    why = "Allekirjoitettiin käsin kirjoitettu todistus, joka on kansiossa."

    story.does("kasittelija", "record_delivery", because={"served_on": why}, **before)

    shown = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}").text
    assert why in shown
    assert "klo 12.00" not in shown, "nobody gave that hour"


def test_the_day_of_the_letter_before_is_not_this_letters(story: Story) -> None:
    signed(story, **BY_POST)
    first = story.today.isoformat()
    story.does("kasittelija", "post_letter")
    story.passes(days=3)
    assert story.hears("mail_returned")
    story.does("kasittelija", "choose_delivery_way", next_channel="letter")
    with pytest.raises(DatesRejected) as refused:
        story.does("kasittelija", "post_letter", posted_on=first)
    assert (refused.value.field, refused.value.need_reasons) == ("posted_on", True)
    story.does("kasittelija", "post_letter", posted_on=first, because={"posted_on": WHY})


def corrects(story: Story, form: str, **changes: Any) -> None:
    known = [each for each in story.file.submissions if each.form_key == form][-1]
    answers = {**known.answers, **changes}
    plain = {
        name: each.isoformat() if hasattr(each, "isoformat") else each
        for name, each in answers.items()
        if each is not None
    }
    ground = Ground("observation", None, WHY)
    command = CorrectRecord(story.reference, known.id, 0, ground, data=plain)
    story.world.engine.perform(command, story.world.actor("kasittelija"))


def test_the_reason_of_a_correction_is_the_reason_of_its_day(story: Story) -> None:
    story.applies()
    story.passes(days=5)
    story.until("assessment")
    corrects(story, "register", pending_on=before(story, 9))
    assert reasons_in(story) == [WHY]
    story.until("sign_resolution")
    assert ("arrival_registration", WHY) in explained(story)


def test_a_hand_over_is_corrected_to_an_earlier_day_but_not_before_the_signature(story: Story) -> None:
    story.applies(safe_channels=["phone"], phone="+358 00 0000000", email=None)
    story.until("record_delivery")
    signed_on = story.today
    story.passes(days=6)
    story.does("kasittelija", "record_delivery")
    with pytest.raises(DatesRejected):
        corrects(story, "record_delivery", served_on=(signed_on - timedelta(days=1)).isoformat())
    corrects(story, "record_delivery", served_on=(signed_on + timedelta(days=1)).isoformat())
    delivery = story.file.deliveries[-1]
    assert delivery.served_on == signed_on + timedelta(days=1)
    assert delivery.dispatched_at is not None
