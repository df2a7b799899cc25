"""Rules of urgency: urgent facts are never in class normal."""

from collections.abc import Iterator
from datetime import timedelta

from .moments import day
from .record import Record, Row, answers, at_or_before, facts
from .sentences import fault, label, warning

LAW = "746/2011 5 §; law.md B 3"
URGENT_FACTS = ("in_danger", "accommodation_needed", "in_detention")
REMOVAL_WITHIN = timedelta(days=14)


def urgent_facts(record: Record) -> list[str]:
    """List the urgent facts as last recorded."""
    forms: list[Row] = [row for row in (record.opening, *record.submissions("register")) if row]
    found = []
    for key in URGENT_FACTS:
        known = [row for row in forms if answers(row).get(key) in ("yes", "no")]
        lowered = answers(forms[-1]).get(key) != "yes" and answers(forms[-1]).get("less_urgent_because")
        if known and answers(known[-1]).get(key) == "yes" and not lowered:
            found.append(f"{key} yes of {label('form', known[-1], 'form_key', 'sent_at')}")
    if answers(record.opening).get("urgent") == "yes":
        found.append(f"urgent yes of {label('form', record.opening or {}, 'form_key')}")
    if record.is_child(record.applicant, record.case.get("received_at")):
        found.append(f"{label('party', record.applicant or {})} is a child")
    return found


def removals(record: Record) -> Iterator[str]:
    """Warn of a near day of removal in class normal."""
    forms: list[Row] = [row for row in (record.opening, *record.submissions("register")) if row]
    for row in forms[-1:]:
        removal, sent = day(answers(row).get("removal_on")), day(row.get("sent_at"))
        is_near = bool(removal and sent and removal <= sent + REMOVAL_WITHIN)
        if is_near and record.case.get("case_class") == "normal":
            text = f"{label('form', row, 'form_key', 'sent_at')} has removal_on {removal}, the case is normal"
            yield warning("urgent-never-normal", LAW, text)


def triages(record: Record) -> list[Row]:
    """List the evaluations of the table of urgency."""
    return [row for row in record.rows("decision_evaluations") if row.get("decision") == "triage"]


def reasoned(forms: list[Row]) -> bool:
    """Tell a class that a caseworker chose against the table, for a reason."""
    return (
        bool(forms) and answers(forms[-1]).get("differs") == "yes" and bool(answers(forms[-1]).get("reason"))
    )


def is_raised(form: Row) -> bool:
    """Tell a form by which a caseworker, asked about danger later, made the matter urgent from then on."""
    return answers(form).get("class_raised") == "yes"


def choices(record: Record) -> list[Row]:
    """List the forms by which a person chose the class: at its confirmation, or later, in a danger found out."""
    forms = record.rows("submissions")
    return [row for row in forms if row.get("form_key") == "triage_override" or is_raised(row)]


def tabled_since(record: Record, form: Row) -> bool:
    """Tell a class that the table gave after a person's choice: a new fact, or a matter examined anew.

    An evaluation has no id. In the moment of the choice it is later if the matter was begun anew later, by its id.
    """
    chosen = form.get("sent_at")
    begins = ("resolution_recalled", "resolution_returned", "appeal_ended")
    anew = [
        row for row in record.events(*begins) if row.get("at") == chosen and facts(row).get("to") != "return"
    ]
    is_later = any(str(row.get("id")) > str(form.get("id")) for row in anew)
    after = [
        row
        for row in triages(record)
        if not at_or_before(row.get("at"), chosen) or (is_later and row.get("at") == chosen)
    ]
    result = after[-1].get("result") if after else None
    return isinstance(result, dict) and result.get("case_class") == record.case.get("case_class")


def classes(record: Record) -> Iterator[str]:
    """Keep urgent facts out of class normal."""
    case_class = record.case.get("case_class")
    forms = record.submissions("triage_override")
    if case_class == "normal" and not reasoned(forms):
        for fact in urgent_facts(record):
            yield fault("urgent-never-normal", LAW, f"case {record.case.get('reference')} is normal, {fact}")
    for form in choices(record)[-1:]:
        chosen = "urgent" if is_raised(form) else answers(form).get("case_class")
        if chosen and case_class and chosen != case_class and not tabled_since(record, form):
            text = f"case {record.case.get('reference')} is {case_class}, {label('form', form, 'sent_at')} says {chosen}"
            yield fault("class-as-confirmed", LAW, text)
    for form in forms:
        given = [row for row in triages(record) if at_or_before(row.get("at"), form.get("sent_at"))]
        result = (given[-1].get("result") or {}) if given else {}
        differs = isinstance(result, dict) and result.get("case_class") not in (
            None,
            answers(form).get("case_class"),
        )
        if differs and not answers(form).get("reason") and not record.is_erased and form is forms[-1]:
            text = (
                f"{label('form triage_override', form, 'sent_at')} departs from triage {result['case_class']}"
            )
            yield fault("class-departs-with-reason", LAW, text + " without a reason")


RULES = (classes, removals)
