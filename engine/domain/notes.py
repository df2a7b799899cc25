"""Notes that staff write down in a case: a statement that may matter, a contact, or a working note.

An authority records oral statements that may affect how a matter is decided (434/2003 42 §), and hears the party about
what others have stated (34 §). Nothing here is rewritten: a note is corrected by a further one that refers to it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import Final
from uuid import UUID

from engine.clock import HELSINKI, day_of
from engine.domain.interpreters import CHOICES, Interpreter
from engine.domain.parties import LANGUAGES
from engine.domain.safe_contact import IN_PERSON, WAYS
from engine.errors import Conflict, Invalid

LONGEST: Final = 20_000
LONGEST_LINE: Final = 200
CONTACT_WAYS: Final = (*WAYS, IN_PERSON)
_HOUR: Final = re.compile(r"(?:[01]?\d|2[0-3])[.:][0-5]\d")
_MENTION: Final = re.compile(r"(?<![\w.@-])@([\w-]+(?:\.[\w-]+)*)")
"""Not the second half of an e-mail address, and without the full stop that ends a sentence."""


class NoteKind(StrEnum):
    STATEMENT = "statement"
    """Stated aloud, and may affect the decision (434/2003 42 §)."""
    CONTACT = "contact"
    WORKING = "working"


class Settled(StrEnum):
    """How a further note settles the duty to hear the person about a statement."""

    HEARD = "heard"
    NOT_NEEDED = "not_needed"
    """434/2003 34 § 2; the note says why."""


class NotesRejected(Invalid):
    """A note with something to mend, beside each field."""

    sentence = "Tarkista merkintä."

    def __init__(self, problems: Mapping[str, Invalid]) -> None:
        super().__init__(field=next(iter(problems)))
        self.problems = problems


class ContactNotSafe(Invalid):
    sentence = (
        "Tämä tapa ei ole turvallinen. Jos yhteys kuitenkin oli näin, tallenna uudelleen, niin se kirjataan."
    )


class PersonNotSafe(Invalid):
    sentence = "Tämä ihminen on merkitty asiassa vaaralliseksi. Jos yhteys kuitenkin oli, tallenna uudelleen, niin se kirjataan."


class WaysHeld(Invalid):
    sentence = (
        "Hänen yhteystapansa odottavat tarkistusta: jokin niistä ei ole turvallinen, eikä uusia ole vielä kirjattu. Jos yhteys "
        "kuitenkin oli näin, tallenna uudelleen, niin se kirjataan."
    )


class WithWhomTwice(Invalid):
    sentence = "Valitsit osapuolen ja kirjoitit toisen nimen. Valitse Joku muu, tai tyhjennä tämä."


class NoteDraftElsewhere(Conflict):
    sentence = "Sinulla on tässä asiassa toinen keskeneräinen merkintä. Se on kirjoitettu toisessa välilehdessä tai toisella laitteella."


class NotesGone(Conflict):
    sentence = "Asian sisältö on hävitetty säilytysajan päätyttyä. Merkintää ei voi enää kirjata."


@dataclass(frozen=True, slots=True)
class ContactEntry:
    """A call, meeting or message with a person, or the occasion on which something was stated."""

    party_id: UUID | None
    other: str
    """Name or office of somebody who is no party."""
    way: str
    on: date
    hour: str
    """As 14.30, in Finland; empty where only the day is known."""
    agreed: str = ""
    interpreted: str = ""
    """One of `interpreters.CHOICES`; empty in older notes."""
    interpreter_language: str = ""
    """Empty without an interpreter."""


@dataclass(frozen=True, slots=True)
class NoteDetails:
    """A note as it is to be recorded."""

    kind: NoteKind
    text: str
    contact: ContactEntry | None = None
    """Of a contact and of a statement."""
    refers_to: UUID | None = None
    settles: Settled | None = None
    follow_up_on: date | None = None


@dataclass(frozen=True, slots=True)
class Note:
    id: UUID
    case_id: UUID
    kind: NoteKind
    refers_to: UUID | None
    """The first note of the thread that this one goes on with or corrects."""
    settles: Settled | None
    """Of a further note to a statement: the person was heard about it, or need not be."""
    follow_up_on: date | None
    """The day on which the case comes back."""
    followed_up_at: datetime | None
    """When a further note took the place of that day."""
    written_by: UUID | None
    written_by_name: str
    written_at: datetime
    text: str
    """Empty once the case's narrative is erased."""
    contact: ContactEntry | None

    @property
    def is_open(self) -> bool:
        """Return True while its day brings the case back."""
        return self.follow_up_on is not None and self.followed_up_at is None


@dataclass(frozen=True, slots=True)
class NoteThread:
    """A note with the further notes that refer to it, oldest first."""

    first: Note
    further: tuple[Note, ...] = field(default_factory=tuple)

    @property
    def newest_at(self) -> datetime:
        return self.further[-1].written_at if self.further else self.first.written_at

    def is_unheard(self, own_side: Collection[UUID]) -> bool:
        """Return True for a statement of another than the person's own side, with no word that the person was heard
        about it or need not be."""
        if self.first.kind is not NoteKind.STATEMENT or any(each.settles for each in self.further):
            return False
        stated_by = self.first.contact.party_id if self.first.contact else None
        return stated_by not in own_side


