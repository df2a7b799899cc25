"""Hearings as the signer must know them: what was held out, how, on what day, and until when (434/2003 34, 36 §)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.casework.appeals import REFLECTION, REMOVAL
from engine.casework.assessed_before import hearings_since
from engine.casework.decision_corrections import prepared_in
from engine.casework.posted_letters import has_come_back
from engine.casework.recordings.hearing import WAY, reaches_on
from engine.casework.reflection_hearings import EACH, HEARING, hearings_in
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
    """Of a posted letter the presumed day; None of one that came back."""
    due_on: date | None
    subject: str
    """Empty where it stands among the preparer's explanations."""
    material: tuple[str, ...]
    answer: str
    """heard, declined, no_answer; empty without one."""
    words: str = ""
    """The person's own, as they were written down and read to them."""
    wants_oral: bool = False
    """The person asked to state their case orally (434/2003 37 §)."""


@dataclass(frozen=True, slots=True)
class CalledOff:
    """A hearing that was begun and ended without the person's answer, before the assessment that is signed."""

    subject: str
    material: tuple[str, ...]
    given_on: date | None
    """None of one that never reached the person."""
    ended_on: date | None
    reasons: str
    """Of the person who called it off; empty where the procedure ended it."""


_OFF_BY: Final = (
    ("post_paper", "not_sent_reason"),
    ("request_follow_up", "reason"),
    ("stalled_request", "reason"),
)
"""Forms that call a hearing off, with the question of why."""


def called_off(work: Work, case: Case, resolution: Resolution) -> tuple[CalledOff, ...]:
    """Return the hearings on this kind of decision that were begun and called off."""
    form = _ASSESSED_BY.get(resolution.kind, "assessment")
    assessed = work.stores.submissions.of_case(case.id, form)
    if resolution.kind == REFLECTION or not assessed:
        return ()
    others = set(_ASSESSED_BY.values()) | {"assessment"}
    every = [each for each in work.stores.submissions.of_case(case.id) if each.form_key in others]
    found = []
    for hearing in work.stores.requests.of_case(case.id):
        before = [each for each in every if each.sent_at <= hearing.created_at]
        if (
            hearing.kind == "hearing"
            and hearing.closed_as == "cancelled"
            and hearing.is_of(prepared_in(resolution))
            and before
            and before[-1].form_key == form
        ):
            found.append(_off(work, case, hearing, before[-1]))
    return tuple(found)


def _off(work: Work, case: Case, hearing: InformationRequest, assessed: Submission) -> CalledOff:
    answers = from_json(assessed.answers)
    ended = [
        (sent.sent_at, _text(from_json(sent.answers).get(why)))
        for form_key, why in _OFF_BY
        if (sent := work.stores.submissions.latest(case.id, form_key, hearing.reference)) is not None
    ]
    return CalledOff(
        _text(answers.get("hearing_told")),
        _lines(answers.get("hearing_material")),
        day_of(hearing.sent_at) if hearing.sent_at else None,
        day_of(hearing.closed_at) if hearing.closed_at else None,
        max(ended)[1] if ended else "",
    )


def hearings_of(work: Work, case: Case, resolution: Resolution) -> tuple[HeldOut, ...]:
    """Return the hearings on the newest assessment of what is signed; of a decision on the reflection period, those that
    its preparer recorded."""
    if resolution.kind == REFLECTION:
        return _recorded(work, case, resolution)
    form = _ASSESSED_BY.get(resolution.kind, "assessment")
    assessed = work.stores.submissions.latest(case.id, form)
    if assessed is None:
        return ()
    hearings = hearings_since(work, case, assessed, resolution.content)
    return tuple(_held_out(work, case, each, assessed) for each in hearings)


def _recorded(work: Work, case: Case, resolution: Resolution) -> tuple[HeldOut, ...]:
    answers = from_json(resolution.content.get("answers") or {})
    return tuple(
        HeldOut(
            reference="",
            name=each.name,
            way=each.way,
            given_on=each.given_on,
            reached_on=reaches_on(each.way, each.given_on),
            due_on=each.until,
            subject="",
            material=(),
            answer=each.answer,
            # The words of a person who was heard alone stand among the preparer's explanations.
            words=each.words if answers.get(HEARING) == EACH else "",
        )
        for each in hearings_in(work, case, answers)
        if each.given_on is not None
    )


def _held_out(work: Work, case: Case, hearing: InformationRequest, assessed: Submission) -> HeldOut:
    given = work.stores.submissions.latest(case.id, "post_paper", hearing.reference)
    answers = from_json(given.answers) if given else {}
    reply = work.stores.submissions.latest(case.id, "hearing_reply", hearing.reference)
    words = from_json(assessed.answers)
    replied = from_json(reply.answers) if reply else {}
    way = str(answers.get(WAY) or "")
    given_on = day_of(hearing.sent_at) if hearing.sent_at else None
    is_back = has_come_back(work, case, hearing.reference)
    reached_on = reaches_on(way, given_on) if given_on is not None and not is_back else None
    return HeldOut(
        hearing.reference,
        str(hearing.recipient.get("name") or ""),
        way,
        given_on,
        reached_on,
        hearing.due_on,
        _text(words.get("hearing_told")),
        _lines(words.get("hearing_material")),
        _text(replied.get("heard")),
        _text(replied.get("opinion")),
        replied.get("wants_oral_hearing") == "yes",
    )


def _lines(value: object) -> tuple[str, ...]:
    return tuple(line for line in _text(value).splitlines() if line.strip())


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
