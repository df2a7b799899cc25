"""The .po files of one language: missing and unreviewed texts, and their way to a translator and back.

A text is reviewed when its file names a reviewer (X-Reviewed-By) and the text is not marked fuzzy, which is gettext's own
mark: Poedit shows it as "needs work", Weblate as "needs editing". A new text is fuzzy until a person says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

import polib
from babel.messages.plurals import get_plural

import engine
from engine.errors import Refusal
from forms.translations import DIRECTORY as FORMS
from webapp.http.languages import LANGUAGES, PUBLIC_LANGUAGES, SOURCE
from webapp.rendering.words.catalogues import DIRECTORY as WEB
from webapp.translations.sources import Part, Text, public_texts

ENGINE = Path(engine.__file__).parent / "translations"
REVIEWER, REVIEWED_ON = "X-Reviewed-By", "X-Reviewed-On"
_PLACES = re.compile(r"%\(\w+\)[sd]|\{[a-z_]+\}|%%")


class TranslationRefused(Refusal):
    sentence = "Käännöstä ei voi ottaa käyttöön."


@dataclass(frozen=True, slots=True)
class TranslationStatus:
    """The state of the translation into one language."""

    code: str
    tag: str
    name: str
    texts: int
    missing: tuple[str, ...]
    unreviewed: tuple[str, ...]
    reviewers: tuple[str, ...]

    @property
    def is_reviewed(self) -> bool:
        return not self.missing and not self.unreviewed


def translated_codes() -> tuple[str, ...]:
    return tuple(code for code in PUBLIC_LANGUAGES if code != SOURCE)


@cache
def is_reviewed(code: str) -> bool:
    """Return True if every text of the language was reviewed; pages in other languages say that nobody has. Finnish
    needs no review."""
    if code == SOURCE:
        return True
    # Most catalogues name no reviewer, and then there is no need to read them text by text.
    named = any(REVIEWER in path.read_text("utf-8")[:2000] for _, path in _paths(code))
    return named and translation_status(code).is_reviewed


def translation_status(code: str) -> TranslationStatus:
    known = _known(code)
    texts = public_texts()
    missing = [text.finnish for text, parts in texts.items() for part in parts if (part, text) not in known]
    unreviewed = [
        text.finnish
        for text, parts in texts.items()
        if any((part, text) in known and not known[part, text].is_reviewed for part in parts)
    ]
    return TranslationStatus(
        code,
        PUBLIC_LANGUAGES[code].html,
        PUBLIC_LANGUAGES[code].name,
        len(texts),
        tuple(dict.fromkeys(missing)),
        tuple(unreviewed),
        tuple(sorted({each.reviewer for each in known.values() if each.reviewer})),
    )


def exported(code: str) -> str:
    """Return one .po file for a translator: Finnish, the English as a comment, and existing translations."""
    known, english = _known(code), _known("en")
    file = polib.POFile(wrapwidth=100)
    file.metadata = _head(code)
    for text, parts in public_texts().items():
        found = next((known[part, text] for part in parts if (part, text) in known), None)
        in_english = next((english[part, text] for part in parts if (part, text) in english), None)
        entry = polib.POEntry(
            msgid=text.finnish, msgid_plural=text.plural, occurrences=[(part, "") for part in parts]
        )
        if in_english is not None and code != "en":
            entry.comment = f"In English: {in_english.words[0]}"
        blank = ("",) * (get_plural(PUBLIC_LANGUAGES[code].locale).num_plurals if text.plural else 1)
        _fill(entry, found.words if found else blank, reviewed=found is None or found.is_reviewed)
        file.append(entry)
    return str(file)


def taken_in(code: str, data: str, reviewer: str = "", on: date | None = None) -> int:
    """Store a translator's file. Return how many texts changed. Without a reviewer, new texts are marked as unreviewed."""
    if code not in translated_codes():
        raise TranslationRefused(f"Kieltä {code} ei ole.")
    try:
        sent = polib.pofile(data)
    except (OSError, ValueError) as wrong:
        raise TranslationRefused(f"Tiedosto ei ole luettava .po: {wrong}") from None
    if sent.metadata.get("Language") != PUBLIC_LANGUAGES[code].gettext:
        raise TranslationRefused(f"Tiedosto ei ole käännös kielelle {code}.")
    texts = {text.finnish: (text, parts) for text, parts in public_texts().items()}
    files = _Files(code, reviewer, on)
    changed = 0
    for entry in sent:
        words = _words(entry)
        if entry.obsolete or entry.msgid not in texts or not all(words):
            continue
        text, parts = texts[entry.msgid]
        require_places(text, words)
        reviewed = bool(reviewer) and not entry.fuzzy
        put = [files.put(part, text, words, reviewed=reviewed) for part in parts]
        changed += any(put)
    files.save()
    return changed


