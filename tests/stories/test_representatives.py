"""Representatives and agents: staff add, serve, ask and remove those who speak for the person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.casework.links import email_for_applicant
from engine.casework.signature_bars import PartyUnheard
from engine.casework.speakers import GuardianOfAdult, SpeakerOfChildren
from engine.commands.parties import AddParty, RemoveParty
from engine.domain.cases import CaseClass
from engine.domain.parties import DetailsRejected, LetterUnderWay, NotRemovable, PartyDetails
from engine.errors import NotFound
from engine.queries.resolution_page import ReadLetter
from engine.storage.parties import Party
from tests.stories.test_adverse_outcomes import adverse, until_assessment
from tests.stories.test_children import REGISTERED_CHILD, child_assessment, family
from tests.stories.test_sent_back import letter_of
from tests.support.party_changes import CALL, ONLY_PHONE, asks, changes, page_of, person, to
from tests.support.story import Story


def adds(story: Story, kind: str = "representative", **more: Any) -> Party:
    name = {"given_names": "Sanna", "family_name": "Satunnainen"}
    shape = PartyDetails(kind, name, more.pop("contact", {}), **more)
    added = story.world.engine.perform(
        AddParty(story.reference, shape, CALL), story.world.actor("kasittelija")
    )
    return next(each for each in story.file.parties if each.id == added)


def removes(story: Story, party: Party) -> None:
    command = RemoveParty(story.reference, party.id, party.version, CALL)
    story.world.engine.perform(command, story.world.actor("kasittelija"))


def test_a_representative_who_was_missing_is_entered_later_and_served(story: Story) -> None:
    story.applies_for_children()
    story.until("register")

    representative = adds(story)

    assert representative.is_recipient
    assert page_of(story, representative).history[0].kind == "addition"
    assert "party_added" in story.events
    story.until("record_delivery")
    assert {each.party_id for each in story.file.deliveries} >= {representative.id}


def child_with_a_trustee(story: Story, *powers: str, born_on: str = "2018-03-01") -> tuple[Story, Party]:
    """A child whose guardian is unsafe, and the trustee whom a court has appointed (442/1999 11 §)."""
    child = family(story, born_on)
    guardian = next(each for each in child.file.parties if each.kind == "guardian")
    trustee = adds(child, "trustee", powers=powers, authorised_on=child.today)
    changes(child, guardian, is_unsafe=True)
    child.does("kirjaaja", "register", **{**REGISTERED_CHILD, "representative_state": "representative"})
    child.does("kasittelija", "triage_override", case_class="child")
    child.does("kasittelija", "sufficiency", representative_state="representative")
    return child, trustee


def test_the_trustee_of_a_small_child_reads_a_letter_that_speaks_of_the_child(story: Story) -> None:
    child, trustee = child_with_a_trustee(story, "receive_decisions")
    child.does("kasittelija", "assessment", **child_assessment(child))
    child.does("kasittelija", "prepare_resolution")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    child.until("record_delivery")

    assert {each.party_id for each in child.file.deliveries} == {trustee.id}
    letter = letter_of(child, child.file.resolutions[-1])
    assert "Huoltaja tai edustaja: Sanna Satunnainen" in letter
    assert "ottaa lapsen, jota päätös koskee" in letter
    assert "Sinut" not in letter


def test_the_trustee_of_a_small_child_is_heard_and_not_the_child(story: Story) -> None:
    child, trustee = child_with_a_trustee(story, "receive_decisions")
    answers = {**child_assessment(child), **adverse(child), "needs_help": None}
    child.does("kasittelija", "assessment", **answers)
    assert [each.party_id for each in child.file.requests] == [trustee.id]


def test_a_trustee_without_the_power_is_neither_heard_nor_named(story: Story) -> None:
    child, _ = child_with_a_trustee(story, "answer_requests")
    answers = {**child_assessment(child), **adverse(child), "needs_help": None}
    child.does("kasittelija", "assessment", **answers)
    assert [each.recipient["party"] for each in child.file.requests] == ["applicant"]


def test_the_task_of_a_trustee_ends_when_the_child_comes_of_age(story: Story) -> None:
    child, trustee = child_with_a_trustee(story, "receive_decisions", born_on="2008-11-05")
    child.does("kasittelija", "assessment", **child_assessment(child))
    child.does("kasittelija", "prepare_resolution")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    child.does("paattaja", "sign_resolution", hold_until=str(story.today + timedelta(days=5)))
    child.passes(days=6)
    child.until("record_delivery")
    assert {each.party_id for each in child.file.deliveries} == {person(child).id}
    assert trustee.is_recipient, "an adult is served alone (442/1999 17 § 1 mom. 4 kohta)"


@pytest.mark.parametrize("power", ["receive_decisions", "answer_requests"])
def test_the_trustee_who_gets_an_adults_decision_is_heard_beside_the_person(story: Story, power: str) -> None:
    """An adult who does not understand the matter is not heard alone; one whose trustee has another task is (434/2003 14, 34 §)."""
    story.applies()
    trustee = adds(story, "trustee", powers=(power,), authorised_on=story.today)
    story.until("assessment")
    story.does("kasittelija", "assessment", **adverse(story))
    heard = [each.party_id for each in story.file.requests if each.kind == "hearing"]
    both = [person(story).id, trustee.id]
    assert heard == (both if power == "receive_decisions" else both[:1])


def test_a_trustee_who_came_after_the_hearing_is_heard_before_the_signature(story: Story) -> None:
    until_assessment(story)
    story.does("kasittelija", "assessment", **adverse(story))
    story.until("sign_resolution")
    adds(story, "trustee", powers=("receive_decisions",), authorised_on=story.today)
    with pytest.raises(PartyUnheard):
        story.does("paattaja", "sign_resolution")


def test_an_agent_is_served_only_with_the_power(story: Story) -> None:
    story.applies()

    assert not adds(story, "agent", powers=("see_documents",), authorised_on=story.today).is_recipient
    assert adds(story, "agent", powers=("receive_decisions",), authorised_on=story.today).is_recipient
    with pytest.raises(DetailsRejected) as refused:
        adds(story, "agent", powers=("see_documents",))
    assert set(refused.value.problems) == {"authorised_on"}
    with pytest.raises(DetailsRejected):
        adds(story, "applicant")


def test_an_agent_who_may_answer_is_asked_where_the_person_can_not_be_written_to(story: Story) -> None:
    story.applies()
    asks(story, "applicant")
    story.passes(hours=1)
    agent = {"safe_channels": ["email"], "email": "avustaja@example.invalid"}
    adds(story, "agent", contact=agent, powers=("answer_requests",), authorised_on=story.today)

    effects = changes(story, person(story), ONLY_PHONE)

    assert (effects.links_ended, effects.links_sent) == (1, 1)
    story.passes(hours=1)
    assert to(story, "avustaja@example.invalid") == ["mail_request"]


@pytest.mark.parametrize("lost", ["unsafe", "removed", "power"])
def test_a_question_in_the_mailbox_of_an_agent_who_is_lost_opens_no_more(story: Story, lost: str) -> None:
    story.applies(safe_channels=["phone"], phone="+358 00 0000000", email=None)
    agent = {"safe_channels": ["email"], "email": "avustaja@example.invalid"}
    speaks = adds(story, "agent", contact=agent, powers=("answer_requests",), authorised_on=story.today)
    asks(story, "applicant")
    story.passes(hours=1)
    assert to(story, "avustaja@example.invalid") == ["mail_request"]
    assert page_of(story, speaks).links, "the page of the agent shows it"

    match lost:
        case "unsafe":
            changes(story, speaks, is_unsafe=True, powers=())
        case "removed":
            removes(story, speaks)
        case _:
            changes(story, speaks, powers=())

    with pytest.raises(NotFound):
        story.opens(story.file.requests[0])
    story.passes(hours=1)
    assert to(story, "avustaja@example.invalid") == ["mail_request"]
    (clock,) = (each for each in story.file.deadlines if each.business_key == "REQ-1")
    assert clock.is_paused, "the person has not been asked any more"
    assert "tell_withheld" in story.forms, "somebody tells the person by a safe way"


def test_a_party_leaves_and_their_history_stays(story: Story) -> None:
    story.applies()
    agent = adds(story, "agent")

    removes(story, agent)

    assert agent.id not in {each.id for each in story.file.parties}
    assert "party_removed" in story.events
    with pytest.raises(NotFound):
        removes(story, agent)
    with pytest.raises(NotRemovable):
        removes(story, person(story))


def test_nobody_is_removed_while_a_letter_to_them_waits_to_leave(story: Story) -> None:
    story.applies(safe_channels=["phone"], phone="+358 00 0000000", email=None)
    representative = adds(story)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")

    with pytest.raises(LetterUnderWay):
        removes(story, representative)
    changes(story, representative, is_unsafe=True)

    assert next(each for each in story.file.parties if each.id == representative.id).is_silent


def test_an_adult_gets_no_guardian(story: Story) -> None:
    """Custody ends at eighteen (361/1983 3 §); a trustee or an agent speaks for an adult."""
    story.applies()
    with pytest.raises(DetailsRejected) as refused:
        adds(story, "guardian")
    assert set(refused.value.problems) == {"kind"}
    for state in ("guardian", "conflicted"):
        with pytest.raises(SpeakerOfChildren) as wrong:
            story.does("kirjaaja", "register", representative_state=state)
        assert wrong.value.field == "representative_state"
    father = {"part": "guardian", "name": "Raimo Keksitty", "reason": "Mahdollinen hyväksikäyttäjä"}
    with pytest.raises(GuardianOfAdult) as unsafe:
        story.does("kirjaaja", "register", unsafe_parties=[father])
    assert unsafe.value.field == "unsafe_parties.0.part"
    story.does("kirjaaja", "register")
    story.until("sufficiency")
    with pytest.raises(SpeakerOfChildren):
        story.does("kasittelija", "sufficiency", representative_state="missing")
    assert adds(story, "trustee").kind == "trustee"


def test_a_person_whose_age_is_doubted_is_served_as_a_child(story: Story) -> None:
    story.applies()
    doubt = {"is_child": "yes", "child_welfare_considered": "made", "age_doubt": "Päivä on toisen antama."}
    story.does("kirjaaja", "register", representative_state="guardian", **doubt)
    guardian = adds(story, "guardian")
    story.does("kasittelija", "triage_override", case_class="child")
    story.does("kasittelija", "sufficiency", representative_state="guardian")
    story.does("kasittelija", "assessment")
    story.does("kasittelija", "prepare_resolution")
    assert LINE in letter_under_way(story)
    story.does("paattaja", "sign_resolution")
    assert {each.party_id for each in story.file.deliveries} == {person(story).id, guardian.id}


def doubted(story: Story, **answers: Any) -> Party:
    doubt = {"is_child": "yes", "child_welfare_considered": "made", "age_doubt": "Päivä on toisen antama."}
    story.does("kirjaaja", "register", representative_state="guardian", **doubt, **answers)
    assert person(story).is_minor_on(story.today)
    return person(story)


@pytest.mark.parametrize("settled", [{"born_on": "1991-02-03"}, {"age_doubted": ""}])
def test_a_doubt_ends_when_the_age_is_settled(story: Story, settled: dict[str, str]) -> None:
    story.applies()
    party = doubted(story)
    changes(story, party, identity={**party.identity, **settled})
    story.passes(minutes=1)
    assert not person(story).is_minor_on(story.today)
    assert "age_change" in story.forms, "what depends on the age is gone through again"


def test_a_doubt_that_comes_later_makes_the_case_a_childs(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    party = person(story)
    changes(story, party, identity={**party.identity, "age_doubted": "yes"})
    assert person(story).is_minor_on(story.today)
    assert story.case.case_class is CaseClass.CHILD
    assert page_of(story, person(story)).history[-1].after["age_doubted"] == "yes"


def test_who_came_of_age_before_the_registration_is_a_child_by_a_doubt(story: Story) -> None:
    story.is_referred(is_under_18="yes", born_on="2008-11-04")
    story.passes(days=3)
    party = doubted(story)
    assert party.identity["born_on"] == "2008-11-04"


LINE = "Huoltaja tai edustaja"


def letter_under_way(story: Story) -> str:
    page = story.world.engine.answer(
        ReadLetter(story.task("sign_resolution").id), story.world.actor("paattaja")
    )
    assert page is not None
    return str(page.wording)


def test_a_guardian_is_named_and_asked_no_more_when_the_child_has_come_of_age(story: Story) -> None:
    child = family(story, "2008-11-05")
    guardian = next(each for each in child.file.parties if each.kind == "guardian")
    asked = {"powers": ("answer_requests",), "authorised_on": child.today}
    changes(child, guardian, **asked)
    child.does("kirjaaja", "register", **{**REGISTERED_CHILD, "representative_state": "guardian"})
    child.does("kasittelija", "triage_override", case_class="child")
    child.does("kasittelija", "sufficiency", representative_state="guardian")
    child.does("kasittelija", "assessment", **child_assessment(child))
    child.does("kasittelija", "prepare_resolution")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)
    assert LINE in letter_under_way(child)
    child.passes(days=6)
    assert LINE not in letter_under_way(child)
    assert email_for_applicant(child.file.parties, guardian.added_at.date()) == guardian.contact["email"]
    assert email_for_applicant(child.file.parties, child.today) is None
    with pytest.raises(DetailsRejected) as refused:
        changes(child, next(each for each in child.file.parties if each.id == guardian.id), **asked)
    assert "powers" in refused.value.problems
