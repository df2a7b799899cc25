"""Invented answers: a plain set for each form, and chance where it does not fit."""

from __future__ import annotations

import tomllib
from datetime import date
from importlib import resources

import pytest

from engine.bootstrap import shipped_files
from engine.models.bundle import Bundle
from engine.simulation.sample_answers import invented_answers, merged, plain_answers
from forms.submission import accept

TODAY = date(2026, 11, 2)
FORMS = Bundle(shipped_files()).forms
SAMPLES = tomllib.loads(
    resources.files("engine.simulation").joinpath("sample_answers.toml").read_text("utf-8")
)


def test_every_sample_answers_questions_of_a_form_that_is_shipped() -> None:
    unknown = {
        f"{key}.{name}"
        for key, answers in SAMPLES.items()
        for name in answers
        if key not in FORMS or name not in FORMS[key].by_key
    }
    assert unknown == set()


@pytest.mark.parametrize("key", sorted(FORMS))
def test_invented_answers_are_accepted_and_always_the_same(key: str) -> None:
    form = FORMS[key]
    choices = {source: {"p1": "Esimerkki 1"} for source in form.option_sources}
    given = dict.fromkeys(form.given_names)
    typed = invented_answers(form, TODAY, given=given, choices=choices)
    accept(form, typed, today=TODAY, given=given, choices=choices)
    assert invented_answers(form, TODAY, given=given, choices=choices) == typed


def test_days_and_the_caseworker_are_filled_in() -> None:
    period = plain_answers("reflection_period", TODAY)
    assert (period["reflection_from"], period["reflection_until"]) == ("2026-11-02", "2027-01-31")
    assert plain_answers("prepare_resolution", TODAY, caseworker="somebody")["contact_person"] == "somebody"


def test_a_letter_that_admits_nobody_names_no_organiser() -> None:
    admitted = plain_answers("prepare_resolution", TODAY, given={"outcome_proposed": "admitted_35_1"})
    adverse = plain_answers("prepare_resolution", TODAY, given={"outcome_proposed": "not_admitted"})
    assert "organiser" in admitted
    assert "organiser" not in adverse


def test_none_takes_an_answer_away() -> None:
    assert merged({"a": 1, "b": 2}, {"b": None, "c": 3}) == {"a": 1, "c": 3}
