"""A marshmallow field for each kind of question. Typed answers are texts; strict ones (JSON) have JSON's types."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

import re2
from marshmallow import Schema, ValidationError, fields

from forms.definition import Field, Kind
from forms.errors import Problem
from forms.estimates import ESTIMATE, to_estimate
from forms.texts import Refused, bounded, clean, in_plain_digits, is_email, is_phone, to_date, to_number

MOST_ROWS = 50
MOST_FILES = 20
MOST_NAME = 255


class Answer(fields.Field[object]):
    """One question's answer: read, checked, or refused with a `Problem`."""

    def __init__(self, question: Field, *, strict: bool) -> None:
        self.question = question
        self.strict = strict
        missing = Problem(_missing(question), message=question.properties.get("required_message") or None)
        messages: dict[str, Any] = {"required": [missing], "null": [Problem("wrong_type")]}
        if question.required:
            super().__init__(required=True, error_messages=messages)
        elif question.kind is Kind.CHECKBOX:
            super().__init__(load_default=False, error_messages=messages)
        elif question.takes_several or question.kind is Kind.ROWS:
            super().__init__(load_default=list, error_messages=messages)
        else:
            super().__init__(error_messages=messages)

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> object:
        try:
            return self._skipped(value) if isinstance(value, Mapping) else self.read(value)
        except Refused as refused:
            raise ValidationError([refused.problem]) from None

    def _skipped(self, value: Mapping[str, object]) -> Mapping[str, object]:
        """Return what stands for an answer: a skip, or an estimate of a day."""
        if set(value) == {ESTIMATE} and self.question.takes_estimate:
            return {ESTIMATE: to_estimate(_text(value[ESTIMATE]))}
        if set(value) != {"skipped"} or not isinstance(value["skipped"], str):
            raise Refused("wrong_type")
        if value["skipped"] not in self.question.skips:
            raise Refused("not_skippable")
        return dict(value)

    def read(self, value: object) -> object:
        """Return the value of what was sent. Raise a validation error with a Problem if it has none."""
        raise Refused("wrong_type")


def _missing(question: Field) -> str:
    if question.kind is Kind.CHECKBOX:
        return "must_be_checked"
    return "required_or_skip" if question.skips else "required"


class TextAnswer(Answer):
    """A text, within its limits."""

    def read(self, value: object) -> str:
        sent = _text(value)
        text = clean(in_plain_digits(sent) if self.question.limits.text_type == "phone" else sent)
        if not text and self.question.required:
            raise ValidationError(self.error_messages["required"])
        if text:
            self._check(text)
        return text

    def _check(self, text: str) -> None:
        limits = self.question.limits
        if len(text) > limits.max_length:
            raise Refused("too_long", most=limits.max_length, length=len(text))
        if limits.min_length is not None and len(text) < limits.min_length:
            raise Refused("too_short", least=limits.min_length)
        if limits.text_type == "email" and not is_email(text):
            raise Refused("email")
        if limits.text_type == "phone" and not is_phone(text):
            raise Refused("phone")
        if limits.pattern is not None and not re2.search(limits.pattern, text):
            raise ValidationError(
                [Problem("pattern", message=self.question.properties.get("pattern_message") or None)]
            )


class NumberAnswer(Answer):
    """A decimal number."""

    def read(self, value: object) -> Decimal:
        number = self._strict(value) if self.strict else to_number(_text(value))
        limits = self.question.limits
        if limits.least is not None and number < limits.least:
            raise Refused("number_too_small", least=limits.least)
        if limits.most is not None and number > limits.most:
            raise Refused("number_too_big", most=limits.most)
        if limits.decimals is not None and number != round(number, limits.decimals):
            raise (
                Refused("too_many_decimals", most=limits.decimals)
                if limits.decimals
                else Refused("whole_number")
            )
        if limits.increment is not None and number % limits.increment:
            raise Refused("increment", step=limits.increment)
        return number

    def _strict(self, value: object) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise Refused("wrong_type")
        if isinstance(value, int) and value.bit_length() > 64:
            raise Refused("not_a_number")
        return bounded(Decimal(str(value)))


