"""Replays of finished cases on a draft or a version, shown as counts.

References, days and answers stay in the engine, which logs each reading in the case's own chain.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from flask import Response, make_response, render_template, request
from markupsafe import Markup

from engine.domain.people import Role
from engine.errors import Invalid
from engine.queries.replay_facts import FEWEST, PERIODS, CountReplayable, GatherFacts
from engine.queries.try_outs import OpenSource
from engine.simulation.replay.report import Report, report_on
from engine.simulation.replay.subprocess import CantReplay
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.rendering.words.catalogues import gettext as _
from webapp.studio.blueprint import blueprint

MOST: Final = 100
"""Of each kind in one request; the command line takes as many as there are."""
SECONDS: Final = 12.0


@blueprint.get("/sources/<uuid:source_id>/replay")
@for_staff(Role.PROCESS_OWNER)
def replay_entrance(source_id: UUID) -> str:
    """Show the choice of a period. No case is read yet."""
    return _page(source_id)


@blueprint.post("/sources/<uuid:source_id>/replay")
@for_staff(Role.PROCESS_OWNER)
def replay_cases(source_id: UUID) -> Response:
    """Replay cases and show the counts. It is a POST because each case that is read gets an entry in its access log."""
    asked = request.form.get("months", "")
    months = int(asked) if asked.isdecimal() and len(asked) < 4 else 0
    try:
        gathered = engine().answer(GatherFacts(source_id, months, MOST), sessions.actor())
        report = None
        if gathered.facts:
            report = report_on(gathered.request(SECONDS), current_language().code, rounds_to=FEWEST)
    except Invalid as invalid:
        return make_response(_page(source_id, problem=_(invalid.message)), 422)
    except CantReplay as refused:
        return make_response(_page(source_id, months=months, problem=_(refused.message)), 422)
    return make_response(_page(source_id, months=months, report=report, asked=True))


def _page(source_id: UUID, *, months: int = 0, **shown: Any) -> str:
    source, _runs = engine().answer(OpenSource(source_id), sessions.actor())
    counts = engine().answer(CountReplayable(), sessions.actor())
    report: Report | None = shown.get("report")
    pictures = {} if report is None else {each.process_id: _drawing(each.svg) for each in report.diagrams}
    return render_template(
        "studio/replay.html",
        source=source,
        counts=counts,
        months=months or next((each for each, (found, _) in counts.items() if found.is_enough), PERIODS[-1]),
        fewest=FEWEST,
        report=report,
        pictures=pictures,
        problem=shown.get("problem", ""),
        asked=shown.get("asked", False),
    )


def _drawing(svg: str) -> Markup:
    return Markup(svg)  # noqa: S704 - drawn by us from numbers and escaped names
