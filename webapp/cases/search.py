"""The search for a case. The words are posted, since they may be names, which must not appear in an address."""

from __future__ import annotations

from flask import Response, render_template, request

from engine.domain.people import CASE_STAFF
from engine.domain.policy import Action, admits
from engine.domain.search_words import understood
from engine.queries.search import MOST_FOUND, FindCases, Found, Whom
from webapp.cases.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, today
from webapp.http.limits import SEARCHING, draw
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.likeness import birth_date_in_words, search_limited

LONGEST = 200
STATES = {"": marked("Kaikki"), "open": marked("Kesken"), "closed": marked("Päättyneet")}
WHOM = {
    Whom.ANYONE: marked("Kenen tahansa"),
    Whom.PERSON: marked("Hakijan tai lapsen"),
    Whom.OTHERS: marked("Ohjaajan, huoltajan tai edustajan"),
}


@blueprint.get("/")
@for_staff(*CASE_STAFF)
def index() -> str:
    return render_template("cases/index.html", **_page(""))


@blueprint.post("/")
@for_staff(*CASE_STAFF)
def search() -> Response:
    wanted = request.form.get("q", "").strip()[:LONGEST]
    state, whom = request.form.get("state", ""), request.form.get("whom", "")
    command = FindCases(wanted, state if state in STATES else "", Whom(whom) if whom in WHOM else Whom.ANYONE)
    actor = sessions.actor()
    asked = understood(wanted, today())
    # A number says nothing of a person, and a text in which nothing is understood is no search.
    if asked.keys and (free_at := draw(SEARCHING, str(actor.account_id))) is not None:
        return render("cases/index.html", 429, **_page(wanted, None, command, search_limited(free_at)))
    found = engine().answer(command, actor) if wanted else Found((), is_understood=False)
    if len(found.hits) == 1 and found.hits[0].case.reference in (wanted, asked.reference):
        return see_other("cases.case", reference=found.hits[0].case.reference)
    return render("cases/index.html", **_page(wanted, found, command))


def _page(
    wanted: str, found: Found | None = None, asked: FindCases | None = None, limited: str = ""
) -> dict[str, object]:
    return {
        "wanted": wanted,
        "found": found,
        "asked": asked or FindCases(""),
        "states": STATES,
        "whom": WHOM,
        "limited": limited,
        "most": MOST_FOUND,
        "born": birth_date_in_words,
        "opens_in_emergency": admits(Action.OPEN_IN_EMERGENCY, sessions.actor().roles),
    }
