"""Finds the forms that come with the program: definitions/<key>.form, and their translations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from forms.definition import Condition, FormDefinition
from forms.errors import UnknownForm
from forms.parsing import parse_form
from forms.translations import DIRECTORY as TRANSLATIONS

DEFINITIONS = Path(__file__).with_name("definitions")


def form_keys() -> tuple[str, ...]:
    """The keys of all shipped forms."""
    return tuple(sorted(path.stem for path in DEFINITIONS.glob("*.form")))


def files() -> Mapping[str, bytes]:
    """What a deployment freezes, by file name: forms and translations."""
    paths = [*sorted(DEFINITIONS.glob("*.form")), *sorted(TRANSLATIONS.glob("*.po"))]
    return {path.name: path.read_bytes() for path in paths}


def read_form(key: str, *, parse: Callable[[str], Condition]) -> FormDefinition:
    """The shipped form of that key; `UnknownForm` if there is none."""
    if key not in form_keys():
        raise UnknownForm(key)
    return parse_form(key, (DEFINITIONS / f"{key}.form").read_bytes(), parse=parse)
