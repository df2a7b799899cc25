"""A long form in steps: one section in sight, and a list of all with what each still lacks.

All sections stand in the page, so that one post carries the whole form and its conditions hold over sections.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from forms.circumstances import NO_CHOICES, Choices
from forms.conditions import NOTHING
from forms.definition import FormDefinition
from forms.errors import AnswersRejected
from forms.submission import accept
from forms.typed import Sent
from webapp.rendering.forms.page import NO_PROBLEMS, Problems, with_defaults

LONGEST_IN_ONE: Final = 12
"""Questions that stand on one page without steps."""
NAMED: Final = 2
"""Missing questions that the list names; the others are counted."""
STEP: Final = "step-"
"""Begins the value of a button that leads to a step."""


@dataclass(frozen=True, slots=True)
class StepMark:
    number: int
    name: str
    lacks: tuple[str, ...]
    """Labels of the questions that must be answered still."""
    is_current: bool
    is_shown: bool
    """The current one. After a refusal, every one with a mistake."""

    @property
    def named(self) -> tuple[str, ...]:
        return self.lacks[:NAMED]

    @property
    def more(self) -> int:
        return max(0, len(self.lacks) - NAMED)


@dataclass(frozen=True, slots=True)
class FormSteps:
    marks: tuple[StepMark, ...]

    @property
    def current(self) -> StepMark:
        return next(each for each in self.marks if each.is_current)

    @property
    def shown(self) -> frozenset[int]:
        return frozenset(each.number for each in self.marks if each.is_shown)

    @property
    def lacking(self) -> int:
        return sum(len(each.lacks) for each in self.marks)

    @property
    def following(self) -> StepMark | None:
        return self._beside(1)

    @property
    def before(self) -> StepMark | None:
        return self._beside(-1)

    def _beside(self, distance: int) -> StepMark | None:
        place = self.marks.index(self.current) + distance
        return self.marks[place] if 0 <= place < len(self.marks) else None


def is_long(definition: FormDefinition) -> bool:
    """Return True for a form that is shown in steps: it has sections, and more questions than fit one page."""
    return len(definition.steps) > 1 and len(definition.fields) > LONGEST_IN_ONE


def steps_of(
    definition: FormDefinition,
    typed: Sent,
    *,
    today: date,
    given: Mapping[str, object] = NOTHING,
    choices: Choices = NO_CHOICES,
    problems: Problems = NO_PROBLEMS,
    wanted: int | None = None,
    begun: bool = False,
) -> FormSteps:
    """Return the steps with what each lacks. The current one is the first with a mistake, else the wanted one, else the
    first that lacks something in a form that somebody has begun."""
    lacks = _lacking(definition, typed, today, given, choices)
    wrong = _steps_with(definition, problems)
    open_ones = [number for number, found in lacks.items() if found] if begun else []
    numbers = [each.number for each in definition.steps]
    asked = wanted if wanted in numbers else None
    current = next(iter(wrong), None) or asked or next(iter(open_ones), numbers[0])
    return FormSteps(
        tuple(
            StepMark(
                number=each.number,
                name=each.name or each.title,
                lacks=lacks[each.number],
                is_current=each.number == current,
                is_shown=each.number == current or each.number in wrong,
            )
            for each in definition.steps
        )
    )


def step_in(button: str) -> int | None:
    """Return the number of the step that a button leads to; None for another button."""
    number = button.removeprefix(STEP)
    return int(number) if button.startswith(STEP) and number.isascii() and number.isdigit() else None


def _lacking(
    definition: FormDefinition, typed: Sent, today: date, given: Mapping[str, object], choices: Choices
) -> dict[int, tuple[str, ...]]:
    fields = [field for step in definition.steps for field in step.fields]
    try:
        accept(definition, with_defaults(fields, typed), today=today, given=given, choices=choices)
        wrong: frozenset[str] = frozenset()
    except AnswersRejected as rejected:
        wrong = frozenset(path.partition(".")[0] for path in rejected.problems)
    return {
        step.number: tuple(field.label for field in step.fields if field.key in wrong)
        for step in definition.steps
    }


def _steps_with(definition: FormDefinition, problems: Problems) -> list[int]:
    keys = {path.partition(".")[0] for path in problems}
    return [step.number for step in definition.steps if any(field.key in keys for field in step.fields)]
