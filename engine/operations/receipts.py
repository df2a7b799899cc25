"""The acknowledgement of an application, at once (13/2003 12 §)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.bpmn import OperationCall
from engine.casework.messages import language_of, safe_email_of, send_to
from engine.domain.applications import ARRIVAL, CHILD_FORM
from engine.domain.cases import Case, Channel
from engine.domain.parties import SPEAKERS
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_CASE, operation
from engine.storage.parties import Party

SENDERS: Final = {Channel.SELF: ("applicant",), Channel.REFERRAL: ("referrer",)}
"""The part of who sent the application, by its channel. Nobody is written to after a call."""


@operation(
    label="Anna vastaanottoilmoitus",
    sentence="Kirjaa vastaanottoilmoituksen (13/2003 12 §). Neutraali viesti lähtee vain osoitteeseen, "
    "jonka lähettäjä on sanonut turvalliseksi. Hakemuksesta, jonka työntekijä kirjasi, ei lähde viestiä.",
    inputs={},
    outputs={"receipt_issued_at": "date and time"},
    sends="vastaanottoilmoitus",
    records=("receipt_issued",),
    once=EACH_CASE,
)
def issue_receipt(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    """Notify the sender, if they called a channel safe. The page has shown the receipt already, with the code of
    which the mail speaks: who sent paper, or spoke, has neither, and gets no mail."""
    sender = _sender(work, case)
    is_typed_here = work.stores.submissions.latest(case.id, ARRIVAL) is not None
    is_sent = not is_typed_here and send_to(
        work,
        models,
        case.id,
        "mail_receipt",
        email=safe_email_of(sender),
        language=language_of(sender, case),
        values={},
    )
    work.record(case.id, "receipt_issued", case.channel.value, notice=is_sent)
    return {"receipt_issued_at": work.now}


def _sender(work: Work, case: Case) -> Party | None:
    """Return who sent the application: of one for children, who made it. A brother's or sister's case, which the program opens
    from it, came from nobody."""
    is_for_children = work.stores.submissions.latest(case.id, CHILD_FORM) is not None
    kinds = SPEAKERS if is_for_children else SENDERS.get(case.channel, ())
    parties = work.stores.parties.of_case(case.id)
    return next((party for party in parties if party.kind in kinds), None)
