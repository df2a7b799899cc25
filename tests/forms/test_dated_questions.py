"""Each question for a day has a bound: beside the days of the record, in its form, or where its answer is recorded."""

from __future__ import annotations

from collections.abc import Iterator

from engine.casework.dated_questions import OF_FORMS
from engine.feel import parse
from forms.catalogue import form_keys, read_form
from forms.definition import Field, Kind

WHERE_RECORDED = {
    "correct_decision.asked_on": "not before the decision (recordings/correction.py)",
    "examine_correction.consented_on": "not before the correction was asked for (recordings/correction.py)",
    "examine_correction.correction_heard_on": "not before the decision (recordings/correction.py)",
    "information_reply.more_time_until": "a wish of who answers; a caseworker sets the day (review_reply.new_due_on)",
    "reflection_period.reflection_until": "30 days to six months from the first day (recordings/reflection.py)",
    "reflection_period.interrupted_from": "a day of the period from today on (recordings/reflection.py)",
    "reflection_period.hearing_given_on": "not before the arrival (recordings/reflection_hearing.py)",
    "reflection_period.hearing_until": "after the letter arrives, and over before no answer (recordings/reflection_hearing.py)",
    "reflection_period.heard_each.party_told_on": "not before the arrival (recordings/reflection_hearing.py)",
    "reflection_period.heard_each.party_until": "as hearing_until (recordings/reflection_hearing.py)",
    "removal_assessment.died_on": "not before the clienthood (recordings/removal.py)",
    "send_own_appeal.own_appeal_sent_on": "not before the ruling arrived (recordings/own_appeal.py)",
}


def days_of(fields: tuple[Field, ...], prefix: str = "") -> Iterator[tuple[str, Field]]:
    for each in fields:
        if each.kind is Kind.DATE:
            yield f"{prefix}{each.key}", each
        if each.kind is Kind.ROWS:
            yield from days_of(each.fields, f"{each.key}.")


FORMS = [read_form(key, parse=parse) for key in sorted(form_keys())]
ASKED = {f"{form.key}.{path}": field for form in FORMS for path, field in days_of(form.fields)}
COMPARED = {f"{form}.{path}" for form, questions in OF_FORMS.items() for path in questions}


def test_each_day_that_a_form_asks_for_has_a_bound() -> None:
    # A limit of the form itself: within a year, near today, a day of birth.
    in_form = {path for path, each in ASKED.items() if each.limits.is_near or each.limits.is_birth}
    assert ASKED.keys() - COMPARED - in_form == WHERE_RECORDED.keys()


def test_no_bound_is_of_a_question_that_nobody_asks() -> None:
    assert ASKED.keys() >= COMPARED
