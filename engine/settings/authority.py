"""The authority and its court, as letters name them in each language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

SPOKEN: Final = ("sv", "en")
"""Languages of letters beside Finnish, as the names of settings end in them."""
FIELDS: Final = {
    "name": "VIREILLE_AUTHORITY",
    "unit": "VIREILLE_AUTHORITY_UNIT",
    "street": "VIREILLE_AUTHORITY_STREET",
    "phone": "VIREILLE_AUTHORITY_PHONE",
    "email": "VIREILLE_AUTHORITY_EMAIL",
    "help_line": "VIREILLE_HELP_LINE",
    "court": "VIREILLE_COURT",
    "court_address": "VIREILLE_COURT_ADDRESS",
    "court_email": "VIREILLE_COURT_EMAIL",
    "court_phone": "VIREILLE_COURT_PHONE",
    "return_address": "VIREILLE_RETURN_ADDRESS",
    "other_help": "VIREILLE_OTHER_HELP",
    "deadline_note": "VIREILLE_DEADLINE_NOTE",
}
"""Fields of `Authority` to their settings."""


@dataclass(frozen=True, slots=True)
class Authority:
    """The authority as it stands in letters. Configuration, because offices move and courts are assigned."""

    name: str
    street: str
    phone: str
    email: str
    help_line: str
    court: str
    """The administrative court competent for appeals; to be confirmed by the authority's lawyers."""
    unit: str = ""
    court_address: str = ""
    court_email: str = ""
    court_phone: str = ""
    deadline_note: str = ""
    """How the last day of the appeal period is counted (law 150/1930): empty until the authority's lawyers confirm it."""
    return_address: str = ""
    """On envelopes: neutral, its lines divided by commas."""
    other_help: str = ""
    """Other sources of help, one a line: named in an adverse resolution."""
    titles: tuple[tuple[str, ...], ...] = ()
    """Officials' titles in Finnish, Swedish and English."""
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Per language other than Finnish: the fields that have words of their own in it."""
    unset: tuple[str, ...] = ()
    """Settings that are owed outside the demonstration and are not set. Their fields are empty."""

    def spoken(self, language: str) -> Authority:
        """Return the authority as a letter in the language names it."""
        own = self.words.get(language, {})
        return replace(
            self,
            name=own.get("name") or self.name,
            unit=own.get("unit") or self.unit,
            street=own.get("street") or self.street,
            court=own.get("court") or self.court,
            court_address=own.get("court_address") or self.court_address,
            other_help=own.get("other_help") or self.other_help,
            # A Finnish note would be Finnish in a Swedish letter; it may be left out.
            deadline_note=self.deadline_note if language == "fi" else own.get("deadline_note", ""),
        )

    def title(self, language: str, finnish: str) -> str:
        """Return an official's title in the language; nothing where the settings hold no word for it."""
        if language == "fi":
            return finnish
        place = SPOKEN.index(language) + 1
        return next((words[place] for words in self.titles if words[0] == finnish and len(words) > place), "")
