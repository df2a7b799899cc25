"""Meetings with a person, and their interpreters: booked, moved, cancelled, held, or the person did not come.

Nothing is rewritten: a meeting that is moved ends, and another takes its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from engine.clock import HELSINKI, day_of
from engine.domain.calendar import working_days_later
from engine.domain.spellings import sounds_of, words_of
from engine.errors import Conflict, Invalid

LONGEST: Final = 4_000
_LONGEST: Final = {
    "place": 200,
    "interpreter": 200,
    "language": 200,
    "barred": LONGEST,
    "others": LONGEST,
    "about": LONGEST,
}
MOST_DAYS: Final = 366
_HOUR: Final = re.compile(r"([01]?\d|2[0-3])[.:]([0-5]\d)")
REMIND_AT: Final = time(9)
"""Hour of the day before, in Finland, at which a reminder leaves."""
BY_MAIL: Final = "email"
NO_SAFE_WAY: Final = "none"
"""No message may leave: a caseworker reminds the person by a way that is safe."""
NOT_OF_DEAD: Final = "died"
"""In place of a reminder: the person has died."""
OF_CLOSED: Final = "closed"
"""In place of a name: the case has closed, and somebody cancels its meeting or notes how it went."""


class MeetingState(StrEnum):
    BOOKED = "booked"
    MOVED = "moved"
    """Another took its place."""
    CANCELLED = "cancelled"
    HELD = "held"
    MISSED = "missed"
    """The person did not come."""


class MeetingWay(StrEnum):
    IN_PERSON = "in_person"
    PHONE = "phone"
    VIDEO = "video"


CONTACT_WAYS: Final[Mapping[MeetingWay, str]] = {MeetingWay.PHONE: "phone"}
"""Ways of a meeting that use a way of contact: the person must have called it safe."""
ENDINGS: Final = (MeetingState.HELD, MeetingState.MISSED, MeetingState.CANCELLED)


class MeetingRejected(Invalid):
    """A meeting with something to mend, beside each field."""

    sentence = "Tarkista tapaaminen."

    def __init__(self, problems: Mapping[str, Invalid]) -> None:
        super().__init__(field=next(iter(problems)))
        self.problems = problems


class MeetingWayNotSafe(Invalid):
    sentence = "Henkilö ei ole sanonut, että puhelin on turvallinen. Valitse toinen tapa, tai tallenna uudelleen, jos hän on itse pyytänyt tätä."


class InterpreterBarred(Invalid):
    sentence = "Tulkki on nimetty niiden joukossa, joita ei saa käyttää. Valitse toinen tulkki."


class InterpreterKnown(Invalid):
    sentence = "Tulkin nimi on sama tai kuulostaa samalta kuin jonkun asiaan kuuluvan tai kielletyn. Tulkki ei saa olla omainen, tuttu eikä toinen uhri. Jos kyse on eri ihmisestä, tallenna uudelleen."


class InterpreterBarredBefore(Invalid):
    sentence = "Tulkki on nimetty niiden joukossa, joita ei ole saanut käyttää, tai toiveissa tulkista. Kysy henkilöltä. Jos tulkki sopii hänelle, tallenna uudelleen."


class MeetingAtSameHour(Invalid):
    sentence = "Sillä, joka menee, tai tällä henkilöllä on samaan aikaan toinen tapaaminen. Valitse toinen aika, tai tallenna uudelleen, jos molemmat onnistuvat."


class CompanyBarred(Invalid):
    sentence = "Mukana on joku, joka on merkitty vaaralliseksi tai nimetty niiden joukossa, joita ei saa päästää mukaan. Poista hänet."


class WorkerKeptOut(Invalid):
    sentence = "Valitse työntekijä, joka näkee tämän asian."


class MeetingOver(Conflict):
    sentence = "Tapaaminen on jo päättynyt tai siirretty. Katso sen tiedot asian sivulta."


@dataclass(frozen=True, slots=True)
class MeetingDetails:
    """A meeting as it is to be booked."""

    on: date | None
    hour: str
    """As 14.30, in Finland."""
    way: str
    place: str = ""
    language: str = ""
    interpreter: str = ""
    """Name or agency; empty where none is needed."""
    barred: str = ""
    """Those who must not interpret or come: people, a community, a region."""
    about: str = ""
    parties: tuple[UUID, ...] = ()
    """Parties of the case who are met."""
    others: str = ""
    """People of organisations who are met, one a line: name, role, organisation."""
    worker_id: UUID | None = None
    """The colleague who goes; None is the one who books."""

    @property
    def begins_at(self) -> datetime | None:
        """Return the moment; None for a day or an hour that can't be read."""
        found = _HOUR.fullmatch(self.hour.strip())
        if self.on is None or found is None:
            return None
        local = datetime.combine(self.on, time(int(found[1]), int(found[2])), tzinfo=HELSINKI)
        return local.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Meeting:
    id: UUID
    case_id: UUID
    state: MeetingState
    begins_at: datetime
    replaces: UUID | None
    """The meeting that was moved here."""
    booked_by: UUID | None
    booked_by_name: str
    booked_at: datetime
    ended_at: datetime | None
    """When it was moved, cancelled, or noted as held or missed."""
    ended_by: UUID | None
    remind_at: datetime | None
    """When the person is reminded; null where it is too soon for a reminder."""
    reminded_at: datetime | None
    reminder: str | None
    """``email``, ``none`` where no message could leave by a safe way, or ``died``."""
    way: str
    place: str
    """Empty once contact data are erased, as what follows."""
    language: str
    interpreter: str
    barred: str
    about: str
    outcome: str
    """Why it was moved or cancelled, or how it went."""
    worker_id: UUID | None
    """The colleague who goes. None where it was booked before that was asked."""
    worker_name: str
    """As it was when the meeting was booked."""
    parties: Mapping[str, str]
    """Parties who are met, by their id as text, with the name that they had when the meeting was booked."""
    others: str
    """People of organisations who are met, one a line."""

    @property
    def is_booked(self) -> bool:
        return self.state is MeetingState.BOOKED

    @property
    def is_with_parties(self) -> bool:
        """Return False if only others are met. A meeting booked before that was asked is with the person of the case."""
        return bool(self.parties) or not self.others

    @property
    def needs_reminding(self) -> bool:
        """Return True if a person must remind: no message could leave."""
        return self.is_booked and self.reminder == NO_SAFE_WAY


