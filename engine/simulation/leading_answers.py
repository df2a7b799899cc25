"""Answers to a form with which a case may go a given way: those that write what the way needs come first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from random import Random
from typing import Any, Final, TypeAlias

from engine.bpmn.findings import PathStep
from engine.domain.applications import answers_about_person, start_facts
from engine.domain.cases import Channel
from engine.domain.scenarios import Step
from engine.errors import Refusal
from engine.feel import parse
from engine.simulation.open_form import OpenForm
from engine.simulation.steps import start_of
from forms.errors import AnswersRejected as RefusedByForm
from forms.random_answers import Typed, random_answers
from forms.submission import accept

BY_CHANCE: Final = 60
"""Sets of random answers to a form that are looked at."""
Wanted: TypeAlias = Mapping[str, frozenset[str]]
"""Fact to the values that it may have."""
_ANSWERED: Final = re.compile(r"(\w+)\s*:[^,}]*?\banswers\.(\w+)")


def wanted_after(step: PathStep) -> Wanted:
    """Return the values that facts must have after a step for the way to go on."""
    pairs = (each.partition(" = ") for each in step.assumed)
    return {fact: frozenset(values.split("|")) for fact, _, values in pairs}


@dataclass(frozen=True, slots=True)
class Answered:
    """A step with answers."""

    step: Step
    written: str = ""
    """The variables that it writes: of those that write the same, one is enough."""
    wrong: int = 0
    """How many wanted facts it writes with another value."""


def answered(step: Step, form: OpenForm, wanted: Wanted, output: str) -> list[Answered]:
    """Return the step with the usual answers, with those that the facts ask for, with each other choice, by chance; those
    that write fewer facts wrongly first."""
    asked = dict(_ANSWERED.findall(output))
    keys = {asked.get(fact, fact): values for fact, values in wanted.items()}
    choices = {
        each.key: [option.value for option in each.offered]
        for each in form.definition.fields
        if each.options and (each.is_variable or each.key in keys or not output)
    }
    fixed = {
        key: next(value for value in choices[key] if value in values)
        for key, values in keys.items()
        if not values.isdisjoint(choices.get(key, ()))
    }
    found = [
        Answered(
            replace(step, sent=sent),
            f"{step.subject} {sorted(written.items(), key=str)}",
            _wrong(written, wanted),
        )
        for sent in _sets_of(form, choices, fixed)
        if (written := _written(step, form, sent, wanted, output)) is not None
    ]
    return sorted(found, key=lambda each: each.wrong)


def _sets_of(
    form: OpenForm, choices: Mapping[str, Sequence[str]], fixed: Mapping[str, str]
) -> Iterator[Typed]:
    singles = [{key: value} for key, values in choices.items() for value in values]
    for answers in (fixed, {}, *({**fixed, **each} for each in singles)):
        with suppress(Refusal):
            yield form.invented(answers)
    for seed in range(BY_CHANCE):
        rng = Random(seed)  # noqa: S311 - chance, not secrecy
        known = {key: [value] for key, value in fixed.items()} if seed % 2 else {}
        yield random_answers(
            form.definition, rng, today=form.today, given=form.scope, choices=form.choices, known=known
        )


def _written(
    step: Step, form: OpenForm, sent: Typed, wanted: Wanted, output: str
) -> Mapping[str, Any] | None:
    """Return what a task writes with these answers; of a start, the wanted facts. None if the form refuses them."""
    try:
        answers = accept(form.definition, sent, today=form.today, given=form.scope, choices=form.choices)
        if step.kind == "start":
            begun = _begun_with(step, answers, form.today)
            return {fact: begun[fact] for fact in wanted if fact in begun}
        if not output:
            return {each.key: answers.get(each.key) for each in form.definition.fields if each.options}
        written = parse(output).evaluate({**form.scope, "answers": dict(answers), "actor": {}})
    except (Refusal, RefusedByForm):
        return None
    return written if isinstance(written, Mapping) else {}


def _begun_with(start: Step, answers: Mapping[str, Any], today: date) -> Mapping[str, Any]:
    channel, form_key = start_of(start.subject)
    if channel is Channel.ENQUIRY:
        return {}
    return start_facts(channel, answers_about_person(form_key, answers), today)


def _wrong(written: Mapping[str, Any], wanted: Wanted) -> int:
    return sum(fact in written and str(written[fact]) not in values for fact, values in wanted.items())
