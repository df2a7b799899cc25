"""The chapters of a printed case file: each section of the case page, with everything open and the oldest first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from engine.domain.printed_files import (
    PrintedChapter,
    PrintedEntry,
    PrintedLine,
    PrintedPart,
    PrintedTable,
)
from engine.queries.case_file import CaseFile, InformationRequest
from engine.queries.party_page import Party
from engine.queries.printed_file import WholeCase
from webapp.cases.corrections import correction_in_words
from webapp.cases.printed_registers import (
    arrivals,
    by,
    decided,
    documents,
    entry,
    hidden,
    line,
    meetings,
    notes,
)
from webapp.http.current import today
from webapp.http.languages import current_language
from webapp.rendering.timeline.events import story
from webapp.rendering.timeline.variants import who_acted
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.danger import danger_of
from webapp.rendering.words.dates import day, moment, moment_or_day
from webapp.rendering.words.deadlines import whose_deadlines
from webapp.rendering.words.due import deadline_in_words, task_due
from webapp.rendering.words.labels import role_name, word
from webapp.rendering.words.note_words import names_in
from webapp.rendering.words.party_words import change_in_words, details_in_words
from webapp.rendering.words.request_names import basis_in_words, request_name
from webapp.rendering.words.submission_words import WordedSubmission, worded_submissions
from webapp.rendering.words.task_names import with_purposes


def chapters_of(whole: WholeCase) -> Iterator[PrintedChapter]:
    file = whole.file
    yield _chapter(_("Tapahtumat"), tables=_timeline(file))
    yield _chapter(_("Nyt"), tables=_open(file))
    yield _chapter(_("Henkilö ja perhe"), _people(file), sealed=whole)
    yield _chapter(_("Suostumukset"), tables=_consents(file))
    asked = (_request(each, is_unreached=each.reference in file.unreached) for each in _all(file.requests))
    yield _chapter(_("Pyynnöt ja vastaukset"), asked, sealed=whole)
    yield _chapter(_("Lomakkeet ja vastaukset"), _submissions(file), sealed=whole)
    yield _chapter(_("Päätös ja tiedoksianto"), tables=decided(file), sealed=whole)
    yield _chapter(_("Asiakirjat"), tables=documents(whole), sealed=whole)
    yield _chapter(_("Määräajat"), tables=_deadlines(file))
    yield _chapter(_("Saapuneet"), chain(arrivals(file), hidden(file)), sealed=whole)
    yield _chapter(_("Tapaamiset"), meetings(file), sealed=whole)
    yield _chapter(_("Merkinnät"), notes(file), sealed=whole)


def _chapter(
    title: str,
    entries: Iterable[PrintedEntry] = (),
    tables: Iterable[PrintedTable] = (),
    *,
    sealed: WholeCase | None = None,
) -> PrintedChapter:
    """Return a chapter. One of `sealed` content says so: what is not there is sealed, not missing."""
    found, listed = tuple(entries), tuple(each for each in tables if each.rows)
    opening = []
    if sealed is not None and sealed.is_sealed:
        opening.append(_("Sinetöity: ennen sinettiä kirjattua ei näytetä tässä."))
    elif not found and not listed:
        opening.append(_("Tässä ei ole mitään."))
    return PrintedChapter(title, tuple(opening), found, listed)


def _all(requests: Iterable[InformationRequest]) -> list[InformationRequest]:
    return sorted(requests, key=lambda each: each.created_at)


# ---------------------------------------------------------------- the state of the case


def _timeline(file: CaseFile) -> Iterator[PrintedTable]:
    rows = tuple((moment(each.at), each.what, each.more) for each in reversed(story(file, "all")))
    yield PrintedTable((_("Milloin"), _("Mitä"), _("Lisätiedot ja kuka")), rows)


def _open(file: CaseFile) -> Iterator[PrintedTable]:
    rows = []
    for each in with_purposes(file.tasks, file):
        due = task_due(each, file.deadlines, file.moment)
        words = by(due.text, day(due.on) if due.on else "") if due else _("ei määräaikaa")
        who = file.people.get(each.assignee_id, "") if each.assignee_id else ""
        rows.append((by(role_name(each.candidate_group), who), each.name, words))
    yield PrintedTable((_("Kenellä"), _("Avoinna"), _("Määräaika")), tuple(rows))


def _consents(file: CaseFile) -> Iterator[PrintedTable]:
    rows = tuple(
        (
            by(word(each.state, "consent"), day(each.given_on or each.recorded_at)),
            by(
                word(each.purpose, "purpose"),
                _("saaja: %(who)s", who=word(each.recipient, "recipient")),
                file.named_in_consents.get(each.id, ""),
                word(each.given_how, "way") if each.given_how else "",
                word(each.interpreter, "interpreter") if each.interpreter else "",
                _("versio %(number)s", number=each.text_version),
            ),
            by(
                (file.people.get(each.recorded_by, "") if each.recorded_by else "")
                or role_name(each.recorded_by_role),
                moment(each.recorded_at),
            ),
        )
        for each in file.consents
    )
    yield PrintedTable((_("Tila"), _("Mihin ja kenelle"), _("Kuka kirjasi")), rows)


def _deadlines(file: CaseFile) -> Iterator[PrintedTable]:
    whose = whose_deadlines(file)
    for each in file.deadlines:
        heading = by(word(each.name, "deadline"), whose.get(each.id, ""))
        rows = tuple(
            (
                moment_or_day(entry.at),
                by(word(entry.kind, "clock"), word(entry.cause, "cause")),
                who_acted(entry.actor_name),
            )
            for entry in each.entries
        )
        due = deadline_in_words(each, file.moment)
        words = by(due.text, day(due.on) if due.on else "")
        # The clock may run from an arrival that somebody wrote down later.
        yield PrintedTable((_("Milloin"), _("Mitä ja miksi"), _("Kuka kirjasi")), rows, f"{heading}: {words}")


# ---------------------------------------------------------------- people and what they wrote


def _people(file: CaseFile) -> Iterator[PrintedEntry]:
    danger = danger_of(file)
    if danger:
        leaving = line(danger.departure, danger.departure_source if danger.source else danger.departure)
        yield entry(
            danger.heading,
            danger.source or danger.departure_source,
            [line("", danger.note), leaving, line(_("Täsmennys"), *danger.clarified)],
        )
    for party in file.parties:
        kind = word(party.kind, "party")
        lines = [line(label, words) for label, words in details_in_words(party)]
        yield entry(party.name or kind, kind if party.name else "", [*_marks(party), *lines])
    names = names_in(file.parties)
    for change in (each for each in file.corrections if each.subject == "party"):
        worded = change_in_words(change)
        whom = names.get(change.subject_id) or _("osapuoli, joka on poistettu asiasta")
        yield entry(
            _("Tietoja muutettu: %(whom)s", whom=whom),
            by(moment(worded.at), worded.who, worded.source),
            [line(_("Syy"), worded.reason), *(_changed(*each) for each in worded.lines)],
        )


def _marks(party: Party) -> Iterator[PrintedLine]:
    if party.is_unsafe:
        yield line("", _("vaarallinen, älä ota yhteyttä"))
    if party.held_at:
        yield line("", _("viestit pysäytetty"))
    if party.is_protected:
        yield line("", _("Turvakielto: osoite ei tule yhteenkään kopioon"))


def _changed(label: str, before: str, after: str) -> PrintedLine:
    return line(label, _("%(before)s → %(after)s", before=before or "–", after=after or "–"))


def _request(each: InformationRequest, *, is_unreached: bool) -> PrintedEntry:
    asked, necessity = each.questions.get("questions"), each.questions.get("necessity")
    return entry(
        request_name(each),
        by(
            word(each.kind, "kind"),
            word(each.channel, "way"),
            day(each.sent_at) if each.sent_at else "",
        ),
        [
            line(_("Mitä kysyttiin"), asked if isinstance(asked, str) else ""),
            line(_("Miksi tieto on tarpeen"), necessity if isinstance(necessity, str) else ""),
            line(_("Peruste"), basis_in_words(each.legal_basis)),
            line(
                _("Tila"),
                by(
                    word("unreached" if is_unreached else each.standing(today()), "request"),
                    _("viimeistään %(day)s", day=day(each.due_on))
                    if each.due_on and not is_unreached
                    else "",
                    moment(each.answered_at) if each.answered_at else "",
                    word(each.closed_as, "closing") if each.closed_as else "",
                ),
            ),
        ],
    )


def _submissions(file: CaseFile) -> Iterator[PrintedEntry]:
    own = (each for each in worded_submissions(file) if not each.is_of_other_case)
    for each in reversed(tuple(own)):
        parts = [
            PrintedPart(step.name, tuple(line(answer.label, *answer.words) for answer in step.answers))
            for step in each.steps
        ]
        if not parts:
            gone = _("Sisältö on hävitetty tai siihen ei vastattu.")
            parts.append(PrintedPart("", (line("", gone),)))
        beside = [line(by(heading, source), text) for heading, text, source in each.clarifications]
        beside += _corrections(file, each)
        if beside:
            parts.append(PrintedPart(_("Korjattu ja täsmennetty"), tuple(beside)))
        yield PrintedEntry(each.title, by(moment(each.sent_at), each.by, each.key), tuple(parts))


def _corrections(file: CaseFile, submission: WordedSubmission) -> Iterator[PrintedLine]:
    definition = file.models.form_in(submission.form_key, current_language().code)
    for each in file.corrections:
        if each.subject_id != submission.id:
            continue
        worded = correction_in_words(definition, each)
        for label, before, after in worded.lines:
            yield _changed(
                by(label, moment(each.made_at), each.made_by_name, worded.source, each.reason), before, after
            )
