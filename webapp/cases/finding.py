"""Finding a case. What is searched for is a name as often as a reference, so it is posted and stands in no address."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from engine.domain.people import CASE_STAFF
from engine.queries.case_file import FindCases
from engine.queries.my_cases import MyCases
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine

LONGEST = 200


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/", view_func=index, methods=["GET"])
    blueprint.add_url_rule("/", view_func=search, methods=["POST"])


@for_staff(*CASE_STAFF)
def index() -> str:
    """The search, and the cases one carries."""
    mine = engine().answer(MyCases(), sessions.actor())
    return render_template("cases/index.html", wanted="", found=None, mine=mine)


@for_staff(*CASE_STAFF)
def search() -> Response:
    wanted = request.form.get("q", "").strip()[:LONGEST]
    found = engine().answer(FindCases(wanted), sessions.actor()) if wanted else ()
    if len(found) == 1 and found[0].reference == wanted:
        return make_response(redirect(url_for("cases.case", reference=wanted), code=303))
    return make_response(render_template("cases/index.html", wanted=wanted, found=found, mine=()))
