"""A request to an authority by its facts: who asks, on which ground, under which reference, by when; never of whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from engine.domain.cases import Case
from engine.domain.code_calls import PROFESSIONALS
from engine.domain.people import Role
from engine.errors import Invalid, NotFound
from engine.executor.engine import Work
from engine.storage.requests import InformationRequest
from engine.texts import text

_POLICE: Final = re.compile(r"poliisi|\bpolis|\bpolice\b", re.IGNORECASE)


class NamesPolice(Invalid):
    sentence = "Nimessä on poliisi. Vastaa, että vastaanottaja on poliisi, tai kirjoita toinen vastaanottaja."


def names_police(recipient: object) -> bool:
    """Return True if the name is one of a police authority, in Finnish, Swedish or English."""
    return _POLICE.search(str(recipient or "")) is not None


@dataclass(frozen=True, slots=True)
class OfficialRequest:
    """A request to an authority by its facts, as its mail has them: nobody's name is among them."""

    authority: str
    reference: str
    legal_basis: str
    legal_duty: str
    due_on: date | None
    language: str


def official_request(work: Work, case: Case, request: InformationRequest) -> OfficialRequest | None:
    """Return the facts of the request; None if it is to the person or the referrer."""
    if request.recipient_role != Role.OUTSIDE_AUTHORITY:
        return None
    values = official_values(work, case, request)
    return OfficialRequest(
        values["authority"],
        values["request_reference"],
        values["legal_basis"],
        values["legal_duty"],
        request.due_on,
        request.language,
    )


def official_values(work: Work, case: Case, request: InformationRequest) -> dict[str, str]:
    """Return the values by which an authority knows a request: nobody's name is among them."""
    return {
        "authority": work.settings.authority.spoken(request.language).name,
        "request_reference": f"{case.reference}/{request.reference}",
        "legal_basis": request.legal_basis,
        "legal_duty": duty_of(request),
    }


def duty_of(request: InformationRequest) -> str:
    """Return in words what the basis means for the recipient (615/2020 11 and 13 §)."""
    if "615/2020 11" in request.legal_basis:
        return text(request.language, "Tieto annetaan salassapitosäännösten estämättä ja maksutta.")
    if "615/2020 13" in request.legal_basis:
        return text(request.language, "Tieto annetaan salassapitosäännösten estämättä.")
    return ""


def professional_request(work: Work, case: Case, request_key: str) -> InformationRequest:
    """Return a request whose code a professional needs now. Raise NotFound for any other."""
    request = work.stores.requests.get(case.id, request_key)
    is_awaited = request.kind == "information" and request.is_open and request.answered_at is None
    if request.recipient_role not in PROFESSIONALS or not is_awaited:
        raise NotFound
    return request
