"""Search the access log, and see whether it is proved. Searches and verifications are logged themselves."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, render_template, request

from engine.commands.access_log import AskVerification
from engine.domain.access_log import SENTENCES, FaultKind, Place
from engine.domain.people import Role
from engine.errors import Invalid
from engine.queries.access_log import ReadLogState, SearchAccessLog, WhoMayLook
from forms.texts import Refused, to_date
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.pagination import decode_position, encode_position
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.labels import actor_name

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
LONGEST = 60
PLACES = {
    Place.LOG: marked("loki"),
    Place.FILE: marked("tarkistuspisteet"),
    Place.COPY: marked("tarkistuspisteiden toinen paikka"),
    Place.RESULT: marked("tarkistusten tulokset"),
}
SHOWN = 100
"""Faults named one by one; of more, the number is shown."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The search as it was typed."""

    reference: str
    person: str
    since: str
    until: str

    @property
    def anything(self) -> bool:
        return any((self.reference, self.person, self.since, self.until))

    @property
    def fields(self) -> dict[str, str]:
        return {"reference": self.reference, "person": self.person, "since": self.since, "until": self.until}


@blueprint.get("/")
@for_staff(Role.AUDITOR)
def index() -> Response:
    asked = Asked(
        *(request.args.get(name, "").strip()[:LONGEST] for name in ("reference", "person", "since", "until"))
    )
    people = engine().answer(WhoMayLook(), sessions.actor())
    state = engine().answer(ReadLogState(), sessions.actor())
    problems: dict[str, str] = {}
    found, following = None, None
    if asked.anything:
        try:
            position = decode_position(request.args.get("after"))
            query = _query(asked, position[0] if position else None)
            found = engine().answer(query, sessions.actor())
            following = encode_position((found.next_after,)) if found.next_after else None
            if not found.has_case:
                problems["reference"] = _("Tällä tunnuksella ei ole asiaa. Tarkista tunnus.")
        except Invalid as invalid:
            problems[invalid.field or ""] = _(invalid.message)
    return render(
        "audit/index.html",
        422 if problems else 200,
        asked=asked,
        people=people,
        state=state,
        found=found,
        following=following,
        problems=problems,
        actor_name=actor_name,
    )


@blueprint.get("/chain")
@for_staff(Role.AUDITOR)
def chain() -> str:
    state = engine().answer(ReadLogState(), sessions.actor())
    found = state.verified.found if state.verified else ()
    kinds = Counter(each.kind for each in found)
    return render_template(
        "audit/chain.html",
        state=state,
        counts=[(fault_name(kind), count) for kind, count in kinds.most_common()],
        fault_name=fault_name,
        place_name=place_name,
        shown=SHOWN,
    )


@blueprint.post("/chain")
@for_staff(Role.AUDITOR)
def ask() -> Response:
    """Ask for a verification of the whole log, which the worker does. It changes nothing, and is logged."""
    engine().perform(AskVerification(), sessions.actor())
    return see_other("audit.chain")


def fault_name(kind: FaultKind) -> str:
    return _(SENTENCES[kind])


def place_name(place: Place) -> str:
    return _(PLACES[place])


def _query(asked: Asked, after: str | None) -> SearchAccessLog:
    return SearchAccessLog(
        reference=asked.reference,
        person_id=_person(asked.person),
        since=_day(asked.since, "since"),
        until=_day(asked.until, "until"),
        after=after,
    )


def _person(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid("Valitse henkilö luettelosta.", field="person") from None


def _day(text: str, field: str) -> date | None:
    """Return the day typed as 24.11.2026 or 2026-11-24; None for an empty text."""
    try:
        return to_date(text) if text else None
    except Refused:
        raise Invalid("Kirjoita päivä muodossa 24.12.2026.", field=field) from None
