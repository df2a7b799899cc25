"""An enquiry (a call or message without identity) and its answer. It becomes a case only if the person applies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from engine.casework.answers import Sent, judge
from engine.casework.receipts import (
    DANGER,
    code_for,
    enquiry_read_by,
    enquiry_urgent_by,
)
from engine.commands.applications import Receipt
from engine.executor import Command, Work
from engine.feel.values import to_json
from engine.storage.rings import ENQUIRY


@dataclass(frozen=True)
class SubmitEnquiry(Command[Receipt]):
    """Store an enquiry and return its receipt. The same idempotency key gives one enquiry and the same receipt."""

    idempotency_key: str
    sent: Sent | None = None
    data: Any = None
    language: str = "fi"
    channel: str = "web"
    received_at: datetime | None = None
    """When a call came that is written down after it; else it comes now."""

    def permit(self, work: Work) -> None:
        """Permit anyone, without an identity."""

    def execute(self, work: Work) -> Receipt:
        code = code_for(work, self.idempotency_key)
        known = work.stores.enquiries.by_idempotency_key(self.idempotency_key)
        if known is not None:
            return _receipt(code, known.received_at, known.reference, known.content)
        definition = work.instances.models(work.stores.deployments.current().id).form("enquiry")
        answers = judge(work, definition, self.sent, self.data)
        received_at = self.received_at or work.now
        reference = f"Y{work.today.year}-{work.stores.cases.next_number(f'enquiries {work.today.year}'):05d}"
        enquiry_id = work.stores.enquiries.add(
            reference,
            channel=self.channel,
            language=self.language,
            content=to_json(dict(answers)),
            moment=received_at,
            code=code,
            idempotency_key=self.idempotency_key,
        )
        if answers.get("in_danger") in DANGER:
            work.stores.rings.add(enquiry_id, ENQUIRY, work.now)
        had_code = work.stores.public_drafts.has_code(self.idempotency_key)
        work.stores.public_drafts.destroy(self.idempotency_key)
        return replace(_receipt(code, received_at, reference, answers), replaces_code=had_code)


def _receipt(code: str, received_at: datetime, reference: str, answers: Mapping[str, Any]) -> Receipt:
    acts_by = enquiry_urgent_by(answers, received_at)
    expected_on = enquiry_read_by(answers, received_at)
    return Receipt(code, received_at, expected_on, reference, acts_by is not None, acts_by)
