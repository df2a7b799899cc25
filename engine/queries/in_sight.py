"""Facts that stay in sight on every page of a case: danger, and the safe ways to its person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from engine.domain.cases import Case
from engine.domain.policy import Action
from engine.executor import Query, Work
from engine.executor.permissions import permit_case
from engine.feel.values import from_json
from engine.instances import CompiledModels
from engine.queries.departures import KnownDeparture, departure_in
from engine.queries.warnings_of_cases import KnownDanger, danger_in
from engine.storage.parties import Party
from engine.storage.submissions import Submission


class InSight(Protocol):
    """A case file, or the part of it that other pages read."""

    @property
    def parties(self) -> tuple[Party, ...]: ...
    @property
    def is_sealed(self) -> bool: ...
    @property
    def submissions(self) -> Sequence[Submission]: ...
    @property
    def models(self) -> CompiledModels: ...
    @property
    def danger(self) -> KnownDanger | None: ...
    @property
    def departure(self) -> KnownDeparture | None: ...
    @property
    def moment(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class PersonInSight:
    parties: tuple[Party, ...]
    is_sealed: bool
    """The reader may not read them: they are not unknown."""
    submissions: tuple[Submission, ...]
    models: CompiledModels
    danger: KnownDanger | None
    departure: KnownDeparture | None
    moment: datetime


def in_sight(work: Work, case: Case) -> PersonInSight:
    """Gather them for a page of the case. The caller has checked that the actor may open it; what is sealed to them stays
    away."""
    sent = tuple(
        replace(each, answers=from_json(dict(each.answers)))
        for each in work.stores.submissions.of_case(case.id)
        if not case.is_shut_to(work.actor, each.sent_at)
    )
    is_sealed = case.is_sealed_to(work.actor)
    return PersonInSight(
        () if is_sealed else work.stores.parties.of_case(case.id),
        is_sealed,
        sent,
        work.instances.models(case.deployment_id),
        danger_in(work, case, sent),
        departure_in(work, case, sent),
        work.now,
    )


@dataclass(frozen=True)
class ReadInSight(Query[PersonInSight]):
    """Return what stays in sight, for the page that shows the person's new code: it is given to them by a safe way."""

    reference: str

    def permit(self, work: Work) -> None:
        permit_case(work, self.reference, Action.GIVE_CODE)

    def execute(self, work: Work) -> PersonInSight:
        return in_sight(work, work.stores.cases.by_reference(self.reference))
