"""The marshmallow schema of a form, made once for each form and way of sending."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, cast
from weakref import WeakKeyDictionary

from marshmallow import RAISE, Schema

from forms.definition import Field, FormDefinition, Kind
from forms.errors import Problem
from forms.fields import FIELDS, Answer, RowsAnswer


class AnswersSchema(Schema):
    """The schema of a form's answers. It refuses unknown names."""

    class Meta:
        unknown = RAISE

    error_messages = {"unknown": Problem("unknown_field"), "type": Problem("wrong_type")}  # type: ignore[dict-item]  # a Problem is a value


_COMPILED: Final[WeakKeyDictionary[FormDefinition, dict[bool, Schema]]] = WeakKeyDictionary()


def compiled(definition: FormDefinition, *, strict: bool) -> Schema:
    """Return the schema of all questions. It is cached as long as the form lives: try-outs make forms by the hundred."""
    kept = _COMPILED.setdefault(definition, {})
    if strict not in kept:
        kept[strict] = _schema(definition.fields, strict=strict)
    return kept[strict]


def answer_of(schema: Schema, key: str) -> Answer:
    """Return the field that reads the answer to one question."""
    return cast("Answer", schema.fields[key])


def _schema(fields: Sequence[Field], *, strict: bool) -> Schema:
    return AnswersSchema.from_dict(
        {field.key: _answer(field, strict=strict) for field in fields}, name="Answers"
    )()


def _answer(field: Field, *, strict: bool) -> Answer:
    if field.kind is Kind.ROWS:
        return RowsAnswer(field, _schema(field.fields, strict=strict), strict=strict)
    return FIELDS[field.kind](field, strict=strict)
