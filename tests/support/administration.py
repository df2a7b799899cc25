"""Powers that wait for a second person, and the log of administration, as its readers see them."""

from __future__ import annotations

from uuid import UUID

from engine.commands.powers import ConfirmPower
from engine.domain.people import OPERATOR
from engine.queries.administration import FindPeople, LoggedAct, ReadAdministrationLog
from tests.support.world import World


def waiting(world: World) -> UUID:
    """The one proposal that waits."""
    (only,) = world.engine.answer(FindPeople(), world.actor("johtaja")).waiting
    return only.proposal.id


def confirmed(world: World, by: str = "johtaja") -> str:
    return world.engine.perform(ConfirmPower(waiting(world)), world.actor(by)).secret


def log_of(world: World) -> tuple[LoggedAct, ...]:
    """The log, the oldest entry first, without what made the world."""
    page = world.engine.answer(ReadAdministrationLog(), world.actor("tarkastaja"))
    return tuple(each for each in reversed(page.entries) if each.actor_name != OPERATOR.name)


def acts(world: World) -> list[str]:
    return [each.act for each in log_of(world)]
