"""Searching the access log, and verifying its chains. Both leave entries of their own."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request

from engine.commands.access_log import VerifyAccessLog
from engine.domain.people import Role
from engine.errors import Invalid
from engine.queries.access_log import SearchAccessLog, WhoMayLook
from forms.texts import Refused, to_date
from webapp.audit.wording import actor_name, fault_name
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.paging import decode_position, encode_position
from webapp.rendering.words.catalogues import gettext as _

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
LONGEST = 60


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, kept as it was."""

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
    problems: dict[str, str] = {}
    found, following = None, None
    if asked.anything:
        try:
            position = decode_position(request.args.get("after"))
            query = _query(asked, position[0] if position else None)
            found = engine().answer(query, sessions.actor())
            following = encode_position((found.next_after,)) if found.next_after else None
        except Invalid as invalid:
            problems[invalid.field or ""] = _(invalid.message)
    page = render_template(
        "audit/index.html",
        asked=asked,
        people=people,
        found=found,
        following=following,
        problems=problems,
        actor_name=actor_name,
    )
    return make_response(page, 422 if problems else 200)


@blueprint.get("/chain")
@for_staff(Role.AUDITOR)
def chain() -> str:
    return render_template("audit/chain.html", faults=None, told=())


@blueprint.post("/chain")
@for_staff(Role.AUDITOR)
def verify() -> str:
    """Read the whole log and answer on the same page: nothing is changed but the entry that this was done."""
    faults = engine().answer(VerifyAccessLog(), sessions.actor())
    kinds = Counter(each.fault for each in faults)
    told = [(fault_name(kind), count) for kind, count in kinds.most_common()]
    return render_template(
        "audit/chain.html", faults=faults, told=told, fault_name=fault_name, at=engine().now()
    )


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
    """As every other date: the Finnish way, or as machines write it."""
    try:
        return to_date(text) if text else None
    except Refused:
        raise Invalid("Kirjoita päivä muodossa 24.12.2026.", field=field) from None
