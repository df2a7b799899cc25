"""A removal from the assistance system (746/2011 38 f §): its service, its finality, and the end of the clienthood."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from engine.bpmn import OperationCall
from engine.casework.appeals import (
    ADMISSION,
    REMOVAL,
    SENT_BACK,
    deliveries_of_resolution,
    is_open,
    is_removal_void,
    is_sent_back,
    open_periods,
    unserved,
)
from engine.casework.changed_recipients import past_recipients
from engine.casework.clienthood import PROCESS, REMOVAL_NEEDED, clienthood_of, runs
from engine.casework.correction_course import end_of_dead
from engine.casework.decision_corrections import REMOVAL_PREFIX, in_service, prefix_of
from engine.casework.kept_decisions import is_dead
from engine.casework.leave_to_appeal import leave_runs_until
from engine.casework.new_instructions import is_replaced_for
from engine.casework.reaching import end_with_clienthood
from engine.domain.calendar import end_of
from engine.domain.cases import Case
from engine.domain.clienthood import DEATH
from engine.domain.deadlines import ClockEntry, EntryKind
from engine.errors import Conflict
from engine.executor import Work
from engine.feel.values import from_json
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_VISIT, READS_ONLY, operation

NO_SAFE_SERVICE: Final = "no_safe_service"
"""Form that says why a decision is served on nobody."""


class NotServedYet(Conflict):
    sentence = "Asiakkuus ei pääty ennen kuin jokainen on saanut päätöksen tiedoksi."


class RemovalNotFinalYet(Conflict):
    sentence = "Päätös poistamisesta ei ole vielä lainvoimainen."


@operation(
    label="Katso, ketkä ovat saaneet päätöksen poistamisesta",
    sentence="Antaa tiedon, ovatko kaikki saaneet päätöksen poistamisesta tiedoksi: served, serving, never, kun tiedoksi ei voi "
    "antaa kenellekään, sent_back, kun oikeus ei pysyttänyt sitä, tai replaced, kun uusi päätös tai valitusosoitus on tullut "
    "tilalle. Odottaa uutta päätöstä, kun oikeus on palauttanut ottamisen.",
    inputs={"recipients": "list of recipients"},
    outputs={"service_state": "text"},
    once=READS_ONLY,
)
def look_up_removal_service(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    listed = [str(each["id"]) for each in call.variables.get("recipients") or ()]
    prefix = prefix_of(in_service(work, case, kind=REMOVAL)) or REMOVAL_PREFIX
    if is_replaced_for(work, case, listed, REMOVAL):
        return {"service_state": "replaced"}
    if is_removal_void(work, case):
        # Of two that serve one removal, the first takes it up again.
        return {"service_state": "replaced" if _is_beside(work, case, call) else "sent_back"}
    held = _by_admission(work, case)
    if held is not None:
        return {"service_state": held}
    attempts = deliveries_of_resolution(work, case, REMOVAL)
    latest = [attempts[each] for each in listed if each in attempts]
    is_served = any(each.state == "served" for each in attempts.values())
    if not is_served and all(is_dead(each) for each in latest) and len(latest) == len(listed):
        return {"service_state": "never"}
    # Somebody may have been added since those were listed: all who have an attempt are to have the decision.
    past = past_recipients(work, case, {*listed, *attempts})
    is_begun = all(each in attempts or each in past for each in listed)
    waits = not is_begun or unserved(work, case, REMOVAL) or _is_on_its_way(work, case, prefix)
    return {"service_state": "serving" if waits else "served"}


def _is_beside(work: Work, case: Case, call: OperationCall) -> bool:
    """True of an instance that serves the removal on one more, while the one that serves the others runs."""
    running = [each.id for each in work.stores.instances.running_in(case.id) if each.process_key == PROCESS]
    return bool(call.variables.get("only_recipient")) and call.instance_id != min(running, default=None)


def _is_on_its_way(work: Work, case: Case, prefix: str) -> bool:
    """True while the service on somebody is about to begin, or has a task and no attempt yet."""
    if work.stores.starts.is_due(case.id, REMOVAL_NEEDED):
        return True
    keys = [each.business_key or "" for each in work.stores.tasks.open_in(case.id)]
    attempts = deliveries_of_resolution(work, case, REMOVAL)
    return any(each.startswith(f"{prefix}-") and each not in attempts for each in keys)


def _by_admission(work: Work, case: Case) -> str | None:
    """Return the state of a removal whose admission a court has sent back since it was signed: it waits for the new decision,
    which stands in its place. None where no court has. The clienthood runs on meanwhile: see docs/decisions/clienthood.md."""
    removal = in_service(work, case, kind=REMOVAL)
    found = clienthood_of(work, case)
    if removal is None or removal.signed_at is None or (found is not None and not found.runs):
        return None
    rulings = [
        each.at
        for each in work.stores.timeline.of_case(case.id, "appeal_ended")
        if each.subject in SENT_BACK
        and each.facts.get("decision") != REMOVAL
        and each.at >= removal.signed_at
    ]
    if not rulings:
        return None
    if is_sent_back(work, case):
        return "serving"
    decided = [each.signed_at for each in work.stores.resolutions.of_case(case.id) if each.kind == ADMISSION]
    return "replaced" if any(each is not None and each >= rulings[-1] for each in decided) else None


@operation(
    label="Katso, onko poistaminen lainvoimainen",
    sentence="Antaa tiedon, voiko päätös poistamisesta olla jo lainvoimainen: running, over, unserved, kun tiedoksisaanti on "
    "kumoutunut, tai sent_back, kun oikeus ei pysyttänyt sitä. Antaa myös hetken, jona viimeinen valitusaika päättyy.",
    inputs={},
    outputs={"finality_state": "text", "period_ends_at": "date and time"},
    once=READS_ONLY,
)
def look_up_removal_finality(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    if is_removal_void(work, case):
        return {"finality_state": "sent_back", "period_ends_at": None}
    if unserved(work, case, REMOVAL):
        return {"finality_state": "unserved", "period_ends_at": None}
    days = [each.due_on for each in open_periods(work, case, REMOVAL)] + [
        leave_runs_until(work, case, REMOVAL)
    ]
    last = max((end_of(each) for each in days if each is not None), default=None)
    if last is not None and last > work.now:
        return {"finality_state": "running", "period_ends_at": last}
    return {"finality_state": "running" if is_open(work, case) else "over", "period_ends_at": None}


@operation(
    label="Merkitse poistaminen lainvoimaiseksi",
    sentence="Merkitsee päätöksen poistamisesta lainvoimaiseksi: kaikki ovat saaneet sen, ajat ovat ohi, mitään valitusta ei ole "
    "vireillä ja tuomioistuimelta on kysytty.",
    inputs={},
    outputs={"final_at": "date and time"},
    records=("removal_final",),
    once=EACH_VISIT,
)
def mark_removal_final(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    if is_open(work, case) or unserved(work, case, REMOVAL) or _by_admission(work, case) is not None:
        raise RemovalNotFinalYet
    for period in open_periods(work, case, REMOVAL):
        met = ClockEntry(EntryKind.MET, work.now, "final", work.actor.name, work.actor.person_id)
        work.stores.deadlines.save(period, period.met(met))
    work.record(case.id, "removal_final")
    return {"final_at": work.now}


@operation(
    label="Päätä asiakkuus",
    sentence="Kirjaa, milloin asiakkuus päättyi: heti täytäntöön pantava päätös, kun viimeinen on saanut sen tiedoksi, muu, kun se "
    "on lainvoimainen (746/2011 38 f §). Mikään ei pääty ennen tiedoksisaantia.",
    inputs={"removal_ground": "text", "takes_effect": "text"},
    outputs={"ended_on": "date", "outcome": "text"},
    records=("clienthood_ended",),
    once=EACH_VISIT,
)
def end_clienthood_by_removal(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    attempts = deliveries_of_resolution(work, case, REMOVAL)
    served = [each.served_on for each in attempts.values() if each.served_on and each.state == "served"]
    if not served or unserved(work, case, REMOVAL):
        raise NotServedYet
    at_once = call.variables.get("takes_effect") != "when_final"
    ended_on = max(served) if at_once else work.today
    return _end(work, case, ended_on, str(call.variables.get("removal_ground") or ""))


@operation(
    label="Kirjaa asiakkaan kuolema",
    sentence="Kirjaa, että asiakkuus päättyi kuolemaan. Päätöstä ei tehdä, koska ei ole ketään, jota se koskisi, ja "
    "päätösten korjaaminen päättyy (tulkintamme).",
    inputs={},
    outputs={"ended_on": "date", "outcome": "text"},
    records=("clienthood_ended", "correction_ended"),
    once=EACH_VISIT,
)
def end_clienthood_by_death(
    work: Work, case: Case, models: CompiledModels, call: OperationCall
) -> Mapping[str, Any]:
    end_of_dead(work, case)
    return _end(work, case, _died_on(work, case) or work.today, DEATH)


def _died_on(work: Work, case: Case) -> date | None:
    """Return the day of the death as it was found last: at the assessment, or when the decision was to be served."""
    found = [
        each
        for form in ("removal_assessment", NO_SAFE_SERVICE)
        for each in work.stores.submissions.of_case(case.id, form)
    ]
    days = [from_json(each.answers).get("died_on") for each in sorted(found, key=lambda each: each.sent_at)]
    return next((each for each in reversed(days) if isinstance(each, date)), None)


def _end(work: Work, case: Case, ended_on: date, ground: str) -> Mapping[str, Any]:
    """Record the end, once. The outcome may have been signed after the removal began: retention is planned by it."""
    if ground == DEATH or runs(work, case):
        work.record(case.id, "clienthood_ended", ground, ended_on=ended_on.isoformat())
        end_with_clienthood(work, case)
    return {"ended_on": ended_on, "outcome": case.outcome.value if case.outcome else None}
