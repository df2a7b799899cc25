"""The events of a case in words, sorted into threads (topics)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from engine.domain.people import SYSTEM
from engine.queries.case_file import CaseEvent, CaseFile
from webapp.rendering.timeline.circumstances import DAYS_OF_EVENTS, circumstances, corrections_of
from webapp.rendering.timeline.sentences import MILESTONES, SENTENCES, TIMERS
from webapp.rendering.timeline.variants import BY_PROGRAM, letter_name, particulars, variant, who_acted
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.dates import day
from webapp.rendering.words.labels import TABLES, role_name, word
from webapp.rendering.words.party_words import party_in_words
from webapp.rendering.words.request_names import request_of
from webapp.rendering.words.rulings import ruling_in_words

THREADS = ("story", "contact", "decisions", "deadlines", "work", "all")


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    what: str
    more: str
    """Facts that the sentence leaves out, and the actor."""
    thread: str


def story(file: CaseFile, thread: str = "story") -> list[Entry]:
    """Return the entries of a thread, newest first. `story` leaves out the engine's own acts; `all` has every entry."""
    entries = [_entry(event, file) for event in reversed(file.timeline)]
    if thread == "all":
        return entries
    if thread == "story":
        return [each for each in entries if each.thread not in ("work", "machinery", "timers")]
    wanted = ("deadlines", "timers") if thread == "deadlines" else (thread,)
    return [each for each in entries if each.thread in wanted]


def _entry(event: CaseEvent, file: CaseFile) -> Entry:
    # A timeline is never rewritten: it may hold a kind that the program records no more.
    thread, sentence = SENTENCES.get(event.kind, ("work", event.kind.replace("_", " ")))
    about = _party(event, file) or _subject(event, file)
    if (event.kind, event.subject) == ("message_received", "mail_returned"):
        # The post that came back has a line of its own, with its day.
        thread = "machinery"
    what = variant(event, file)
    if event.kind == "task_completed" and what is not None:
        thread = "contact"
    if what is None:
        what = _(sentence) % {"about": about} if "%(about)s" in sentence else _(sentence)
        # A notice may be begun before its kind is chosen, and a case may close without an outcome.
        what = what if about else what.removesuffix(": ")
    more = [
        *particulars(event, file),
        *circumstances(event, file),
        *_facts(event.facts),
        *corrections_of(event, file),
        who_acted(SYSTEM.name if event.kind in BY_PROGRAM else event.actor_name),
    ]
    if event.kind in ("appeal_ended", "own_appeal_ended"):
        of = file.rulings if event.kind == "appeal_ended" else file.own_rulings
        ruling = of.get(str(event.facts.get("business_key") or ""))
        more = [ruling_in_words(ruling) if ruling else "", *more]
    return Entry(event.at, what, ", ".join(each for each in more if each), thread)


def _party(event: CaseEvent, file: CaseFile) -> str:
    """Return who the party of the event is, as it is known now; empty of other events, and of one who is no party any more."""
    meant = (each for each in file.parties if str(each.id) == event.facts.get("party"))
    return next(map(party_in_words, meant), "") if event.kind in _OF_PARTY else ""


def _subject(event: CaseEvent, file: CaseFile) -> str:
    subject = event.subject or ""
    if event.kind == "milestone_reached":
        return _(MILESTONES[subject]) if subject in MILESTONES else subject.replace("_", " ")
    if event.kind in ("timer_fired", "incident_opened"):
        return _(TIMERS.get(subject, TIMERS["timer"]))
    if event.kind == "task_taken_in_place":
        who = next((name for key, name in file.people.items() if str(key) == event.facts.get("person")), "")
        return _("%(task)s, poissa %(who)s", task=_element_name(file, subject), who=who)
    if event.kind.startswith("task_"):
        return _element_name(file, subject)
    if event.kind.startswith(("request_link_", "answer_code_")) or event.kind in (
        "request_sent",
        "request_reminded",
        "request_extended",
        "new_date_untold",
        "request_stalled",
        "reply_received",
        "late_reply_received",
    ):
        return request_of(event.facts.get("business_key"), file.requests) or _role(subject)
    if event.kind == "letter_written":
        return letter_name(subject)
    if event.kind in ("case_assigned", "assignment_undone"):
        return next((name for key, name in file.people.items() if str(key) == subject), "")
    return next(
        (word(subject, table) for table in _TABLES.get(event.kind, ()) if subject in TABLES[table]), subject
    )


