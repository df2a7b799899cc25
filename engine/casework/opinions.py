"""The opinion with which an appeal goes to a court: the decision it is about, what it says, and where it goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

from engine.casework.appeals import ADMISSION, deliveries_of, own_is_pending
from engine.casework.appeals_beside import ARRIVALS, BESIDE, numbered, signed_beside
from engine.casework.case_dates import arrived_on, registered_with
from engine.casework.correction_course import NamedDecision
from engine.casework.court import court_values
from engine.casework.decision_corrections import decided_on, in_force, in_service
from engine.casework.resolution_letter import authority_values
from engine.clock import day_of
from engine.domain.cases import Case
from engine.domain.tasks import UserTask
from engine.executor import Work
from engine.feel.values import from_json
from engine.instances import CompiledModels
from engine.storage.resolutions import Delivery, Resolution
from engine.storage.timeline import CaseEvent
from engine.texts import LANGUAGES, day, text

FORM: Final = "appeal_opinion"
LAST_COURT: Final = "Korkein hallinto-oikeus"
REGISTERED_IN: Final = "appeal_arrival"
SENDING: Final = "send_to_court"
"""Form in which the opinion, and what is attached to it, leaves for the court."""
AT_COURT: Final = "court"
"""Way of an appeal that was made straight to the court: it comes to us by the court's request."""
APPEAL_DOCUMENTS: Final = {
    "resolution": "päätös",
    "application": "hakemus",
    "clarifications": "selvitykset",
    "hearing": "kuulemisen asiakirjat",
    "proof_of_service": "selvitys tiedoksisaannista",
}


@dataclass(frozen=True, slots=True)
class Appeal:
    """One of the appeals of a case, with the decision that it is against."""

    key: str | None
    arrival: CaseEvent | None
    kind: str
    decision: Resolution | None
    """As it was when the appeal arrived, also if another has replaced it since."""
    language: str

    @property
    def decided_on(self) -> date | None:
        if self.decision is None:
            return None
        # A refusal to correct carries the day of the decision that it left as it was.
        return _signed_on(self.decision) if self.kind in BESIDE else decided_on(self.decision)

    @property
    def is_at_court(self) -> bool:
        return self.arrival is not None and self.arrival.subject == AT_COURT


def appeal_of(work: Work, case: Case, key: str | None) -> Appeal:
    arrival = _arrival(work, case, key)
    kind = str(arrival.facts.get("appealed") or ADMISSION) if arrival else ADMISSION
    at = arrival.at if arrival else None
    if arrival is not None and kind in BESIDE:
        decision = numbered(work, case, str(arrival.facts.get("number")))
        return Appeal(key, arrival, kind, decision, decision.language if decision else case.language)
    decision = in_force(work, case, at, kind)
    # A decision that is decided anew is in force no longer; the appeal is against it all the same.
    decision = decision or work.stores.resolutions.latest(case.id, ADMISSION)
    return Appeal(key, arrival, kind, decision, decision.language if decision else case.language)


def named_court(work: Work, case: Case, models: CompiledModels, appeal: Appeal) -> str:
    """Return the court that the appeal instructions named, in the language of the decision."""
    found = _court(work, case, models, appeal)
    return found.get("court_name") or authority_values(work, appeal.language)["court_name"]


def courts_of(work: Work, case: Case, models: CompiledModels, key: str | None) -> tuple[str, ...]:
    """Return the names of the court to which an appeal went: another that its opinion names, else that of the appeal
    instructions, in each language of decisions."""
    other = _other_court(work, case, key)
    if other:
        return (other,)
    appeal = appeal_of(work, case, key)
    in_each = (replace(appeal, language=each) for each in LANGUAGES)
    return tuple(dict.fromkeys(named_court(work, case, models, each) for each in in_each))


def courts_with(
    work: Work, case: Case, models: CompiledModels, decision: Resolution | None, kind: str
) -> tuple[Mapping[str, str], ...]:
    """Return the values that name each court which has an appeal against a decision of this kind: the court that its opinion
    names, else that of the appeal instructions, and for our own appeal the supreme court."""
    language = decision.language if decision is not None else case.language
    events = work.stores.timeline.of_case(case.id, "appeal_registered", "appeal_ended")
    ended = {each.facts.get("business_key") for each in events if each.kind == "appeal_ended"}
    open_keys = [
        str(each.facts.get("business_key"))
        for each in events
        if each.kind == "appeal_registered"
        and each.facts.get("business_key") not in ended
        and str(each.facts.get("appealed") or ADMISSION) == kind
    ]
    named = [_other_court(work, case, each) for each in open_keys]
    if own_is_pending(work, case, kind):
        named.append(text(language, LAST_COURT))
    return tuple(
        {"court_name": each, "court_address": ""}
        if each
        else court_values(work, models, domicile_of(decision), language)
        for each in dict.fromkeys(named or [""])
    )


def _other_court(work: Work, case: Case, key: str | None) -> str:
    """Return the court that the opinion names in place of that of the appeal instructions; empty where it names none."""
    written = work.stores.submissions.latest(case.id, FORM, key)
    named = from_json(written.answers).get("other_court") if written else None
    return named.strip() if isinstance(named, str) else ""


