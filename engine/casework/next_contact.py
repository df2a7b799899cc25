"""The agreed day of the next contact: a note that brings the case back until a further one takes its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from engine.domain.cases import Case, CaseState
from engine.domain.notes import Note, NoteDetails, NoteKind, problems_of
from engine.errors import Invalid
from engine.executor.engine import Work
from engine.storage.database import new_id

AGREED: Final = "next_contact"
"""The question on what was agreed; its words are the note's."""
AGREED_ON: Final = "next_contact_on"
AGREEMENT: Final = frozenset({AGREED, AGREED_ON})


def note_next_contact(work: Work, case: Case, answers: Mapping[str, Any]) -> None:
    """Note the agreed day, if there is one. Raise Invalid for a day on which the case can't come back."""
    if isinstance(answers.get(AGREED_ON), date):
        _write(work, case, answers)


def move_next_contact(work: Work, case: Case, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Have the case come back on the corrected day. A note that took the place of the agreed day stands; a closed case does
    not come back."""
    if case.state is CaseState.CLOSED:
        return
    known_on = before.get(AGREED_ON)
    if not isinstance(known_on, date):
        if isinstance(after.get(AGREED_ON), date):
            _write(work, case, after, is_corrected=True)
        return
    agreed = (NoteKind.WORKING, known_on, str(before.get(AGREED) or ""))
    noted = next(
        (
            each
            for each in work.stores.notes.of_case(case.id)
            if each.followed_up_at is None and (each.kind, each.follow_up_on, each.text) == agreed
        ),
        None,
    )
    if noted is not None:
        further = _write(work, case, after, refers_to=noted.refers_to or noted.id, is_corrected=True)
        work.stores.notes.end_follow_up(further, work.now)


def _write(
    work: Work,
    case: Case,
    answers: Mapping[str, Any],
    *,
    refers_to: UUID | None = None,
    is_corrected: bool = False,
) -> Note:
    agreed_on, text = answers.get(AGREED_ON), str(answers.get(AGREED) or "")
    details = NoteDetails(NoteKind.WORKING, text, refers_to=refers_to, follow_up_on=agreed_on)
    problems = problems_of(details, work.now, is_open=case.state is not CaseState.CLOSED, to=None)
    # A corrected day may have passed: the case comes back at once.
    is_late = is_corrected and agreed_on is not None and agreed_on < work.today
    if "follow_up_on" in problems and not is_late:
        raise Invalid(problems["follow_up_on"].message, field=AGREED_ON)
    note = Note(
        id=new_id(),
        case_id=case.id,
        kind=details.kind,
        refers_to=refers_to,
        settles=None,
        follow_up_on=agreed_on,
        followed_up_at=None,
        written_by=work.actor.person_id,
        written_by_name=work.actor.name,
        written_at=work.now,
        text=text,
        contact=None,
    )
    work.stores.notes.add(note)
    work.record(case.id, "note_written", note.kind.value)
    return note
