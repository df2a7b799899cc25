"""The other cases that a case belongs with: only those that the reader sees, and nothing of them but where they stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from engine.domain.case_links import LinkKind
from engine.domain.cases import Case
from engine.executor import Work
from engine.operations.related_cases import WAITS_FOR_PARENT
from engine.storage.open_rows import CASE_IS_OPEN
from engine.storage.resolutions import Resolution
from engine.storage.rows import value_of
from engine.storage.tables.cases import CASES
from engine.storage.tables.processes import MESSAGE_SUBSCRIPTIONS
from engine.storage.visibility import seen_by


@dataclass(frozen=True, slots=True)
class Linked:
    case: Case
    """The other one."""
    kind: LinkKind
    pair_id: UUID
    reason: str
    made_by: UUID | None
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Together:
    """Those that are handled together with the case (434/2003 25 §), and since when."""

    cases: tuple[Case, ...]
    reason: str
    joined_by: UUID | None
    joined_at: datetime


@dataclass(frozen=True, slots=True)
class Relations:
    links: tuple[Linked, ...] = ()
    together: Together | None = None
    """None also where the reader sees none of the others."""


def relations_of(work: Work, case: Case) -> Relations:
    """Return the relations of a case that the actor may open. Why they were noted is content: sealed with the rest."""
    links = work.stores.case_links.of_case(case.id)
    place = work.stores.joint_handlings.of_case(case.id)
    joined = work.stores.joint_handlings.cases_of(place.group_id) if place is not None else ()
    others = {*(each.other_case_id for each in links), *joined} - {case.id}
    if not others:
        return Relations()
    seen = {each.id: each for each in work.stores.cases.seen(work.actor, len(others), ids=others)}
    is_shut = case.is_sealed_to(work.actor)
    together = tuple(seen[each] for each in joined if each in seen)
    return Relations(
        tuple(
            Linked(
                seen[each.other_case_id],
                each.kind,
                each.pair_id,
                "" if is_shut else each.reason,
                each.made_by,
                each.made_at,
            )
            for each in links
            if each.other_case_id in seen
        ),
        Together(together, "" if is_shut else place.reason, place.joined_by, place.joined_at)
        if place is not None and together
        else None,
    )


def waits_for_parent_since(
    awaited: Iterable[tuple[str, str | None]], resolutions: Iterable[Resolution]
) -> datetime | None:
    """Return since when a prepared decision on a child waits for the parent's; None where none does.

    `awaited`: the messages that the case would take now.
    """
    if all(name != WAITS_FOR_PARENT for name, _ in awaited):
        return None
    return max((each.prepared_at for each in resolutions if each.state == "prepared"), default=None)


def awaited_by_children(work: Work, ids: Collection[UUID]) -> Mapping[UUID, tuple[Case, ...]]:
    """Return by case the children's cases that the reader may know of and whose prepared decision waits for its outcome, in
    one statement."""
    child, subscription = CASES.c, MESSAGE_SUBSCRIPTIONS.c
    waiting = (
        select(CASES)
        .join(MESSAGE_SUBSCRIPTIONS, subscription.case_id == child.id)
        .where(child.parent_id.in_(ids), subscription.name == WAITS_FOR_PARENT)
        .where(CASE_IS_OPEN, seen_by(work.actor))
        .order_by(child.reference)
    )
    found: dict[UUID, tuple[Case, ...]] = {}
    for row in work.stores.unit.rows(waiting):
        found[row["parent_id"]] = (*found.get(row["parent_id"], ()), value_of(Case, row))
    return found
