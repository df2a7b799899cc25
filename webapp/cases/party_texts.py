"""The details of a party as the fields of their form hold them, and a draft of that form beside what others changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from engine.domain.parties import ADDRESSES, AGE_DOUBTED, REFERRER_KIND
from engine.domain.safe_contact import WAYS
from engine.queries.party_page import Correction, Party
from forms.texts import date_as_typed
from webapp.cases.refused_forms import Typed
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.party_words import detail_in_words

TEXTS: Final = (
    "given_names",
    "family_name",
    "referrer_name",
    "referrer_organisation",
    "role",
    "mother_tongue",
    "contact_language_other",
)
CHOICES: Final = ("contact_language", "interpreter_needed", AGE_DOUBTED, REFERRER_KIND)
CONTACT: Final = (
    "contact_person_phone",
    "contact_person_relationship",
    "if_other_answers",
    "safe_words",
    "may_leave_message",
    "electronic_delivery",
)
_FLAGS: Final = ("is_unsafe", "is_protected")
_WAY_STATES: Final = {
    "safe": marked("turvallinen"),
    "unsafe": marked("ei turvallinen"),
    "": marked("ei tiedetä"),
}


def stored_texts(known: Party) -> dict[str, str]:
    """Return the details as their fields hold them."""
    texts = {name: _text(known.identity.get(name)) for name in (*TEXTS, *CHOICES, "born_on")}
    texts |= {name: _text(known.contact.get(name)) for name in CONTACT}
    texts["born_on"] = _as_typed(texts["born_on"])
    safe, unsafe = _list(known.contact.get("safe_channels")), _list(known.contact.get("unsafe_channels"))
    if known.kind == "referrer" and "safe_channels" not in known.contact:
        safe = ["phone", "email"]
    for way in WAYS:
        addresses = (_text(known.contact.get(name)) for name in ADDRESSES[way])
        texts[f"address_{way}"] = next((each for each in addresses if each), "")
        texts[f"way_{way}"] = (
            "safe" if way in safe and way not in unsafe else "unsafe" if way in unsafe else ""
        )
    for time in _list(known.contact.get("safe_times")):
        texts[f"time_{time}"] = "yes"
    for power in known.powers:
        texts[f"power_{power}"] = "yes"
    texts["authorised_on"] = date_as_typed(known.authorised_on) if known.authorised_on else ""
    texts["is_unsafe"] = "yes" if known.is_unsafe else ""
    texts["is_protected"] = "yes" if known.is_protected else ""
    return texts


def texts_before(known: Party, history: Sequence[Correction], since: datetime) -> dict[str, str]:
    """Return the fields as they were at a moment, as far as the history of the party tells."""
    identity, contact = dict(known.identity), dict(known.contact)
    flags: dict[str, object] = {name: getattr(known, name) for name in (*_FLAGS, "authorised_on")}
    flags["powers"] = list(known.powers)
    for each in sorted(history, key=lambda each: each.made_at, reverse=True):
        if each.made_at <= since:
            break
        # No name stands in both records.
        identity |= each.before
        contact |= each.before
        flags |= {name: each.before[name] for name in flags if name in each.before}
    day = flags["authorised_on"]
    earlier = replace(
        known,
        identity=identity,
        contact=contact,
        is_unsafe=bool(flags["is_unsafe"]),
        is_protected=bool(flags["is_protected"]),
        powers=tuple(_list(flags["powers"])),
        authorised_on=date.fromisoformat(day)
        if isinstance(day, str)
        else known.authorised_on
        if day
        else None,
    )
    return stored_texts(earlier)


def merged(typed: Typed, before: Typed, now: Typed) -> dict[str, str]:
    """Return a draft over what stands now: what its writer changed as they typed it, the rest as others have changed it."""
    untouched = {
        name: now.get(name, "")
        for name in {*before, *now}
        if _plain(typed.get(name, "")) == _plain(before.get(name, ""))
    }
    return {**typed, **untouched}


def changed_since(typed: Typed, before: Typed, now: Typed) -> dict[str, str]:
    """Return what the record says now, in words, of each field that others changed since, or that says something else."""
    found = {}
    for name in sorted({*before, *now}):
        stands = _plain(now.get(name, ""))
        if stands != _plain(before.get(name, "")) or stands != _plain(typed.get(name, "")):
            found[name] = _in_words(name, stands)
    return found


def _plain(text: str) -> str:
    """A form sends other ends of lines than a script."""
    return text.replace("\r\n", "\n").strip()


def _in_words(name: str, text: str) -> str:
    if name.startswith("way_"):
        return _(_WAY_STATES[text])
    if name.startswith(("time_", "power_", "is_")):
        return _("kyllä") if text else _("ei")
    is_worded = name in (*CHOICES, *CONTACT)
    return (detail_in_words(name, text) if is_worded else text) or _("tyhjä")


def _as_typed(day: str) -> str:
    try:
        return date_as_typed(date.fromisoformat(day)) if day else ""
    except ValueError:
        return day


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _list(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else []
