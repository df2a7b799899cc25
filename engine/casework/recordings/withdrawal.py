"""A wish to withdraw, confirmed with the person. Death needs no talk."""

from __future__ import annotations

from engine.casework.clienthood import end_removal_of_dead, owe_removal, removal_begins
from engine.casework.correction_course import end_of_dead
from engine.casework.recordings.consent import require_safe_talk
from engine.casework.recordings.free_will import require_free_will
from engine.casework.recordings.recording import Recording
from engine.casework.sealing import open_sealed
from engine.casework.spoken_decisions import require_spoken_finished
from engine.casework.taken_back import withdrawn_on
from engine.errors import Invalid
from engine.executor import Work


class ConfirmedTooEarly(Invalid):
    sentence = "Peruuttaminen tuli meille %(day)s. Siitä ei ole voitu puhua henkilön kanssa ennen sitä. Tarkista päivä."


def record_withdrawal(work: Work, recording: Recording) -> None:
    """Only a talk with the person confirms a withdrawal or undoes it (746/2011 38 a § 2 mom.). Without one it stays asked."""
    if recording.text("withdrawal") == "not_reached":
        work.record(recording.case.id, "withdrawal_not_reached")
        return
    if recording.text("lapse_reason") != "death":
        require_free_will(recording)
        _require_talk_after(work, recording)
        require_safe_talk(work, recording, "talk_way")
    if recording.text("withdrawal") != "confirmed":
        work.record(recording.case.id, "withdrawal_not_confirmed", submission=str(recording.submission_id))
        return
    if recording.text("lapse_reason") == "death":
        end_removal_of_dead(work, recording.case)
        end_of_dead(work, recording.case)
    if recording.text("lapse_reason") != "withdrawn":
        return
    require_spoken_finished(work, recording.case, field="withdrawal")
    confirmed_on = recording.day("confirmed_on") or work.today
    work.record(
        recording.case.id,
        "withdrawal_confirmed",
        on=confirmed_on.isoformat(),
        submission=str(recording.submission_id),
    )
    if removal_begins(work, recording.case):
        # After an admission, an oral one too, nothing lapses by a wish: who wants to leave is removed (38 f §).
        owe_removal(work, recording.case, wished=True)
        return
    if recording.text("applies_self") == "yes":
        work.record(recording.case.id, "applies_self")
        open_sealed(work, recording.case)


def _require_talk_after(work: Work, recording: Recording) -> None:
    """Raise ConfirmedTooEarly for a talk before the withdrawal was known."""
    confirmed_on, asked_on = recording.day("confirmed_on"), withdrawn_on(work, recording.case)
    if confirmed_on is not None and asked_on is not None and confirmed_on < asked_on:
        raise ConfirmedTooEarly(field="confirmed_on", day=f"{asked_on.day}.{asked_on.month}.{asked_on.year}")
