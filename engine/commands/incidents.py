"""Incidents: failures that wait for a person."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from engine.domain.policy import Action
from engine.errors import Conflict
from engine.executor import Command, Work
from engine.executor.permissions import require_action
from engine.storage.incidents import Incident
from engine.storage.visibility import hidden_from


@dataclass(frozen=True)
class RetryIncident(Command[None]):
    """Try again what failed, after a manager has looked at it."""

    incident_id: UUID

    def permit(self, work: Work) -> None:
        require_action(work, Action.RETRY_INCIDENT)
        incident = work.stores.incidents.get(self.incident_id)
        # A failure may belong to no case.
        if incident is None or incident.case_id is not None:
            work.open_case_of(incident.case_id if incident else None, Action.RETRY_INCIDENT)

    def execute(self, work: Work) -> None:
        incident = work.stores.incidents.get(self.incident_id)
        if incident is None or incident.resolved_at is not None:
            # A second press: no attempt at what one does not see.
            raise Conflict
        _retry(work, incident)


@dataclass(frozen=True)
class RetryIncidents(Command[None]):
    """Try again all that failed in one way and that the actor sees, each as `RetryIncident` does."""

    kind: str

    def permit(self, work: Work) -> None:
        require_action(work, Action.RETRY_INCIDENT)
        for case_id in {each.case_id for each in self._seen(work) if each.case_id is not None}:
            work.open_case_of(case_id, Action.RETRY_INCIDENT)

    def execute(self, work: Work) -> None:
        for incident in self._seen(work):
            _retry(work, incident)

    def _seen(self, work: Work) -> tuple[Incident, ...]:
        unresolved = work.stores.incidents.unresolved(hidden_from(work.actor))
        return tuple(each for each in unresolved if each.kind == self.kind)


def _retry(work: Work, incident: Incident) -> None:
    subject = UUID(incident.subject_id) if incident.subject_id else None
    if subject is not None and incident.kind == "timer":
        work.stores.timers.retry(subject, work.now)
    elif subject is not None and incident.kind == "outbox":
        work.stores.outbox.retry(subject, work.now)
    elif subject is not None and incident.kind == "start":
        work.stores.starts.retry(subject, work.now)
    elif subject is not None and incident.kind == "webhook":
        work.stores.webhooks.retry(subject, work.now)
    work.stores.incidents.resolve(incident.id, work.actor.person_id, work.now)
    if incident.case_id is not None:
        work.record(incident.case_id, "incident_retried", incident.kind)
