"""Anonymised facts of a case: no word that the models do not contain, at any depth of any answer."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.bootstrap import shipped_files
from engine.casework.anonymising import Cleaner, anchored, vocabulary_of
from engine.casework.replay_facts import Facts, Passage
from engine.clock import day_of
from engine.domain.steps import Called, StepRecord, Trigger
from engine.feel import parse
from engine.feel.values import to_json
from forms.catalogue import read_form

BEGINS = datetime(2026, 11, 2, 7, 0, tzinfo=UTC)
FILES = shipped_files()
FORMS = {key: read_form(key, parse=parse) for key in ("register", "sufficiency")}
VOCABULARY = vocabulary_of(FILES, FORMS)
KNOWN = ("ask", "yes", "applicant", "admitted_35_1")
words = st.text(min_size=1, max_size=12).map(lambda text: f"Zz{text}")
"""Words in no vocabulary."""
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**6), 10**6),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
    st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
    st.sampled_from(KNOWN),
    words,
)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(("id", "requests", "channel", "enough")), inner, max_size=4)
    ),
    max_leaves=12,
)


def strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [each for key, inner in value.items() if key != "$" for each in strings(inner)]
    if isinstance(value, list):
        return [each for inner in value for each in strings(inner)]
    return [value] if isinstance(value, str) else []


@given(values)
def test_a_word_of_somebody_never_passes(value: Any) -> None:
    fact = Cleaner(VOCABULARY, BEGINS).value(to_json(value))
    assert "Zz" not in json.dumps(fact, ensure_ascii=False)
    back = anchored(json.loads(json.dumps(fact)), BEGINS)
    assert all(each in KNOWN or each.startswith("#") for each in strings(back))


def test_an_estimate_of_a_day_is_left_out_with_its_words() -> None:
    estimate = {"estimate": "kun Zzäiti palaa"}
    answers = {"removal_known": "yes", "removal_on": to_json(estimate)}

    assert Cleaner(VOCABULARY, BEGINS).answers("register", answers) == {
        "removal_known": "yes",
        "removal_on": None,
    }


@given(st.lists(words, min_size=2, max_size=6))
def test_the_same_word_is_the_same_number_and_another_is_another(typed: list[str]) -> None:
    cleaner = Cleaner(VOCABULARY, BEGINS)
    numbers = {word: cleaner.word(word) for word in typed}
    assert {word: cleaner.word(word) for word in typed} == numbers
    assert len(set(numbers.values())) == len(set(typed))


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 10**9))
def test_days_and_moments_come_back_on_the_calendar_of_the_case(day: date, seconds: int) -> None:
    moment = BEGINS + timedelta(seconds=seconds)
    cleaner = Cleaner(VOCABULARY, BEGINS)
    fact = cleaner.value(to_json([day, moment]))
    assert fact[0] == {"$": "day", "v": (day - day_of(BEGINS)).days}
    assert anchored(fact, BEGINS) == [day, moment]


def test_answers_in_words_of_ones_own_are_dropped_even_where_they_are_words_of_the_models() -> None:
    free = next(key for key, each in FORMS["sufficiency"].by_key.items() if each.kind == "textarea")
    kept = Cleaner(VOCABULARY, BEGINS).answers(
        "sufficiency", {"enough": "ask", free: "ask", "unknown": "ask"}
    )
    assert kept == {"enough": "ask", free: None}
    assert Cleaner(VOCABULARY, BEGINS).answers("no_such_form", {"enough": "ask"}) == {}


def test_facts_go_through_json_unchanged() -> None:
    step = StepRecord(
        BEGINS + timedelta(hours=3),
        Trigger("timer", "reminder", "p", "e", "a/e", "#1", BEGINS + timedelta(hours=2), {"enough": "ask"}),
        (Called("send_reminder", "a/s", {"reminded_at": {"$": "moment", "v": 5}}),),
        (("a/e", BEGINS + timedelta(days=2)),),
    )
    passage = Passage("p", "e", "a/e", "userTask", "completed", BEGINS, BEGINS + timedelta(hours=1))
    facts = Facts("1", BEGINS, BEGINS + timedelta(days=9), True, "lapsed", (step,), (passage,), ())
    plain = json.loads(json.dumps(facts.to_json()))
    assert Facts.from_json(plain) == facts
    assert "2026-11-05" not in json.dumps(plain), "only the beginning has a day"
