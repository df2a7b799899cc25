"""The parts of a printed case file that are registers: decisions, documents, arrivals, meetings and notes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from uuid import UUID

from engine.domain.printed_files import PrintedEntry, PrintedLine, PrintedPart, PrintedTable
from engine.queries.case_file import CaseFile, Resolution
from engine.queries.printed_file import WholeCase
from webapp.rendering.timeline.variants import sendings
from webapp.rendering.words.arrival_words import worded_arrivals, worded_hidden
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.dates import day, moment, moment_or_day
from webapp.rendering.words.document_titles import title_in_words
from webapp.rendering.words.files import file_versions, readable_name, size
from webapp.rendering.words.labels import language_name, word
from webapp.rendering.words.meeting_words import worded_meetings
from webapp.rendering.words.note_words import WordedNote, names_in, worded_threads

_UNREAD: Final = {
    "quarantined": marked("odottaa virustarkistusta"),
    "infected": marked("haittaohjelma, sisältö on hävitetty"),
}


def line(label: str, *words: str) -> PrintedLine:
    return PrintedLine(label, tuple(each for each in words if each))


def entry(heading: str, source: str, lines: Iterable[PrintedLine]) -> PrintedEntry:
    """Return an entry of one part. A line without words is left out."""
    return PrintedEntry(heading, source, (PrintedPart("", tuple(each for each in lines if each.words)),))


def by(*parts: str) -> str:
    """Join what is known, mostly of whom and when."""
    return ", ".join(part for part in parts if part)


def _marks(file: CaseFile, resolution: Resolution) -> Iterator[str]:
    """Yield what stands on a decision since it was signed (434/2003 53 §)."""
    ruling, correction = file.overruled.get(resolution.id), file.corrected.get(resolution.id)
    if ruling is not None:
        yield word(ruling.result, "overruled")
    if file.unsettled is not None and file.unsettled.restored.id == resolution.id:
        yield _("palautunut voimaan")
    if file.unsettled is not None and file.unsettled.meanwhile.id == resolution.id:
        yield _("ratkaisematta, mitä tälle tehdään")
    if correction is not None and correction.signed_at is not None:
        yield _("Korjattu %(day)s: %(number)s", day=day(correction.signed_at), number=correction.number)
    elif resolution.document_id in file.outdated:
        yield _("Tässä on syntymäaika, joka on korjattu myöhemmin")


def decided(file: CaseFile) -> Iterator[PrintedTable]:
    columns = (_("Milloin"), _("Ratkaisu"), _("Tila ja kuka"))
    spoken = tuple(
        (
            moment_or_day(each.given_at),
            word(each.outcome, "outcome"),
            by(
                file.people.get(each.given_by, "") if each.given_by else "",
                _("odottaa päättäjän vahvistusta") if each.waits else "",
            ),
        )
        for each in file.oral_decisions
    )
    yield PrintedTable(columns, spoken, _("Suullinen päätös"))
    written = tuple(
        (
            day(each.prepared_at),
            by(
                word(each.kind, "resolution_kind"),
                each.number,
                word(each.outcome, "outcome"),
                _("kierros %(number)d", number=each.round),
                language_name(each.language),
            ),
            by(
                word(each.state, "resolution"),
                _name(file, each.signed_by) or _name(file, each.prepared_by),
                moment(each.signed_at) if each.signed_at else "",
                file.return_reasons.get(each.id, ""),
                *_marks(file, each),
            ),
        )
        for each in file.resolutions
    )
    yield PrintedTable(columns, written, _("Päätökset"))
    served = tuple(
        (
            moment_or_day(each.dispatched_at) if each.dispatched_at else "–",
            by(word(each.channel, "way"), _("yritys %(number)d", number=each.attempt)),
            by(
                word(each.state, "delivery"),
                day(each.served_on) if each.served_on else "",
                word(each.proof, "proof") if each.proof else "",
            ),
        )
        for each in file.deliveries
    )
    yield PrintedTable((_("Lähti"), _("Miten"), _("Tila")), served, _("Tiedoksianto"))


def _name(file: CaseFile, person_id: UUID | None) -> str:
    return file.people.get(person_id, "") if person_id else ""


def documents(whole: WholeCase) -> Iterator[PrintedTable]:
    file = whole.file
    columns = (_("Asiakirja"), _("Tiiviste (SHA-256)"), _("Keneltä ja milloin"))
    gone = _("Sisältö on hävitetty.")
    left = sendings(file)
    made = tuple(
        (
            by(f"{title_in_words(each.title)} ({size(each.size)})", left.get(each.id, "")),
            whole.digests.get(each.id, gone),
            by(_name(file, each.author_id) or _("järjestelmä"), moment(each.created_at)),
        )
        for each in file.documents
    )
    yield PrintedTable(columns, made, _("Asiakirjat"))
    versions = file_versions(file.attachments)
    replaced = {
        old: _("aiempi versio, uudempi: %(name)s", name=readable_name(new.name))
        for old, new in versions.newer.items()
    }
    files = tuple(
        (
            by(readable_name(each.name), each.description, size(each.size), replaced.get(each.id, ""))
            if each.name
            else gone,
            whole.digests.get(each.id) or (_unread(each.state) if each.name else gone),
            by(_name(file, each.author_id) or word(each.origin, "attachment"), moment(each.created_at)),
        )
        for each in file.attachments
    )
    yield PrintedTable(columns, files, _("Tiedostot"))


def arrivals(file: CaseFile) -> Iterator[PrintedEntry]:
    case, files = file.case, {each.id: each for each in file.attachments}
    for each in worded_arrivals(
        file.arrivals, case.reference, case.received_at, names_in(file.parties), {}, file.moment
    ):
        it = each.arrival
        attached = files.get(it.attachment_id) if it.attachment_id else None
        if it.is_open:
            state = _("Käsiteltävä viimeistään %(day)s", day=day(it.due_on)) if it.due_on else ""
        else:
            state = _("Käsitelty %(when)s", when=moment(it.settled_at)) if it.settled_at else ""
        gone = _("Sisältö on hävitetty säilytysajan päätyttyä.")
        who = _("kirjasi %(who)s", who=it.registered_by_name) if it.registered_by_name else ""
        yield entry(
            each.kind,
            by(each.how, who, moment(it.registered_at)),
            [
                line("", each.about or gone),
                line(_("Tiedosto"), readable_name(attached.name) if attached and attached.name else ""),
                line(_("Tila"), state),
            ],
        )


def hidden(file: CaseFile) -> Iterator[PrintedEntry]:
    """Documents registered in error: what the register keeps of them."""
    for each in worded_hidden(file.hidden_documents):
        yield entry(
            _("%(what)s, kirjattu erehdyksessä", what=each.kind),
            by(each.registered, moment(each.document.registered_at)),
            [
                line(_("Piilotettu"), each.hidden),
                line(_("Syy"), each.document.reason),
            ],
        )


def meetings(file: CaseFile) -> Iterator[PrintedEntry]:
    found = worded_meetings(file.meetings, file.moment)
    for each in sorted(found, key=lambda one: one.meeting.begins_at):
        it = each.meeting
        gone = "" if each.how else _("Sisältö on hävitetty säilytysajan päätyttyä.")
        yield entry(
            f"{each.when}: {each.state}",
            by(_("sopi %(who)s", who=it.booked_by_name), moment(it.booked_at)),
            [
                line("", each.how or gone),
                line(_("Tavataan"), each.met),
                line(_("Menee"), each.worker),
                line(_("Kieli ja tulkki"), by(each.language, it.interpreter)),
                line(_("Ei saa käyttää eikä päästää mukaan"), it.barred),
                line(_("Mistä"), it.about),
                line(_("Miten kävi"), it.outcome),
                line(_("Muistutus"), each.reminder),
            ],
        )


def notes(file: CaseFile) -> Iterator[PrintedEntry]:
    unheard = {each.first.id for each in file.unheard}
    oldest = sorted(file.notes, key=lambda each: each.first.written_at)
    for thread in worded_threads(oldest, unheard, names_in(file.parties), ""):
        yield _note(thread.first, thread.first.kind)
        for each in thread.further:
            yield _note(each, _("Lisämerkintä: %(kind)s", kind=thread.first.kind))


def _note(each: WordedNote, heading: str) -> PrintedEntry:
    it = each.note
    gone = _("Sisältö on hävitetty säilytysajan päätyttyä.")
    return entry(
        heading,
        by(each.whom, each.when, _("kirjasi %(who)s", who=it.written_by_name), moment(it.written_at)),
        [
            line("", it.text or gone),
            line(_("Sovittiin"), it.contact.agreed if it.contact else ""),
            line(_("Seuraava yhteydenotto"), day(it.follow_up_on) if it.follow_up_on else ""),
            line("", each.settled),
        ],
    )


def _unread(state: str) -> str:
    return _(_UNREAD[state]) if state in _UNREAD else ""
