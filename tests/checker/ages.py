"""Rules of ages: they follow from the birth date at the moment asked."""

from collections.abc import Iterator

from .moments import day
from .record import ADULT, Record, Row, answers
from .sentences import fault, label, warning

LAW = "746/2011 5 §; law.md B 5"
HEARD = 12


def flags(record: Record) -> Iterator[str]:
    """Compare a party's mark as a minor with the birth date."""
    for party in record.parties.values():
        first = record.age(party, record.case.get("received_at"))
        events = record.rows("events")
        last = record.age(party, events[-1].get("at")) if events else first
        if first is None or last is None:
            continue
        name = f"{label('party', party, 'kind', 'is_minor')} born on {record.born_on(party)}"
        if party.get("is_minor") and first >= ADULT and not record.is_doubted(party):
            yield fault(
                "age-from-birth-date", LAW, f"{name} is {first} at arrival {record.case.get('received_at')}"
            )
        if not party.get("is_minor") and last < ADULT:
            yield fault(
                "age-from-birth-date", LAW, f"{name} is {last} at the last entry {events[-1].get('at')}"
            )
        if first < 0:
            text = f"{name} after arrival {record.case.get('received_at')}"
            yield warning("birth-before-arrival", "law.md B 8, J 15", text)


def stated(record: Record) -> Iterator[str]:
    """Compare the answers about age with the birth date on the day they were given."""
    person = record.applicant
    if record.born_on(person) is None or record.is_doubted(person):
        return
    born = f"{label('party', person or {})} born on {record.born_on(person)}"
    for form in record.submissions("register", "assessment", "verify_consent"):
        years = record.age(person, form.get("sent_at"))
        if years is None or is_corrected(record, form):
            continue
        for key, value, is_wrong in wrong_answers(form, years):
            text = f"{label('form ' + str(form.get('form_key')), form, 'sent_at')} has {key} {value}; {born} is {years}"
            yield (fault if is_wrong else warning)("age-from-birth-date", LAW, text)


def is_corrected(record: Record, form: Row) -> bool:
    """Tell a registration before the birth date was known, after which another gave it and the answer that follows."""
    registered = record.submissions("register")
    if form not in registered or record.case.get("parent_id"):
        # A child's own case takes the birth date from the parent's.
        return False
    place = registered.index(form)
    known = [day(answers(row).get("born_on")) for row in (record.opening, *registered[: place + 1])]
    later = [answers(row) for row in registered[place + 1 :]]
    is_given = any(day(row.get("born_on")) for row in later)
    return not any(known) and is_given and later[-1].get("is_child") != answers(form).get("is_child")


def wrong_answers(form: Row, years: int) -> Iterator[tuple[str, str, bool]]:
    """List the answers of a staff form that an age contradicts, and tell faults from doubts."""
    answer = answers(form)
    is_child = years < ADULT
    if answer.get("is_child") == "no" and is_child:
        yield "is_child", "no", True
    if answer.get("is_child") == "yes" and not is_child:
        yield "is_child", "yes", False
    if answer.get("concerns_child") == "no" and is_child:
        yield "concerns_child", "no", True
    if answer.get("child_heard") == "under_12" and years >= HEARD:
        yield "child_heard", "under_12", True
    if answer.get("minor_maturity") == "not_minor" and is_child:
        yield "minor_maturity", "not_minor", True
    if answer.get("minor_maturity") in ("yes", "partly", "no") and not is_child:
        yield "minor_maturity", str(answer.get("minor_maturity")), False


def opening(record: Record) -> Iterator[str]:
    """Compare the opening's answer about age with its birth date."""
    form = record.opening
    answer = answers(form)
    born, on = day(answer.get("born_on")), day((form or {}).get("sent_at"))
    if form is None or born is None or on is None or answer.get("is_under_18") not in ("yes", "no"):
        return
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if (years < ADULT) != (answer.get("is_under_18") == "yes"):
        text = f"{label('form', form, 'form_key', 'sent_at')} has is_under_18 {answer['is_under_18']} and born_on {born}"
        yield warning("age-from-birth-date", LAW, text)


def heard(record: Record) -> Iterator[str]:
    """Ask a child of 12 or older before the outcome."""
    for form in record.submissions("assessment"):
        years = record.age(record.applicant, form.get("sent_at"))
        is_open = answers(form).get("concerns_child") == "yes" and not answers(form).get("child_heard")
        if years is not None and HEARD <= years < ADULT and is_open and not record.is_erased:
            text = f"{label('assessment', form, 'sent_at')} leaves child_heard open; the child is {years}"
            yield fault("child-of-12-heard", LAW, text)


RULES = (flags, stated, opening, heard)