def threads(notes: Iterable[Note]) -> tuple[NoteThread, ...]:
    """Return the notes by thread, the one with the newest word first."""
    firsts, further = [], defaultdict(list)
    for note in sorted(notes, key=lambda each: (each.written_at, each.id)):
        if note.refers_to is None:
            firsts.append(note)
        else:
            further[note.refers_to].append(note)
    found = [NoteThread(each, tuple(further[each.id])) for each in firsts]
    return tuple(sorted(found, key=lambda each: (each.newest_at, each.first.id), reverse=True))


def agreed_days(found: Iterable[NoteThread]) -> tuple[tuple[UUID, date], ...]:
    """Return the notes whose day brings the case back, each with its day, the first day first."""
    notes = (note for thread in found for note in (thread.first, *thread.further))
    days = [(each.id, each.follow_up_on) for each in notes if each.follow_up_on and each.is_open]
    return tuple(sorted(days, key=lambda each: (each[1], each[0])))


def mentioned(text: str) -> tuple[str, ...]:
    """Return the usernames that a text mentions with @, each once, in lower case."""
    return tuple(dict.fromkeys(found.lower() for found in _MENTION.findall(text)))


def problems_of(
    details: NoteDetails, moment: datetime, *, is_open: bool, to: NoteKind | None
) -> dict[str, Invalid]:
    """Return what is to be mended in a note, by field. `to`: the kind of the note that it refers to."""
    today = day_of(moment)
    problems: dict[str, Invalid] = {}
    if not details.text.strip():
        problems["text"] = Invalid("Kirjoita merkintä.")
    elif len(details.text) > LONGEST:
        problems["text"] = Invalid(
            "Merkintä on liian pitkä. Lyhennä se enintään 20 000 merkkiin tai liitä tiedosto."
        )
    if details.kind is not NoteKind.WORKING:
        problems |= _problems_of_contact(details, moment)
    if details.settles is not None and to is not NoteKind.STATEMENT:
        problems["settles"] = Invalid("Kuuleminen kirjataan lisämerkintänä lausumaan.")
    if details.follow_up_on is not None and not is_open:
        problems["follow_up_on"] = Invalid("Päättyneeseen asiaan ei merkitä uutta päivää. Jätä se tyhjäksi.")
    elif details.follow_up_on is not None and details.follow_up_on < today:
        problems["follow_up_on"] = Invalid("Päivä on jo mennyt. Kirjoita tämä päivä tai myöhempi.")
    elif details.follow_up_on is not None and (details.follow_up_on - today).days > 366:
        problems["follow_up_on"] = Invalid("Päivä on yli vuoden päässä. Tarkista se.")
    return problems


def _problems_of_contact(details: NoteDetails, moment: datetime) -> dict[str, Invalid]:
    entry, problems = details.contact, _problems_of_whom(details.contact)
    if entry is not None and entry.way not in CONTACT_WAYS:
        problems["way"] = Invalid("Valitse tapa.")
    if entry is not None:
        problems |= _problems_of_interpreter(entry)
    if entry is not None and entry.on > day_of(moment):
        problems["on"] = Invalid(
            "Päivä ei ole vielä ollut. Tuleva yhteydenotto kirjoitetaan omaan kohtaansa."
        )
    if entry is not None and entry.hour and not _HOUR.fullmatch(entry.hour):
        problems["hour"] = Invalid("Kirjoita kellonaika muodossa 14.30, tai jätä tyhjäksi.")
    elif entry is not None and entry.hour and _is_to_come(entry, moment):
        problems["hour"] = Invalid("Kellonaika ei ole vielä ollut. Korjaa se, tai jätä tyhjäksi.")
    if entry is not None and len(entry.agreed) > LONGEST:
        problems["agreed"] = Invalid("Lyhennä tätä: enintään 20 000 merkkiä.")
    return problems


def _problems_of_interpreter(entry: ContactEntry) -> dict[str, Invalid]:
    problems = {}
    if entry.interpreted and entry.interpreted not in CHOICES:
        problems["interpreter"] = Invalid("Valitse, oliko tulkki mukana.")
    if entry.interpreter_language not in ("", *LANGUAGES):
        problems["interpreter_language"] = Invalid("Valitse kieli.")
    elif entry.interpreted not in ("", Interpreter.NONE) and not entry.interpreter_language:
        problems["interpreter_language"] = Invalid("Valitse, mistä kielestä tulkattiin.")
    return problems


def _problems_of_whom(entry: ContactEntry | None) -> dict[str, Invalid]:
    if entry is None or (entry.party_id is None and not entry.other.strip()):
        return {"who": Invalid("Valitse, kenen kanssa, tai kirjoita nimi.")}
    if len(entry.other) > LONGEST_LINE:
        return {"other": Invalid("Nimi on liian pitkä. Lyhennä se enintään 200 merkkiin.")}
    if entry.party_id is not None and entry.other.strip():
        return {"other": WithWhomTwice()}
    return {}


def _is_to_come(entry: ContactEntry, moment: datetime) -> bool:
    hour, minute = re.split(r"[.:]", entry.hour)
    return entry.on == day_of(moment) and time(int(hour), int(minute)) > moment.astimezone(HELSINKI).time()
