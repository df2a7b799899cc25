"""Compares two states of the checks of sections: what a jurist checked, and how statutes are named."""

from __future__ import annotations

from typing import Any, Final

from engine.models.comparing.values import Change, Words, details
from engine.models.sections import SectionRecords, read_sections

SECTION_LABELS: Final = {
    "checked": "Tarkistettu",
    "fi": "Nimi suomeksi",
    "sv": "Nimi ruotsiksi",
    "en": "Nimi englanniksi",
    "written": "Kirjoitetaan myös",
    "default": "Tarkoitetaan, kun lakia ei nimetä",
}


def compare_sections(before: bytes, after: bytes, words: Words) -> tuple[Change, ...]:
    """Return the changed checks, by section, then the changed statutes. Raise SectionsRefused if one state can't be read."""
    old, new = read_sections(before), read_sections(after)
    return (
        *_changes("pykälä", _checks(old), _checks(new), words),
        *_changes("laki", _statutes(old, words), _statutes(new, words), words),
    )


def _changes(
    kind: str, old: dict[str, dict[str, str]], new: dict[str, dict[str, str]], words: Words
) -> tuple[Change, ...]:
    states: dict[tuple[bool, bool], Any] = {
        (True, True): "changed",
        (False, True): "added",
        (True, False): "removed",
    }
    return tuple(
        Change(
            states[name in old, name in new],
            words.say(kind),
            name,
            tuple(details(SECTION_LABELS, old.get(name, {}), new.get(name, {}), words)),
            name,
        )
        for name in {**new, **old}
        if old.get(name) != new.get(name)
    )


def _checks(records: SectionRecords) -> dict[str, dict[str, str]]:
    return {
        section.written: {"checked": f"{check.on.day}.{check.on.month}.{check.on.year}, {check.by}"}
        for section, check in records.checked.items()
    }


def _statutes(records: SectionRecords, words: Words) -> dict[str, dict[str, str]]:
    written = {
        number: ", ".join(beginning for beginning, statute in records.notation.names if statute == number)
        for number in records.names
    }
    return {
        number: {
            **names,
            "written": written[number],
            "default": words.say("kyllä") if number == records.notation.default else "",
        }
        for number, names in records.names.items()
    }
