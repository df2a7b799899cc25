"""An appeal arrives, goes to the court, and the court is asked if there is another."""

from __future__ import annotations

from engine.casework.appeals import (
    ADMISSION,
    APPEAL_RECEIVED,
    REMOVAL,
    begins_with,
    is_decision_coming,
    is_open,
    is_received,
    is_removal_signed,
    open_periods,
    unserved,
)
from engine.casework.appeals_beside import BESIDE, kind_beside, numbered
from engine.casework.case_deadlines import meet
from engine.casework.clienthood import PROCESS as REMOVAL_PROCESS
from engine.casework.leave_to_appeal import leave_runs_until
from engine.casework.recordings.recording import Recording
from engine.domain.calendar import end_of
from engine.domain.deadline_kinds import COURT_STATEMENT
from engine.errors import Invalid
from engine.executor import Work
from engine.feel.values import to_json


class AppealNotAttached(Invalid):
    sentence = "Asiaan ei ole liitetty tiedostoa. Liitä valituskirjelmä asian sivulla, tai merkitse, että se on paperina."


class NotSigned(Invalid):
    sentence = "Asiassa ei ole allekirjoitettua päätöstä, jollaisesta tässä sanotaan valitettavan. Tarkista, mistä päätöksestä valitetaan."


class StillOpen(Invalid):
    sentence = "Valitus on vireillä, jonkun valitusaika tai aika pyytää valituslupaa kuluu tai päätös on tiedoksi antamatta. Päätös ei ole vielä lainvoimainen."


class AskedTooEarly(Invalid):
    sentence = (
        "Tuomioistuin vastasi, kun aika valittaa ei ollut vielä ohi. Kysy uudelleen, tai tarkista päivä."
    )


class OpinionLeftOut(Invalid):
    sentence = (
        "Oikeuteen lähtee lausunto, ja sen kanssa valitus, jos se annettiin meille (746/2011 55 §). Lähetä ne, ja kerro vasta sitten, "
        "mitä lähti ja minä päivänä."
    )


def record_arrival(work: Work, recording: Recording) -> None:
    """Refuse only what can't be: timeliness is the court's to judge (746/2011 55 §)."""
    if recording.text("is_appeal") != "appeal":
        return
    _require_signed(work, recording)
    is_attached = recording.text("appeal_document") == "attached"
    if is_attached and not work.stores.attachments.of_case(recording.case.id):
        raise AppealNotAttached(field="appeal_document")


def _require_signed(work: Work, recording: Recording) -> None:
    appealed = recording.text("appealed")
    if appealed == REMOVAL and not is_removal_signed(work, recording.case):
        raise NotSigned(field="appealed")
    if appealed not in BESIDE:
        return
    decision = numbered(work, recording.case, recording.text("appealed_decision"))
    if decision is None or kind_beside(decision) != appealed:
        raise NotSigned(field="appealed_decision")


def record_inquiry(work: Work, recording: Recording) -> None:
    """No answer of a court makes a decision final that somebody has not received, or has appealed against here.

    An appeal that a court tells of is registered as any other: its own instance asks the day, the way and the document.
    """
    case = recording.case
    asks_in = work.stores.instances.process_of(recording.task.instance_id)
    kind = REMOVAL if asks_in == REMOVAL_PROCESS else ADMISSION
    is_of_court = recording.text("courts_answer") == "appeal"
    if is_of_court and is_received(work, case) and not is_open(work, case, kind):
        work.record(case.id, "message_received", APPEAL_RECEIVED)
        work.stores.starts.add(case.id, APPEAL_RECEIVED, to_json(dict(begins_with(work, case))), work.now)
    if recording.text("courts_answer") != "none":
        return
    leave = leave_runs_until(work, case, kind)
    runs = any(period.due_at and period.due_at > work.now for period in open_periods(work, case, kind))
    runs = runs or (leave is not None and end_of(leave) > work.now)
    is_coming = kind == ADMISSION and is_decision_coming(work, case)
    if runs or is_coming or is_open(work, case) or unserved(work, case, kind):
        raise StillOpen(field="courts_answer")
    ended = [each.due_on for each in open_periods(work, case, kind)] + [leave]
    last = max((each for each in ended if each is not None), default=None)
    answered_on = recording.day("courts_asked_on")
    if last is not None and answered_on is not None and answered_on <= last:
        raise AskedTooEarly(field="courts_asked_on")


def record_sending(work: Work, recording: Recording) -> None:
    """The statement's clock is met by the day on which it left, with the appeal unless the court has that already."""
    case, key = recording.case, recording.task.business_key
    scope = work.instances.scope_of(case, recording.task.instance_id, recording.task.task_key)
    owed = {"opinion"} if scope.get("arrival_way") == "court" else {"opinion", "appeal"}
    if not owed <= set(recording.answers.get("sent_documents") or ()):
        raise OpinionLeftOut(field="sent_documents")
    meet(work, case, COURT_STATEMENT, "opinion_sent", key, on=recording.day("sent_to_court_on"))
    work.record(case.id, "opinion_sent_to_court", business_key=key)
