"""Administrators and directors, who give powers, audit no log."""

from __future__ import annotations

import pytest

from engine.commands.people import AddPerson, SetRoles
from engine.domain.people import OPERATOR, Role
from engine.errors import Invalid
from engine.queries.administration import FindPeople
from engine.storage.people import People
from tests.support.administration import confirmed
from tests.support.world import World

CASEWORKER = frozenset({Role.CASEWORKER})


def test_who_gives_powers_audits_no_log(world: World) -> None:
    administrator = world.actor("yllapitaja")
    for giving in (Role.ADMINISTRATOR, Role.DIRECTOR):
        both = frozenset({giving, Role.AUDITOR})
        for command in (AddPerson("uusi", "Ulla Uusi", both), SetRoles("kasittelija", both)):
            with pytest.raises(Invalid) as refused:
                world.engine.perform(command, administrator)
            assert refused.value.field == "roles"
    world.engine.perform(SetRoles("kasittelija", CASEWORKER | {Role.AUDITOR}), administrator)
    world.engine.perform(SetRoles("kasittelija", CASEWORKER | {Role.ADMINISTRATOR}), OPERATOR)
    assert world.engine.answer(FindPeople(), administrator).waiting == (), "one took the place of the other"
    world.engine.perform(SetRoles("toinen", CASEWORKER | {Role.AUDITOR}), administrator)
    with world.engine.database.unit_of_work() as unit:
        People(unit).set_roles(world.people["toinen"].id, CASEWORKER | {Role.ADMINISTRATOR})
    with pytest.raises(Invalid, match="toiselle ihmiselle"):
        confirmed(world)
    assert Role.AUDITOR not in world.people["toinen"].roles
