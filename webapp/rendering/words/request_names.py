"""Names of requests, so that two to like recipients differ: whom it asks, and its number."""

from __future__ import annotations

from collections.abc import Iterable

from engine.queries.case_file import InformationRequest
from webapp.rendering.words.labels import role_name


def asked(request: InformationRequest) -> str:
    """Return the name of the recipient; the role where no name is known."""
    name = request.recipient.get("name")
    return name if isinstance(name, str) and name else role_name(request.recipient_role)


def request_name(request: InformationRequest) -> str:
    return f"{asked(request)}, {request.reference}"


def request_of(key: object, requests: Iterable[InformationRequest]) -> str:
    """Return the name of the request with this key; empty if there is none."""
    return next((request_name(each) for each in requests if each.reference == key), "")
