"""Arrivals in words: their kind, from whom and by which way, what it calls for, and where that is done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from flask import url_for

from engine.clock import day_of
from engine.domain.arrivals import (
    COURT_FORMS,
    MESSAGES,
    ONLINE,
    Arrival,
    ArrivalKind,
    ArrivalWay,
    CallsFor,
    EnvelopeReason,
)
from engine.domain.hidden_documents import HiddenDocument
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.dates import day, moment
from webapp.rendering.words.labels import TABLES
from webapp.rendering.words.message_words import MESSAGES as FOLLOWING

KINDS: Final[Mapping[ArrivalKind, str]] = {kind: TABLES["arrived"][kind.value] for kind in ArrivalKind}
WAYS: Final[Mapping[ArrivalWay, str]] = {
    ArrivalWay.POST: marked("Kirjeenä"),
    ArrivalWay.EMAIL: marked("Sähköpostina"),
    ArrivalWay.SECURE_MAIL: marked("Turvapostina"),
    ArrivalWay.IN_PERSON: marked("Tuotiin"),
    ArrivalWay.PHONE: marked("Puhelimessa"),
    ArrivalWay.AUTHORITY: marked("Viranomaisen kautta"),
}
_ONLINE: Final[Mapping[ArrivalKind, str]] = {
    ArrivalKind.OTHER: marked(
        "Lisäys, jonka asian koodin haltija lähetti verkossa. Lue se asian lomakkeista."
    ),
    ArrivalKind.REPLY: marked("Vastaus, jota mikään tehtävä ei odottanut. Lue se asian lomakkeista."),
}
"""Lines that name a text written on a public page, by kind."""
ENVELOPES: Final[Mapping[EnvelopeReason, str]] = {
    EnvelopeReason.UNKNOWN_THERE: marked("Vastaanottaja on tuntematon osoitteessa"),
    EnvelopeReason.MOVED: marked("Muuttanut"),
    EnvelopeReason.UNCLAIMED: marked("Ei noudettu"),
    EnvelopeReason.REFUSED: marked("Vastaanottaja ei ottanut vastaan"),
    EnvelopeReason.OTHER: marked("Muu syy tai ei mitään"),
}
_CALLS: Final[Mapping[CallsFor, str]] = {
    CallsFor.REPLY: marked("Vastaus kirjataan avoimen pyynnön tehtävään."),
    CallsFor.LATE_REPLY: marked("Pyyntö on päättynyt. Vastaus kirjataan silti, ja käsittelijä saa tiedon."),
    CallsFor.COURT_TASK: marked("Ratkaisu kirjataan tehtävään, joka odottaa tuomioistuinta."),
    CallsFor.PARTY: marked("Käsittelijä lisää tai muuttaa asian osapuolet."),
    CallsFor.READ: marked("Asia tulee käsittelijän listalle, ja hän lukee asiakirjan päivään mennessä."),
}
_STEPS: Final[Mapping[CallsFor, str]] = {
    CallsFor.REPLY: marked("Kirjaa vastaus"),
    CallsFor.LATE_REPLY: marked("Kirjaa myöhässä tullut vastaus"),
    CallsFor.COURT_TASK: marked("Kirjaa tuomioistuimen ratkaisu"),
    CallsFor.PARTY: marked("Lisää osapuoli"),
}


@dataclass(frozen=True, slots=True)
class WordedArrival:
    arrival: Arrival
    kind: str
    how: str
    """Day, way and sender; of post that came back the reason on the envelope."""
    about: str
    """The line that names it; empty once the case's narrative is erased."""
    was_early: bool
    """It arrived before the case did."""
    may_return: bool
    """It was settled lately: perhaps by mistake."""
    step: str
    """The button that leads to where it is done; empty where the document is only read, and once it is settled."""
    address: str


@dataclass(frozen=True, slots=True)
class WordedHidden:
    """A document that was registered in error, as the register keeps it."""

    document: HiddenDocument
    kind: str
    registered: str
    """Its day, and who registered it."""
    hidden: str
    """When, and who hid it."""


