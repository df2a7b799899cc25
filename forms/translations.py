"""A form in another language. The Finnish source text is the msgid, in forms/translations/<language>.po."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import polib

from forms.definition import Component, Disclosure, Field, FormDefinition, Group, Step, Text
from forms.kept_by_content import kept_by_content

DIRECTORY = Path(__file__).with_name("translations")
SOURCE = "fi"
THROUGH_ENGLISH = frozenset({"ar", "es", "fa", "fr", "ru", "so", "uk", "vi"})
"""Languages whose missing texts are shown in English: more of their readers know it than Finnish."""

_TEXT_PROPERTIES = frozenset({"example", "row_label", "add_label", "required_message", "pattern_message"})

Catalogue = Mapping[str, str]


@kept_by_content(60)
def read_translations(data: bytes) -> dict[str, str]:
    """Return Finnish text to translation. Unreviewed (fuzzy) ones count: they are better than a language one cannot read."""
    entries = polib.pofile(data.decode())
    return {entry.msgid: entry.msgstr for entry in entries if entry.msgstr and not entry.obsolete}


def with_translations(data: bytes, language: str, changes: Mapping[str, str]) -> bytes:
    """Return a catalogue with translations added, changed, or, where empty, removed. Empty data begins a new one."""
    file = polib.pofile(data.decode()) if data else polib.POFile()
    file.wrapwidth = 110
    if not data:
        plain = {"MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8"}
        file.metadata = {"Language": language, **plain, "Content-Transfer-Encoding": "8bit"}
    for finnish, words in changes.items():
        entry = file.find(finnish)
        if entry is not None and words:
            entry.msgstr = words
        elif entry is not None:
            file.remove(entry)
        elif words:
            file.append(polib.POEntry(msgid=finnish, msgstr=words))
    return str(file).encode()


@lru_cache(maxsize=16)
def shipped(language: str) -> Catalogue:
    """Return the translations that come with the program; empty for a language without any."""
    path = DIRECTORY / f"{language}.po"
    return read_translations(path.read_bytes()) if path.is_file() else {}


def with_fallback(language: str, catalogues: Mapping[str, Catalogue]) -> Catalogue:
    """Return the catalogue of a language, completed with English if its readers know that better than Finnish."""
    own = catalogues.get(language, {})
    return {**catalogues.get("en", {}), **own} if language in THROUGH_ENGLISH else own


def locale_of(language: str) -> str:
    """Return the locale for dates and numbers: easy Finnish uses that of Finnish."""
    return SOURCE if language == "selko" else language


def translated(
    definition: FormDefinition, language: str, catalogue: Catalogue | None = None
) -> FormDefinition:
    """Return the form in `language`, in Finnish where a text is missing. Keep the result: schemas are cached by its identity."""
    if language == definition.language:
        return definition
    known = shipped(language) if catalogue is None else catalogue
    return _mapped(definition, lambda text: known.get(text, text), language)


def texts_of(definition: FormDefinition) -> tuple[str, ...]:
    """Return the translatable texts of a form, each once, in the order of the form."""
    found: dict[str, None] = {}

    def note(text: str) -> str:
        found.setdefault(text)
        return text

    _mapped(definition, note, definition.language)
    found.pop("", None)
    return tuple(found)


def missing(definition: FormDefinition, language: str, catalogue: Catalogue | None = None) -> tuple[str, ...]:
    known = shipped(language) if catalogue is None else catalogue
    return () if language == SOURCE else tuple(text for text in texts_of(definition) if text not in known)


def _mapped(definition: FormDefinition, say: Callable[[str], str], language: str) -> FormDefinition:
    return FormDefinition(
        key=definition.key,
        title=say(definition.title),
        steps=tuple(_step(step, say) for step in definition.steps),
        intro=say(definition.intro),
        is_public=definition.is_public,
        language=language,
        order=definition.order,
        given_names=definition.given_names,
    )


def _step(step: Step, say: Callable[[str], str]) -> Step:
    return replace(
        step, name=say(step.name), title=say(step.title), components=tuple(_components(step.components, say))
    )


def _components(components: tuple[Component, ...], say: Callable[[str], str]) -> Iterator[Component]:
    for component in components:
        if isinstance(component, Text):
            yield replace(
                component, markdown=say(component.markdown), disclosure=_disclosure(component.disclosure, say)
            )
        elif isinstance(component, Group):
            yield replace(
                component,
                label=say(component.label),
                hint=say(component.hint),
                disclosure=_disclosure(component.disclosure, say),
                components=tuple(_components(component.components, say)),
            )
        else:
            yield _field(component, say) if isinstance(component, Field) else component


def _field(field: Field, say: Callable[[str], str]) -> Field:
    return replace(
        field,
        label=say(field.label),
        hint=say(field.hint),
        options=tuple(
            replace(option, label=say(option.label), note=say(option.note)) for option in field.options
        ),
        disclosure=_disclosure(field.disclosure, say),
        columns=tuple(_components(field.columns, say)),
        properties={
            name: say(text) if name in _TEXT_PROPERTIES else text for name, text in field.properties.items()
        },
    )


def _disclosure(disclosure: Disclosure, say: Callable[[str], str]) -> Disclosure:
    return Disclosure(say(disclosure.why), say(disclosure.reader))
