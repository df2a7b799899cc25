"""Interpreters of a talk: one or none, and from where. They are no way of contact: a call with an interpreter is a call."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from engine.errors import Invalid


class Interpreter(StrEnum):
    NONE = "none"
    IN_ROOM = "in_room"
    REMOTE = "remote"
    """By phone or video."""
    USED = "used"
    """In older versions of the forms, and of a referral: there was one, and it is not known where."""


CHOICES: Final = (Interpreter.NONE, Interpreter.IN_ROOM, Interpreter.REMOTE)
"""The answers of today."""
_OF_FORMS: Final = {
    **{each.value: each for each in CHOICES},
    "ours": Interpreter.USED,
    "bound": Interpreter.USED,
    "other": Interpreter.USED,
}


def interpreter_of(answer: object) -> Interpreter | None:
    """Return the meaning of an answer in any version of the forms; None without one."""
    return _OF_FORMS.get(answer) if isinstance(answer, str) else None


def chosen(typed: str, field: str = "interpreter") -> Interpreter | None:
    """Return the choice made on a page; None where it was not asked, or left."""
    if typed and typed not in CHOICES:
        raise Invalid("Valitse, oliko tulkki mukana.", field=field)
    return Interpreter(typed) if typed else None
