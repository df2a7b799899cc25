"""The consent ledger names the version of the words that the person heard: other words are another version."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256

import polib

from engine.casework.recordings.consent import CONSENT_TEXT, CONSENT_WORDS
from engine.feel import parse
from forms.catalogue import form_keys, read_form
from forms.translations import DIRECTORY

EXPLAINED = "consent_explained"
"""Question by which staff and referrers tick what they have explained to the person."""


def words() -> Iterator[str]:
    found = [
        (key, text)
        for key in sorted(form_keys())
        for field in read_form(key, parse=parse).fields
        if field.key == EXPLAINED
        for text in (field.label, *(option.label for option in field.options))
    ]
    assert {key for key, _ in found} == {"phone_intake", "referral", "verify_consent"}
    yield json.dumps(found)
    texts = sorted({text for _, text in found})
    for path in sorted(DIRECTORY.glob("*.po")):
        translations = {entry.msgid: entry.msgstr for entry in polib.pofile(path.read_text("utf-8"))}
        yield json.dumps([path.stem, [translations.get(text, "") for text in texts]])


def test_changed_words_of_consent_are_another_version() -> None:
    digest = sha256("\n".join(words()).encode()).hexdigest()
    assert digest == CONSENT_WORDS, (
        f"the words of {EXPLAINED} changed: raise CONSENT_TEXT {CONSENT_TEXT} and store {digest} beside it"
    )
