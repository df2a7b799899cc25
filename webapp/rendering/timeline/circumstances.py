"""Circumstances of an event that stand in the register and not in its facts: days, ways, whose word it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from engine.casework.case_dates import SUBMISSION
from engine.casework.corrected_days import corrected_day
from engine.casework.decision_corrections import CORRECTED, correction_of
from engine.domain.arrivals import ArrivalKind, EnvelopeReason
from engine.domain.corrections import EXPLANATION
from engine.queries.case_file import CaseEvent, CaseFile
from engine.queries.correction_page import Correction
from webapp.http.languages import current_language
from webapp.rendering.words.arrival_words import ENVELOPES
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.dates import day
from webapp.rendering.words.labels import TABLES, word
from webapp.rendering.words.party_words import HIDDEN, LABELS

_PROVISIONS: Final[Mapping[str, str]] = {
    "admitted_35_1": "746/2011 35 §",
    "admitted_35_2": "746/2011 35 §",
    "admitted_35_3": "746/2011 35 §",
    "not_admitted": "746/2011 35 §",
    "not_examined": "746/2011 33 §",
    "lapsed": "746/2011 38 a §",
    "removed": "746/2011 38 f §",
    "kept": "746/2011 38 f §",
    "reflection_period": "301/2004 52 b §",
    "reflection_refused": "301/2004 52 b §",
    "reflection_extended": "301/2004 52 b §",
    "reflection_not_extended": "301/2004 52 b §",
    "reflection_interrupted": "301/2004 52 b §",
    "corrected_copy": "434/2003 51 §",
    "reissued_instructions": "434/2003 49 §",
}
"""The provision that each outcome rests on, as its letter names it."""
DAYS_OF_EVENTS: Final = (
    "pending_on",
    "served_on",
    "due_on",
    "until",
    "received_on",
    "sent_on",
    "on",
    "ended_on",
)
"""Facts of events that are days, in the order in which they are shown."""
ANEW: Final = "434/2003 50 §"
"""The provision of a decision that is made in place of another."""


def circumstances(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    """Yield nothing where the content is shut or erased."""
    if event.kind in _OF_KINDS:
        yield from _OF_KINDS[event.kind](event, file)


def corrections_of(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    """Yield the days that a correction has put in place of those of the event."""
    handed_in = [each.id for each in file.submissions if each.sent_at == event.at]
    for name in DAYS_OF_EVENTS if handed_in else ():
        stated = event.facts.get(name)
        if isinstance(stated, str) and len(stated) == len("2026-12-24"):
            now = corrected_day(event.kind, name, date.fromisoformat(stated), handed_in, file.corrections)
            if now is not None:
                yield _("korjattu, oikea päivä %(day)s", day=day(now))


def _returned_post(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    """Yield the mark on the envelope, and the presumption that it undoes (434/2003 59 §)."""
    key = event.facts.get("business_key")
    marks = [
        each.envelope
        for each in file.arrivals
        if each.kind is ArrivalKind.RETURNED and each.business_key == key and each.envelope
    ]
    if marks:
        yield _("kuoressa: %(words)s", words=_(ENVELOPES[EnvelopeReason(marks[-1])]))
    presumed = event.facts.get("presumed_on")
    if isinstance(presumed, str):
        fallen = day(date.fromisoformat(presumed))
        yield _("oletettu tiedoksisaanti %(day)s kumoutui", day=fallen)


def _sent_notice(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    way = str(event.facts.get("way") or "")
    if way in TABLES["notice_way"]:
        yield word(way, "notice_way")
    key = event.facts.get("business_key")
    answers = _handed_in(event, file, "send_notice", key) or _handed_in(event, file, "post_paper", key)
    yield str(answers.get("notice_recipient") or "")


def _changed_party(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    """Yield which kinds of details were changed, never what they are, and on whose word."""
    for each in file.corrections:
        if each.made_at == event.at and each.subject == "party":
            names = sorted({*each.before, *each.after} - HIDDEN)
            yield from (_(LABELS[name]) for name in names if name in LABELS)
            yield from _ground(each)


def _corrected_record(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    """Yield the form of the record, and on whose word it was corrected or clarified."""
    if event.subject:
        yield file.models.form_in(event.subject, current_language().code).title
    for each in file.corrections:
        if each.made_at == event.at and each.subject == SUBMISSION and each.kind != EXPLANATION:
            yield from _ground(each)


def _ground(correction: Correction) -> Iterator[str]:
    if correction.source in TABLES["source"]:
        yield word(correction.source, "source")
    if correction.source_on is not None:
        yield day(correction.source_on)


def _letter_in_danger(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    """Yield the day on which the letter left, and the day on which its danger was known."""
    left_on = event.facts.get("left_on")
    if isinstance(left_on, str):
        yield _("lähti %(day)s", day=day(date.fromisoformat(left_on)))
    known = (each for each in file.corrections if each.made_at == event.at and each.subject == "party")
    on = next((each.source_on for each in known if each.source_on is not None), None)
    if on is not None:
        yield _("kerrottu %(day)s", day=day(on))


def _registered_appeal(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    at_court_on = _handed_in(event, file, "appeal_arrival").get("court_received_on")
    if event.subject == "court" and isinstance(at_court_on, date):
        yield _("tuomioistuimessa %(day)s", day=day(at_court_on))


def _registered(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    answers = _handed_in(event, file, "register")
    made_on = answers.get("child_welfare_made_on")
    if isinstance(made_on, date):
        yield _(
            "lastensuojeluilmoitus tehty %(day)s: %(whom)s",
            day=day(made_on),
            whom=str(answers.get("child_welfare_made_to") or ""),
        )


def _asked_of_receipt(event: CaseEvent, _file: CaseFile) -> Iterator[str]:
    heard_on = event.facts.get("heard_on")
    if isinstance(heard_on, str):
        yield _("kerrottu %(day)s", day=day(date.fromisoformat(heard_on)))


def _settled(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    key = event.facts.get("business_key")
    yield str(_handed_in(event, file, "restored_decision", key).get("restored_reasons") or "")


def _resolved(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    """Yield the number of the decision, and the provisions on which one was signed."""
    is_signing = event.kind == "resolution_signed"
    for each in file.resolutions:
        at = each.signed_at if is_signing else each.prepared_at
        if each.kind != event.subject or at != event.at:
            continue
        if event.facts.get("number") is None:
            yield each.number
        if is_signing:
            yield _PROVISIONS.get(each.outcome, "")
        if is_signing and each.kind != CORRECTED and correction_of(each):
            yield ANEW


def _sent_to_court(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    """Yield the day and the way of what went to the court with the opinion, and the papers."""
    answers = _handed_in(event, file, "send_to_court", event.facts.get("business_key"))
    sent_on = answers.get("sent_to_court_on")
    if isinstance(sent_on, date):
        yield day(sent_on)
    if not answers:
        return
    form = file.models.form_in("send_to_court", current_language().code)
    for question in ("sent_to_court_how", "sent_documents"):
        chosen = answers.get(question)
        values = chosen if isinstance(chosen, list) else [chosen]
        options = form.by_key[question].options if question in form.by_key else ()
        yield from (each.label for each in options if each.value in values)


def _explained(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    """Yield the day before or after its neighbours, what it breaks, and the reason."""
    for each in file.corrections:
        if each.kind != EXPLANATION or each.made_at != event.at:
            continue
        handed_in = next((of for of in file.submissions if of.id == each.subject_id), None)
        for path, orders in each.after.items():
            if path.rpartition(".")[2] != event.subject:
                continue
            written = handed_in.answers.get(path) if handed_in is not None else None
            if isinstance(written, date):
                yield day(written)
            yield from (word(order, "explanation") for order in orders)
            yield _("syy: %(reason)s", reason=each.reason)


def _not_sent(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    key = event.facts.get("business_key")
    for form_key in ("send_notice", "post_paper"):
        answers = _handed_in(event, file, form_key, key, at_once=True)
        yield str(answers.get("not_sent_reason") or "")


def _done(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    """Yield the day, the way and the words of a task after which the person knows a decision, or does not have it."""
    form_key = str(event.facts.get("form_key") or "")
    if form_key not in WORDS_OF_TASKS:
        return
    answers = _handed_in(event, file, form_key, event.facts.get("business_key"), at_once=True)
    spoken_on = answers.get("told_on")
    if isinstance(spoken_on, date):
        yield day(spoken_on)
    if answers.get("contact_channel"):
        yield word(answers["contact_channel"], "way")
    # A full stop inside the row would stand before a comma.
    yield from (
        str(answers.get(question) or "").strip().removesuffix(".") for question in WORDS_OF_TASKS[form_key]
    )


def answer_of_task(event: CaseEvent, file: CaseFile, question: str) -> object:
    """Return the answer with which the task of the event was handed in; None once it is erased, or where it was not asked."""
    form_key = str(event.facts.get("form_key") or "")
    key = event.facts.get("business_key")
    return _handed_in(event, file, form_key, key, at_once=True).get(question)


def _taken_back(event: CaseEvent, _file: CaseFile) -> Iterator[str]:
    by = str(event.facts.get("by") or "")
    if by in TABLES["taken_back_by"]:
        yield word(by, "taken_back_by")


def _handed_in(
    event: CaseEvent, file: CaseFile, form_key: str, business_key: object = None, *, at_once: bool = False
) -> Mapping[str, Any]:
    """Return the answers of the form behind the event: the newest that was handed in by then, `at_once`: in that moment."""
    found = [
        each
        for each in file.submissions
        if each.form_key == form_key
        and (each.sent_at == event.at if at_once else each.sent_at <= event.at)
        and business_key in (None, each.business_key)
    ]
    return found[-1].answers if found else {}


WORDS_OF_TASKS: Final[Mapping[str, tuple[str, ...]]] = {
    "reflection_told": ("told_how", "no_safe_way_reasons"),
    "contact_client": ("contact_notes",),
    "tell_withheld": (),
    "tell_denied": (),
    "other_help": ("not_told_reason",),
    "post_letter": ("not_posted_reason",),
    "record_delivery": ("failure",),
}
"""Forms whose outcome stands among the events, with the questions whose words stand there."""
_OF_KINDS: Final[Mapping[str, Callable[[CaseEvent, CaseFile], Iterator[str]]]] = {
    "mail_returned": _returned_post,
    "notice_sent": _sent_notice,
    "notice_not_sent": _not_sent,
    "resolution_prepared": _resolved,
    "resolution_signed": _resolved,
    "opinion_sent_to_court": _sent_to_court,
    "days_explained": _explained,
    "task_completed": _done,
    "party_changed": _changed_party,
    "record_clarified": _corrected_record,
    "record_corrected": _corrected_record,
    "appeal_registered": _registered_appeal,
    "other_appeal_registered": _registered_appeal,
    "registered": _registered,
    "restored_settled": _settled,
    "letters_receipt_asked": _asked_of_receipt,
    "letter_in_danger": _letter_in_danger,
    "withdrawal_taken_back": _taken_back,
}
