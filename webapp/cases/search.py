"""The search for a case. The words are posted, since they may be names, which must not appear in an address."""

from __future__ import annotations

from flask import Response, render_template, request

from engine.domain.people import CASE_STAFF
from engine.queries.case_file import FindCases
from webapp.cases.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.responses import render, see_other

LONGEST = 200


@blueprint.get("/")
@for_staff(*CASE_STAFF)
def index() -> str:
    return render_template("cases/index.html", wanted="", found=None)


@blueprint.post("/")
@for_staff(*CASE_STAFF)
def search() -> Response:
    wanted = request.form.get("q", "").strip()[:LONGEST]
    found = engine().answer(FindCases(wanted), sessions.actor()) if wanted else ()
    if len(found) == 1 and found[0].reference == wanted:
        return see_other("cases.case", reference=wanted)
    return render("cases/index.html", wanted=wanted, found=found)