class CheckboxAnswer(Answer):
    """A box, ticked or not; a required one must be ticked."""

    def read(self, value: object) -> bool:
        if self.strict and not isinstance(value, bool):
            raise Refused("wrong_type")
        if not self.strict and value not in ("true", "on"):
            raise Refused("wrong_type")
        if not value and self.question.required:
            raise ValidationError(self.error_messages["required"])
        return bool(value)


class ChoiceAnswer(Answer):
    """One of the options. Options that the caller brings are checked in `forms.circumstances`."""

    def read(self, value: object) -> str:
        return _among(self.question, _text(value))


class ChecklistAnswer(Answer):
    """Some of the options, each once, in the form's order."""

    def read(self, value: object) -> list[str]:
        chosen = [_among(self.question, text) for text in _list(value)]
        if self.question.required and not chosen:
            raise ValidationError(self.error_messages["required"])
        if not self.question.options:
            return list(dict.fromkeys(chosen))
        return [option.value for option in self.question.options if option.value in chosen]


class DateAnswer(Answer):
    """A day, without a time; with words in its place where the form takes an estimate."""

    def read(self, value: object) -> date | Mapping[str, object]:
        return self._strict(value) if self.strict else self._typed(_text(value))

    def _typed(self, text: str) -> date | Mapping[str, object]:
        try:
            return to_date(text)
        except Refused as refused:
            key = refused.problem.key
            if key == "year_missing" and self.question.limits.is_birth:
                raise Refused("not_a_date") from None
            if key != "not_a_date" or not self.question.takes_estimate:
                raise
            return {ESTIMATE: to_estimate(text)}

    def _strict(self, value: object) -> date:
        try:
            return to_date(date.fromisoformat(_text(value)).isoformat())
        except ValueError:
            raise Refused("not_a_date") from None


class FilesAnswer(Answer):
    """Names of files; their content comes with the upload."""

    def read(self, value: object) -> object:
        if not self.question.many:
            return _file_name(_text(value))
        names = [_file_name(name) for name in _list(value)]
        if len(names) > MOST_FILES:
            raise Refused("too_many_choices", most=MOST_FILES)
        if self.question.required and not names:
            raise ValidationError(self.error_messages["required"])
        return names


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a list; `absent` names the questions that are not asked in it."""

    values: Mapping[str, object]
    absent: frozenset[str] = frozenset()


class RowsAnswer(Answer):
    """The rows of a repeating list."""

    def __init__(self, question: Field, row: Schema, *, strict: bool) -> None:
        self.row = row
        super().__init__(question, strict=strict)

    def read(self, value: object) -> list[dict[str, object]]:
        if not isinstance(value, list) or not all(isinstance(row, Row) for row in value):
            raise Refused("wrong_type")
        if len(value) > MOST_ROWS:
            raise Refused("too_many_rows", most=MOST_ROWS)
        if self.question.required and not value:
            raise ValidationError(self.error_messages["required"])
        rows: list[dict[str, object]] = []
        problems: dict[int, object] = {}
        for index, row in enumerate(value):
            try:
                rows.append(self.row.load(row.values, partial=row.absent))
            except ValidationError as refused:
                problems[index] = refused.messages
                rows.append(cast("dict[str, object]", refused.valid_data or {}))
        if problems:
            raise ValidationError(problems, valid_data=rows)
        return rows


FIELDS: Mapping[Kind, Callable[..., Answer]] = {
    Kind.TEXTFIELD: TextAnswer,
    Kind.TEXTAREA: TextAnswer,
    Kind.NUMBER: NumberAnswer,
    Kind.CHECKBOX: CheckboxAnswer,
    Kind.RADIO: ChoiceAnswer,
    Kind.SELECT: ChoiceAnswer,
    Kind.CHECKLIST: ChecklistAnswer,
    Kind.DATE: DateAnswer,
    Kind.FILES: FilesAnswer,
}


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Refused("wrong_type")
    return value


def _list(value: object) -> list[str]:
    if not isinstance(value, list):
        raise Refused("wrong_type")
    return [_text(item) for item in value]


def _among(question: Field, value: str) -> str:
    if question.options and value not in {option.value for option in question.offered}:
        raise Refused("not_a_choice")
    return value


def _file_name(text: str) -> str:
    name = clean(text)
    if (
        not name
        or len(name) > MOST_NAME
        or any(character in "/\\\n\t" for character in name)
        or name in {".", ".."}
    ):
        raise Refused("file_name")
    return name
