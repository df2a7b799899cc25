"""The search for a case. The words are posted, since they may be names, which must not appear in an address."""

from __future__ import annotations

import re

from flask import Response, render_template, request

from engine.domain.people import CASE_STAFF
from engine.domain.policy import Action, admits
from engine.queries.case_file import MOST_FOUND, FindCases
from webapp.cases.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.limits import SEARCHING, require_within
from webapp.http.responses import render, see_other

LONGEST = 200
_REFERENCE = re.compile(r"\d{4}-\d{1,9}")


@blueprint.get("/")
@for_staff(*CASE_STAFF)
def index() -> str:
    return render_template("cases/index.html", wanted="", found=None, opens_in_emergency=_opens())


@blueprint.post("/")
@for_staff(*CASE_STAFF)
def search() -> Response:
    wanted = request.form.get("q", "").strip()[:LONGEST]
    actor = sessions.actor()
    if wanted and not _REFERENCE.fullmatch(wanted):
        require_within(SEARCHING, str(actor.account_id))
    found = engine().answer(FindCases(wanted), actor) if wanted else ()
    if len(found) == 1 and found[0].reference == wanted:
        return see_other("cases.case", reference=wanted)
    return render(
        "cases/index.html", wanted=wanted, found=found, most=MOST_FOUND, opens_in_emergency=_opens()
    )


def _opens() -> bool:
    return admits(Action.OPEN_IN_EMERGENCY, sessions.actor().roles)
