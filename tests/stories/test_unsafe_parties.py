"""The registrar names who may be the exploiter: the right one of two is marked, and nobody's name marks another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.casework.recordings.unsafe_parties import WhoIsUnsafe
from engine.commands.by_code import AddByCode, OpenQuestionByCode
from engine.commands.case_links import LinkCases
from engine.commands.cases import WithdrawByCode
from engine.commands.codes import GiveCode
from engine.commands.parties import AddParty, RemoveParty, StopContactByCode
from engine.commands.requests import AnswerRequest
from engine.domain.chronology import DatesRejected
from engine.domain.parties import PartyDetails
from engine.domain.people import PUBLIC, SYSTEM
from engine.domain.safe_contact import PartyNotSafe
from engine.errors import NotFound
from engine.queries.status import StatusByCode
from engine.storage.parties import Party
from tests.stories.test_applying_for_children import REGISTERED, is_prepared
from tests.stories.test_children import CHILD, PARENT, REGISTERED_CHILD, child_until_signature, family
from tests.stories.test_delivery import FAILED
from tests.support import answers as plain
from tests.support.browsing import signed_in
from tests.support.party_changes import CALL, changes
from tests.support.story import Story

FATHER = {"part": "guardian", "name": "Raimo Keksitty", "reason": "Mahdollinen hyväksikäyttäjä"}
MOTHER = "Aino Esimerkki Keksitty"


def registers(child: Story, *rows: dict[str, Any]) -> None:
    child.does("kirjaaja", "register", **{**REGISTERED_CHILD, "unsafe_parties": list(rows)})


def guardians(child: Story) -> dict[str, Party]:
    return {each.name: each for each in child.file.parties if each.kind == "guardian"}


def test_an_unsafe_father_who_is_no_party_yet_is_not_taken_for_the_mother(story: Story) -> None:
    child = family(story)
    with pytest.raises(WhoIsUnsafe) as refused:
        registers(child, FATHER)
    assert refused.value.field == "unsafe_parties.0.who"
    assert not guardians(child)[MOTHER].is_unsafe, "nothing is guessed"

    registers(child, {**FATHER, "who": "new"})

    found = guardians(child)
    assert found["Raimo Keksitty"].is_unsafe
    mother = found[MOTHER]
    assert not mother.is_unsafe
    assert mother.held_at is None, "her contact goes on"
    person = story.file.applicant
    assert person is not None
    assert (person.held_at, person.contact["safe_channels"]) == (None, ["email"])


@pytest.mark.parametrize(
    ("row", "unsafe"),
    [
        ({}, "Raimo Keksitty"),
        ({"name": "Keksitty Aino Esimerkki (äiti)"}, MOTHER),
        ({"name": "Aino Keksitty", "part": "agent"}, MOTHER),
    ],
)
def test_of_two_guardians_the_one_who_is_named_is_marked(
    story: Story, row: dict[str, str], unsafe: str
) -> None:
    child = family(story)
    father = PartyDetails("guardian", {"given_names": "Raimo", "family_name": "Keksitty"}, {})
    child.world.engine.perform(AddParty(child.reference, father, CALL), child.world.actor("kasittelija"))
    with pytest.raises(WhoIsUnsafe):
        registers(child, {**FATHER, "name": "huoltaja", "who": "known"})

    registers(child, {**FATHER, **row})

    assert [name for name, each in guardians(child).items() if each.is_unsafe] == [unsafe]
    assert len(child.file.parties) == len({each.name for each in child.file.parties})


def test_the_only_guardian_is_marked_by_a_description_once_the_registrar_says_so(story: Story) -> None:
    child = family(story)
    registers(child, {**FATHER, "name": "äiti", "who": "known"})
    assert [each.is_unsafe for each in guardians(child).values()] == [True]


def test_one_word_of_a_name_in_another_role_marks_nobody(story: Story) -> None:
    child = family(story)
    agent = PartyDetails("agent", {"family_name": "Raimo"}, {})
    child.world.engine.perform(AddParty(child.reference, agent, CALL), child.world.actor("kasittelija"))
    interpreter = {**FATHER, "part": "interpreter"}
    with pytest.raises(WhoIsUnsafe):
        registers(child, interpreter)

    registers(child, {**interpreter, "who": "new"})

    unsafe = [(each.kind, each.name) for each in child.file.parties if each.is_unsafe]
    assert unsafe == [("interpreter", "Raimo Keksitty")]


def marked_in(story: Story) -> list[str]:
    return [each.name for each in story.file.parties if each.is_unsafe]


@pytest.mark.databases
def test_a_guardian_marked_in_one_childs_case_is_neither_heard_nor_served_in_the_sisters(
    story: Story,
) -> None:
    story.applies_for_children()
    story.does("kirjaaja", "register", **REGISTERED)
    story.passes(minutes=1)
    sibling = story.child()
    father = next(each for each in sibling.file.parties if each.kind == "guardian")

    changes(story, next(each for each in story.file.parties if each.kind == "guardian"), is_unsafe=True)

    assert marked_in(sibling) == [father.name]
    is_prepared(sibling)
    sibling.does("paattaja", "sign_resolution", parent_met_reasons="Äiti otettiin asiakkaaksi vuonna 2024.")
    assert father.id not in {each.party_id for each in sibling.file.deliveries}
    story.passes(minutes=1)
    assert "contact_change" not in sibling.forms, "nobody is asked to ask him which ways are safe"
    events = [each for each in sibling.file.timeline if each.kind == "party_marked_unsafe"]
    assert [(each.actor_name, each.facts["party"]) for each in events] == [(SYSTEM.name, str(father.id))]
    shown = (
        signed_in(sibling.world, "kasittelija").get(f"/cases/{sibling.reference}/parties/{father.id}").text
    )
    assert "sama henkilö on merkitty vaaralliseksi toisessa asiassa" in shown
    assert story.reference not in shown


def test_who_is_unsafe_in_a_linked_case_is_so_at_registration_when_added_and_when_linked(
    story: Story,
) -> None:
    child, sister, stranger = family(story), Story(story.world), Story(story.world)
    for each in (sister, stranger):
        each.applies()
    caseworker = story.world.actor("kasittelija")
    raimo = PartyDetails("contact_person", {"given_names": "Raimo", "family_name": "Keksitty"}, {})
    for each in (story, sister, stranger):
        each.world.engine.perform(AddParty(each.reference, raimo, CALL), caseworker)
    link = LinkCases(sister.reference, story.reference, "family", "Sisarukset, kertoo hakija.")
    story.world.engine.perform(link, caseworker)

    registers(child, {**FATHER, "who": "new"})

    assert marked_in(story) == marked_in(child) == ["Raimo Keksitty"], (
        "registered, of the parent's own case too"
    )
    link = LinkCases(stranger.reference, story.reference, "same_events", "Sama työpaikka.")
    story.world.engine.perform(link, caseworker)
    assert marked_in(stranger) == ["Raimo Keksitty"]
    agent = replace(raimo, kind="agent", powers=("receive_decisions",), authorised_on=story.today)
    added = story.world.engine.perform(AddParty(stranger.reference, agent, CALL), caseworker)
    party = next(each for each in stranger.file.parties if each.id == added)
    assert (party.is_unsafe, party.powers, party.is_recipient) == (True, (), False)


def test_a_mother_marked_in_a_childs_case_is_still_the_person_of_her_own(story: Story) -> None:
    child = family(story)
    changes(child, guardians(child)[MOTHER], is_unsafe=True)
    person = story.file.applicant
    assert person is not None
    assert not person.is_unsafe
    assert marked_in(child) == [MOTHER]


def handed_to_the_guardian(story: Story) -> tuple[Story, Party, str]:
    """A small child's decision is signed, and waits to be handed over to the guardian."""
    child = family(story)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child_until_signature(child)
    child.does("paattaja", "sign_resolution")
    guardian = guardians(child)[MOTHER]
    return child, guardian, f"DEL-{guardian.id.hex[-12:]}"


