"""Texts that a draft would show untranslated: Finnish words of forms and names in diagrams that have changed, are new, or
lost their translation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.bpmn import Finding
from engine.bpmn.element_names import names_in
from engine.bpmn.findings import finding
from engine.feel import parse
from engine.models.bundle import FORMS, NAMES, forms_in, model_files, parts_in
from engine.models.name_gate import LANGUAGES
from engine.texts import reviewed_texts
from forms.inclusion import parts_within
from forms.kept_by_content import kept_by_content
from forms.parsing import parse_form
from forms.translations import read_translations, texts_of

Files = Mapping[str, bytes]
_SHOWN = 3
"""Texts in one finding; of more, their number is given."""


@dataclass(frozen=True, slots=True)
class LostText:
    """A Finnish text, and the languages whose readers would no longer read it in their own."""

    text: str
    path: str
    place: str
    """The form's title, or the key of the process."""
    languages: tuple[str, ...]
    is_public: bool
    """A form that people outside fill in."""


def lost_translations(before: Files, after: Files) -> tuple[LostText, ...]:
    """Return the texts of forms and names in diagrams that have no translation after and are not so before already.
    Files must be readable: the publish gate says it where they are not."""
    return (*_of_forms(before, after), *_of_names(before, after))


def lost_findings(lost: tuple[LostText, ...]) -> tuple[Finding, ...]:
    """Return a warning for each form. Names in diagrams have warnings of their own."""
    by_path: dict[str, list[LostText]] = {}
    for each in lost:
        if each.path.startswith(FORMS):
            by_path.setdefault(each.path, []).append(each)
    return tuple(
        finding(
            "form_untranslated",
            file=path,
            form=texts[0].place,
            texts=_listed([each.text for each in texts]),
            number=str(len({language for each in texts for language in each.languages})),
        )
        for path, texts in by_path.items()
    )


def _of_forms(before: Files, after: Files) -> Iterator[LostText]:
    old, new = _catalogues(before, FORMS), _catalogues(after, FORMS)
    languages = tuple(sorted({*old, *new}))
    reviewed = {language: reviewed_texts().single(language) for language in languages}
    are_same = old == new
    forms, earlier = forms_in(after), forms_in(before)
    parts, old_parts = parts_in(after), parts_in(before)
    for key in forms:
        included, of_before = _parts_of(forms[key], parts), _parts_of(earlier.get(key, b"{}"), old_parts)
        if are_same and (forms[key], included) == (earlier.get(key), of_before):
            continue
        title, is_public, texts = _read(key, forms[key], included)
        had = frozenset(_read(key, earlier[key], of_before)[2]) if key in earlier else frozenset()
        asked = languages if is_public else tuple(each for each in LANGUAGES if each in languages)
        for text in texts:
            lacking = tuple(
                each
                for each in asked
                if text not in new.get(each, {})
                and text not in reviewed[each]
                and not (text in had and text not in old.get(each, {}))
            )
            if lacking:
                yield LostText(text, f"{FORMS}{key}.form", title, lacking, is_public)


def _of_names(before: Files, after: Files) -> Iterator[LostText]:
    old, new = _catalogues(before, NAMES), _catalogues(after, NAMES)
    for path, data in sorted(model_files(after).items()):
        had = _names_in(before[path]) if path in before else {}
        for name in _names_in(data):
            lacking = tuple(
                each
                for each in LANGUAGES
                if each in {*old, *new}
                and name not in new.get(each, {})
                and not (name in had and name not in old.get(each, {}))
            )
            if lacking:
                yield LostText(name, path, PurePosixPath(path).parent.name, lacking, is_public=False)


def _parts_of(form: bytes, parts: Mapping[str, bytes]) -> tuple[tuple[str, bytes], ...]:
    return tuple((key, parts[key]) for key in sorted(parts_within(form, parts)) if key in parts)


@kept_by_content(300)
def _read(key: str, form: bytes, parts: tuple[tuple[str, bytes], ...]) -> tuple[str, bool, tuple[str, ...]]:
    definition = parse_form(key, form, parse=parse, parts=dict(parts))
    return definition.title, definition.is_public, texts_of(definition)


def _catalogues(files: Files, folder: str) -> dict[str, Mapping[str, str]]:
    return {
        PurePosixPath(path).stem: read_translations(data)
        for path, data in files.items()
        if path.startswith(folder) and path.endswith(".po")
    }


_names_in = kept_by_content(200)(names_in)


def _listed(texts: list[str]) -> str:
    shown = ", ".join(f"”{each}”" for each in texts[:_SHOWN])
    return shown if len(texts) <= _SHOWN else f"{shown} (+{len(texts) - _SHOWN})"
