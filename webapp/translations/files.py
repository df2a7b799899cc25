"""The .po files of one language: missing and unreviewed texts, and their way to a translator and back.

A text is reviewed when its file names a reviewer (X-Reviewed-By) and the text is not marked fuzzy, which is gettext's own
mark: Poedit shows it as "needs work", Weblate as "needs editing". A new text is fuzzy until a person says otherwise.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polib
from babel.messages.plurals import get_plural

from engine.domain.text_reviews import SourceText as Text
from engine.domain.text_reviews import faults_of, forms_of
from engine.errors import Refusal
from webapp.http.languages import LANGUAGES, PUBLIC_LANGUAGES
from webapp.translations import states
from webapp.translations.sources import Part, public_texts
from webapp.translations.states import (
    REVIEWED_ON,
    REVIEWER,
    Standing,
    TranslationStatus,
    known_texts,
    paths,
    translated_codes,
    translation_status,
    words_of,
)


class TranslationRefused(Refusal):
    sentence = "Käännöstä ei voi ottaa käyttöön."


def exported(code: str, status: TranslationStatus | None = None) -> str:
    """Return one .po file for a translator: Finnish, the English as a comment, and existing translations; with a
    status, also what reviewers have worded here."""
    status = status or translation_status(code)
    english = known_texts("en")
    file = polib.POFile(wrapwidth=100)
    file.metadata = _head(code)
    if status.reviewers:
        file.metadata[REVIEWER] = ", ".join(status.reviewers)
    for text, each in status.texts.items():
        entry = polib.POEntry(
            msgid=text.finnish, msgid_plural=text.plural, occurrences=[(part, "") for part in each.parts]
        )
        in_english = next((english[part, text] for part in each.parts if (part, text) in english), None)
        if in_english is not None and code != "en":
            entry.comment = f"In English: {in_english.words[0]}"
        blank = ("",) * forms_of(code, text)
        # Nothing is unreviewed where nothing is written.
        is_open = bool(each.words) and each.standing in {Standing.UNREVIEWED, Standing.MISSING}
        _fill(entry, each.words or blank, reviewed=not is_open)
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
    texts = {text.finnish: (text, parts) for text, parts in public_texts(code).items()}
    files = _Files(code, reviewer, on)
    changed = 0
    for entry in sent:
        words = words_of(entry)
        if entry.obsolete or entry.msgid not in texts or not all(words):
            continue
        text, parts = texts[entry.msgid]
        require_places(code, text, words)
        reviewed = bool(reviewer) and not entry.fuzzy
        put = [files.put(part, text, words, reviewed=reviewed) for part in parts]
        changed += any(put)
    files.save()
    return changed


def _fill(entry: polib.POEntry, words: tuple[str, ...], *, reviewed: bool) -> bool:
    """Fill in the translation. Return True if anything changed."""
    before = (words_of(entry), entry.fuzzy)
    if entry.msgid_plural:
        entry.msgstr_plural = dict(enumerate(words))
    else:
        entry.msgstr = words[0]
    flags = [flag for flag in entry.flags if flag != "fuzzy"]
    entry.flags = flags if reviewed else [*flags, "fuzzy"]
    return before != (words_of(entry), entry.fuzzy)


class _Files:
    """The files of a language while a translator's texts are put into them."""

    def __init__(self, code: str, reviewer: str, on: date | None) -> None:
        self._code = code
        self._review = {REVIEWER: reviewer, REVIEWED_ON: on.isoformat() if on else ""} if reviewer else {}
        self._new: dict[Part, Path] = {
            "web": states.WEB / code / "LC_MESSAGES" / ("messages.po" if code in LANGUAGES else "public.po"),
            "forms": states.FORMS / f"{code}.po",
            "engine": states.ENGINE / f"{code}.po",
        }
        self._opened = {
            path: self._open(path) for path in (*self._new.values(), *(p for _, p in paths(code)))
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
        if words_of(entry) == words and not reviewed:
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


def require_places(code: str, text: Text, words: tuple[str, ...]) -> None:
    """Raise TranslationRefused unless the words can stand for the text: the same check as on the reviewers' pages, but of figures
    that the source has in words: who takes a file in reads it first."""
    for fault in faults_of(code, text, words, words):
        raise TranslationRefused(
            f"Käännöstä ei voi ottaa ({fault.kind.value} {fault.detail}): {text.finnish!r}: {words[fault.form]!r}"
        )
