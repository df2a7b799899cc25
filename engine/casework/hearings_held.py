"""Hearings as the signer must know them: what was held out, how, on what day, and until when (434/2003 34, 36 §)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from engine.casework.appeals import REFLECTION, REMOVAL
from engine.casework.decision_corrections import PREPARED_IN
from engine.casework.recordings.hearing import WAY, reaches_on
from engine.clock import day_of
from engine.domain.cases import Case
from engine.executor import Work
from engine.feel.values import from_json
from engine.storage.requests import InformationRequest
from engine.storage.resolutions import Resolution
from engine.storage.submissions import Submission

_ASSESSED_BY: Final = {REMOVAL: "removal_assessment"}


@dataclass(frozen=True, slots=True)
class HeldOut:
    reference: str
    name: str
    """Empty of a person whose name is not known."""
    way: str
    """in_person, phone, post; empty where nobody has recorded it."""
    given_on: date | None
    reached_on: date | None
    """Of a posted letter the presumed day."""
    due_on: date | None
    subject: str
    """Empty where it stands among the preparer's explanations."""
    material: tuple[str, ...]
    answer: str
    """heard, declined, no_answer; empty without one."""


def hearings_of(work: Work, case: Case, resolution: Resolution) -> tuple[HeldOut, ...]:
    """Return the hearings on the newest assessment of what is signed; of a decision on the reflection period, the one that
    its preparer recorded."""
    if resolution.kind == REFLECTION:
        return _recorded(work, case, resolution)
    form = _ASSESSED_BY.get(resolution.kind, "assessment")
    assessed = work.stores.submissions.latest(case.id, form)
    if assessed is None:
        return ()
    prepared_in = resolution.content.get(PREPARED_IN)
    return tuple(
        _held_out(work, case, each, assessed)
        for each in work.stores.requests.of_case(case.id)
        if each.kind == "hearing"
        and each.created_at >= assessed.sent_at
        and (prepared_in is None or each.is_of(UUID(str(prepared_in))))
    )


def _recorded(work: Work, case: Case, resolution: Resolution) -> tuple[HeldOut, ...]:
    answers = from_json(resolution.content.get("answers") or {})
    given_on, until = answers.get("hearing_given_on"), answers.get("hearing_until")
    if not isinstance(given_on, date):
        return ()
    person, way = work.stores.parties.applicant_of(case.id), _text(answers.get(WAY))
    return (
        HeldOut(
            reference="",
            name=person.name if person else "",
            way=way,
            given_on=given_on,
            reached_on=reaches_on(way, given_on),
            due_on=until if isinstance(until, date) else None,
            subject="",
            material=(),
            answer=_text(answers.get("hearing")),
        ),
    )


def _held_out(work: Work, case: Case, hearing: InformationRequest, assessed: Submission) -> HeldOut:
    given = work.stores.submissions.latest(case.id, "post_paper", hearing.reference)
    answers = from_json(given.answers) if given else {}
    reply = work.stores.submissions.latest(case.id, "hearing_reply", hearing.reference)
    words = from_json(assessed.answers)
    way = str(answers.get(WAY) or "")
    given_on = day_of(hearing.sent_at) if hearing.sent_at else None
    return HeldOut(
        hearing.reference,
        str(hearing.recipient.get("name") or ""),
        way,
        given_on,
        reaches_on(way, given_on) if given_on else None,
        hearing.due_on,
        _text(words.get("hearing_told")),
        tuple(line for line in _text(words.get("hearing_material")).splitlines() if line.strip()),
        str(from_json(reply.answers).get("heard") or "") if reply else "",
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
