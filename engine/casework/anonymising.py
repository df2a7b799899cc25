"""Anonymises a case for replays: keeps only words that the models contain, numbers, and times counted from its
beginning.

A word that no diagram, table or form contains may name somebody. It becomes a number within the case, and the same
word gets the same number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from html import unescape
from typing import Any, Final

from engine.clock import day_of
from engine.domain.cases import Channel, Outcome
from engine.domain.people import Role
from engine.feel.values import from_json, to_json
from forms.definition import Field, FormDefinition, Kind
from forms.estimates import is_estimate

_WRITTEN: Final = re.compile(r"""="([^"]*)"|='([^']*)'|>([^<]+)<""")
"""An attribute, in either of XML's quotes, or a text."""
_LITERAL: Final = re.compile(r'"([^"]*)"')
_NAME: Final = re.compile(r"[A-Za-z_]\w*")
CLOSED: Final = frozenset({Kind.NUMBER, Kind.CHECKBOX, Kind.RADIO, Kind.SELECT, Kind.CHECKLIST, Kind.DATE})
"""Kinds of question that are answered by choosing, not in free words."""
_MICROSECOND: Final = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words, names and forms in the files of one version."""

    words: frozenset[str]
    names: frozenset[str]
    forms: Mapping[str, FormDefinition]


def vocabulary_of(files: Mapping[str, bytes], forms: Mapping[str, FormDefinition]) -> Vocabulary:
    words = {*Channel, *Outcome, *Role, *forms}
    names: set[str] = set()
    for path, data in files.items():
        if path.endswith((".bpmn", ".dmn")):
            for text in expressions(data):
                words.update(_LITERAL.findall(text))
                names.update(_NAME.findall(text))
                words.add(text)
    for form in forms.values():
        for asked in form.fields:
            words.update(option.value for each in (asked, *asked.fields) for option in each.options)
    return Vocabulary(frozenset(map(str, words)), frozenset(names), forms)


def expressions(data: bytes) -> Iterable[str]:
    """Return every attribute and every text of a model's file."""
    plain = data.decode("utf-8", "replace")
    return [unescape("".join(found)).strip() for found in _WRITTEN.findall(plain)]


@dataclass
class Cleaner:
    """Anonymises the values of one case."""

    vocabulary: Vocabulary
    begins: datetime
    _numbers: dict[str, str] = field(default_factory=dict)

    def word(self, text: str) -> str:
        if text in self.vocabulary.words:
            return text
        return self._numbers.setdefault(text, f"#{len(self._numbers) + 1}")

    def key(self, text: str | None) -> str | None:
        return None if text is None else self.word(text)

    def answers(self, form_key: str, answers: Any) -> dict[str, Any]:
        """Return the anonymised answers. Answers in free text become None; those to choices, numbers and dates stay."""
        form = self.vocabulary.forms.get(form_key)
        if form is None or not isinstance(answers, Mapping):
            return {}
        return {
            key: self._answer(form.by_key[key], value) for key, value in answers.items() if key in form.by_key
        }

    def _answer(self, asked: Field, value: Any) -> Any:
        if asked.kind is Kind.ROWS:
            columns = {each.key: each for each in asked.fields}
            return [
                {key: self._answer(columns[key], cell) for key, cell in row.items() if key in columns}
                for row in value or ()
            ]
        is_closed = asked.kind in CLOSED and not is_estimate(value)
        return self.value(value) if is_closed else None

    def value(self, data: Any) -> Any:
        """Convert the engine's JSON to anonymised JSON."""
        return self._plain(from_json(data))

    def _plain(self, value: Any) -> Any:
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self.word(value)
        if isinstance(value, datetime):
            return {"$": "moment", "v": (value - self.begins) // _MICROSECOND if value.tzinfo else None}
        if isinstance(value, date):
            return {"$": "day", "v": (value - day_of(self.begins)).days}
        if isinstance(value, list):
            return [self._plain(each) for each in value]
        if isinstance(value, Mapping):
            return {key: self._plain(each) for key, each in value.items() if key in self.vocabulary.names}
        return to_json(value) if isinstance(value, int | Decimal | timedelta) else None


def anchored(fact: Any, begins: datetime) -> Any:
    """Return a value from anonymised JSON, with its times counted from `begins` turned into moments and dates."""
    if isinstance(fact, list):
        return [anchored(each, begins) for each in fact]
    if not isinstance(fact, Mapping):
        return from_json(fact)
    tag = fact.get("$")
    if tag == "moment":
        return None if fact["v"] is None else begins + fact["v"] * _MICROSECOND
    if tag == "day":
        return day_of(begins) + timedelta(days=fact["v"])
    if tag is not None:
        return from_json(fact)
    return {key: anchored(each, begins) for key, each in fact.items()}


@lru_cache(maxsize=32)
def names_in(text: str) -> frozenset[str]:
    return frozenset(_NAME.findall(text))
