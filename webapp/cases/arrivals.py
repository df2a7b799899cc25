"""The register of a case: find the case of what arrived, register it, note that it is acted on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256
from typing import Final
from uuid import UUID, uuid4

from flask import Response, request, url_for

from engine.casework.incoming_files import LARGEST, ExaminedFile, examine
from engine.commands.arrivals import RegisterArrival, ReturnArrival, SettleArrival
from engine.domain.arrivals import (
    OTHER_LETTER,
    Arrival,
    ArrivalDetails,
    ArrivalKind,
    ArrivalWay,
    CallsFor,
    Misfiled,
    RegisteredAlready,
)
from engine.domain.calendar import working_days_later
from engine.domain.hidden_documents import DecisionRests
from engine.domain.people import CASE_STAFF
from engine.domain.policy import Action
from engine.errors import Conflict, FileRefused, Invalid
from engine.queries.arrivals import ArrivalsPage, FindCaseOfArrival, OpenArrivals
from forms.texts import Refused, date_as_typed, to_date
from webapp.cases.blueprint import blueprint
from webapp.cases.refused_forms import RefusedForm, Typed, outdone, problems_in, sentences
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, today
from webapp.http.notices import notify
from webapp.http.posted import id_in_words, uuid_in
from webapp.http.responses import render, see_other
from webapp.http.uploads import is_too_large
from webapp.rendering.words.arrival_words import (
    ENVELOPES,
    KINDS,
    WAYS,
    follows,
    letter_words,
    worded_arrivals,
    worded_hidden,
)
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.files import file_versions, readable_name
from webapp.rendering.words.labels import word
from webapp.rendering.words.note_words import names_in
from webapp.rendering.words.pinned import pinned_words
from webapp.rendering.words.request_names import request_name

FIELDS: Final = (
    "arrival",
    "kind",
    "who",
    "sender",
    "way",
    "arrived_on",
    "about",
    "request",
    "recipient",
    "envelope",
    "due_on",
    "again",
    "wrong",
    "misfiled",
    "reason",
    "though_cited",
    "replaces",
)
OTHER: Final = "other"
READ_WITHIN: Final = 3
"""Working days in which a document is read unless the person who registers it writes another day."""


@blueprint.get("/arrivals")
@for_staff(*CASE_STAFF)
def arrival_case() -> Response:
    return render("cases/arrival_case.html", reference="", problem="")


@blueprint.post("/arrivals")
@for_staff(*CASE_STAFF)
def find_arrival_case() -> Response:
    wanted = " ".join(request.form.get("reference", "")[:100].split())
    if not wanted:
        problem = _("Kirjoita asian viite, esimerkiksi 2026-000123.")
    elif engine().answer(FindCaseOfArrival(wanted), sessions.actor()):
        return see_other("cases.arrivals", reference=wanted)
    else:
        problem = _(
            "Tällä viitteellä ei ole asiaa, jonka näet. Tarkista viite. Jos se on oikein, asia voi olla rajattu: kysy esihenkilöltä."
        )
    return render("cases/arrival_case.html", 422, reference=wanted, problem=problem)


@blueprint.get("/<reference>/arrivals")
@for_staff(action=Action.ARRIVALS_PAGE)
def arrivals(reference: str) -> Response:
    return _page(reference, misfiled=_misfiled(request.args))


@blueprint.post("/<reference>/arrivals")
@for_staff(action=Action.REGISTER_ARRIVAL, takes_files=True)
def register_arrival(reference: str) -> Response:
    typed = {name: request.form[name].replace("\r\n", "\n") for name in FIELDS if name in request.form}
    try:
        details, file = _details(typed), _file()
        arrival_id = id_in_words(
            typed.get("arrival", ""), typed, sha256(file.content).digest() if file else b""
        )
        wrong = _misfiled(typed)
        though_cited = typed.get("though_cited") == "yes"
        misfiled = Misfiled(*wrong, typed.get("reason", ""), though_cited) if wrong else None
        replaces = uuid_in(typed.get("replaces", ""))
        command = RegisterArrival(reference, arrival_id, details, file, _again(typed), misfiled, replaces)
        arrival = engine().perform(command, sessions.actor())
    except RegisteredAlready as refused:
        typed |= {"again": str(refused.earlier)}
        return _page(reference, RefusedForm(typed, {"file": _(refused.message)}))
    except (Invalid, FileRefused) as refused:
        return _page(reference, RefusedForm(typed, _problems(refused)))
    except DecisionRests as refused:
        return _page(reference, RefusedForm(typed, {"though_cited": _(refused.message)}))
    except Conflict as refused:
        return _page(reference, outdone(typed, refused.message))
    notify(_after(arrival))
    if misfiled:
        notify(_("Asiakirja siirtyi tähän asiaan. Asiassa, johon se kirjattiin, siitä on enää merkintä."))
    return see_other("cases.case", reference=reference, anchor="arrivals")


@blueprint.post("/<reference>/arrivals/<uuid:arrival_id>/settled")
@for_staff(action=Action.SETTLE_ARRIVAL)
def settle_arrival(reference: str, arrival_id: UUID) -> Response:
    engine().perform(SettleArrival(reference, arrival_id), sessions.actor())
    notify(_("Merkitty käsitellyksi. Sen voi palauttaa vuorokauden ajan."))
    return see_other("cases.case", reference=reference, anchor="arrivals")


@blueprint.post("/<reference>/arrivals/<uuid:arrival_id>/returned")
@for_staff(action=Action.RETURN_ARRIVAL)
def return_arrival(reference: str, arrival_id: UUID) -> Response:
    try:
        engine().perform(ReturnArrival(reference, arrival_id), sessions.actor())
    except Invalid as refused:
        notify(_(refused.message), "warning")
    else:
        notify(_("Palautettu käsiteltäväksi."))
    return see_other("cases.case", reference=reference, anchor="arrivals")


def _after(arrival: Arrival) -> str:
    if arrival.calls_for is CallsFor.MESSAGE:
        return _("Asiakirja on kirjattu, ja asia eteni. Tehtävä on asiassa.")
    return _(
        "Asiakirja on kirjattu. Asia on käsittelijän tai sijaisen listalla; jos kumpikaan ei ole paikalla, esihenkilöiden listalla."
    )


# ---------------------------------------------------------------- the page


def _page(
    reference: str, refused: RefusedForm | None = None, misfiled: tuple[str, UUID] | None = None
) -> Response:
    moving = _misfiled(refused.typed) if refused and not refused.conflict else misfiled
    page = engine().answer(OpenArrivals(reference, moving), sessions.actor())
    names = names_in(page.parties)
    letters = _letters(page, names)
    return render(
        "cases/arrivals.html",
        refused.status if refused else 200,
        page=page,
        reference=reference,
        typed=refused.typed if refused else {**_beginning(letters), **_moved(page)},
        problems=refused.problems if refused else {},
        conflict=refused.conflict if refused else "",
        kinds=[(each.value, _(KINDS[each]), follows(each, page.calls(each))) for each in ArrivalKind],
        people=_people(page, names),
        ways=[(each.value, _(words)) for each, words in WAYS.items()],
        requests=_requests(page),
        letters=letters and [*letters, (OTHER_LETTER, _("Jokin muu kirje"))],
        envelopes=[(each.value, _(words)) for each, words in ENVELOPES.items()],
        arrived=worded_arrivals(
            page.arrivals, reference, page.case.received_at, names, page.tasks, page.moment
        ),
        files=page.files,
        hidden=worded_hidden(page.hidden),
        versions=file_versions(page.files.values()),
        settles=page.may_settle,
        form_address=url_for("cases.register_arrival", reference=reference),
        **pinned_words(page.in_sight),
    )


def _beginning(letters: Sequence[tuple[str, str]]) -> Typed:
    """Return the answers to begin with; of post that came back, which letter it is, as the case's page has it; of a signed
    certificate of service, that it was brought from the meeting, as the task of the service has it."""
    now = today()
    typed = {
        "arrival": str(uuid4()),
        "arrived_on": date_as_typed(now),
        "due_on": date_as_typed(working_days_later(now, READ_WITHIN)),
    }
    if request.args.get("certificate") == "yes":
        return typed | {
            "kind": ArrivalKind.OTHER.value,
            "way": ArrivalWay.IN_PERSON.value,
            "about": _("Allekirjoitettu todistus tiedoksiannosta"),
        }
    came_back = dict(letters).get(request.args.get("returned", ""))
    if came_back is None:
        return typed
    return typed | {
        "kind": ArrivalKind.RETURNED.value,
        "recipient": request.args["returned"],
        "who": OTHER,
        "sender": _("Posti"),
        "way": ArrivalWay.POST.value,
        "about": came_back,
    }


def _moved(page: ArrivalsPage) -> Typed:
    """Return what is known of an arrival that moves here. A party of the other case stays there."""
    if page.moving is None:
        return {}
    arrival = page.moving.arrival
    return {
        "kind": arrival.kind.value,
        "way": arrival.way,
        "arrived_on": date_as_typed(arrival.arrived_on),
        "about": arrival.about,
        **({"who": OTHER, "sender": arrival.sender} if arrival.sender else {}),
        "envelope": arrival.envelope,
        "wrong": page.moving.reference,
        "misfiled": str(arrival.id),
    }


def _people(page: ArrivalsPage, names: Mapping[UUID, str]) -> list[tuple[str, str]]:
    found = [
        (
            str(each.id),
            _("%(who)s – VAARALLINEN", who=names[each.id]) if each.is_unsafe else names[each.id],
        )
        for each in page.parties
    ]
    return [*found, (OTHER, _("Joku muu"))]


def _requests(page: ArrivalsPage) -> list[tuple[str, str]]:
    """Return the requests that a reply may be to, the open ones first."""
    known = sorted(page.requests, key=lambda each: (not each.is_open, each.reference))
    open_ones = page.setting.open_requests
    return [
        (
            each.reference,
            request_name(each) + ("" if each.reference in open_ones else f", {_('päättynyt')}"),
        )
        for each in known
        if each.reference in open_ones | page.setting.ended_requests
    ]


def _letters(page: ArrivalsPage, names: Mapping[UUID, str]) -> list[tuple[str, str]]:
    """Return the letters that may have come back, as decision or document, recipient and day."""
    return [
        (
            each.key,
            letter_words(
                word(each.kind, "resolution_kind") if each.kind else each.title,
                each.number,
                names.get(each.party_id, "") if each.party_id else "",
                each.left_on,
            ),
        )
        for each in page.letters
    ]


# ---------------------------------------------------------------- what was posted


def _problems(refused: Invalid | FileRefused) -> Mapping[str, str]:
    if isinstance(refused, FileRefused):
        sent = request.files.get("file")
        name = readable_name(sent.filename or "") if sent else ""
        return {"file": f"{name}: {_(refused.message)}" if name else _(refused.message)}
    found = problems_in(refused, "kind")
    problems = sentences(found)
    if _has_file() and "file" not in problems:
        problems["file"] = _("Valitse tiedosto uudelleen: selain ei säilytä sitä.")
    return problems


def _has_file() -> bool:
    sent = request.files.get("file")
    return sent is not None and bool(sent.filename)


def _file() -> ExaminedFile | None:
    if is_too_large():
        raise Invalid("Lähetys on liian suuri. Yksi tiedosto saa olla enintään 10 megatavua.", field="file")
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        return None
    return examine(engine().settings, sent.filename, sent.stream.read(LARGEST + 1))


def _details(typed: Typed) -> ArrivalDetails:
    try:
        kind = ArrivalKind(typed.get("kind", ""))
    except ValueError:
        raise Invalid("Valitse, mitä saapui.", field="kind") from None
    who = typed.get("who", "")
    key = {ArrivalKind.REPLY: "request", ArrivalKind.RETURNED: "recipient"}.get(kind)
    return ArrivalDetails(
        kind=kind,
        way=typed.get("way", ""),
        arrived_on=_day(typed, "arrived_on"),
        about=typed.get("about", ""),
        sender_id=uuid_in(who) if who != OTHER else None,
        sender=typed.get("sender", "").strip(),
        business_key=(typed.get(key, "") or None) if key else None,
        due_on=_day(typed, "due_on"),
        envelope=typed.get("envelope", ""),
    )


def _again(typed: Typed) -> UUID | None:
    """Return the arrival that the page has asked about before: this press registers it a second time."""
    return uuid_in(typed.get("again", ""))


def _misfiled(typed: Typed) -> tuple[str, UUID] | None:
    """Return the case to which it was registered by mistake, with its id there."""
    arrival_id = uuid_in(typed.get("misfiled", ""))
    return (typed.get("wrong", "")[:100], arrival_id) if arrival_id else None


def _day(typed: Typed, name: str) -> date | None:
    text = typed.get(name, "").strip()
    try:
        return to_date(text) if text else None
    except Refused:
        raise Invalid("Kirjoita päivä muodossa 24.12.2026.", field=name) from None
