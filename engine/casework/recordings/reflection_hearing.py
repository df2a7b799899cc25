"""The hearing before an adverse decision on the reflection period: of each who is heard, in a safe way, with time to answer."""

from __future__ import annotations

from collections.abc import Iterable

from engine.casework.parties_heard import parties_heard
from engine.casework.recordings.hearing import (
    SHORT,
    WAY,
    TimeTooShort,
    reaches_on,
    require_safe_way,
    usual_until,
)
from engine.casework.recordings.recording import Recording
from engine.casework.reflection_hearings import (
    ALONE,
    EACH,
    FORM,
    HEARING,
    ROWS,
    PartyHearing,
    heard_before_reflection,
    hearings_in,
    hears_others,
)
from engine.clock import day_of
from engine.errors import Invalid
from engine.executor import Work
from engine.feel.values import from_json
from engine.storage.parties import Party
from engine.storage.resolutions import Resolution


class TimeNotOver(Invalid):
    sentence = "Henkilö voi vastata vielä %(day)s asti. Odota, tai kirjaa, mitä hän sanoi."


class HeardBeforeArrival(Invalid):
    sentence = "Kuuleminen on ennen kuin asia saapui. Tarkista päivä."


class OthersHeard(Invalid):
    sentence = "Kuultavia ovat %(names)s. Kirjaa jokaisen kuuleminen erikseen (hallintolaki 14 ja 34 §)."


class RowMissing(Invalid):
    sentence = "Kirjaa jokaisen kuuleminen omalle rivilleen. Puuttuu: %(names)s."


class HeardSinceChanged(Invalid):
    sentence = (
        "Kaikkia, joita on kuultava, ei ole kuultu ennen tätä ehdotusta: %(names)s. Palauta valmisteluun, niin heille "
        "annetaan tilaisuus tulla kuulluksi."
    )


def require_hearing(work: Work, recording: Recording) -> None:
    """Refuse a hearing without one who is heard (434/2003 14, 34 §), in an unsafe way, or without enough time to answer
    (33, 36 §), and "no answer" before the last day has passed."""
    answer = recording.text(HEARING)
    # A version before has one hearing, the person's.
    if answer in ALONE and recording.asks(ROWS) and hears_others(work, recording.case):
        heard = heard_before_reflection(work, recording.case)
        raise OthersHeard(field=HEARING, names=_named(heard))
    held = hearings_in(work, recording.case, recording.answers)
    if answer == EACH:
        unheard = _lacking(heard_before_reflection(work, recording.case), held)
        if unheard:
            raise RowMissing(field=ROWS, names=_named(unheard))
    speaking = {each.id for each in parties_heard(work, recording.case)}
    for place, each in enumerate(held):
        fields = _fields(place if answer == EACH else None)
        _require_reached(work, recording, each, fields)
        if answer in ALONE or each.party_id in speaking:
            _require_time(recording, each, fields)
        _require_over(work, each, fields)


def require_still_heard(work: Work, recording: Recording, resolution: Resolution, field: str) -> None:
    """Raise HeardSinceChanged where somebody is heard today who was not when the decision was prepared."""
    answers = from_json(resolution.content.get("answers") or {})
    is_asked = ROWS in recording.models.form(FORM).by_key
    if not is_asked or answers.get(HEARING) not in (*ALONE, EACH):
        return
    held = hearings_in(work, recording.case, answers)
    unheard = _lacking(heard_before_reflection(work, recording.case), held)
    if unheard:
        raise HeardSinceChanged(field=field, names=_named(unheard))


def _lacking(heard: Iterable[Party], held: Iterable[PartyHearing]) -> tuple[Party, ...]:
    known = {each.party_id for each in held}
    return tuple(each for each in heard if each.id not in known)


def _named(parties: Iterable[Party]) -> str:
    return ", ".join(each.name or each.kind for each in parties)


def _fields(place: int | None) -> tuple[str, str, str, str]:
    """Return the questions of the answer, the way, the day and the last day, in a row or of the person alone."""
    if place is None:
        return HEARING, WAY, "hearing_given_on", "hearing_until"
    row = f"{ROWS}.{place}."
    return f"{row}party_answer", f"{row}party_way", f"{row}party_told_on", f"{row}party_until"


def _require_reached(
    work: Work, recording: Recording, hearing: PartyHearing, fields: tuple[str, str, str, str]
) -> None:
    _, way, given_on, _ = fields
    if hearing.given_on is None:
        return
    if hearing.given_on < day_of(recording.case.received_at):
        raise HeardBeforeArrival(field=given_on)
    # Silence to a letter counts only where its way was safe until it is presumed received (434/2003 59 §).
    is_silent = hearing.answer == "no_answer"
    on = reaches_on(hearing.way, hearing.given_on) if is_silent else hearing.given_on
    require_safe_way(work, recording.case, hearing.way, hearing.party_id, field=way, on=on)


def _require_time(recording: Recording, hearing: PartyHearing, fields: tuple[str, str, str, str]) -> None:
    _, _, _, last_day = fields
    if hearing.given_on is None or hearing.until is None:
        return
    reached_on = reaches_on(hearing.way, hearing.given_on)
    least = usual_until(recording.models, reached_on)
    is_short = least is not None and hearing.until < least
    if hearing.until <= reached_on or (is_short and recording.lacks(SHORT)):
        last = least or reached_on
        raise TimeTooShort(field=last_day, day=f"{last.day}.{last.month}.{last.year}")


def _require_over(work: Work, hearing: PartyHearing, fields: tuple[str, str, str, str]) -> None:
    """Refuse "no answer" before the last day has passed, of a child for whom others speak too: the letter tells of it."""
    answer, _, _, _ = fields
    if hearing.answer != "no_answer" or hearing.given_on is None or hearing.until is None:
        return
    last = max(hearing.until, reaches_on(hearing.way, hearing.given_on))
    if work.today <= last:
        raise TimeNotOver(field=answer, day=f"{last.day}.{last.month}.{last.year}")
