"""The policy table as a condition for the database: which cases somebody sees in lists, counts and searches."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, exists, false, literal, or_, select, true

from engine.domain.people import Actor
from engine.domain.policy import ANY_RELATION, Action, Relation, Sight, Standing, sight_of
from engine.storage.open_rows import TASK_IS_OPEN
from engine.storage.tables.cases import CASES, DISQUALIFICATIONS
from engine.storage.tables.processes import USER_TASKS

Condition = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Related:
    """The relations of one person to the case of a row, as conditions."""

    disqualified: Condition
    own: Condition
    in_team: Condition


def seen_by(actor: Actor, action: Action = Action.SEE) -> Condition:
    """Return the condition on a row of `cases` that the actor may do this with it."""
    return condition(sight_of(actor.roles, action), _related_to(actor))


def hidden_from(actor: Actor) -> Select[tuple[UUID]]:
    """Return the ids of the cases that somebody may not see, for statements that do not join the cases.

    For the heads, who see all but those they are disqualified from, these are few, and found without reading the cases.
    """
    if all(relations == ANY_RELATION for relations in sight_of(actor.roles).values()):
        return select(DISQUALIFICATIONS.c.case_id).where(DISQUALIFICATIONS.c.person_id == actor.person_id)
    return select(CASES.c.id).where(~seen_by(actor))


def condition(sight: Sight, related: Related) -> Condition:
    alike: dict[frozenset[Relation], set[Standing]] = defaultdict(set)
    for standing, relations in sight.items():
        alike[relations].add(standing)
    anyone_barred = any(Relation.DISQUALIFIED in relations for relations in alike)
    found = or_(
        false(),
        *(and_(_stands(standings), _relates(relations, related)) for relations, standings in alike.items()),
    )
    return found if anyone_barred else and_(~related.disqualified, found)


def _stands(standings: Iterable[Standing]) -> Condition:
    wanted = frozenset(standings)
    if wanted == frozenset(Standing):
        return true()
    if wanted == {Standing.USUAL, Standing.SEALED}:
        return CASES.c.is_restricted.is_(False)
    if wanted == {Standing.RESTRICTED, Standing.RESTRICTED_SEALED}:
        return CASES.c.is_restricted.is_(True)
    return or_(*(_stands_so(each) for each in wanted))


def _stands_so(standing: Standing) -> Condition:
    restricted = standing in (Standing.RESTRICTED, Standing.RESTRICTED_SEALED)
    sealed = standing in (Standing.SEALED, Standing.RESTRICTED_SEALED)
    at = CASES.c.content_sealed_at
    return and_(CASES.c.is_restricted.is_(restricted), at.is_not(None) if sealed else at.is_(None))


def _relates(relations: frozenset[Relation], related: Related) -> Condition:
    """Return the condition that one of these relations holds, each only where none before it does."""
    barred, own, team = related.disqualified, related.own, related.in_team
    holding = {
        Relation.DISQUALIFIED: barred,
        Relation.OWN: own,
        Relation.TEAM: and_(~own, team),
        Relation.OTHER: and_(~own, ~team),
    }
    wanted = frozenset(holding) & relations
    if wanted - {Relation.DISQUALIFIED} == ANY_RELATION:
        found: Condition = true()
    elif wanted == {Relation.OWN, Relation.TEAM}:
        found = or_(own, team)
    else:
        found = or_(false(), *(holding[each] for each in wanted - {Relation.DISQUALIFIED}))
    if Relation.DISQUALIFIED in wanted:
        return or_(barred, found)
    return found


def _related_to(actor: Actor) -> Related:
    if actor.person_id is None:
        # A program is no person: nothing is its own, and nobody has disqualified it.
        return Related(false(), false(), in_team(actor.team))
    own_task = exists().where(
        USER_TASKS.c.case_id == CASES.c.id,
        USER_TASKS.c.assignee_id == actor.person_id,
        TASK_IS_OPEN,
    )
    barred = exists().where(
        DISQUALIFICATIONS.c.case_id == CASES.c.id, DISQUALIFICATIONS.c.person_id == actor.person_id
    )
    return Related(barred, or_(CASES.c.caseworker_id == actor.person_id, own_task), in_team(actor.team))


def in_team(team: str | None) -> Condition:
    return true() if team is None else stands_in_team(literal(team))


def stands_in_team(team: ColumnElement[str]) -> Condition:
    """Return the condition that the case is of this team or of none."""
    return or_(CASES.c.team.is_(None), CASES.c.team == team)
