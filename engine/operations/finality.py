"""Service of a decision on all, and the day from which it is final."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.bpmn import OperationCall
from engine.casework.appeals import (
    ADMISSION,
    applicant_id,
    deliveries_of,
    deliveries_of_resolution,
    is_decision_coming,
    is_open,
    is_sent_back,
    lacking,
    open_periods,
    unserved,
)
from engine.casework.changed_recipients import added_unreached, past_recipients
from engine.casework.decision_corrections import instructed
from engine.casework.kept_decisions import ends_with_person, is_dead
from engine.casework.leave_to_appeal import leave_runs_until
from engine.casework.new_instructions import is_replaced_for
from engine.domain.calendar import end_of
from engine.domain.cases import Case
from engine.domain.deadlines import ClockEntry, EntryKind
from engine.errors import Conflict
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_VISIT, READS_ONLY, operation


class NotFinalYet(Conflict):
    sentence = "Päätös ei ole vielä lainvoimainen: valitus on vireillä tai tiedoksisaanti on kumoutunut."


@operation(
    label="Katso, ketkä ovat saaneet päätöksen",
    sentence="Antaa tiedon, ovatko kaikki vastaanottajat saaneet päätöksen tiedoksi: served, serving, tai never, kun "
    "tiedoksi ei voi antaa kenellekään, tai replaced, kun uusi päätös tai valitusosoitus on tullut tilalle.",
    inputs={"recipients": "list of recipients"},
    outputs={"service_state": "text"},
    once=READS_ONLY,
)
def look_up_service(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    if _is_replaced(work, case, call):
        return {"service_state": "replaced"}
    if is_decision_coming(work, case):
        return {"service_state": "serving"}
    listed = [str(each["id"]) for each in call.variables.get("recipients") or ()]
    attempts = deliveries_of_resolution(work, case)
    latest = [attempts[each] for each in listed if each in attempts]
    # A recipient is served once they have the decision too, not the new instructions alone.
    own = deliveries_of(work, case, instructed(work, case))
    person = applicant_id(work, case)
    waited = (
        each
        for each in lacking(work, case)
        if each in listed or each in own or (person is not None and each.endswith(person.hex[-12:]))
    )
    past = past_recipients(work, case, {*listed, *attempts})
    is_reached = all(each in attempts or each in past for each in listed) and not any(waited)
    is_reached = is_reached and not added_unreached(work, case, ADMISSION, attempts)
    # Of a decision that is restored, only those are listed who were not reached before: nobody, if all of them have died.
    is_kept = len(latest) == len(listed) and all(ends_with_person(each) for each in latest)
    is_nobody_left = not listed or any(is_dead(each) for each in latest)
    if is_kept and is_nobody_left and all(each.state != "served" for each in attempts.values()):
        return {"service_state": "never"}
    return {"service_state": "served" if is_reached else "serving"}


@operation(
    label="Katso, onko valitusaikaa tai valitus kesken",
    sentence="Antaa tiedon, voiko päätös olla jo lainvoimainen: running, kun jonkun valitusaika kuluu, tiedoksisaanti on "
    "kumoutunut, valitus on vireillä tai valituslupaa voi vielä pyytää; over, kun mikään niistä ei ole; replaced, kun uusi päätös "
    "tai valitusosoitus on tullut tilalle. Antaa myös hetken, jona viimeinen aika päättyy.",
    inputs={"recipients": "list of recipients"},
    outputs={"finality_state": "text", "period_ends_at": "date and time"},
    once=READS_ONLY,
)
def look_up_finality(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    if _is_replaced(work, case, call):
        return {"finality_state": "replaced", "period_ends_at": None}
    days = [each.due_on for each in open_periods(work, case)] + [leave_runs_until(work, case)]
    last = max((end_of(each) for each in days if each is not None), default=None)
    if last is not None and last > work.now:
        return {"finality_state": "running", "period_ends_at": last}
    waits = is_open(work, case) or is_decision_coming(work, case) or unserved(work, case)
    return {"finality_state": "running" if waits else "over", "period_ends_at": None}


def _is_replaced(work: Work, case: Case, call: OperationCall) -> bool:
    """True also of what a court has sent back, once one of those that waited has heard of it."""
    if is_sent_back(work, case) and not is_decision_coming(work, case):
        return True
    listed = [str(each["id"]) for each in call.variables.get("recipients") or ()]
    return is_replaced_for(work, case, listed)


@operation(
    label="Merkitse lainvoimaiseksi",
    sentence="Merkitsee päätöksen lainvoimaiseksi: kaikki ovat saaneet sen, kaikkien ajat ovat ohi, mitään valitusta ei ole "
    "vireillä ja tuomioistuimelta on kysytty.",
    inputs={"outcome": "text"},
    outputs={"final_at": "date and time"},
    records=("resolution_final",),
    once=EACH_VISIT,
)
def mark_final(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    if is_open(work, case) or is_decision_coming(work, case) or unserved(work, case):
        raise NotFinalYet
    for period in open_periods(work, case):
        work.stores.deadlines.save(
            period,
            period.met(ClockEntry(EntryKind.MET, work.now, "final", work.actor.name, work.actor.person_id)),
        )
    work.record(case.id, "resolution_final", str(call.variables.get("outcome") or ""))
    return {"final_at": work.now}
