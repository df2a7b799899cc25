"""Random answers that a form accepts, to walk a process through all that people may say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from random import Random
from types import MappingProxyType

from forms.circumstances import NO_CHOICES, Choices
from forms.conditions import NOTHING, Evaluate, as_read, is_hidden, plainly
from forms.definition import Field, FormDefinition, Kind
from forms.fields import RowsAnswer
from forms.schema import answer_of, compiled
from forms.texts import date_as_typed, number_as_typed
from forms.typed import ROWS, SKIP

Typed = dict[str, list[str]]
Known = Mapping[str, Sequence[str]]
"""Answers that are not left to chance, by question; ``list.column`` for one in each row."""

ANSWERED = 0.75
"""The share of optional questions that are answered."""
SKIPPED = 0.15

_WORDS = ("tämä", "on", "keksitty", "vastaus", "jota", "kukaan", "ei", "ole", "antanut", "oikeasti")


@dataclass(frozen=True, slots=True)
class Maker:
    rng: Random
    today: date
    choices: Choices
    known: Known


def random_answers(
    definition: FormDefinition,
    rng: Random,
    *,
    today: date,
    evaluate: Evaluate = plainly,
    given: Mapping[str, object] = NOTHING,
    choices: Choices = NO_CHOICES,
    known: Known = MappingProxyType({}),
) -> Typed:
    """Return answers as a page would send them. `accept` takes them with the same `today`, `given` and `choices`."""
    maker = Maker(rng, today, choices, known)
    schema = compiled(definition, strict=False)
    scope: dict[str, object] = {**given, **dict.fromkeys(definition.order)}
    typed: Typed = {}
    for key in definition.order:
        question = definition.by_key[key]
        if is_hidden(question.hidden_when, scope, evaluate):
            continue
        field = answer_of(schema, key)
        if isinstance(field, RowsAnswer):
            scope[key] = _rows(maker, field, scope, evaluate, typed)
            continue
        made = _one(maker, question, key)
        typed |= made
        scope[key] = as_read(question, _value(field.deserialize, question, made))
    return typed


def _rows(
    maker: Maker, field: RowsAnswer, around: Mapping[str, object], evaluate: Evaluate, typed: Typed
) -> list[dict[str, object]]:
    question = field.question
    count = maker.rng.randint(1 if question.required else 0, 3)
    columns = {column.key: column for column in question.fields}
    rows = []
    for index in range(count):
        row: dict[str, object] = dict.fromkeys(columns)
        made: Typed = {}
        for key in question.order:
            column = columns[key]
            if is_hidden(column.hidden_when, {**around, **row}, evaluate):
                continue
            one = _one(maker, column, f"{question.key}.{key}", always=not made)
            made |= one
            row[key] = as_read(column, _value(answer_of(field.row, key).deserialize, column, one))
        typed |= {f"{question.key}.{index}.{name}": texts for name, texts in made.items()}
        rows.append(row)
    typed[question.key + ROWS] = [str(count)]
    return rows


def _value(deserialize: Callable[[object], object], question: Field, made: Typed) -> object:
    texts = made.get(question.key)
    if not texts:
        return None
    return deserialize(texts if question.takes_several else texts[0])


def _one(maker: Maker, question: Field, name: str, *, always: bool = False) -> Typed:
    """Return the known answer if the question offers it, else an answer, a skip, or nothing; with `always`, an answer."""
    known = maker.known.get(name)
    if known is not None and (not question.is_choice or set(known) <= set(_values(maker, question))):
        return {question.key: list(known)}
    rng = maker.rng
    if question.kind is not Kind.CHECKBOX and question.skips and rng.random() < SKIPPED:
        return {question.key + SKIP: [rng.choice(question.skips)]}
    if not question.required and not always and rng.random() > ANSWERED:
        return {}
    texts = _MAKERS[question.kind](maker, question)
    return {question.key: texts} if texts else {}


def _text(maker: Maker, question: Field) -> list[str]:
    limits = question.limits
    if limits.pattern is not None:
        return [question.properties["example"]]
    if limits.text_type:
        return ["kukaan@esimerkki.fi" if limits.text_type == "email" else "000 000 0000"]
    least = max(limits.min_length or 1, 1)
    words = " ".join(maker.rng.choice(_WORDS) for _ in range(maker.rng.randint(1, 12)))
    while len(words) < least:
        words += " " + maker.rng.choice(_WORDS)
    cut = words[: min(limits.max_length, max(least, len(words)))]
    return [cut[:-1] + "." if cut.endswith(" ") else cut]


def _number(maker: Maker, question: Field) -> list[str]:
    limits = question.limits
    unit = limits.increment or Decimal(1).scaleb(-(limits.decimals or 0))
    least = limits.least if limits.least is not None else min(Decimal(0), limits.most or Decimal(0))
    most = limits.most if limits.most is not None else max(Decimal(1000), least + 1000)
    lowest = int((least / unit).to_integral_value(ROUND_CEILING))
    highest = int((most / unit).to_integral_value(ROUND_FLOOR))
    return [number_as_typed(maker.rng.randint(lowest, highest) * unit)]


def _date(maker: Maker, question: Field) -> list[str]:
    if question.takes_estimate and maker.rng.random() < SKIPPED:
        return ["ensi viikolla"]
    earliest = 0 if question.limits.not_past else -300 if question.limits.is_near else -3650
    latest = 0 if question.limits.not_future else 365
    return [date_as_typed(maker.today + timedelta(days=maker.rng.randint(earliest, latest)))]


def _values(maker: Maker, question: Field) -> list[str]:
    return [option.value for option in question.offered] or list(
        maker.choices.get(question.options_from or "", {})
    )


def _choice(maker: Maker, question: Field) -> list[str]:
    values = _values(maker, question)
    return [maker.rng.choice(values)] if values else []


def _checklist(maker: Maker, question: Field) -> list[str]:
    values = _values(maker, question)
    chosen = maker.rng.sample(values, maker.rng.randint(1, len(values))) if values else []
    return [question.alone] if question.alone in chosen else chosen


_MAKERS: Mapping[Kind, Callable[[Maker, Field], list[str]]] = MappingProxyType(
    {
        Kind.TEXTFIELD: _text,
        Kind.TEXTAREA: _text,
        Kind.NUMBER: _number,
        Kind.CHECKBOX: lambda _, __: ["true"],
        Kind.RADIO: _choice,
        Kind.SELECT: _choice,
        Kind.CHECKLIST: _checklist,
        Kind.DATE: _date,
        Kind.FILES: lambda maker, _: [f"keksitty-{maker.rng.randint(1, 99)}.pdf"],
    }
)
