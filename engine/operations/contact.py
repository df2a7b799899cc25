"""Contact that was stopped because its way is not safe: counts what did not leave, for staff to tell the person another way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.letters_under_way import in_danger
from engine.domain.cases import Case
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import READS_ONLY, operation


@operation(
    label="Laske viestit, jotka eivät lähteneet",
    sentence="Laskee viestit, jotka pidätettiin, koska tapa ei ollut turvallinen, kysymykset, joihin ei pääse linkillä, ja "
    "kirjeet, jotka ehtivät lähteä osoitteeseen, joka ei ole turvallinen.",
    inputs={"reported_at": "date and time"},
    outputs={"left_to_tell": "number"},
    once=READS_ONLY,
)
def count_withheld(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    since = call.variables.get("reported_at")
    reported_at = since if isinstance(since, datetime) else case.received_at
    withheld = work.stores.withheld_messages.count(case.id, reported_at)
    unlinked = [
        each
        for each in work.stores.requests.of_case(case.id)
        if each.is_open
        and each.sent_at is not None
        and each.answered_at is None
        and each.kind == "information"
        and not any(link.is_alive(work.now) for link in work.stores.links.of_request(each.id))
    ]
    return {"left_to_tell": withheld + len(unlinked) + len(in_danger(work, case, reported_at))}
