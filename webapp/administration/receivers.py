"""Addresses to which events of programs go: proposed by one person, confirmed by another."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, request

from engine.commands.webhooks import AddReceiver, ChangeReceiverKey, EndReceiver
from engine.domain.people import Role
from engine.domain.webhooks import EVENTS, LONGEST_ADDRESS
from engine.errors import Invalid
from webapp.administration.blueprint import blueprint
from webapp.administration.people import LONGEST, posted_reason
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _


@blueprint.get("/new-receiver")
@for_staff(Role.ADMINISTRATOR, needs_proof=True)
def new_receiver() -> Response:
    return _new(request.args.get("name", "")[:LONGEST], {}, frozenset(EVENTS))


@blueprint.post("/new-receiver")
@for_staff(Role.ADMINISTRATOR)
def add_receiver() -> Response:
    name = _name()
    events = frozenset(each for each in request.form.getlist("events") if each in EVENTS)
    address = request.form.get("address", "").strip()[: LONGEST_ADDRESS + 1]
    try:
        engine().perform(AddReceiver(name, address, events, posted_reason()), sessions.actor())
    except Invalid as invalid:
        return _new(name, {invalid.field or "name": _(invalid.message)}, events)
    notify(_("Osoite odottaa toista ihmistä. Hän näkee avaimen, kun hän vahvistaa osoitteen."))
    return see_other("administration.programs")


@blueprint.post("/receivers/key")
@for_staff(Role.ADMINISTRATOR)
def change_receiver_key() -> Response:
    def changed() -> Response:
        secret = engine().perform(ChangeReceiverKey(_name()), sessions.actor())
        return render("administration/secret.html", secret=secret, is_key=True)

    return _done(changed)


@blueprint.post("/receivers/end")
@for_staff(Role.ADMINISTRATOR)
def end_receiver() -> Response:
    def ended() -> Response:
        engine().perform(EndReceiver(_name()), sessions.actor())
        notify(_("Ohjelmalle ei enää kerrota tapahtumista."))
        return see_other("administration.programs")

    return _done(ended)


def _done(act: Callable[[], Response]) -> Response:
    try:
        return act()
    except Invalid as invalid:
        notify(_(invalid.message), "warning")
        return see_other("administration.programs")


def _name() -> str:
    return request.form.get("name", "")[:LONGEST]


def _new(name: str, problems: dict[str, str], chosen: frozenset[str]) -> Response:
    return render(
        "administration/new_receiver.html",
        422 if problems else 200,
        name=name,
        events=EVENTS,
        chosen=chosen,
        typed=request.form,
        problems=problems,
    )
