"""The acknowledgement of an application, at once (13/2003 12 §)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.messages import language_of, safe_email_of, send_to
from engine.domain.cases import Case, Channel
from engine.executor import Work
from engine.instances import CompiledModels

SENDERS = {Channel.SELF: "applicant", Channel.REFERRAL: "referrer"}
"""Who sent it and is told that it arrived. Nobody is written to after a call."""


def issue_receipt(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """The page showed the receipt already; a neutral notice goes only where the sender said that it is safe."""
    parties = work.stores.parties.of_case(case.id)
    sender = next((party for party in parties if party.kind == SENDERS.get(case.channel)), None)
    told = send_to(
        work,
        models,
        case.id,
        "mail_receipt",
        email=safe_email_of(sender),
        language=language_of(sender, case),
        values={},
    )
    work.record(case.id, "receipt_issued", case.channel.value, notice=told)
    return {"receipt_issued_at": work.now}
