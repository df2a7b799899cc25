"""Answers to a form with which a case may go a given way: those that write what the way needs come first."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from random import Random
from typing import Any, Final, TypeAlias

from engine.bpmn.findings import PathStep
from engine.domain.scenarios import Step
from engine.errors import Refusal
from engine.feel import parse
from engine.simulation.open_form import OpenForm
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


def answered(step: Step, form: OpenForm, wanted: Wanted, output: str) -> Iterator[tuple[str, Step]]:
    """Yield the step with the usual answers, with those that the facts ask for, with each other choice, by chance;
    each with the variables it writes."""
    asked = dict(_ANSWERED.findall(output))
    keys = {asked.get(fact, fact): values for fact, values in wanted.items()}
    choices = {
        each.key: [option.value for option in each.options]
        for each in form.definition.fields
        if each.options and (each.is_variable or each.key in keys or not output)
    }
    fixed = {
        key: next(value for value in choices[key] if value in values)
        for key, values in keys.items()
        if not values.isdisjoint(choices.get(key, ()))
    }
    found = [(_written(form, sent, output), sent) for sent in _sets_of(form, choices, fixed)]
    found.sort(key=lambda each: _wrong(each[0], wanted))
    for written, sent in found:
        if written is not None:
            yield f"{step.subject} {sorted(written.items(), key=str)}", replace(step, sent=sent)


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


def _written(form: OpenForm, sent: Typed, output: str) -> Mapping[str, Any] | None:
    """Return what a task writes with these answers: for a start, its choices. None if the form refuses them."""
    try:
        answers = accept(form.definition, sent, today=form.today, given=form.scope, choices=form.choices)
        if not output:
            return {each.key: answers.get(each.key) for each in form.definition.fields if each.options}
        written = parse(output).evaluate({**form.scope, "answers": dict(answers), "actor": {}})
    except (Refusal, RefusedByForm):
        return None
    return written if isinstance(written, Mapping) else {}


def _wrong(written: Mapping[str, Any] | None, wanted: Wanted) -> int:
    """Return how many wanted facts are written with another value."""
    if written is None:
        return len(wanted) + 1
    return sum(fact in written and str(written[fact]) not in values for fact, values in wanted.items())
