"""An appeal arrives, goes to the court, and the court is asked whether there is another: each on a day that fits."""

from __future__ import annotations

from engine.casework.appeals import is_open, kind_of, open_periods, unserved
from engine.casework.recordings.recording import Recording
from engine.clock import day_of
from engine.domain.appeals import STATEMENT
from engine.domain.deadlines import ClockEntry, EntryKind
from engine.errors import Invalid
from engine.executor import Work


class AppealBeforeDecision(Invalid):
    sentence = "Päivä on ennen kuin päätös allekirjoitettiin. Tarkista päivä."


class AppealNotAttached(Invalid):
    sentence = "Asiaan ei ole liitetty tiedostoa. Liitä valituskirjelmä asian sivulla, tai merkitse, että se on paperina."


class StillOpen(Invalid):
    sentence = "Valitus on vireillä, jonkun valitusaika kuluu tai päätös on tiedoksi antamatta. Päätös ei ole vielä lainvoimainen."


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
    """No answer of a court makes a decision final that somebody has not received, or has appealed against here."""
    if recording.text("courts_answer") != "none":
        return
    case, kind = recording.case, kind_of(recording.task.business_key)
    runs = any(period.due_at and period.due_at > work.now for period in open_periods(work, case, kind))
    if runs or is_open(work, case) or unserved(work, case, kind):
        raise StillOpen(field="courts_answer")


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
