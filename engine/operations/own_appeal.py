"""The end of the authority's own appeal: the decision in force, the end of an examination that it ends, the court again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.appeals import (
    ADMISSION,
    REMOVAL,
    RESTORED,
    is_sent_back,
    notify_own_appeal_over,
    rulings_sending_back,
)
from engine.casework.case_deadlines import cancel
from engine.casework.clienthood import end_removal_of_nobody
from engine.casework.correction_course import overtake
from engine.casework.court_rulings import owe_registration
from engine.casework.decision_corrections import is_of_another
from engine.casework.reaching import take_over
from engine.casework.restored_decisions import (
    DECISION_RESTORED,
    REASON,
    ends_examinations,
    is_decided_anew,
)
from engine.casework.sealing import seal_again
from engine.casework.tracing import owe_tracing
from engine.domain.cases import Case, Outcome
from engine.domain.deadline_kinds import TARGET
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_VISIT, operation
from engine.operations.requests import close_open_requests


@operation(
    label="Päätä oma valitus",
    sentence="Kirjaa, miten viranomaisen oma valitus päättyi. Kun hallinto-oikeuden ratkaisu kumottiin tai muuttui, merkitsee "
    "asiaan ratkaisun, joka on nyt voimassa, ja päättää uuden tutkinnan. Kertoo, onko asiassa jo päätetty uudelleen: silloin ihminen "
    "ratkaisee, mitä uudelle päätökselle tehdään. Kun asia palautui hallinto-oikeuteen, aloittaa valituksen kirjaamisen uudelleen.",
    inputs={"appeal_key": "text", "own_result": "text", "outcome_restored": "text", "appealed": "text"},
    outputs={"decided_anew": "boolean"},
    records=("own_appeal_ended", "message_received", "notice_begun", "content_sealed"),
    once=EACH_VISIT,
)
def report_own_appeal(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    key, result = str(call.variables.get("appeal_key") or ""), str(call.variables.get("own_result") or "")
    outcome, appealed = call.variables.get("outcome_restored"), call.variables.get("appealed")
    is_restored = result == RESTORED
    decided_anew = is_restored and (appealed == REMOVAL or is_decided_anew(work, case, key))
    facts = {"decision": REMOVAL} if appealed == REMOVAL else {"decided_anew": True} if decided_anew else {}
    was_sent_back = key in rulings_sending_back(work, case)
    work.record(case.id, "own_appeal_ended", result, business_key=key, **facts)
    if is_restored and not decided_anew and not is_sent_back(work, case) and outcome in list(Outcome):
        work.change_case(case.id, outcome=Outcome(outcome))
        end_removal_of_nobody(work, case, Outcome(outcome))
        take_over(work, case, Outcome(outcome), call.instance_id, begins=False)
        owe_tracing(work, replace(case, outcome=Outcome(outcome)))
        overtake(work, case)
        if Outcome(outcome) is Outcome.LAPSED and not was_sent_back:
            # No examination ends, which would seal it.
            seal_again(work, case)
        if was_sent_back and ends_examinations(models):
            work.stores.starts.add(case.id, DECISION_RESTORED, {"outcome": outcome}, work.now)
    if result == "returned":
        owe_registration(work, case)
    notify_own_appeal_over(work, case)
    return {"decided_anew": decided_anew}


@operation(
    label="Päätä uusi tutkinta",
    sentence="Päättää tutkinnan, kun aiempi päätös palautui voimaan: sulkee sen pyynnöt ja kuulemiset ja kertoo vastaajille, ettei "
    "vastausta enää tarvita, palauttaa luonnoksen ja lopettaa tavoiteajan.",
    inputs={"lapse_reason": "text"},
    outputs={"closed": "number"},
    sends="tieto, ettei vastausta tarvita",
    records=("request_closed", "letter_written", "left_to_people", "examination_ended", "content_sealed"),
    once=EACH_VISIT,
)
def end_examination(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    ending = replace(call, variables={**call.variables, "closed_as": "cancelled"})
    closed = close_open_requests.run(work, case, models, ending)
    for each in work.stores.resolutions.of_case(case.id):
        if each.state == "prepared" and each.kind == ADMISSION and not is_of_another(each, call.instance_id):
            work.stores.resolutions.send_back(each, REASON)
    cancel(work, case, TARGET, "decision_restored")
    seal_again(work, case)
    work.record(case.id, "examination_ended")
    return closed
