"""The registrar names who may be the exploiter: the right one of two is marked, and nobody's name marks another."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.casework.recordings.unsafe_parties import WhoIsUnsafe
from engine.commands.by_code import AddByCode, OpenQuestionByCode
from engine.commands.cases import WithdrawByCode
from engine.commands.codes import GiveCode
from engine.commands.parties import AddParty, RemoveParty, StopContactByCode
from engine.commands.requests import AnswerRequest
from engine.domain.parties import PartyDetails
from engine.domain.people import PUBLIC
from engine.errors import NotFound
from engine.queries.status import StatusByCode
from engine.storage.parties import Party
from tests.stories.test_children import REGISTERED_CHILD, family
from tests.support import answers as plain
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
