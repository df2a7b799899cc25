"""The first page of oversight, and the lists behind its numbers."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, render_template, request
from markupsafe import Markup

from engine.clock import day_of
from engine.queries.insight import DrawWaits, Insight, WhereTimeGoes
from engine.queries.oversight import Oversight, WatchOver
from engine.queries.reassignment import WhatIsCarried
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.oversight.blueprint import WATCHERS
from webapp.oversight.figures import carriers, days, marks, phase_rows
from webapp.oversight.ranking import ranked
from webapp.rendering.words.due import Due, due_in_words

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Owed:
    """A promise that has begun to bind and is not yet kept."""

    sentence: str
    count: int
    references: tuple[str, ...]


def register(blueprint: Blueprint) -> None:
    for rule, view in (
        ("/", index),
        ("/late", late),
        ("/soon", soon),
        ("/stalled", stalled),
        ("/unassigned", unassigned),
        ("/incidents", incidents),
        ("/people/<uuid:person_id>", person),
    ):
        blueprint.add_url_rule(rule, view_func=view, methods=["GET"])


@for_staff(*WATCHERS)
def index() -> str:
    """Numbers first, then what to do about them, then where time goes."""
    seen = _watch()
    insight = engine().answer(WhereTimeGoes(current_language().code), sessions.actor())
    process_id = _chosen(insight)
    waits = insight.waits.get(process_id, ())
    away = frozenset(each.person.id for each in seen.load if _is_away(each.person.away_until, seen.moment))
    return render_template(
        "oversight/index.html",
        seen=seen,
        acts=ranked(seen),
        carriers=carriers(seen.load, away),
        owed=_owed(seen, insight),
        phases=phase_rows(insight.phases),
        insight=insight,
        process_id=process_id,
        waits=waits,
        svg=_drawn(process_id, waits) if process_id else "",
        days=days,
    )


@for_staff(*WATCHERS)
def late() -> str:
    seen = _watch()
    return _list("late", seen, seen.late, seen.late_deadlines)


@for_staff(*WATCHERS)
def soon() -> str:
    seen = _watch()
    return _list("soon", seen, seen.soon, seen.soon_deadlines)


@for_staff(*WATCHERS)
def unassigned() -> str:
    carried = engine().answer(WhatIsCarried(None), sessions.actor())
    rows = [(row, _due(row["due_at"], carried.moment)) for row in carried.tasks]
    return render_template("oversight/list.html", kind="unassigned", tasks=rows, deadlines=(), person=None)


@for_staff(*WATCHERS)
def person(person_id: UUID) -> str:
    """What one person carries: where an absence begins, this is what has to move."""
    carried = engine().answer(WhatIsCarried(person_id), sessions.actor())
    rows = [(row, _due(row["due_at"], carried.moment)) for row in carried.tasks]
    return render_template(
        "oversight/list.html", kind="person", tasks=rows, deadlines=(), person=carried.person
    )


@for_staff(*WATCHERS)
def stalled() -> str:
    return render_template("oversight/stalled.html", rows=_watch().stalled)


@for_staff(*WATCHERS)
def incidents() -> str:
    return render_template("oversight/incidents.html", incidents=_watch().incidents)


def _watch() -> Oversight:
    return engine().answer(WatchOver(), sessions.actor())


def _list(kind: str, seen: Oversight, tasks: tuple[object, ...], deadlines: tuple[object, ...]) -> str:
    return render_template(
        "oversight/list.html",
        kind=kind,
        tasks=[(row, _due(row["due_at"], seen.moment)) for row in tasks],  # type: ignore[index]  # a row of a query
        deadlines=[(row, _due(row["due_at"], seen.moment)) for row in deadlines],  # type: ignore[index]  # as above
        person=None,
    )


def _due(due_at: datetime | None, now: datetime) -> Due | None:
    return due_in_words(due_at, now)


def _is_away(until: object, now: datetime) -> bool:
    return until is not None and until >= day_of(now)  # type: ignore[operator]  # a date


def _chosen(insight: Insight) -> str:
    """The diagram asked for, or the one in which most cases wait."""
    asked = request.args.get("process", "")
    if asked in insight.waits:
        return asked
    waiting = Counter({key: sum(each.now for each in waits) for key, waits in insight.waits.items()})
    return waiting.most_common(1)[0][0] if waiting else ""


def _drawn(process_id: str, waits: tuple[object, ...]) -> Markup:
    query = DrawWaits(process_id, marks(waits), current_language().code)  # type: ignore[arg-type]  # waits of insight
    drawing = engine().answer(query, sessions.actor())
    return Markup(drawing)  # noqa: S704 - drawn by us from numbers and escaped names, never the model's markup


def _owed(seen: Oversight, insight: Insight) -> tuple[Owed, ...]:
    by_rule: dict[str, list[str]] = defaultdict(list)
    for reference, rule in seen.owed:
        by_rule[rule].append(reference)
    found = [
        Owed(insight.promises[rule], len(references), tuple(dict.fromkeys(references))[:MOST_NAMED])
        for rule, references in by_rule.items()
        if rule in insight.promises
    ]
    return tuple(sorted(found, key=lambda each: (-each.count, each.sentence)))