@pytest.mark.databases
def test_a_decision_handed_to_a_guardian_who_was_marked_since_is_served_on_nobody(story: Story) -> None:
    child, guardian, key = handed_to_the_guardian(story)
    signed_on = child.today
    child.passes(days=2)
    changes(child, guardian, is_unsafe=True)
    marked_on = child.today
    child.passes(days=1)
    page = signed_in(child.world, "kasittelija").get(f"/tasks/{child.task('record_delivery', key).id}").text
    assert "Älä luovuta päätöstä hänelle" in page
    assert "Avaa (PDF)" not in page

    with pytest.raises(PartyNotSafe) as refused:
        child.does("kasittelija", "record_delivery", key)
    assert refused.value.field == "delivery_result"
    with pytest.raises(DatesRejected, match="Samana päivänä vastaanottaja merkittiin"):
        child.does("kasittelija", "record_delivery", key, served_on=marked_on.isoformat())

    child.does("kasittelija", "record_delivery", key, **FAILED)
    with pytest.raises(PartyNotSafe) as refused:
        child.does("kasittelija", "choose_delivery_way", key, next_channel="in_person")
    assert refused.value.field == "next_channel"
    choosing = signed_in(child.world, "kasittelija").get(
        f"/tasks/{child.task('choose_delivery_way', key).id}"
    )
    assert 'value="in_person"' not in choosing.text
    child.does("kasittelija", "choose_delivery_way", key, next_channel="none")
    child.does("paattaja", "no_safe_service", key, no_safe_why="deputy_needed", died_on=None)
    assert not [each for each in child.file.deadlines if each.name == "appeal_period"]
    assert signed_on < marked_on


