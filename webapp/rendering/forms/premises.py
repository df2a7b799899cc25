"""The answers that decide whether a question is shown. They are found by evaluating its FEEL conditions with each choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from forms.conditions import is_hidden
from forms.definition import Component, Condition, Field, Kind, Separator

MOST_GATES = 60
"""The style sheet has rules for so many (``opens-1`` … ``closes-60``)."""
MOST_TRIALS = 400


@dataclass(frozen=True, slots=True)
class Premise:
    """A condition: `key` has one of the answers `opens`. `otherwise`: it also holds without an answer."""

    key: str
    opens: frozenset[str]
    otherwise: bool

    @property
    def only_choice(self) -> str | None:
        """The choice that opens it, if there is just one and it stays closed without an answer; else None."""
        return next(iter(self.opens)) if len(self.opens) == 1 and not self.otherwise else None


def own_conditions(component: Component, around: Sequence[Condition]) -> tuple[Condition, ...]:
    """Return the conditions of a component without those of its group."""
    return () if isinstance(component, Separator) else component.hidden_when[len(around) :]


def names_in(conditions: Sequence[Condition]) -> frozenset[str]:
    return frozenset(name for condition in conditions for name in condition.names)


def premises_of(
    conditions: Sequence[Condition], asked: Sequence[Field], scope: Mapping[str, object]
) -> tuple[Premise, ...] | None:
    """Return one premise for each question in `asked` that decides; None if trying their choices can't show them."""
    trials = [_trials(one) for one in asked]
    count = 1
    for tried in trials:
        count *= len(tried)
    if not asked or any(len(tried) < 2 for tried in trials) or count > MOST_TRIALS:
        return None
    shown = {
        choices: not is_hidden(
            conditions,
            {
                **scope,
                **{one.key: tried[choice] for one, tried, choice in zip(asked, trials, choices, strict=True)},
            },
        )
        for choices in product(*trials)
    }
    ways = [
        {choices[place] for choices, is_shown in shown.items() if is_shown} for place in range(len(asked))
    ]
    if any(
        is_shown is not all(choice in way for choice, way in zip(choices, ways, strict=True))
        for choices, is_shown in shown.items()
    ):
        return None
    found = [_premise(one, tried, way) for one, tried, way in zip(asked, trials, ways, strict=True)]
    return tuple(premise for premise in found if premise is not None) or None


_ALL = "*"
"""All boxes of a checklist at once: must have the same effect as each box alone."""


def _premise(asked: Field, tried: Mapping[str, object], way: set[str]) -> Premise | None:
    opens, otherwise = frozenset(way - {"", _ALL}), "" in way
    if len(way) == len(tried):
        return None
    return Premise(asked.key, opens, otherwise)


def _trials(asked: Field) -> dict[str, object]:
    """Return the answers to try, by name: none (``""``), each choice by itself and, of a checklist, all choices."""
    values = [option.value for option in asked.options]
    if asked.kind is Kind.CHECKBOX:
        return {"": False, "true": True}
    if asked.kind is Kind.CHECKLIST:
        return {"": [], **{value: [value] for value in values}, _ALL: values}
    return {"": None, **{value: value for value in values}} if asked.is_choice else {}


@dataclass(slots=True)
class Gates:
    """Numbers that join a choice to the parts it shows or hides elsewhere on the page, as CSS classes."""

    numbers: dict[tuple[str, Premise], int] = field(default_factory=dict)
    marks: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def marks_of(self, name: str, value: str) -> list[str]:
        """Return the classes of one choice: a list that grows while the rest of the page is built."""
        return self.marks.setdefault((name, value), [])

    def gate(self, prefix: str, premise: Premise, asked: Field) -> str | None:
        """Return the class of the part behind the gate; None if the style sheet has no rule left."""
        kind = "closes" if premise.otherwise else "opens"
        number = self.numbers.get((prefix, premise))
        if number is None:
            number = len(self.numbers) + 1
            if number > MOST_GATES:
                return None
            self.numbers[prefix, premise] = number
            values = ["true"] if asked.kind is Kind.CHECKBOX else [option.value for option in asked.options]
            for value in values:
                if (value in premise.opens) is not premise.otherwise:
                    self.marks_of(prefix + premise.key, value).append(f"{kind}-{number}")
        return f"{'closed' if premise.otherwise else 'opened'}-{number}"
