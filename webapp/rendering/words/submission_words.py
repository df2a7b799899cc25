"""The submissions of a case in words: facts of the applicant, and each form with its answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from engine.casework.answers import ASKERS, HEARD
from engine.domain.corrections import CLARIFICATION, CORRECTION, EXPLANATION
from engine.domain.parties import language_in_own_words
from engine.queries.case_file import CaseFile, Submission
from engine.queries.correction_page import Correction
from forms.views import WORDS, ShownStep, shown
from webapp.http.languages import current_language
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.changed_answers import GIVEN_ANEW, Changes, changed_answers
from webapp.rendering.words.dates import short_day
from webapp.rendering.words.labels import language_name, role_name, word
from webapp.rendering.words.party_words import party_in_words, written_in
from webapp.rendering.words.request_names import request_of

_FACTS = (
    ("born_on", marked("Syntymäaika")),
    ("mother_tongue", marked("Äidinkieli")),
    ("contact_language", marked("Kieli")),
    ("interpreter_needed", marked("Tarvitseeko tulkin")),
)


@dataclass(frozen=True, slots=True)
class WordedSubmission:
    """One form as it was sent, without its unanswered questions."""

    id: UUID
    title: str
    form_key: str
    sent_at: datetime
    by: str
    key: str
    steps: tuple[ShownStep, ...]
    corrected: int
    """How many corrections it holds."""
    clarifications: tuple[tuple[str, str, str], ...]
    """Heading, text, and source with its day, of each clarification beside it and of each reason for a day."""
    changes: Changes | None
    """Since the answer before it to the same form about the same thing; None for the first one."""
    is_of_other_case: bool = False
    """Words of a child from the application that opened another case: read here, and corrected there."""
    about: str = ""
    """The request that it is about, by its recipient and its number."""


def applicant_facts(file: CaseFile) -> list[tuple[str, str]]:
    """Return label and value in words of each fact known about the applicant."""
    person = file.applicant
    if person is None:
        return []
    facts = [(_("Nimi"), person.name or _("Nimi ei ole tiedossa"))]
    for name, label in _FACTS:
        words = fact_in_words(name, person.identity.get(name))
        if name == "contact_language":
            spoken = (words and language_in_own_words(person.identity)) or words
            words = ", ".join(filter(None, (spoken, written_in(person.identity))))
        if words:
            facts.append((_(label), words))
    return facts


def fact_in_words(name: str, value: object) -> str:
    """Return the value of a person's fact in words; empty if it is not known."""
    if isinstance(value, Mapping):
        skipped = WORDS.get(str(value.get("skipped")), "")
        return _(skipped) if skipped else ""
    if not isinstance(value, str) or not value:
        return ""
    if name == "contact_language":
        return language_name(value)
    if name == "interpreter_needed":
        known = WORDS.get(value)
        return _(known) if known else _("Ei varmaa")
    if name.endswith("_on"):
        try:
            return short_day(date.fromisoformat(value))
        except ValueError:
            return value
    return value


def worded_submissions(file: CaseFile) -> list[WordedSubmission]:
    """Return the submissions in words, newest first. The answers known when each was sent decide which questions it had."""
    people = {str(key): name for key, name in file.people.items()}
    known: dict[str, object] = {}
    worded = []
    latest: dict[tuple[UUID, str, str], WordedSubmission] = {}
    notes: dict[UUID, list[Correction]] = defaultdict(list)
    for note in file.corrections:
        notes[note.subject_id].append(note)
    for each in (*file.words_of_child, *file.submissions):
        definition = file.models.form_in(each.form_key, current_language().code)
        choices = {source: people for source in definition.option_sources if source.startswith("person")}
        parties = {str(party.id): party_in_words(party) for party in file.parties}
        choices |= {HEARD: parties, ASKERS: parties}
        answers = {key: value for key, value in each.answers.items() if key in definition.by_key}
        steps = shown(
            definition,
            answers,
            definition.language,
            say=_,
            given={**known, **answers},
            choices=choices,
            are_accepted=True,
        )
        who = file.people.get(each.sent_by, "") if each.sent_by else ""
        role = role_name(each.sent_by_role) if each.sent_by_role else ""
        by = f"{who}, {role}" if who and role else who or role
        key = each.business_key or ""
        given = answered(steps)
        before = latest.get((each.case_id, each.form_key, key))
        latest[each.case_id, each.form_key, key] = one = WordedSubmission(
            each.id,
            _title(file, each, definition.title),
            each.form_key,
            each.sent_at,
            by,
            key,
            given,
            sum(note.kind == CORRECTION for note in notes[each.id]),
            tuple(_clarified(note) for note in notes[each.id] if note.kind in (CLARIFICATION, EXPLANATION)),
            _changes(before, each.form_key, given),
            each.case_id != file.case.id,
            request_of(key, file.requests),
        )
        worded.append(one)
        if each.case_id == file.case.id:
            known |= answers
    return worded[::-1]


def _changes(before: WordedSubmission | None, form_key: str, given: tuple[ShownStep, ...]) -> Changes | None:
    # Erased answers can be compared with none.
    if before is None or form_key not in GIVEN_ANEW or not before.steps or not given:
        return None
    return Changes(before.by, before.sent_at, changed_answers(before.steps, given))


def _title(file: CaseFile, submission: Submission, title: str) -> str:
    if submission.case_id == file.case.id:
        return title
    if file.parent is None:
        return _("%(form)s, tästä lapsesta", form=title)
    return _("%(form)s, tästä lapsesta: asia %(reference)s", form=title, reference=file.parent.reference)


def explained_in_words(note: Correction) -> list[str]:
    """Return what stands before its neighbour, of the reason for a day."""
    return [word(name, "explanation") for names in note.after.values() for name in names]


def _clarified(note: Correction) -> tuple[str, str, str]:
    if note.kind == EXPLANATION:
        return _("Syy päivälle"), note.reason, ", ".join(explained_in_words(note))
    text = note.after.get(CLARIFICATION)
    source = word(note.source, "source")
    on = f", {short_day(note.source_on)}" if note.source_on else ""
    return _("Täsmennys"), text if isinstance(text, str) else "", f"{source}{on}"


def answered(steps: Iterable[ShownStep]) -> tuple[ShownStep, ...]:
    """Return the steps without unanswered questions; a step with no others is left out."""
    kept = (
        ShownStep(step.number, step.name, tuple(a for a in step.answers if a.state != "unanswered"))
        for step in steps
    )
    return tuple(step for step in kept if step.answers)
