"""The forms that come with the program: definitions/<key>.form, the parts they include, and their translations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from forms.definition import Condition, FormDefinition
from forms.errors import UnknownForm
from forms.inclusion import Parts
from forms.parsing import parse_form, parse_part
from forms.translations import DIRECTORY as TRANSLATIONS

DEFINITIONS = Path(__file__).with_name("definitions")
PARTS = Path(__file__).with_name("parts")


def form_keys() -> tuple[str, ...]:
    """Return the keys of all shipped forms."""
    return tuple(sorted(path.stem for path in DEFINITIONS.glob("*.form")))


@cache
def shipped_parts() -> Parts:
    return {path.stem: path.read_bytes() for path in sorted(PARTS.glob("*.form"))}


def files() -> Mapping[str, bytes]:
    """Return the files that a deployment freezes, by path: forms, parts and translations."""
    forms = {path.name: path.read_bytes() for path in sorted(DEFINITIONS.glob("*.form"))}
    parts = {f"{PARTS.name}/{key}.form": data for key, data in shipped_parts().items()}
    return {**forms, **parts, **{path.name: path.read_bytes() for path in sorted(TRANSLATIONS.glob("*.po"))}}


def read_form(key: str, *, parse: Callable[[str], Condition]) -> FormDefinition:
    """Return the shipped form with this key. Raise UnknownForm if there is none."""
    if key not in form_keys():
        raise UnknownForm(key)
    return parse_form(key, (DEFINITIONS / f"{key}.form").read_bytes(), parse=parse, parts=shipped_parts())


def read_part(key: str, *, parse: Callable[[str], Condition]) -> FormDefinition:
    """Return the shipped part with this key, by itself."""
    return parse_part(key, shipped_parts()[key], parse=parse, parts=shipped_parts())
