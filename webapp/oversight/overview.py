"""The first page of oversight, and the lists behind its numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import render_template, request
from markupsafe import Markup

from engine.clock import day_of
from engine.domain.people import Person
from engine.queries.insight import DrawWaits, Insight, Wait, WhereTimeGoes
from engine.queries.oversight import (
    Oversight,
    Watched,
    WatchedList,
    WatchedTask,
    WatchList,
    WatchOver,
)
from engine.queries.reassignment import WhatIsCarried
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.oversight.blueprint import WATCHERS, blueprint
from webapp.oversight.figures import carriers, days, marks, phase_rows, waited
from webapp.oversight.priorities import suggestions
from webapp.rendering.assets import drawing
from webapp.rendering.words.due import due_in_words


@dataclass(frozen=True, slots=True)
class Owed:
    """A guardrail that cases have set going and not yet met, with their number and references."""

    sentence: str
    count: int
    references: tuple[str, ...]


@blueprint.get("/")
@for_staff(*WATCHERS)
def index() -> str:
    """Show numbers first, then suggestions, then where time goes."""
    seen = engine().answer(WatchOver(current_language().code), sessions.actor())
    insight = engine().answer(WhereTimeGoes(current_language().code), sessions.actor())
    process_id = _chosen(insight)
    waits = insight.waits.get(process_id, ())
    return render_template(
        "oversight/index.html",
        seen=seen,
        acts=suggestions(seen),
        carriers=carriers(seen.load, day_of(seen.moment)),
        day_now=day_of(seen.moment),
        owed=_owed(seen, insight),
        phases=phase_rows(insight.phases),
        insight=insight,
        process_id=process_id,
        waits=waits,
        svg=_drawn(process_id, waits) if process_id else "",
        days=days,
        waited=waited,
    )


@blueprint.get("/late")
@for_staff(*WATCHERS)
def late() -> str:
    seen = _watched(Watched.LATE)
    return _list("late", seen.moment, seen.tasks, seen)


@blueprint.get("/soon")
@for_staff(*WATCHERS)
def soon() -> str:
    seen = _watched(Watched.SOON)
    return _list("soon", seen.moment, seen.tasks, seen)


@blueprint.get("/unassigned")
@for_staff(*WATCHERS)
def unassigned() -> str:
    carried = engine().answer(WhatIsCarried(None, current_language().code), sessions.actor())
    return _list("unassigned", carried.moment, carried.tasks, count=carried.count)


@blueprint.get("/people/<uuid:person_id>")
@for_staff(*WATCHERS)
def person(person_id: UUID) -> str:
    """Show the tasks of one person, which must be reassigned when an absence begins."""
    carried = engine().answer(WhatIsCarried(person_id, current_language().code), sessions.actor())
    return _list(
        "person",
        carried.moment,
        carried.tasks,
        person=carried.person,
        is_away=carried.is_away,
        count=carried.count,
    )


@blueprint.get("/stalled")
@for_staff(*WATCHERS)
def stalled() -> str:
    seen = _watched(Watched.STALLED)
    return render_template("oversight/stalled.html", rows=seen.requests, count=seen.count)


@blueprint.get("/incidents")
@for_staff(*WATCHERS)
def incidents() -> str:
    return render_template("oversight/incidents.html", incidents=_watched(Watched.INCIDENTS).incidents)


def _watched(what: Watched) -> WatchedList:
    return engine().answer(WatchList(what, current_language().code), sessions.actor())


def _list(
    kind: str,
    now: datetime,
    tasks: Sequence[WatchedTask],
    seen: WatchedList | None = None,
    person: Person | None = None,
    *,
    is_away: bool = False,
    count: int = 0,
) -> str:
    found = seen or WatchedList(now, count=count)
    return render_template(
        "oversight/list.html",
        kind=kind,
        tasks=[(each, due_in_words(each.due_at, now)) for each in tasks],
        deadlines=[(each, due_in_words(each.due_at, now)) for each in found.deadlines],
        days=[(each, due_in_words(each.due_at, now)) for each in found.days],
        is_cut=found.count > len(tasks) + len(found.deadlines) + len(found.days),
        count=found.count,
        person=person,
        is_away=is_away,
        day_now=day_of(now),
    )


def _chosen(insight: Insight) -> str:
    """Return the key of the process asked for, else of the one in which most cases wait."""
    asked = request.args.get("process", "")
    if asked in insight.waits:
        return asked
    waiting = Counter({key: sum(each.now for each in waits) for key, waits in insight.waits.items()})
    return waiting.most_common(1)[0][0] if waiting else ""


def _drawn(process_id: str, waits: Sequence[Wait]) -> Markup:
    query = DrawWaits(process_id, marks(waits), current_language().code)
    return drawing(engine().answer(query, sessions.actor()))


def _owed(seen: Oversight, insight: Insight) -> tuple[Owed, ...]:
    found = [
        Owed(insight.guardrails[each.guardrail], each.count, each.references)
        for each in seen.owed
        if each.guardrail in insight.guardrails
    ]
    return tuple(sorted(found, key=lambda each: (-each.count, each.sentence)))
