"""Who has looked at a case: for auditors and managers. Looking is itself in the log."""

from __future__ import annotations

from flask import Blueprint, render_template

from engine.domain.people import CASE_STAFF
from engine.queries.case_file import WhoLooked
from webapp.cases.viewing import READERS
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine


def register(blueprint: Blueprint) -> None:
    blueprint.add_url_rule("/<reference>/readers", view_func=readers, methods=["GET"])


@for_staff(*READERS)
def readers(reference: str) -> str:
    entries = engine().answer(WhoLooked(reference), sessions.actor())
    return render_template(
        "cases/readers.html",
        reference=reference,
        entries=entries,
        opens_case=sessions.actor().has(*CASE_STAFF),
    )
