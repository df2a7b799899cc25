"""Meetings in words: when and where, with whom, how the person is reminded, and how it went."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from engine.domain.meetings import BY_MAIL, NOT_OF_DEAD, Meeting, MeetingState, MeetingWay, reminder_of
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.dates import clock, day
from webapp.rendering.words.labels import TABLES, language_name

WAYS: Final[Mapping[MeetingWay, str]] = {way: TABLES["meeting"][way.value] for way in MeetingWay}
STATES: Final[Mapping[MeetingState, tuple[str, str]]] = {
    MeetingState.BOOKED: (marked("Sovittu"), "waiting"),
    MeetingState.MOVED: (marked("Siirretty"), "none"),
    MeetingState.CANCELLED: (marked("Peruttu"), "none"),
    MeetingState.HELD: (marked("Pidetty"), "done"),
    MeetingState.MISSED: (marked("Henkilö ei tullut"), "alert"),
}
"""In words, with the mark beside them."""


@dataclass(frozen=True, slots=True)
class WordedMeeting:
    meeting: Meeting
    when: str
    how: str
    """Way and place."""
    met: str
    """Those who are met, of the case and of organisations."""
    worker: str
    language: str
    state: str
    mark: str
    reminder: str
    has_begun: bool


def worded_meetings(meetings: Iterable[Meeting], now: datetime) -> tuple[WordedMeeting, ...]:
    """Return those that are booked, the next first; then the others, the latest first."""
    known = sorted(meetings, key=lambda each: each.begins_at)
    booked = [each for each in known if each.is_booked]
    ended = [each for each in reversed(known) if not each.is_booked]
    return tuple(_worded(each, now) for each in (*booked, *ended))


def _worded(meeting: Meeting, now: datetime) -> WordedMeeting:
    state, mark = STATES[meeting.state]
    way = WAYS.get(MeetingWay(meeting.way), "") if meeting.way in set(MeetingWay) else ""
    return WordedMeeting(
        meeting,
        _("%(day)s klo %(hour)s", day=day(meeting.begins_at), hour=clock(meeting.begins_at)),
        ", ".join(part for part in (_(way) if way else "", meeting.place) if part),
        met_in_words(meeting),
        meeting.worker_name,
        language_name(meeting.language) if meeting.language else "",
        _(state),
        mark,
        _reminder(meeting),
        meeting.begins_at <= now,
    )


def met_in_words(meeting: Meeting) -> str:
    """Return who is met; empty where that was not asked yet, or is erased."""
    parties = (name or _("osallinen, jonka nimeä ei tiedetä") for name in meeting.parties.values())
    others = (line.strip() for line in meeting.others.splitlines())
    return "; ".join(part for part in (*parties, *others) if part)


def _reminder(meeting: Meeting) -> str:
    """Return how the person is reminded, of a meeting that is booked; of one that was moved, that they were."""
    if meeting.reminded_at is not None:
        if meeting.reminder == BY_MAIL:
            return _("Muistutus lähti %(day)s. Siinä ei ole sisältöä.", day=day(meeting.reminded_at))
        if meeting.reminder == NOT_OF_DEAD:
            return _("Muistutusta ei lähetetty: henkilö on kuollut.")
        return _("Viestiä ei voitu lähettää: mikään viestitapa ei ollut turvallinen. Muistuta itse.")
    if not meeting.is_booked:
        return ""
    if meeting.remind_at is None and reminder_of(meeting.begins_at, meeting.booked_at) is not None:
        return _("Muistutusta ei lähde: se lähtee vain henkilölle, jonka asia on.")
    if meeting.remind_at is None:
        return _("Muistutusta ei lähde: tapaaminen on niin pian.")
    return _(
        "Muistutus lähtee %(day)s, jos sähköposti on silloin turvallinen. Siinä ei ole sisältöä.",
        day=day(meeting.remind_at),
    )
