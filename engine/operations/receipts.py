"""The acknowledgement of an application, at once (13/2003 12 §)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn import OperationCall
from engine.domain.cases import Case, Channel
from engine.executor import Work
from engine.instances import Deployed
from engine.operations.messages import safe_email_of, send_to


def issue_receipt(work: Work, case: Case, deployed: Deployed, call: OperationCall) -> Mapping[str, Any]:
    """The page showed the receipt already; a neutral notice goes only where the person said that it is safe."""
    party = work.stores.parties.applicant_of(case.id)
    if case.channel is Channel.SELF and party is not None:
        told = send_to(
            work,
            deployed,
            case.id,
            "mail_receipt",
            email=safe_email_of(party),
            language=str(party.contact.get("contact_language") or case.language),
            values={},
        )
    else:
        told = False
    work.record(case.id, "receipt_issued", case.channel.value, notice=told)
    return {"receipt_issued_at": work.now}
