"""Coming back with a code: to a form that was put aside, or to see where the matter stands."""

from __future__ import annotations

from flask import Response, make_response, render_template, request

from engine.domain.people import PUBLIC
from engine.queries.status import Status, StatusByCode
from webapp.http.access import open_to_all
from webapp.http.current import engine
from webapp.http.limits import CODES, spend
from webapp.public.parts import blueprint
from webapp.rendering.texts import gettext as _


@blueprint.get("/code")
@open_to_all
def code() -> str:
    return render_template("public/code.html", problem="")


@blueprint.post("/code")
@open_to_all
def come_back() -> Response:
    """A wrong code, an expired one and one that never was look the same."""
    digits = "".join(character for character in request.form.get("code", "")[:60] if character.isdigit())
    spend(CODES)
    status = engine().answer(StatusByCode(digits), PUBLIC) if digits else None
    if status is None:
        return _unknown(digits)
    return make_response(
        render_template("public/status.html", status=status, ending=digits[-4:], stages=stages(status))
    )


def _unknown(digits: str) -> Response:
    problem = _("Tällä koodilla ei löydy mitään. Tarkista numerot.") if digits else _("Kirjoita koodisi.")
    return make_response(render_template("public/code.html", problem=problem), 422)


def stages(status: Status) -> list[tuple[str, str]]:
    """The stages of a matter in plain words, each with its place: done, current or later."""
    order = ["received", "examined", "waiting_for_you", "decided", "closed"]
    reached = order.index(status.stage) if status.stage in order else 0
    shown = [name for name in order if name != "waiting_for_you" or status.stage == "waiting_for_you"]
    return [
        (name, "done" if order.index(name) < reached else "current" if name == status.stage else "later")
        for name in shown
    ]
