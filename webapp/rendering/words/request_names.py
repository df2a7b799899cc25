"""Names of requests, so that two to like recipients differ: whom it asks, and its number. Their legal basis in words."""

from __future__ import annotations

from collections.abc import Iterable

from engine.queries.case_file import InformationRequest
from engine.texts import LANGUAGES, text
from webapp.rendering.words.labels import role_name, word
from webapp.rendering.words.outside_labels import BASES, STATUTES


def asked(request: InformationRequest) -> str:
    """Return the name of the recipient; the role where no name is known."""
    name = request.recipient.get("name")
    return name if isinstance(name, str) and name else role_name(request.recipient_role)


def request_name(request: InformationRequest) -> str:
    return f"{asked(request)}, {request.reference}"


def request_of(key: object, requests: Iterable[InformationRequest]) -> str:
    """Return the name of the request with this key; empty if there is none."""
    return next((request_name(each) for each in requests if each.reference == key), "")


def basis_in_words(basis: str) -> str:
    """Return the legal basis in the reader's language. A request keeps it in the language of its recipient."""
    found = (each for each in BASES if any(text(language, each) == basis for language in LANGUAGES))
    return word(next(found, basis), "basis")


def statute_of(basis: str, language: str) -> str:
    """Return the name of the Act that a basis cites by its number; empty where the basis names it."""
    return next((names[language] for number, names in STATUTES.items() if number in basis), "")
