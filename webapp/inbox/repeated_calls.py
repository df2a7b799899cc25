"""A call of somebody whose case is open already: what was typed becomes the draft of a note there, and no second case."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from uuid import UUID, uuid4

from flask import Response

from engine.clock import HELSINKI, day_of
from engine.commands.notes import KeepNoteDraft
from engine.commands.urgent_calls import DropUrgentCall, UrgentCallPage
from engine.domain.notes import NoteKind
from engine.errors import Invalid
from engine.queries.notes import OpenNotes
from forms.definition import FormDefinition
from forms.drafts import Draft, partial
from forms.submission import readable
from forms.texts import date_as_typed
from forms.views import shown
from webapp.http import sessions
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.responses import see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.dates import clock

INTO: Final = "into-"
"""Begins the name of the button that moves a call; the case's reference ends it."""


def move_to_case(page: UrgentCallPage, call_id: UUID, typed: Draft, reference: str) -> Response:
    """Keep what was typed as the actor's draft of a note in the case, then destroy the call: between the two it stands twice,
    never nowhere. Raise Invalid of a decision, which no note can hold; NoteDraftElsewhere of another draft of theirs there."""
    if page.spoken is not None and typed.get("decided") == ["yes"]:
        raise Invalid(
            "Ääneen tehtyä päätöstä ei kirjata merkintänä. Päättäjä kirjaa sen asian omassa tehtävässä. Vaihda vastaus, niin muu "
            "siirtyy asiaan.",
            field="decided",
        )
    notes = engine().answer(OpenNotes(reference), sessions.actor())
    began = page.call.started_at if page.call is not None else page.now
    person = next((each for each in notes.parties if each.kind == "applicant"), None)
    forms = [page.form, *([] if page.spoken is None else [page.spoken])]
    draft = {
        "note": str(uuid4()),
        "kind": NoteKind.CONTACT.value,
        "who": str(person.id) if person is not None else "",
        "way": "phone",
        "on": date_as_typed(day_of(began)),
        "hour": clock(began.astimezone(HELSINKI)),
        "text": "\n".join(line for form in forms for line in _lines(form, typed)),
    }
    engine().perform(KeepNoteDraft(reference, draft, seen=""), sessions.actor())
    engine().perform(DropUrgentCall(call_id), sessions.actor())
    notify(
        _(
            "Puhelu siirtyi asiaan merkinnän luonnokseksi. Tarkista se, ja tallenna: käsittelijä saa siitä ilmoituksen."
        )
    )
    return see_other("cases.notes", reference=reference)


def _lines(form: FormDefinition, typed: Draft) -> Iterator[str]:
    """Yield each answer as a line, also one that the form would not take."""
    sent = partial(form, typed)
    words = {each.key: " ".join(sent.get(each.key, ())).strip() for each in form.fields}
    answers = {key: text for key, text in words.items() if text} | readable(form, sent)
    for step in shown(form, answers, are_accepted=True):
        for each in step.answers:
            if each.state == "answered":
                yield f"{each.label} {', '.join(each.words)}"
