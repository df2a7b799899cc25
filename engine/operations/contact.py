"""Contact with the person: what did not leave because its way is not safe, and what of the contact is done when the case is
decided again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.letters_under_way import in_danger
from engine.casework.reaching import contact_known, take_over
from engine.domain.cases import Case, Outcome
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_VISIT, READS_ONLY, operation


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


@operation(
    label="Jatka tai päätä aiempi yhteydenotto",
    sentence="Kertoo, onko henkilö tavoitettu sen jälkeen, kun hän viimeksi ei ollut asiakas, ja mitä oleskelusta tiedetään. "
    "Päättää aiemman päätöksen yhteydenoton, joka on kesken: uusi päätös jatkaa sitä. "
    "Jos henkilöä ei oteta, päättää myös avun rikosilmoituksessa ja kirjeen avun järjestäjälle.",
    inputs={"outcome": "text", "is_restored": "boolean"},
    outputs={"contact_state": "text", "stay_status": "text"},
    once=EACH_VISIT,
)
def take_over_contact(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    outcome = call.variables.get("outcome")
    if outcome in list(Outcome):
        begins = call.variables.get("is_restored") is not True
        take_over(work, case, Outcome(outcome), call.instance_id, begins=begins)
    return contact_known(work, case)