_OF_PARTY: Final = frozenset({"party_marked_unsafe", "contact_stopped"})
_TABLES: Mapping[str, tuple[str, ...]] = {
    "application_received": ("channel",),
    "application_written_down": ("arrival",),
    "case_closed": ("outcome",),
    "cases_linked": ("link",),
    "cases_unlinked": ("link",),
    "oral_decision_given": ("outcome",),
    "oral_decision_written_down": ("outcome",),
    "oral_decision_confirmed": ("outcome",),
    "oral_decision_moved": ("outcome",),
    "oral_decision_denied": ("outcome",),
    "oral_decision_replaced": ("outcome",),
    "deadline_extended": ("deadline",),
    "deadline_breached": ("deadline",),
    "party_marked_unsafe": ("party",),
    "class_changed": ("class",),
    "party_changed": ("party",),
    "party_added": ("party",),
    "party_removed": ("party",),
    "contact_change_reported": ("reporter",),
    "contact_confirmed": ("party",),
    "shared_way_unsafe": ("party",),
    "contact_stopped": ("party",),
    "messages_stopped": ("party",),
    "consent_withdrawn": ("purpose",),
    "letters_address_asked": ("letters_address",),
    "letters_receipt_asked": ("letters_received",),
    "letter_in_danger": ("letter_under_way",),
    "request_closed": ("closing",),
    "left_to_people": ("notice",),
    "note_written": ("note",),
    "arrival_registered": ("arrived",),
    "arrival_settled": ("arrived",),
    "arrival_returned": ("arrived",),
    "arrival_moved_away": ("arrived",),
    "arrival_moved_here": ("arrived",),
    "meeting_booked": ("meeting",),
    "meeting_moved": ("meeting",),
    "notice_begun": ("notice",),
    "notice_sent": ("notice",),
    "notice_not_sent": ("notice",),
    "notice_not_owed": ("notice",),
    "resolution_prepared": ("resolution_kind",),
    "resolution_signed": ("resolution_kind",),
    "resolution_returned": ("resolution_kind",),
    "own_letter_opened": ("resolution_kind",),
    "resolution_dispatched": ("way",),
    "resolution_served": ("proof",),
    "delivery_switched": ("way",),
    "kept_for_collection": ("no_safe_way",),
    "appeal_registered": ("appeal_way",),
    "appeal_ended": ("court_result",),
    "other_appeal_registered": ("appeal_way",),
    "other_appeal_ended": ("court_result",),
    "own_appeal_ended": ("own_result",),
    "restored_settled": ("new_decision_fate",),
    "correction_ended": ("outcome",),
    "content_sealed": ("lapse",),
    "own_reading_refused": ("own_reading",),
    "own_reading_closed": ("closer",),
    "resolution_final": ("outcome",),
    "removal_sent_back": ("court_result",),
    "clienthood_ended": ("clienthood_end",),
    "clienthood_restored": ("cause",),
}


def _role(subject: str) -> str:
    try:
        return role_name(subject)
    except ValueError:
        return subject


def _element_name(file: CaseFile, element_id: str) -> str:
    elements = file.models.parsed.elements
    found = (each.name for (_p, key), each in elements.items() if key == element_id)
    return file.names.of(next(found, element_id))


def _facts(facts: Mapping[str, object]) -> list[str]:
    words = []
    if facts.get("outcome"):
        words.append(word(facts["outcome"], "outcome"))
    if facts.get("channel"):
        words.append(word(facts["channel"], "way"))
    for name in DAYS_OF_EVENTS:
        on = facts.get(name)
        if isinstance(on, str):
            words.append(_day(on))
    return words


def _day(text: str) -> str:
    try:
        return day(date.fromisoformat(text[:10]))
    except ValueError:
        return ""
