"""An application that came on paper or was told to someone: written down by staff, judged as the public form judges it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.clock import noon_of
from engine.commands.submit_application import Receipt, open_with, opening_form, receipt_of
from engine.domain.cases import Channel
from engine.domain.people import Role
from engine.errors import AnswersRejected
from engine.executor import Command, Work
from engine.executor.answers import Sent, judge, sealed_by_class
from engine.executor.permissions import require_role
from forms.definition import FormDefinition

ARRIVAL = "arrival"
"""The form on which staff write how and when it came, and who filled it in."""
RECORDERS = (Role.INTAKE, Role.ON_CALL, Role.CASEWORKER)


@dataclass(frozen=True)
class RecordApplication(Command[Receipt]):
    """For what did not come through the web. It was received on the day it came, whenever it is written down (434/2003 18 §).

    The same key twice gives one case and one receipt.
    """

    channel: Channel
    form_key: str
    idempotency_key: str
    sent: Sent
    arrival: Sent

    def permit(self, work: Work) -> None:
        require_role(work, *RECORDERS)

    def execute(self, work: Work) -> Receipt:
        known = receipt_of(work, self.idempotency_key)
        if known is not None:
            return known
        definition = opening_form(work, self.channel, self.form_key)
        deployed = work.instances.deployed(work.stores.deployments.current().id)
        came, answers = _judged(work, (deployed.form(ARRIVAL), self.arrival), (definition, self.sent))
        day = came["arrived_on"]
        received_at = work.now if day == work.today else noon_of(day)
        receipt = open_with(work, self.channel, definition, answers, self.idempotency_key, received_at)
        case = work.stores.cases.by_reference(receipt.reference)
        work.stores.submissions.add(
            case_id=case.id,
            form_key=ARRIVAL,
            deployment_id=case.deployment_id,
            by_class=sealed_by_class(deployed.form(ARRIVAL), came),
            sent_at=work.now,
            sent_by=work.actor.person_id,
            sent_by_role=Role.INTAKE,
        )
        work.record(
            case.id, "application_written_down", str(came["arrived_by"]), filled_by=str(came["filled_by"])
        )
        return receipt


def _judged(work: Work, *asked: tuple[FormDefinition, Sent]) -> list[Mapping[str, Any]]:
    """Both forms, or what is wrong with either, all at once."""
    accepted: list[Mapping[str, Any]] = []
    problems: dict[str, Any] = {}
    for definition, sent in asked:
        try:
            accepted.append(judge(work, definition, sent))
        except AnswersRejected as rejected:
            problems |= rejected.problems
    if problems:
        raise AnswersRejected(problems)
    return accepted
