"""The page of a try-out, built from its present state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from flask import request
from markupsafe import Markup

from engine.domain.cases import CaseState, Channel
from engine.domain.scenarios import NotAScenario, Scenario, Step, TryOutRecord, is_scenario, read_scenario
from engine.domain.tasks import UserTask
from engine.queries.try_outs import Source
from engine.queries.where_now import Picture, picture, pictures
from engine.simulation.open_form import OpenForm
from engine.simulation.scenario_runner import happened
from engine.simulation.steps import place_of, task_of
from engine.simulation.try_out import TryOut
from engine.simulation.try_outs import Diverged
from engine.simulation.view import View, has_letter, view_of
from webapp.http.languages import current_language
from webapp.http.posted import number_in, posted_form
from webapp.rendering.forms.page import Problems, form_page
from webapp.rendering.timeline.events import story
from webapp.rendering.timeline.sentences import TIMERS
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.due import deadline_in_words
from webapp.studio.try_out_access import brought_as_far
from webapp.studio.try_out_words import expectable, mail_name, message_name, milestone_name, step_in_words

Typed = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class WantedForm:
    """The form to show: that of a task, by its element, or the one with which the try-out begins."""

    kind: str
    subject: str
    element: str = ""
    place: int = 0

    def step(self, typed: Typed) -> Step:
        sent = {name: tuple(texts) for name, texts in typed.items() if any(text.strip() for text in texts)}
        return Step(self.kind, self.subject, self.element, self.place, sent)

    def task(self, try_out: TryOut) -> UserTask | None:
        return None if self.kind == "start" else task_of(try_out.tasks(), self.step({}))

    def opened(self, try_out: TryOut, language: str) -> OpenForm | None:
        return try_out.form_of(self.step({}), language)

    @property
    def query(self) -> str:
        named = {"kind": self.kind, "subject": self.subject, "element": self.element, "place": self.place}
        return urlencode({name: value for name, value in named.items() if value})


@dataclass(frozen=True, slots=True)
class Filled:
    """A form shown again: what was typed, and what is wrong with it."""

    form: WantedForm
    typed: Typed
    problems: Problems = field(default_factory=dict)
    message: str = ""


def wanted_form(record: TryOutRecord, query: Mapping[str, str]) -> WantedForm:
    """Return the form that an address names. A try-out without steps has only the one it begins with."""
    if not record.steps or query.get("kind") == "start":
        return WantedForm("start", record.start)
    place = number_in(query.get("place", "")) or 0
    return WantedForm("form", query.get("subject", ""), query.get("element", ""), place)


def typed_now(form: OpenForm | None) -> Typed:
    """Return the answers posted in this request, with a row added or removed if that button was pressed."""
    return {} if form is None else posted_form("complete").typed(form.definition)


def page_of(record: TryOutRecord, source: Source, filled: Filled | None) -> dict[str, Any]:
    """Return the template context of the page. If the models have changed, it shows the try-out after the last step that fits."""
    with brought_as_far(record, source) as (try_out, stopped):
        return _shown(record, source, try_out, filled, stopped)


def _shown(
    record: TryOutRecord, source: Source, try_out: TryOut, filled: Filled | None, stopped: Diverged | None
) -> dict[str, Any]:
    language = current_language().code
    seen = view_of(try_out, language)
    form = filled.form if filled else _first_form(record, seen)
    task = form.task(try_out) if form else None
    drawn = _pictures(seen, try_out, record.start)
    return {
        "record": record,
        "source": source,
        "stopped": stopped,
        "problem": filled.message if filled else "",
        "seen": seen,
        "file": seen.file,
        "is_closed": seen.file is not None and seen.file.case.state is CaseState.CLOSED,
        "wanted": form,
        "task": task,
        "task_number": seen.tasks.index(task) if task in seen.tasks else None,
        "has_letter": task is not None and has_letter(task),
        "form": _form(form, try_out, filled, language) if form else None,
        "turns": [_turn(seen, each) for each in seen.tasks],
        "pictures": drawn,
        "picture": _picture(drawn, task),
        "timers": [(each, _timer_name(each.name, each.kind)) for each in seen.timers],
        "milestones": [(milestone_name(name), at, reference) for name, at, reference in seen.milestones],
        "deadlines": [
            (each, deadline_in_words(each, seen.moment)) for file in seen.files for each in file.deadlines
        ],
        "events": [each for file in seen.files for each in story(file, "all")][:40],
        "steps": [step_in_words(each, try_out) for each in record.steps],
        "scenario_title": _title_of(record, source),
        "message_name": message_name,
        "mail_name": mail_name,
        "expectable": expectable(happened(seen), seen),
    }


def scenarios_in(source: Source) -> dict[str, Scenario | None]:
    """Return the scenarios by path; None for one that cannot be read, which a check reports."""
    return {path: _read(data) for path, data in sorted(source.files.items()) if is_scenario(path)}


def _read(data: bytes) -> Scenario | None:
    try:
        return read_scenario(data)
    except NotAScenario:
        return None


def _title_of(record: TryOutRecord, source: Source) -> str:
    """Return the title of the scenario that the try-out began from; empty if there is none in the draft."""
    begun_from = scenarios_in(source).get(record.scenario or "")
    return begun_from.title if begun_from else ""


def _first_form(record: TryOutRecord, seen: View) -> WantedForm | None:
    if seen.file is None:
        return WantedForm("start", record.start)
    if "element" in request.args:
        wanted = wanted_form(record, request.args)
        if any(each.element_id == wanted.element for each in seen.tasks):
            return wanted
    return _form_of(seen, seen.tasks[0]) if seen.tasks else None


def _form_of(seen: View, task: UserTask) -> WantedForm:
    return WantedForm("form", task.form_key or "", task.element_id, place_of(seen.tasks, task))


def _form(wanted: WantedForm, try_out: TryOut, filled: Filled | None, language: str) -> Any:
    form = wanted.opened(try_out, language)
    if form is None:
        return None
    return form_page(
        form.definition,
        say=_,
        typed=filled.typed if filled else {},
        problems=filled.problems if filled else {},
        given=form.scope,
        choices=form.choices,
    )


@dataclass(frozen=True, slots=True)
class Turn:
    """An open task with the link to its form."""

    task: UserTask
    form: WantedForm
    reference: str


def _turn(seen: View, task: UserTask) -> Turn:
    file = next(each for each in seen.files if each.case.id == task.case_id)
    return Turn(task, _form_of(seen, task), file.case.reference)


def _pictures(seen: View, try_out: TryOut, start: str) -> list[tuple[Picture, Markup]]:
    """Return a drawing of each process that the case is in; before it begins, of the one that it would start."""
    found: dict[str, Picture] = {}
    language, parsed = current_language().code, try_out.models.parsed
    for file in seen.files:
        for each in pictures(file):
            found.setdefault(each.process_id, each)
    if not found:
        names = try_out.models.bundle.names_in(language)
        first = parsed.starts.get(Channel(start.partition(":")[0]).message)
        found = {first: picture(parsed, first, {}, names)} if first else {}
    return [(each, Markup(each.svg)) for each in found.values()]  # noqa: S704 - drawn by us from numbers and escaped names


def _picture(drawn: list[tuple[Picture, Markup]], task: UserTask | None) -> tuple[Picture, Markup] | None:
    """Return the drawing asked for, else that of the shown task, else the innermost."""
    wanted = request.args.get("picture") or (task.process_id if task else "")
    for each in drawn:
        if each[0].process_id == wanted:
            return each
    return drawn[-1] if drawn else None


def _timer_name(name: str, kind: str) -> str:
    return name or _(TIMERS.get(kind, TIMERS["timer"]))