def court_beside(work: Work, case: Case, models: CompiledModels, task: UserTask) -> str:
    """Return the same beside the task in which an opinion is written; empty beside others, and where the case is shut."""
    if task.form_key != FORM or case.is_shut_to(work.actor, work.now):
        return ""
    return named_court(work, case, models, appeal_of(work, case, task.business_key))


def appealable_in(work: Work, case: Case, task: UserTask) -> tuple[NamedDecision, ...]:
    """Return the decisions beside the admission and the removal, where an appeal is registered; none in other tasks, and
    where the case is shut."""
    if task.form_key != REGISTERED_IN or case.is_shut_to(work.actor, work.now):
        return ()
    return tuple(
        NamedDecision(each.number, _signed_on(each), each.outcome) for each in signed_beside(work, case)
    )


def _signed_on(decision: Resolution) -> date:
    return day_of(decision.signed_at or decision.prepared_at)


def withheld_beside(work: Work, case: Case, task: UserTask) -> str:
    """Return what no other party may be given, beside the task in which the papers leave; empty beside others, and where the
    case is shut."""
    if task.form_key != SENDING or case.is_shut_to(work.actor, work.now):
        return ""
    written = work.stores.submissions.latest(case.id, FORM, task.business_key)
    notes = from_json(written.answers).get("secrecy_notes") if written else None
    return notes if isinstance(notes, str) else ""


def _court(work: Work, case: Case, models: CompiledModels, appeal: Appeal) -> dict[str, str]:
    domicile = domicile_of(appeal.decision) or domicile_of(in_force(work, case))
    return court_values(work, models, domicile, appeal.language)


def opinion_values(
    work: Work, case: Case, models: CompiledModels, answers: Mapping[str, Any], appeal: Appeal
) -> dict[str, str]:
    """Return what an opinion says of the matter."""
    language, arrival = appeal.language, appeal.arrival
    received_on = arrived_on(work, case, arrival)
    written = registered_with(work, case, arrival) if appeal.is_at_court else {}
    at_court_on = written.get("court_received_on")
    documents = answers.get("documents")
    other = str(answers.get("other_court") or "").strip()
    return {
        **({"court_name": other, "court_address": ""} if other else _court(work, case, models, appeal)),
        "opinion": str(answers.get("opinion") or ""),
        "withheld": str(answers.get("secrecy_notes") or ""),
        "dated_on": day(language, work.today),
        "decided_on": day(language, appeal.decided_on) if appeal.decided_on else "",
        "served_on": _served(work, case, _in_service(work, case, appeal), language),
        "appeal_arrived_on": day(language, received_on) if received_on else "",
        "is_at_court": "yes" if appeal.is_at_court else "",
        "court_received_on": day(language, at_court_on) if isinstance(at_court_on, date) else "",
        "court_diary_number": str(written.get("appeal_diary_number") or ""),
        "documents": "\n".join(
            text(language, APPEAL_DOCUMENTS.get(str(each), str(each)))
            for each in (documents if isinstance(documents, list) else [])
        ),
    }


def _in_service(work: Work, case: Case, appeal: Appeal) -> Resolution | None:
    if appeal.kind in BESIDE:
        return appeal.decision
    return in_service(work, case, appeal.arrival.at if appeal.arrival else None, appeal.kind)


def _served(work: Work, case: Case, resolution: Resolution | None, language: str) -> str:
    """Return the days of service, each with its recipient where there are several: each has a period of their own."""
    served = [each for each in deliveries_of(work, case, resolution).values() if each.state == "served"]
    names: dict[UUID | None, str] = {party.id: party.name for party in work.stores.parties.of_case(case.id)}
    days = [
        (names.get(each.party_id), _service(each, each.served_on, language))
        for each in served
        if each.served_on
    ]
    if len(days) == 1:
        return days[0][1]
    return "; ".join(f"{name}: {on}" if name else on for name, on in days)


def _service(delivery: Delivery, on: date, language: str) -> str:
    """Return the day of service; of an ordinary letter the day it left and the presumption, which a court may find rebutted."""
    if not delivery.is_presumed or delivery.dispatched_at is None:
        return day(language, on)
    return text(
        language,
        "lähetetty tavallisena kirjeenä {sent}, katsotaan saaduksi {on}, jollei muuta näytetä (434/2003 59 §)",
        sent=day(language, day_of(delivery.dispatched_at)),
        on=day(language, on),
    )


def _arrival(work: Work, case: Case, appeal_key: str | None) -> CaseEvent | None:
    """Return the arrival of an appeal among several. The newest form may be of another, or of what was no appeal."""
    arrived = [
        each
        for each in work.stores.timeline.of_case(case.id, *ARRIVALS)
        if each.facts.get("business_key") == appeal_key
    ]
    return arrived[-1] if arrived else None


def diary_number_of(work: Work, case: Case, key: str | None) -> str:
    """Return the number that the appeal has in the court; empty where it went there through us, and none is known."""
    return str(registered_with(work, case, _arrival(work, case, key)).get("appeal_diary_number") or "")


def domicile_of(resolution: Resolution | None) -> str:
    prepared = from_json(resolution.content.get("answers") or {}) if resolution else {}
    return str(prepared.get("domicile") or "")
