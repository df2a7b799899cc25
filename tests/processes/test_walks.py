"""Random cases through the shipped models with the shipped forms and tables: what people really can answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import PurePosixPath
from random import Random
from typing import Any

import pytest

from engine.bpmn import ParsedModels, parse_models
from engine.dmn import DecisionModel, parse_tables
from engine.domain.calendar import working_days_later
from engine.domain.waiting import OpenTask
from engine.feel import parse
from engine.guardrails import Guardrails, load_guardrails
from forms.catalogue import read_form
from forms.definition import FormDefinition
from forms.random_answers import random_answers
from forms.submission import accept
from forms.views import variables
from processes import catalogue
from tests.engine.bpmn.standins import START, People, first_variables, payload
from tests.support.random_walk import Walk, Walked, WalkEnvironment

FILES = catalogue.files()
STARTS = {"self": "application_received", "referral": "referral_received", "urgent": "urgent_call_received"}
OUTCOMES = {"outcome_decided", "not_examined", "lapsed", "transferred", "decision_restored"}
"""Chance lets a decision be in force again also where none was before: the last of these."""


@cache
def shipped() -> tuple[ParsedModels, Guardrails]:
    return parse_models(FILES), load_guardrails(FILES["guardrails.json"])


@cache
def tables() -> Mapping[str, DecisionModel]:
    return {
        PurePosixPath(path).stem: parse_tables(data) for path, data in FILES.items() if path.endswith(".dmn")
    }


@cache
def definition(key: str) -> FormDefinition:
    return read_form(key, parse=parse)


class Public(People):
    """People who answer the forms that are shipped, and tables that are asked for real."""

    def answers(self, task: OpenTask, seen: Mapping[str, Any], rng: Random) -> Mapping[str, Any]:
        form = definition(task.form_key or "")
        given = {name: seen.get(name) for name in form.given_names}
        choices = {source: {"p1": "Esimerkki 1", "p2": "Esimerkki 2"} for source in form.option_sources}
        today = self.environment.now.date()
        typed = random_answers(form, rng, today=today, given=given, choices=choices)
        return variables(form, accept(form, typed, today=today, given=given, choices=choices))

    def decide(self, table: str, inputs: Mapping[str, Any], rng: Random) -> Any:
        now = {"today": lambda: self.environment.now.date(), "now": lambda: self.environment.now}
        return tables()[table].evaluate(table, inputs, functions=now).result


@cache
def walked(seed: int) -> Walked:
    bundle, guardrails = shipped()
    rng = Random(seed)
    channel = rng.choice(sorted(STARTS))
    people = Public()
    people.environment = WalkEnvironment(
        START,
        Random(seed),
        people.answers,
        people.operate,
        people.decide,
        payload,
        functions={"working_days_later": working_days_later},
        certain=frozenset({"parent_decided"}),
    )
    return Walk(bundle, people.environment, guardrails).run(
        STARTS[channel], first_variables(rng, channel), steps=600
    )


@pytest.mark.parametrize("seed", range(40))
def test_every_case_comes_to_a_lawful_end(seed: int) -> None:
    case = walked(seed)
    assert case.problem is None, "\n".join(case.trace)
    assert case.ended, "\n".join(case.trace[-10:])
    reached = [milestone.name for milestone in case.milestones]
    assert OUTCOMES & set(reached), reached
    assert reached[0] == "receipt_issued"
    assert "retention_set" in reached
