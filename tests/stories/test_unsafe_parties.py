"""The registrar names who may be the exploiter: the right one of two is marked, and nobody's name marks another."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.recordings.unsafe_parties import WhoIsUnsafe
from engine.commands.parties import AddParty
from engine.domain.parties import PartyDetails
from engine.storage.parties import Party
from tests.stories.test_children import REGISTERED_CHILD, family
from tests.support.party_changes import CALL
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
