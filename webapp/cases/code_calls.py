"""The code of a request: shown once to be read aloud to a professional, with how the call ended, or let go by text message."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from flask import Response, request

from engine.commands.code_calls import EndCodeCall, ShowAnswerCode
from engine.commands.texted_codes import EndCodeTexts, LetCodeBeTexted
from engine.domain.code_calls import CALL_ENDS, CallDetails, CallOutcome, CodeCallRejected, NumberSource
from engine.domain.policy import Action
from engine.errors import Invalid, NotFound
from engine.queries.code_call_page import OpenCodeCalls
from forms.texts import Refused, date_as_typed, to_date
from webapp.cases.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, today
from webapp.http.notices import notify
from webapp.http.posted import id_in_words
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.pinned import pinned_words

FIELDS: Final = ("call", "number", "source", "source_words", "source_on")
LONGEST: Final = 400
Typed = Mapping[str, str]


@blueprint.get("/<reference>/requests/<key>/code")
@for_staff(action=Action.READ_OUT_CODE)
def code_call(reference: str, key: str) -> Response:
    return _page(reference, key, {"call": str(uuid4()), "source_on": date_as_typed(today())})


@blueprint.post("/<reference>/requests/<key>/code")
@for_staff(action=Action.READ_OUT_CODE)
def show_answer_code(reference: str, key: str) -> Response:
    """Show the code on this page alone: it must not travel in a notice's cookie or stand in an address. The other button lets
    it go to the number by text message, and shows it to nobody."""
    typed = {name: request.form.get(name, "")[:LONGEST] for name in FIELDS}
    try:
        details = CallDetails(
            typed["number"], typed["source"], typed["source_words"], _day(typed["source_on"])
        )
        of_call = (reference, key, id_in_words(typed["call"], typed), details)
        if request.form.get("go") == "text":
            engine().perform(LetCodeBeTexted(*of_call), sessions.actor())
            notify(_("Kirjattu: vastaaja saa koodin tekstiviestinä, kun hän pyytää sitä linkin sivulla."))
            return see_other("cases.case", reference=reference, anchor="requests")
        # Read first: the code is on this page once, and nothing may be asked between.
        seen = engine().answer(OpenCodeCalls(reference, key), sessions.actor()).in_sight
        shown = engine().perform(ShowAnswerCode(*of_call), sessions.actor())
    except CodeCallRejected as refused:
        problems = {name: _(each.message) for name, each in refused.problems.items()}
        return _page(reference, key, typed, problems)
    except Invalid as refused:
        return _page(reference, key, typed, {refused.field or "number": _(refused.message)})
    return render("cases/code_call_shown.html", reference=reference, shown=shown, **pinned_words(seen))


@blueprint.post("/<reference>/requests/<key>/code-texts-end")
@for_staff(action=Action.READ_OUT_CODE)
def end_code_texts(reference: str, key: str) -> Response:
    engine().perform(EndCodeTexts(reference, key), sessions.actor())
    notify(_("Kirjattu: koodi ei enää mene tekstiviestinä. Lähetetty koodi ei avaa pyyntöä."))
    return see_other("cases.code_call", reference=reference, key=key)


@blueprint.post("/<reference>/code-calls/<uuid:call_id>")
@for_staff(action=Action.READ_OUT_CODE)
def end_code_call(reference: str, call_id: UUID) -> Response:
    outcome = request.form.get("outcome", "")
    if outcome not in CALL_ENDS:
        raise NotFound
    engine().perform(EndCodeCall(reference, call_id, CallOutcome(outcome)), sessions.actor())
    was_read = outcome == CallOutcome.READ
    notify(_("Kirjattu: koodi luettiin.") if was_read else _("Kirjattu: ei tavoitettu. Koodia ei luettu."))
    return see_other("cases.case", reference=reference, anchor="requests")


def _page(reference: str, key: str, typed: Typed, problems: Mapping[str, str] | None = None) -> Response:
    page = engine().answer(OpenCodeCalls(reference, key), sessions.actor())
    return render(
        "cases/code_call.html",
        422 if problems else 200,
        page=page,
        typed=typed,
        problems=problems or {},
        sources=[each.value for each in NumberSource],
        **pinned_words(page.in_sight),
    )


def _day(text: str) -> date | None:
    try:
        return to_date(text) if text.strip() else None
    except Refused:
        raise Invalid("Kirjoita päivä muodossa 24.12.2026.", field="source_on") from None
