"""The answers that decide whether a question is shown. They are found by evaluating its FEEL conditions with each choice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod

from forms.conditions import in_order, is_hidden
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


def needs_any_answer(conditions: Sequence[Condition], asked: Field, scope: Mapping[str, object]) -> bool:
    """Return True if what the conditions hide is shown once a question without choices has an answer."""
    if _trials(asked):
        return False
    hidden, shown = (is_hidden(conditions, {**scope, asked.key: value}) for value in _WORDS.values())
    return hidden and not shown


def opens_without(
    component: Component, asked: Field, choice: str, known: Mapping[str, Field], scope: Mapping[str, object]
) -> bool:
    """Return True if the component is shown for some answers without this choice, or that cannot be tried."""
    if isinstance(component, Separator):
        return False
    fields = _that_decide(component.hidden_when, {asked.key}, known)
    if _count(fields) > MOST_TRIALS:
        return True
    return any(
        not is_hidden(component.hidden_when, {**scope, **_values(fields, tried)})
        for tried in _consistent(fields, scope)
        if tried[asked.key] not in {choice, _ALL}
    )


def ways_of(
    conditions: Sequence[Condition], known: Mapping[str, Field], scope: Mapping[str, object]
) -> tuple[tuple[Premise, ...], tuple[Premise, ...]] | None:
    """Return premises that must all hold, and premises of which one must hold; None if they cannot show the conditions.

    Answers to questions that are hidden themselves count as none, so the premises may show too much, never too little.
    """
    fields = _that_decide(conditions, set(), known)
    if any(len(_trials(one)) < 2 for one in fields) or _count(fields) > MOST_TRIALS:
        return None
    trials = [
        (tried, not is_hidden(conditions, {**scope, **_values(fields, tried)}))
        for tried in _consistent(fields, scope)
    ]
    shown = [tried for tried, is_shown in trials if is_shown]
    enough = [
        Premise(one.key, frozenset(opens), otherwise=False)
        for one in fields
        if (
            opens := {
                choice
                for choice in _trials(one)
                if choice not in {"", _ALL}
                and (with_it := [is_shown for tried, is_shown in trials if tried[one.key] in {choice, _ALL}])
                and all(with_it)
            }
        )
    ]
    if not all(any(tried[one.key] in {*one.opens, _ALL} for one in enough) for tried in shown):
        return None
    needed = [
        Premise(one.key, frozenset(way), otherwise=False)
        for one in fields
        if not {"", _ALL} & (way := {tried[one.key] for tried in shown}) and len(way) < len(_trials(one)) - 1
    ]
    return tuple(needed), tuple(enough)


def _that_decide(
    conditions: Sequence[Condition], more: set[str], known: Mapping[str, Field]
) -> tuple[Field, ...]:
    """Return the questions that the conditions read, and those that decide whether these are asked, in order."""
    waiting, found = list({*names_in(conditions), *more} & known.keys()), set[str]()
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting += names_in(known[key].hidden_when) & known.keys()
    fields = [known[key] for key in known if key in found]
    return tuple(known[key] for key in in_order(fields))


def _consistent(fields: Sequence[Field], scope: Mapping[str, object]) -> Iterator[dict[str, str]]:
    """Yield the names of answers that can be given together: none to a question that the others hide."""
    seen = set[tuple[str, ...]]()
    for choices in product(*(_trials(one) or _WORDS for one in fields)):
        tried = dict(zip((one.key for one in fields), choices, strict=True))
        for one in fields:
            if is_hidden(one.hidden_when, {**scope, **_values(fields, tried)}):
                tried[one.key] = ""
        if (key := tuple(tried.values())) not in seen:
            seen.add(key)
            yield tried


def _values(fields: Sequence[Field], tried: Mapping[str, str]) -> dict[str, object]:
    return {one.key: (_trials(one) or _WORDS)[tried[one.key]] for one in fields}


def _count(fields: Sequence[Field]) -> int:
    return prod(len(_trials(one) or _WORDS) for one in fields)


_WORDS: Mapping[str, object] = {"": None, "words": "words"}
"""Answers to try for a question without choices."""
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

    numbers: dict[tuple[tuple[str, Premise], ...], int] = field(default_factory=dict)
    marks: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def marks_of(self, name: str, value: str) -> list[str]:
        """Return the classes of one choice: a list that grows while the rest of the page is built."""
        return self.marks.setdefault((name, value), [])

    def gate(self, *premises: tuple[str, Premise, Field]) -> str | None:
        """Return the class of the part that each of the premises opens by itself; None if the style sheet has no rule
        left. A premise comes with the prefix of its row and its question."""
        kind = "closes" if premises[0][1].otherwise else "opens"
        key = tuple((prefix, premise) for prefix, premise, _ in premises)
        number = self.numbers.get(key)
        if number is None:
            number = len(self.numbers) + 1
            if number > MOST_GATES:
                return None
            self.numbers[key] = number
            for prefix, premise, asked in premises:
                values = (
                    ["true"] if asked.kind is Kind.CHECKBOX else [option.value for option in asked.options]
                )
                for value in values:
                    if (value in premise.opens) is not premise.otherwise:
                        self.marks_of(prefix + premise.key, value).append(f"{kind}-{number}")
        return f"{'closed' if kind == 'closes' else 'opened'}-{number}"
