"""On which answers a question hangs, found by trying: FEEL is evaluated, never read, on this side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from forms.conditions import Evaluate, is_hidden
from forms.definition import Component, Condition, Field, Kind, Separator


@dataclass(frozen=True, slots=True)
class Premise:
    """A question is asked when `key` is answered with one of `opens`; with nothing chosen, only if `otherwise`."""

    key: str
    opens: frozenset[str]
    otherwise: bool

    @property
    def only_choice(self) -> str | None:
        """The single choice that opens it."""
        return next(iter(self.opens)) if len(self.opens) == 1 and not self.otherwise else None


def own_conditions(component: Component, around: Sequence[Condition]) -> tuple[Condition, ...]:
    """Its conditions without those of the group it stands in."""
    return () if isinstance(component, Separator) else component.hidden_when[len(around) :]


def names_in(conditions: Sequence[Condition]) -> frozenset[str]:
    return frozenset(name for condition in conditions for name in condition.names)


def premise_of(
    conditions: Sequence[Condition], asked: Field, scope: Mapping[str, object], evaluate: Evaluate
) -> Premise | None:
    """What in the answer to `asked` decides; None where trying its choices one by one does not tell."""
    nothing, answers = _trials(asked)
    if not answers:
        return None

    def shows(answer: object) -> bool:
        return not is_hidden(conditions, {**scope, asked.key: answer}, evaluate)

    opens = frozenset(value for value, answer in answers.items() if shows(answer))
    otherwise = shows(nothing)
    if (not opens and not otherwise) or (len(opens) == len(answers) and otherwise):
        return None
    # Every box ticked at once must do what the boxes do one by one.
    if asked.kind is Kind.CHECKLIST and shows(list(answers)) is not (bool(opens) and not otherwise):
        return None
    return Premise(asked.key, opens, otherwise)


def _trials(asked: Field) -> tuple[object, dict[str, object]]:
    """Nothing chosen, and each choice by itself."""
    values = [option.value for option in asked.options]
    if asked.kind is Kind.CHECKBOX:
        return False, {"true": True}
    if asked.kind is Kind.CHECKLIST:
        return [], {value: [value] for value in values}
    if asked.is_choice:
        return None, {value: value for value in values}
    return None, {}