def reminder_of(begins_at: datetime, now: datetime) -> datetime | None:
    """Return the moment at which the person is reminded: the day before. None if that has passed already."""
    before = datetime.combine(day_of(begins_at) - timedelta(days=1), REMIND_AT, tzinfo=HELSINKI)
    moment = before.astimezone(UTC)
    return moment if moment > now else None


def usual_day(today: date) -> date:
    """Return the day that an empty form proposes."""
    return working_days_later(today, 3)


def problems_of(details: MeetingDetails, now: datetime) -> dict[str, Invalid]:
    """Return what is to be mended in a meeting, by field, apart from what is not safe."""
    problems = _problems_of_time(details, now)
    if details.way not in set(MeetingWay):
        problems["way"] = Invalid("Valitse, miten tavataan.")
    if details.way == MeetingWay.IN_PERSON and not details.place.strip():
        problems["place"] = Invalid("Kirjoita, missä tavataan.")
    if not details.parties and not details.others.strip():
        problems["parties"] = Invalid("Valitse, keitä tavataan, tai kirjoita, kuka muu tulee.")
    for name, most in _LONGEST.items():
        if len(getattr(details, name)) > most:
            problems[name] = Invalid("Tämä on liian pitkä: enintään %(most)s merkkiä.", most=most)
    return problems


def _problems_of_time(details: MeetingDetails, now: datetime) -> dict[str, Invalid]:
    if _HOUR.fullmatch(details.hour.strip()) is None:
        return {
            **_problems_of_day(details.on, day_of(now)),
            "hour": Invalid("Kirjoita kellonaika muodossa 14.30."),
        }
    if problems := _problems_of_day(details.on, day_of(now)):
        return problems
    if details.begins_at is not None and details.begins_at <= now:
        return {"hour": Invalid("Kellonaika on jo mennyt. Jos tapaaminen on ollut, kirjaa se merkintänä.")}
    return {}


def _problems_of_day(on: date | None, today: date) -> dict[str, Invalid]:
    if on is None:
        return {"on": Invalid("Kirjoita tapaamisen päivä.")}
    if on < today:
        return {"on": Invalid("Päivä on jo mennyt. Kirjoita tämä päivä tai myöhempi.")}
    if (on - today).days > MOST_DAYS:
        return {"on": Invalid("Päivä on yli vuoden päässä. Tarkista se.")}
    return {}


def barred_names(barred: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in re.split(r"[,;\n]", barred) if line.strip())


def wishes_of(contact: Mapping[str, Any]) -> str:
    """Return what somebody wished of an interpreter, in their own words: whom they want, and whom they do not."""
    wishes = contact.get("interpreter_wishes")
    return wishes.strip() if isinstance(wishes, str) else ""


def is_barred(interpreter: str, barred: str) -> bool:
    """Return True if the interpreter is written among those who must not be used, in any order of names, whatever else
    stands beside the name on either side."""
    wanted = [frozenset(words_of(each)) for each in (interpreter, *barred_names(interpreter))]
    others = [frozenset(words_of(each)) for each in barred_names(barred)]
    return any(_is_within(words, each) for words in wanted for each in others)


def _is_within(words: frozenset[str], others: frozenset[str]) -> bool:
    """Return True if either holds the other. One word alone is too little: half a name may be somebody else's."""
    return bool(words) and (
        words == others or (min(len(words), len(others)) > 1 and bool(words <= others or others <= words))
    )


def is_known(interpreter: str, names: Iterable[str]) -> bool:
    """Return True if the interpreter's name, or a part of it, sounds like one of these, in any spelling and order."""
    wanted = [words_of(each) for each in (interpreter, *barred_names(interpreter))]
    return any(_sound_alike(words, words_of(each)) for each in names for words in wanted)


def _sound_alike(words: Sequence[str], others: Sequence[str]) -> bool:
    fewer, more = sorted((words, others), key=len)

    def has_partner(word: str) -> bool:
        return any(word == each or not set(sounds_of(word)).isdisjoint(sounds_of(each)) for each in more)

    if len(fewer) == 1 < len(more):
        # The sounds of one word are in too many others.
        return fewer[0] in more
    return bool(fewer) and all(map(has_partner, fewer))
