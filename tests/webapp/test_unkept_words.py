"""Words typed by staff are kept by a draft, or the browser asks before the page goes: no form is without one of the two."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import webapp

TEMPLATES = Path(webapp.__file__).parent / "templates"
FOR_THE_PUBLIC = ("public", "errors")
KEPT = ("data-draft", "draft_data(", "data-unkept", 'id="letter"')
"""`draft_data` is the macro of a case's forms. The letter of the studio is kept by a script of its own."""
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
MACRO = re.compile(r"{%-? macro (\w+)\(.*?{%-? endmacro", re.DOTALL)
STAFF = sorted(
    file.relative_to(TEMPLATES).as_posix()
    for file in TEMPLATES.rglob("*.html")
    if file.relative_to(TEMPLATES).parts[0] not in FOR_THE_PUBLIC
)


def takes_words(text: str, macros: set[str]) -> bool:
    return "<textarea" in text or any(re.search(rf"\b{each}\(", text) for each in macros)


def macros_with_words() -> set[str]:
    """The macros that hold a field for words, also by another macro. One that holds a whole form is a form of its own."""
    bodies = [
        (found[1], FORM.sub("", found[0].partition("\n")[2]))
        for file in STAFF
        for found in MACRO.finditer((TEMPLATES / file).read_text())
    ]
    known: set[str] = set()
    while grown := {name for name, body in bodies if takes_words(body, known)} - known:
        known |= grown
    return known


def unkept(file: str, macros: set[str]) -> Iterator[str]:
    for form in FORM.findall((TEMPLATES / file).read_text()):
        opening, _, inner = form.partition("\n")
        if not any(each in opening for each in KEPT) and takes_words(f"{opening}\n{inner}", macros):
            yield opening[:150]


def test_macros_of_fields_are_found() -> None:
    assert {"text_area", "words_of", "form_sections"} <= macros_with_words()


@pytest.mark.parametrize("file", STAFF)
def test_each_form_with_words_keeps_them_or_asks(file: str) -> None:
    assert list(unkept(file, macros_with_words())) == []
