"""Facts that stay in sight on every page of a case: danger, and the safe ways to its person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from engine.casework.contact_channels import open_ways, reached
from engine.domain.cases import Case
from engine.domain.people import Role
from engine.executor import Work
from engine.feel.values import from_json
from engine.instances import CompiledModels
from engine.storage.parties import Party
from engine.storage.submissions import Submission


class InSight(Protocol):
    """A case file, or the part of it that other pages read."""

    @property
    def parties(self) -> Sequence[Party]: ...
    @property
    def submissions(self) -> Sequence[Submission]: ...
    @property
    def models(self) -> CompiledModels: ...
    @property
    def moment(self) -> datetime: ...
    @property
    def applicant(self) -> Party | None: ...
    @property
    def reached(self) -> Party | None: ...
    @property
    def open_ways(self) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class PersonInSight:
    parties: tuple[Party, ...]
    submissions: tuple[Submission, ...]
    models: CompiledModels
    moment: datetime

    @property
    def applicant(self) -> Party | None:
        return next((party for party in self.parties if party.kind == "applicant"), None)

    @property
    def reached(self) -> Party | None:
        return reached(self.parties)

    @property
    def open_ways(self) -> frozenset[str]:
        return open_ways(self.parties)


def in_sight(work: Work, case: Case) -> PersonInSight:
    """Gather them for a page of the case. The caller has checked that the actor may open it; what is sealed to them stays
    away."""
    is_open = case.content_sealed_at is None or work.actor.has(Role.DIRECTOR)
    told = (
        each
        for each in work.stores.submissions.of_case(case.id)
        if not case.is_shut_to(work.actor, each.sent_at)
    )
    return PersonInSight(
        work.stores.parties.of_case(case.id) if is_open else (),
        tuple(replace(each, answers=from_json(dict(each.answers))) for each in told),
        work.instances.models(case.deployment_id),
        work.now,
    )
