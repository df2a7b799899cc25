"""The end of the authority's own appeal: which decision is in force, and if the appeal is with the court again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.appeals import (
    APPEAL_RECEIVED,
    REMOVAL,
    RESTORED,
    begins_with,
    notify_own_appeal_over,
)
from engine.casework.clienthood import end_removal_of_nobody
from engine.casework.correction_course import overtake
from engine.domain.cases import Case, Outcome
from engine.executor import Work
from engine.feel.values import to_json
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_VISIT, operation


@operation(
    label="Päätä oma valitus",
    sentence="Kirjaa, miten viranomaisen oma valitus päättyi. Kun hallinto-oikeuden ratkaisu kumottiin tai muuttui, merkitsee "
    "asiaan ratkaisun, joka on nyt voimassa. Kun asia palautui hallinto-oikeuteen, aloittaa valituksen kirjaamisen uudelleen.",
    inputs={"appeal_key": "text", "own_result": "text", "outcome_restored": "text", "appealed": "text"},
    outputs={},
    records=("own_appeal_ended", "message_received"),
    once=EACH_VISIT,
)
def report_own_appeal(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    key, result = str(call.variables.get("appeal_key") or ""), str(call.variables.get("own_result") or "")
    outcome, appealed = call.variables.get("outcome_restored"), call.variables.get("appealed")
    of_removal = {"decision": REMOVAL} if appealed == REMOVAL else {}
    work.record(case.id, "own_appeal_ended", result, business_key=key, **of_removal)
    if result == RESTORED and appealed != REMOVAL and outcome in list(Outcome):
        work.change_case(case.id, outcome=Outcome(outcome))
        end_removal_of_nobody(work, case, Outcome(outcome))
        overtake(work, case)
    if result == "returned":
        work.record(case.id, "message_received", APPEAL_RECEIVED)
        work.stores.starts.add(case.id, APPEAL_RECEIVED, to_json(dict(begins_with(work, case))), work.now)
    notify_own_appeal_over(work, case)
    return {}
