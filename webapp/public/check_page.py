"""The page with all answers before they are sent: what to look at once more, and what was left unanswered."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from flask import Response

from engine.commands.attachments import TAKE_FILES, DraftFiles
from engine.domain.applications import calls_contact_unsafe, doubtful_birth_dates, doubts_go_between
from engine.domain.identity_code import holds_code
from engine.domain.people import PUBLIC
from engine.errors import NotFound
from engine.queries.public_form import AreUrgent, UrgentBy
from forms.definition import Field, FormDefinition, Kind
from forms.one_question import easy_questions, places, root_of
from forms.submission import readable
from forms.texts import Refused, to_date
from forms.typed import Sent
from forms.views import shown
from webapp.http.current import engine, today
from webapp.http.responses import render
from webapp.public import drafts
from webapp.public.application_kinds import DOORS, definition_of
from webapp.public.drafts import Draft
from webapp.public.page_addresses import at_address, go_to
from webapp.rendering.words.catalogues import gettext
from webapp.rendering.words.submission_words import answered

WAYS = "safe_channels"
"""Question about the ways by which the person can be reached."""
WATCHED_WAYS = frozenset({"phone", "sms", "email"})
"""Ways by which somebody beside the person may read or hear."""
_WITH_STROKES = re.compile(r"\s*(\d{1,2})/(\d{1,2})/\d{2,4}\s*")
_MONTHS = 12


def to_check(door: str, draft: Draft, changed: str = "") -> Response:
    anchor = "row" if changed else None
    return go_to(
        "check",
        draft.token,
        anchor=anchor,
        door=door,
        draft=draft.token,
        changed=changed,
        is_first=not draft.is_kept,
    )


@at_address("check")
def show_check(door: str, draft: str, changed: str, *, is_first: bool) -> Response:
    """Show all answers before they are sent."""
    definition = definition_of(door)
    held = drafts.resume(draft, definition.key)
    if not (held.is_kept or is_first):
        raise NotFound
    answers = readable(definition, held.typed)
    steps = shown(definition, answers, definition.language, say=gettext)
    is_doubted = doubts_go_between(answers)
    is_called_unsafe = calls_contact_unsafe(answers)
    easy = easy_questions(definition, held.typed) if held.is_easy else ()
    unanswered = [
        answer
        for step in steps
        for answer in step.answers
        if answer.state == "unanswered" and (not easy or root_of(definition, answer.path) in easy)
    ]
    return render(
        "public/check.html",
        door=door,
        texts=DOORS[door],
        draft=draft,
        places=len(places(definition, held.typed, is_easy=held.is_easy)) + 1,
        is_easy=held.is_easy,
        steps=answered(steps),
        last_step=steps[-1].number if steps else 1,
        unanswered=unanswered,
        changed=changed,
        is_kept=held.is_kept,
        is_in_danger=held.typed.get("in_danger") == ["yes"],
        is_watched=held.typed.get("in_danger") != ["no"]
        and not WATCHED_WAYS.isdisjoint(held.typed.get(WAYS, ())),
        is_unreached=door != "ask"
        and not is_called_unsafe
        and not set(held.typed.get(WAYS, ())) - ({"via_person"} if is_doubted else set()),
        is_called_unsafe=is_called_unsafe,
        is_doubted=is_doubted,
        birth_dates=doubtful_birth_dates(answers, today()),
        days_either_way=days_either_way(definition, held.typed),
        unreached_label=definition.by_key[WAYS].label if WAYS in definition.by_key else "",
        names_somebody=door == "ask"
        and any(holds_code(text) for texts in held.typed.values() for text in texts),
        is_urgent=is_urgent(definition, held),
        urgent_by=engine().answer(UrgentBy(definition.key, answers), PUBLIC) if held.typed else None,
        takes_files=definition.key in TAKE_FILES,
        files=engine().answer(DraftFiles(draft), PUBLIC),
    )


def is_urgent(definition: FormDefinition, draft: Draft) -> bool:
    """Return whether what was typed so far is urgent by the table that judges it once it is sent."""
    if not draft.typed:
        return False
    return engine().answer(AreUrgent(definition.key, readable(definition, draft.typed)), PUBLIC)


def days_either_way(definition: FormDefinition, typed: Sent) -> tuple[tuple[str, str, date], ...]:
    """Return path, text and reading of each day in which the month may stand first, as Americans write: 12/1/2026."""
    return tuple(_either_way(definition, typed))


def _either_way(definition: FormDefinition, typed: Sent) -> Iterator[tuple[str, str, date]]:
    for path, texts in typed.items():
        found = _WITH_STROKES.fullmatch("".join(texts))
        if found is None or found[1] == found[2] or max(int(found[1]), int(found[2])) > _MONTHS:
            continue
        field = _field_at(definition, path)
        if field is not None and field.kind is Kind.DATE:
            try:
                yield path, found[0].strip(), to_date(found[0])
            except Refused:
                continue


def _field_at(definition: FormDefinition, path: str) -> Field | None:
    """Return the question of a path, also one in a row of a list: `children.0.born_on`."""
    key, _, inside = path.partition(".")
    field = definition.by_key.get(key)
    if field is None or not inside:
        return field
    return next((column for column in field.fields if column.key == inside.rpartition(".")[2]), None)
