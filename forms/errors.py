"""What can be wrong with a form, and with what was sent in answer to one."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "required": "Answer this question",
        "required_or_skip": "Answer this question, or choose that you do not want to answer",
        "must_be_checked": "Tick this box to continue",
        "unknown_field": "This form has no such question",
        "reserved_name": "A name that is sent may not be “%(name)s”",
        "wrong_type": "The answer is not of the kind that was asked for",
        "not_a_choice": "Choose one of the answers given",
        "choose_one": "Choose only one",
        "too_short": "Write at least %(least)s characters",
        "too_long": "Write at most %(most)s characters; there are now %(length)s",
        "too_many_choices": "Choose at most %(most)s",
        "too_many_rows": "Add at most %(most)s",
        "too_large": "All the answers together may hold at most %(most)s kB",
        "too_deep": "The answers are nested too deeply",
        "bad_characters": "The text holds characters that cannot be stored; type it again without them",
        "pattern": "The answer is not in the form that was asked for",
        "email": "Write the email address in the form name@example.org",
        "phone": "Write the phone number with digits, for example +358 40 123 4567",
        "not_a_number": "Write a number, for example 12 or 3,5",
        "number_too_small": "Write a number that is at least %(least)s",
        "number_too_big": "Write a number that is at most %(most)s",
        "whole_number": "Write a whole number",
        "too_many_decimals": "Write at most %(most)s decimals",
        "increment": "Write a number that is a multiple of %(step)s",
        "not_a_date": "Write the date as day, month and year, for example 31.12.2026",
        "no_such_date": "There is no such date; check the day and the month",
        "date_out_of_range": "Check the year; it should be between %(first)s and %(last)s",
        "date_in_future": "The date cannot be in the future",
        "date_in_past": "The date cannot be in the past",
        "answered_and_skipped": "You answered and also chose not to; keep one of them",
        "not_skippable": "This question needs an answer",
        "file_name": "The file's name cannot be used",
    }
)
"""The sentence of every problem: a gettext msgid, with the names of its values. Translated where it is shown."""


class Problem(NamedTuple):
    """One thing wrong with an answer; `key` is one of `SENTENCES`."""

    key: str
    values: Mapping[str, object] = MappingProxyType({})
    message: str | None = None
    """The form's own sentence, already in the reader's language, when its writer gave one."""


def problem_keys() -> frozenset[str]:
    """All problems there can be, so that a test can see that each has its sentence in every language."""
    return frozenset(SENTENCES)


class InvalidDefinition(Exception):
    """The form cannot be used as it is written."""

    def __init__(self, where: str, sentence: str) -> None:
        super().__init__(f"{where}: {sentence}")
        self.where = where
        """The path of the component in the form, e.g. ``children.born_on``."""
        self.sentence = sentence


class AnswersRejected(Exception):
    """The answers cannot be accepted; `problems` says why, by the path of the question (``""``: all of it)."""

    def __init__(self, problems: Mapping[str, tuple[Problem, ...]]) -> None:
        super().__init__(", ".join(f"{path or 'form'}: {found[0].key}" for path, found in problems.items()))
        self.problems = problems


class UnknownForm(Exception):
    """There is no form with that key."""
