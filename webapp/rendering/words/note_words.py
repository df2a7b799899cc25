"""Notes in words: their kind, with whom, by which way, when, and what further notes say of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from engine.domain.notes import ContactEntry, Note, NoteKind, NoteThread, Settled
from engine.queries.party_page import Party
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.dates import day
from webapp.rendering.words.labels import language_name, word

KINDS: Final[Mapping[NoteKind, str]] = {
    NoteKind.CONTACT: marked("Yhteydenotto"),
    NoteKind.STATEMENT: marked("Lausuma, jolla voi olla merkitystä"),
    NoteKind.WORKING: marked("Työmuistiinpano"),
}
WAYS: Final[Mapping[str, str]] = {
    "phone": marked("Puhelu"),
    "email": marked("Sähköposti"),
    "sms": marked("Tekstiviesti"),
    "post": marked("Kirje"),
    "via_person": marked("Toisen ihmisen kautta"),
    "in_person": marked("Tapaaminen"),
}
SETTLED: Final[Mapping[Settled, str]] = {
    Settled.HEARD: marked("Henkilöä on kuultu tästä"),
    Settled.NOT_NEEDED: marked("Kuuleminen ei ole tarpeen"),
}


@dataclass(frozen=True, slots=True)
class WordedNote:
    note: Note
    kind: str
    whom: str
    """Of a contact or statement; empty for a working note."""
    when: str
    settled: str


@dataclass(frozen=True, slots=True)
class WordedThread:
    first: WordedNote
    further: tuple[WordedNote, ...]
    is_unheard: bool
    follow_up: str
    """The day on which the case comes back; empty where none is open."""


def worded_threads(
    threads: Iterable[NoteThread], unheard: Collection[UUID], names: Mapping[UUID, str], kind: str
) -> tuple[WordedThread, ...]:
    """Return the threads of a kind in words; of all kinds if it is none."""
    wanted = (each for each in threads if kind not in set(NoteKind) or each.first.kind == kind)
    return tuple(
        WordedThread(
            _worded(each.first, names),
            tuple(_worded(note, names) for note in each.further),
            each.first.id in unheard,
            _follow_up((each.first, *each.further)),
        )
        for each in wanted
    )


def _follow_up(notes: Iterable[Note]) -> str:
    on = next((note.follow_up_on for note in notes if note.is_open), None)
    return day(on) if on else ""


def names_in(parties: Iterable[Party]) -> dict[UUID, str]:
    """Return each party's name and part; only the part where no name is known."""
    return {
        each.id: ", ".join(part for part in (each.name, word(each.kind, "party")) if part) for each in parties
    }


def _worded(note: Note, names: Mapping[UUID, str]) -> WordedNote:
    entry = note.contact
    return WordedNote(
        note,
        _(KINDS[note.kind]),
        _whom(entry, names) if entry else "",
        _when(entry) if entry else "",
        _(SETTLED[note.settles]) if note.settles else "",
    )


def _whom(entry: ContactEntry, names: Mapping[UUID, str]) -> str:
    if entry.party_id is None:
        return entry.other
    return names.get(entry.party_id) or _("osapuoli, joka on poistettu asiasta")


def _when(entry: ContactEntry) -> str:
    on = _("%(day)s klo %(hour)s", day=day(entry.on), hour=entry.hour) if entry.hour else day(entry.on)
    way = _(WAYS[entry.way]) if entry.way in WAYS else ""
    return ", ".join(filter(None, (way, _interpreted(entry), on)))


def _interpreted(entry: ContactEntry) -> str:
    """Return where the interpreter was, and in which language; nothing of a talk without one."""
    if entry.interpreted in ("", "none"):
        return ""
    worded = word(entry.interpreted, "interpreter")
    return f"{worded} ({language_name(entry.interpreter_language)})" if entry.interpreter_language else worded
