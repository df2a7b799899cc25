"""One invented person behind a case: the forms accept their answers, and no two contradict each other."""

from __future__ import annotations

from datetime import date
from random import Random
from typing import Any

import pytest

from engine.feel import parse
from engine.simulation.invented_person import InventedPerson
from engine.simulation.open_form import OpenForm
from engine.simulation.random_walk import BEGINNING, WalkResults, answers_of, walk_case
from forms.catalogue import form_keys, read_form
from forms.submission import accept
from tests.support.trying import shipped_image

TODAY = date(2026, 3, 2)
SAME = ("given_names", "family_name", "born_on", "contact_language", "region", "may_be_victim", "stay_status")


def answered(person: InventedPerson, form_key: str, rng: Random) -> dict[str, Any]:
    definition = read_form(form_key, parse=parse)
    choices = {source: {"p1": "Esimerkki 1", "p2": "Esimerkki 2"} for source in definition.option_sources}
    form = OpenForm(definition, TODAY, dict.fromkeys(definition.given_names), choices)
    return dict(accept(definition, person.answers(form, rng), today=TODAY, given=form.scope, choices=choices))


@pytest.mark.parametrize("seed", range(1, 30))
def test_every_form_accepts_what_the_person_says(seed: int) -> None:
    person, rng = InventedPerson.of(seed, TODAY), Random(seed)
    everything = [answered(person, key, rng) for key in form_keys()]
    for name in SAME:
        assert len({str(each[name]) for each in everything if each.get(name) is not None}) <= 1, name


def test_people_differ_and_their_age_is_what_they_say() -> None:
    people = [InventedPerson.of(seed, TODAY).facts for seed in range(1, 200)]
    assert {each["ground"] for each in people} == {("35_1",), ("35_2",)}
    assert {each["outcome_proposed"] for each in people} >= {("admitted_35_1",), ("not_admitted",)}
    for each in people:
        day, month, year = map(int, each["born_on"][0].split("."))
        is_grown = (TODAY.year - year, TODAY.month, TODAY.day) >= (18, month, day)
        assert each["is_child"] == (("no",) if is_grown else ("yes",))


def test_a_child_who_comes_of_age_while_the_case_lasts_speaks_alone() -> None:
    person = next(
        each
        for each in (InventedPerson.of(seed, TODAY) for seed in range(1, 200))
        if each.facts["is_child"] == ("yes",)
    )
    definition, found = read_form("sufficiency", parse=parse), []
    for day in (TODAY, TODAY.replace(year=TODAY.year + 12)):
        form = OpenForm(definition, day, dict.fromkeys(definition.given_names) | {"is_child": True}, {})
        found.append(person.answers(form, Random(1)).get("representative_state"))
    assert [list(each) for each in found] == [list(person.facts["representative_state"]), ["not_needed"]]


def test_a_walk_keeps_to_one_person_and_hands_its_case_over() -> None:
    found: list[Any] = []
    for seed in (2, 5):
        environment, results = shipped_image().copy(BEGINNING), WalkResults()
        walk_case(environment, seed, results, answers_of(seed), found.append)
        environment.close()
        assert results.problems == []
    assert {each["case"]["state"] for each in found if each["parent_reference"] is None} == {"closed"}
    for export in found:
        answers = [each["answers"] for each in export["submissions"]]
        for name in SAME:
            assert len({str(each[name]) for each in answers if name in each}) <= 1, name