def test_what_a_guardian_got_before_the_mark_was_served(story: Story) -> None:
    child, guardian, key = handed_to_the_guardian(story)
    child.passes(days=1)
    handed_on = child.today
    child.passes(days=1)
    changes(child, guardian, is_unsafe=True)
    child.passes(days=1)
    child.does("kasittelija", "record_delivery", key, served_on=handed_on.isoformat())
    assert child.file.deliveries[-1].served_on == handed_on


def sender_of(story: Story) -> Party:
    return next(each for each in story.file.parties if each.kind == "guardian")


def opens(story: Story) -> bool:
    assert story.receipt is not None
    return story.world.engine.answer(StatusByCode(story.receipt.code), PUBLIC) is not None


def test_the_code_of_a_sender_who_may_be_the_exploiter_ends_and_a_new_one_is_owed(story: Story) -> None:
    code = story.applies_for_children().code
    sender = sender_of(story)
    assert opens(story)

    row = {"part": "guardian", "who": "known", "name": sender.name, "reason": "Mahdollinen hyväksikäyttäjä"}
    story.does("kirjaaja", "register", **{**REGISTERED_CHILD, "unsafe_parties": [row]})

    assert sender_of(story).is_unsafe
    assert not opens(story)
    perform = story.world.engine.perform
    assert not perform(StopContactByCode(code), PUBLIC)
    assert not perform(WithdrawByCode(code), PUBLIC)
    assert not perform(AddByCode(code, "Hän valehtelee."), PUBLIC)
    assert "applicant_code_ended" in story.events
    story.passes(minutes=1)
    assert "tell_withheld" in story.forms, "somebody gives the person a code of their own"


def test_so_it_does_when_a_caseworker_marks_or_removes_the_sender_and_a_new_code_stays(story: Story) -> None:
    story.applies_for_children()
    changes(story, sender_of(story), is_unsafe=True)
    assert not opens(story)
    given = GiveCode(story.reference, "a" * 32, 0)
    code = story.world.engine.perform(given, story.world.actor("kasittelija"))
    assert story.receipt is not None
    story.receipt = replace(story.receipt, code=code)

    sender = sender_of(story)
    removal = RemoveParty(story.reference, sender.id, sender.version, CALL)
    story.world.engine.perform(removal, story.world.actor("kasittelija"))

    assert opens(story), "the code of who has it now"
    assert story.events.count("applicant_code_ended") == 1


def test_a_code_given_before_the_sender_was_marked_ends_too_as_they_may_hold_it(story: Story) -> None:
    story.applies_for_children()
    given = GiveCode(story.reference, "a" * 32, 0)
    code = story.world.engine.perform(given, story.world.actor("kasittelija"))
    assert story.receipt is not None
    story.receipt = replace(story.receipt, code=code)
    assert opens(story)

    changes(story, sender_of(story), is_unsafe=True)

    assert not opens(story)
    assert "applicant_code_ended" in story.events, "the case asks for another"


def test_a_page_that_the_code_opened_answers_no_more(story: Story) -> None:
    story.applies_for_children()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="–", missing="–")
    rows = [plain.request("applicant", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="–")
    story.does("kasittelija", "ask_aloud")
    (request,) = story.file.requests
    assert story.receipt is not None
    key = "k" * 43
    opened = OpenQuestionByCode(story.receipt.code, request.reference, key)
    story.world.engine.perform(opened, PUBLIC)

    changes(story, sender_of(story), is_unsafe=True)

    with pytest.raises(NotFound):
        story.world.engine.perform(
            AnswerRequest(key, data={"can_answer": "yes", "answer": "Ei tarvitse apua."}), PUBLIC
        )


def test_another_who_is_unsafe_takes_no_code_away(story: Story) -> None:
    story.applies_for_children()
    father = PartyDetails("guardian", {"given_names": "Raimo", "family_name": "Muu"}, {}, is_unsafe=True)
    story.world.engine.perform(AddParty(story.reference, father, CALL), story.world.actor("kasittelija"))
    assert opens(story)


def test_an_unsafe_person_is_compared_with_a_parent_who_left_their_birth_date(story: Story) -> None:
    story.applies(
        born_on={"skipped": "dont_know"},
        is_under_18="no",
        has_children="yes",
        children=[{**CHILD, "born_on": "2018-03-01"}],
    )
    story.does("kirjaaja", "register", **PARENT, unsafe_parties=[{**FATHER, "who": "new", "part": "other"}])
    story.passes(minutes=1)
    assert {each.name for each in story.child().file.parties if each.kind == "guardian"} == {MOTHER}
    assert marked_in(story) == ["Raimo Keksitty"]
