"""Circumstances of an event that stand in the register and not in its facts: days, ways, whose word it was."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any, Final

from engine.domain.arrivals import ArrivalKind, EnvelopeReason
from engine.queries.case_file import CaseEvent, CaseFile
from webapp.rendering.words.arrival_words import ENVELOPES
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.dates import day
from webapp.rendering.words.labels import TABLES, word
from webapp.rendering.words.party_words import HIDDEN, LABELS


def circumstances(event: CaseEvent, file: CaseFile) -> Iterator[str]:
    """Yield nothing where the content is shut or erased."""
    if event.kind in _OF_KINDS:
        yield from _OF_KINDS[event.kind](event, file)


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
            if each.source in TABLES["source"]:
                yield word(each.source, "source")


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


def _taken_back(event: CaseEvent, _file: CaseFile) -> Iterator[str]:
    by = str(event.facts.get("by") or "")
    if by in TABLES["taken_back_by"]:
        yield word(by, "taken_back_by")


def _handed_in(
    event: CaseEvent, file: CaseFile, form_key: str, business_key: object = None
) -> Mapping[str, Any]:
    """Return the answers of the form behind the event: the newest that was handed in by then."""
    found = [
        each
        for each in file.submissions
        if each.form_key == form_key
        and each.sent_at <= event.at
        and business_key in (None, each.business_key)
    ]
    return found[-1].answers if found else {}


_OF_KINDS: Final[Mapping[str, Callable[[CaseEvent, CaseFile], Iterator[str]]]] = {
    "mail_returned": _returned_post,
    "notice_sent": _sent_notice,
    "party_changed": _changed_party,
    "appeal_registered": _registered_appeal,
    "registered": _registered,
    "restored_settled": _settled,
    "letters_receipt_asked": _asked_of_receipt,
    "withdrawal_taken_back": _taken_back,
}
