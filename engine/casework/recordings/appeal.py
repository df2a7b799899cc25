"""An appeal arrives, goes to the court, and the court is asked whether there is another: each on a day that fits."""

from __future__ import annotations

from engine.casework.appeals import (
    APPEAL_RECEIVED,
    begins_with,
    is_open,
    is_received,
    leave_runs_until,
    open_periods,
    unserved,
)
from engine.casework.recordings.recording import Recording
from engine.clock import day_of
from engine.domain.appeals import STATEMENT
from engine.domain.calendar import end_of
from engine.domain.deadlines import ClockEntry, EntryKind
from engine.errors import Invalid
from engine.executor import Work
from engine.feel.values import to_json


class AppealBeforeDecision(Invalid):
    sentence = "Päivä on ennen kuin päätös allekirjoitettiin. Tarkista päivä."


class AppealNotAttached(Invalid):
    sentence = "Asiaan ei ole liitetty tiedostoa. Liitä valituskirjelmä asian sivulla, tai merkitse, että se on paperina."


class StillOpen(Invalid):
    sentence = "Valitus on vireillä, jonkun valitusaika tai aika pyytää valituslupaa kuluu tai päätös on tiedoksi antamatta. Päätös ei ole vielä lainvoimainen."


class AskedTooEarly(Invalid):
    sentence = (
        "Tuomioistuin vastasi, kun aika valittaa ei ollut vielä ohi. Kysy uudelleen, tai tarkista päivä."
    )


class SentBeforeArrival(Invalid):
    sentence = "Päivä on ennen kuin valitus saapui. Tarkista päivä."


def record_arrival(work: Work, recording: Recording) -> None:
    """Refuse only what can't be: timeliness is the court's to judge (746/2011 55 §)."""
    if recording.text("is_appeal") != "appeal":
        return
    signed = [each.signed_at for each in work.stores.resolutions.of_case(recording.case.id) if each.signed_at]
    received_on = recording.day("appeal_received_on")
    if received_on is not None and signed and received_on < day_of(min(signed)):
        raise AppealBeforeDecision(field="appeal_received_on")
    is_attached = recording.text("appeal_document") == "attached"
    if is_attached and not work.stores.attachments.of_case(recording.case.id):
        raise AppealNotAttached(field="appeal_document")


def record_inquiry(work: Work, recording: Recording) -> None:
    """No answer of a court makes a decision final that somebody has not received, or has appealed against here.

    An appeal that a court tells of is registered as any other: its own instance asks the day, the way and the document.
    """
    case = recording.case
    if recording.text("courts_answer") == "appeal" and is_received(work, case) and not is_open(work, case):
        work.record(case.id, "message_received", APPEAL_RECEIVED)
        work.stores.starts.add(case.id, APPEAL_RECEIVED, to_json(dict(begins_with(work, case))), work.now)
    if recording.text("courts_answer") != "none":
        return
    leave = leave_runs_until(work, case)
    runs = any(period.due_at and period.due_at > work.now for period in open_periods(work, case))
    runs = runs or (leave is not None and end_of(leave) > work.now)
    if runs or is_open(work, case) or unserved(work, case):
        raise StillOpen(field="courts_answer")
    ended = [each.due_on for each in open_periods(work, case)] + [leave]
    last = max((each for each in ended if each is not None), default=None)
    answered_on = recording.day("courts_asked_on")
    if last is not None and answered_on is not None and answered_on <= last:
        raise AskedTooEarly(field="courts_asked_on")


def record_sending(work: Work, recording: Recording) -> None:
    """The statement's clock is met by the day on which it left."""
    case, key = recording.case, recording.task.business_key
    arrival = next(
        (
            each.facts.get("received_on")
            for each in work.stores.timeline.of_case(case.id)
            if each.kind == "appeal_registered" and each.facts.get("business_key") == key
        ),
        None,
    )
    sent_on = recording.day("sent_to_court_on")
    if sent_on is not None and isinstance(arrival, str) and sent_on.isoformat() < arrival:
        raise SentBeforeArrival(field="sent_to_court_on")
    clock = work.stores.deadlines.find(case.id, STATEMENT, key)
    if clock is not None and clock.is_open:
        met = ClockEntry(EntryKind.MET, work.now, "opinion_sent", work.actor.name, work.actor.person_id)
        work.stores.deadlines.save(clock, clock.met(met))
    work.record(case.id, "opinion_sent_to_court", business_key=key)