def worded_hidden(documents: Iterable[HiddenDocument]) -> tuple[WordedHidden, ...]:
    return tuple(
        WordedHidden(
            each,
            _(KINDS[each.kind]) if each.kind else _("Tiedosto, jonka henkilöstö lisäsi"),
            ", ".join(
                part
                for part in (
                    day(each.arrived_on),
                    _("kirjasi %(who)s", who=each.registered_by_name) if each.registered_by_name else "",
                )
                if part
            ),
            ", ".join(part for part in (moment(each.hidden_at), each.hidden_by_name) if part),
        )
        for each in documents
    )


def follows(kind: ArrivalKind, call: str) -> str:
    """Return what follows when such a thing is registered now."""
    if call == CallsFor.MESSAGE:
        return _(FOLLOWING[MESSAGES[kind]][1])
    return _(_CALLS[CallsFor(call)])


def worded_arrivals(
    arrivals: Iterable[Arrival],
    reference: str,
    received_at: datetime,
    names: Mapping[UUID, str],
    tasks: Mapping[str, UUID],
    now: datetime,
) -> tuple[WordedArrival, ...]:
    """Return the arrivals in words. `tasks`: the open task of each request, and of each form."""
    return tuple(_worded(each, reference, received_at, names, tasks, now) for each in arrivals)


def _worded(
    arrival: Arrival,
    reference: str,
    received_at: datetime,
    names: Mapping[UUID, str],
    tasks: Mapping[str, UUID],
    now: datetime,
) -> WordedArrival:
    address = _address(arrival, reference, tasks) if arrival.is_open else ""
    return WordedArrival(
        arrival,
        _(KINDS[arrival.kind]),
        ", ".join(
            part
            for part in (day(arrival.arrived_on), _way(arrival), _sender(arrival, names), _envelope(arrival))
            if part
        ),
        _(_ONLINE[arrival.kind]) if arrival.way == ONLINE else arrival.about,
        arrival.arrived_on < day_of(received_at),
        arrival.may_return(now),
        _(_STEPS[arrival.calls_for]) if address else "",
        address,
    )


def _way(arrival: Arrival) -> str:
    words = WAYS.get(ArrivalWay(arrival.way)) if arrival.way in set(ArrivalWay) else None
    text = _(words) if words else ""
    return text[:1].lower() + text[1:]


def _envelope(arrival: Arrival) -> str:
    if arrival.envelope not in set(EnvelopeReason):
        return ""
    return _("kuoressa: %(words)s", words=_(ENVELOPES[EnvelopeReason(arrival.envelope)]))


def letter_words(name: str, number: str, recipient: str, left_on: date) -> str:
    """Return a letter that left: of a decision its kind and number, else the title of its document."""
    what = f"{name} {number}".strip()
    return ", ".join(part for part in (what, recipient, _("lähti %(day)s", day=day(left_on))) if part)


def _sender(arrival: Arrival, names: Mapping[UUID, str]) -> str:
    if arrival.sender_id is None:
        return arrival.sender
    return names.get(arrival.sender_id) or _("osapuoli, joka on poistettu asiasta")


def _address(arrival: Arrival, reference: str, tasks: Mapping[str, UUID]) -> str:
    """Return where what it calls for is done today; empty if that is nowhere but at the desk."""
    match arrival.calls_for:
        case CallsFor.REPLY | CallsFor.LATE_REPLY:
            key = arrival.business_key or ""
            if key in tasks:
                return url_for("inbox.task", task_id=tasks[key])
            return url_for("cases.late_reply", reference=reference, key=key)
        case CallsFor.COURT_TASK:
            task_id = next((tasks[each] for each in sorted(COURT_FORMS) if each in tasks), None)
            return url_for("inbox.task", task_id=task_id) if task_id else ""
        case CallsFor.PARTY:
            return url_for("cases.new_party", reference=reference)
    return ""
