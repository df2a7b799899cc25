"""Auditors: who gives powers audits no log, and nobody's readings are counted over many cases."""

from __future__ import annotations

from uuid import UUID

import pytest

from engine.commands.people import AddPerson, SetRoles
from engine.domain.people import OPERATOR, Role
from engine.errors import Invalid
from engine.queries.access_log import Reader, SearchAccessLog
from engine.queries.administration import FindPeople
from engine.storage.people import People
from tests.support.administration import confirmed
from tests.support.story import Story
from tests.support.world import World

CASEWORKER = frozenset({Role.CASEWORKER})


def test_who_gives_powers_audits_no_log(world: World) -> None:
    administrator = world.actor("yllapitaja")
    for giving in (Role.ADMINISTRATOR, Role.DIRECTOR):
        both = frozenset({giving, Role.AUDITOR})
        for command in (
            AddPerson("uusi", "Ulla Uusi", both, reason="Aloittaa."),
            SetRoles("kasittelija", both, "Tehtävä vaihtuu."),
        ):
            with pytest.raises(Invalid) as refused:
                world.engine.perform(command, administrator)
            assert refused.value.field == "roles"
    world.engine.perform(
        SetRoles("kasittelija", CASEWORKER | {Role.AUDITOR}, "Tehtävä vaihtuu."), administrator
    )
    world.engine.perform(SetRoles("kasittelija", CASEWORKER | {Role.ADMINISTRATOR}), OPERATOR)
    assert world.engine.answer(FindPeople(), administrator).waiting == (), "one took the place of the other"
    world.engine.perform(SetRoles("toinen", CASEWORKER | {Role.AUDITOR}, "Tehtävä vaihtuu."), administrator)
    with world.engine.database.unit_of_work() as unit:
        People(unit).set_roles(world.people["toinen"].id, CASEWORKER | {Role.ADMINISTRATOR})
    with pytest.raises(Invalid, match="toiselle ihmiselle"):
        confirmed(world)
    assert Role.AUDITOR not in world.people["toinen"].roles


def test_readings_are_counted_of_one_case_and_of_nobody_over_many(story: Story) -> None:
    """To follow by pattern what staff read needs the cooperation procedure first (759/2004 21 §)."""
    story.applies()
    story.read_by("kasittelija")
    auditor, person_id = story.world.actor("tarkastaja"), story.world.people["kasittelija"].id

    def readers(reference: str = "", person_id: UUID | None = None) -> tuple[Reader, ...]:
        return story.world.engine.answer(SearchAccessLog(reference, person_id), auditor).readers

    assert len(readers(story.reference, person_id)) == 1
    assert readers() == readers(person_id=person_id) == ()