@dataclass(frozen=True, slots=True)
class _Known:
    words: tuple[str, ...]
    is_reviewed: bool
    reviewer: str


def _known(code: str) -> dict[tuple[Part, Text], _Known]:
    found: dict[tuple[Part, Text], _Known] = {}
    for part, path in _paths(code):
        file = polib.pofile(path.read_text("utf-8"))
        reviewer = str(file.metadata.get(REVIEWER, ""))
        for entry in file:
            words = _words(entry)
            if not entry.obsolete and all(words):
                text = Text(entry.msgid, entry.msgid_plural)
                is_reviewed = bool(reviewer) and not entry.fuzzy
                found[part, text] = _Known(words, is_reviewed, reviewer if is_reviewed else "")
    return found


def _paths(code: str) -> Iterator[tuple[Part, Path]]:
    for path in sorted((WEB / code / "LC_MESSAGES").glob("*.po")):
        yield "web", path
    for part, folder in (("forms", FORMS), ("engine", ENGINE)):
        path = folder / f"{code}.po"
        if path.is_file():
            yield part, path  # type: ignore[misc]  # the two above


def _words(entry: polib.POEntry) -> tuple[str, ...]:
    plural = entry.msgstr_plural
    return tuple(plural[number] for number in sorted(plural)) if entry.msgid_plural else (entry.msgstr,)


def _fill(entry: polib.POEntry, words: tuple[str, ...], *, reviewed: bool) -> bool:
    """Fill in the translation. Return True if anything changed."""
    before = (_words(entry), entry.fuzzy)
    if entry.msgid_plural:
        entry.msgstr_plural = dict(enumerate(words))
    else:
        entry.msgstr = words[0]
    flags = [flag for flag in entry.flags if flag != "fuzzy"]
    entry.flags = flags if reviewed else [*flags, "fuzzy"]
    return before != (_words(entry), entry.fuzzy)


class _Files:
    """The files of a language while a translator's texts are put into them."""

    def __init__(self, code: str, reviewer: str, on: date | None) -> None:
        self._code = code
        self._review = {REVIEWER: reviewer, REVIEWED_ON: on.isoformat() if on else ""} if reviewer else {}
        self._new: dict[Part, Path] = {
            "web": WEB / code / "LC_MESSAGES" / ("messages.po" if code in LANGUAGES else "public.po"),
            "forms": FORMS / f"{code}.po",
            "engine": ENGINE / f"{code}.po",
        }
        self._opened = {
            path: self._open(path) for path in (*self._new.values(), *(p for _, p in _paths(code)))
        }

    def put(self, part: Part, text: Text, words: tuple[str, ...], *, reviewed: bool) -> bool:
        """Put a translation into the file of its part. Return True if anything changed."""
        file = self._file(part, text)
        entry = file.find(text.finnish)
        if entry is not None and entry.msgid_plural != text.plural:
            file.remove(entry)
            entry = None
        if entry is None:
            entry = polib.POEntry(msgid=text.finnish, msgid_plural=text.plural)
            file.append(entry)
        # A reviewed text stays reviewed when it comes back unchanged without a reviewer.
        if _words(entry) == words and not reviewed:
            return False
        return _fill(entry, words, reviewed=reviewed)

    def save(self) -> None:
        for path, file in self._opened.items():
            if len(file):
                path.parent.mkdir(parents=True, exist_ok=True)
                file.save(str(path))

    def _file(self, part: Part, text: Text) -> polib.POFile:
        """Return the file that has the text, else the one for new texts."""
        folder = self._new[part].parent
        holding = (
            file for path, file in self._opened.items() if path.parent == folder and file.find(text.finnish)
        )
        return next(holding, self._opened[self._new[part]])

    def _open(self, path: Path) -> polib.POFile:
        file = polib.pofile(path.read_text("utf-8")) if path.is_file() else polib.POFile()
        file.wrapwidth = 110
        file.metadata = file.metadata or _head(self._code)
        # From the first reviewer on each text carries its own mark; before that none was reviewed.
        if self._review and REVIEWER not in file.metadata:
            for entry in file:
                entry.flags = [*{*entry.flags, "fuzzy"}]
        file.metadata |= self._review
        return file


def _head(code: str) -> dict[str, str]:
    language = PUBLIC_LANGUAGES[code]
    return {
        "Project-Id-Version": "vireille",
        "Language": language.gettext,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": get_plural(language.locale).plural_forms,
    }


def require_places(text: Text, words: tuple[str, ...]) -> None:
    """Raise TranslationRefused unless every form has the placeholders. The singular may leave out the number."""
    wanted = set(_PLACES.findall(text.finnish + text.plural))
    for each in words:
        places = set(_PLACES.findall(each))
        if places - wanted or wanted - places - {"%(num)d"}:
            raise TranslationRefused(
                f"Käännöksessä on eri täydennyskohdat kuin lähteessä: {text.finnish!r}: {each!r}"
            )
