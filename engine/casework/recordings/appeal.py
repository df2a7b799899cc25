"""An appeal arrives, goes to the court, and the court is asked if there is another."""

from __future__ import annotations

from engine.casework.appeals import is_open, open_periods, unserved
from engine.casework.case_deadlines import meet
from engine.casework.recordings.recording import Recording
from engine.domain.deadline_kinds import COURT_STATEMENT
from engine.errors import Invalid
from engine.executor import Work


class AppealNotAttached(Invalid):
    sentence = "Asiaan ei ole liitetty tiedostoa. Liitä valituskirjelmä asian sivulla, tai merkitse, että se on paperina."


class StillOpen(Invalid):
    sentence = "Valitus on vireillä, jonkun valitusaika kuluu tai päätös on tiedoksi antamatta. Päätös ei ole vielä lainvoimainen."


def record_arrival(work: Work, recording: Recording) -> None:
    """Refuse only what can't be: timeliness is the court's to judge (746/2011 55 §)."""
    if recording.text("is_appeal") != "appeal":
        return
    is_attached = recording.text("appeal_document") == "attached"
    if is_attached and not work.stores.attachments.of_case(recording.case.id):
        raise AppealNotAttached(field="appeal_document")


def record_inquiry(work: Work, recording: Recording) -> None:
    """No answer of a court makes a decision final that somebody has not received, or has appealed against here."""
    if recording.text("courts_answer") != "none":
        return
    case = recording.case
    runs = any(period.due_at and period.due_at > work.now for period in open_periods(work, case))
    if runs or is_open(work, case) or unserved(work, case):
        raise StillOpen(field="courts_answer")


def record_sending(work: Work, recording: Recording) -> None:
    """The statement's clock is met by the day on which it left."""
    case, key = recording.case, recording.task.business_key
    meet(work, case, COURT_STATEMENT, "opinion_sent", key)
    work.record(case.id, "opinion_sent_to_court", business_key=key)
