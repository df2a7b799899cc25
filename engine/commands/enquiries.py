"""An enquiry (a call or message without identity) and its answer. It becomes a case only if the person applies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine.casework.answers import Sent, judge
from engine.casework.receipts import (
    DANGER,
    code_for,
    enquiry_read_by,
    enquiry_urgent_by,
)
from engine.commands.applications import Receipt, arrived_at, judged
from engine.commands.enquiry_answers import BY_WEB
from engine.commands.intake_drafts import RECORDERS, end_written, lock_draft
from engine.domain.applications import ARRIVAL
from engine.executor import Command, Work
from engine.executor.permissions import require_person, require_role
from engine.feel.values import to_json
from engine.storage.rings import ENQUIRY
from forms.definition import FormDefinition, without

FORM: Final = "enquiry"
_OF_APPLICATIONS: Final = frozenset({"filled_by"})
"""Names of those who filled it in: an enquiry has none, and its paper does not ask."""


@dataclass(frozen=True)
class SubmitEnquiry(Command[Receipt]):
    """Store an enquiry and return its receipt. The same idempotency key gives one enquiry and the same receipt."""

    idempotency_key: str
    sent: Sent | None = None
    data: Any = None
    language: str = "fi"
    channel: str = BY_WEB
    received_at: datetime | None = None
    """When a call came that is written down after it; else it comes now."""

    def permit(self, work: Work) -> None:
        """Permit anyone, without an identity."""

    def execute(self, work: Work) -> Receipt:
        known = _known(work, self.idempotency_key)
        if known is not None:
            return known
        answers = judge(work, _form(work, FORM), self.sent, self.data)
        receipt = _store(
            work, self.idempotency_key, answers, self.language, self.channel, self.received_at or work.now
        )
        had_code = work.stores.public_drafts.has_code(self.idempotency_key)
        work.stores.public_drafts.destroy(self.idempotency_key)
        return replace(receipt, replaces_code=had_code)


@dataclass(frozen=True)
class RecordEnquiry(Command[Receipt]):
    """Record an enquiry that came on paper or in speech, with how it came beside its answers. It counts as received on the day it
    came (434/2003 18 §).

    The same idempotency key gives one enquiry and the same receipt.
    """

    idempotency_key: str
    sent: Sent
    arrival: Sent
    draft_id: UUID
    """Draft from which it was sent: it is destroyed."""
    draft_seen: str | None = None
    """The moment (ISO 8601) of the draft that the page holds, as in `KeepIntakeDraft`."""

    def permit(self, work: Work) -> None:
        require_role(work, *RECORDERS)
        require_person(work)

    def execute(self, work: Work) -> Receipt:
        lock_draft(work, self.draft_id)
        known = _known(work, self.idempotency_key)
        if known is not None:
            return known
        end_written(work, self.draft_id, FORM, {**self.arrival, **self.sent}, self.draft_seen)
        came, answers = judged(
            work, (arrival_of_enquiry(_form(work, ARRIVAL)), self.arrival), (_form(work, FORM), self.sent)
        )
        language = str(answers.get("contact_language") or "fi")
        return _store(
            work,
            self.idempotency_key,
            {**came, **answers},
            language,
            str(came["arrived_by"]),
            arrived_at(work, came),
        )


def arrival_of_enquiry(arrival: FormDefinition) -> FormDefinition:
    """Return what staff are asked about how an enquiry came."""
    return without(arrival, _OF_APPLICATIONS)


def _form(work: Work, key: str) -> FormDefinition:
    return work.instances.models(work.stores.deployments.current().id).form(key)


def _known(work: Work, idempotency_key: str) -> Receipt | None:
    known = work.stores.enquiries.by_idempotency_key(idempotency_key)
    if known is None:
        return None
    return _receipt(code_for(work, idempotency_key), known.received_at, known.reference, known.content)


def _store(
    work: Work,
    idempotency_key: str,
    answers: Mapping[str, Any],
    language: str,
    channel: str,
    received_at: datetime,
) -> Receipt:
    code = code_for(work, idempotency_key)
    reference = f"Y{work.today.year}-{work.stores.cases.next_number(f'enquiries {work.today.year}'):05d}"
    enquiry_id = work.stores.enquiries.add(
        reference,
        channel=channel,
        language=language,
        content=to_json(dict(answers)),
        moment=received_at,
        code=code,
        idempotency_key=idempotency_key,
    )
    if answers.get("in_danger") in DANGER:
        work.stores.rings.add(enquiry_id, ENQUIRY, work.now)
    return _receipt(code, received_at, reference, answers)


def _receipt(code: str, received_at: datetime, reference: str, answers: Mapping[str, Any]) -> Receipt:
    acts_by = enquiry_urgent_by(answers, received_at)
    expected_on = enquiry_read_by(answers, received_at)
    return Receipt(code, received_at, expected_on, reference, acts_by is not None, acts_by)
