"""Reads a request: the posted form, the act's name, an id, a number.

An act is one intended change. The page gives it a random name, so that a button pressed twice has one effect.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from flask import request

from engine.commands.absences import RecordAbsence
from engine.errors import Invalid, NotFound
from forms.definition import FormDefinition
from forms.drafts import Draft, partial
from forms.texts import Refused, to_date
from forms.typed import ADD_ROW, REMOVE_ROW, Sent, rows_changed
from webapp.http import sessions, tokens, visits

BUTTON = "go"
_MOST_DIGITS: Final = 9
_LONGEST_DAY: Final = 20
_LONGEST_WORD: Final = 200
REASON: Final = "why:"
"""Begins the name of the field beside a day; no question of a form has a colon in its name."""


@dataclass(frozen=True, slots=True)
class PostedForm:
    """A posted form: the button pressed, and everything typed."""

    button: str
    sent: Draft
    """The texts by name, without the page's buttons and hidden fields."""
    row_buttons: Sent
    """The button that adds or removes a row of a list, if it was one of those."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why a day is right that stands before its neighbour, by the path of its question."""

    def typed(
        self,
        definition: FormDefinition,
        earlier: Sent | None = None,
        step: int | None = None,
        only: Set[str] = frozenset(),
    ) -> Draft:
        """Return everything typed, valid or not, with a row added or removed if that button was pressed.

        With `step`, it replaces that step's part of `earlier`, with `only` that of these questions alone. Raise AnswersRejected if it is more than a form may
        hold.
        """
        typed = partial(definition, self.sent, earlier=earlier, step=step, only=only)
        return rows_changed(definition.fields, {**typed, **self.row_buttons}) or typed


def posted_form(button: str, *hidden: str) -> PostedForm:
    """Read the form of this request. `button` is the default one, pressed by Enter; `hidden` names the page's own fields."""
    left_out = {tokens.FIELD, visits.FIELD, BUTTON, ADD_ROW, REMOVE_ROW, *hidden}
    texts = {name: request.form.getlist(name) for name in request.form if not name.startswith(REASON)}
    return PostedForm(
        request.form.get(BUTTON, button),
        {name: texts[name] for name in texts if name not in left_out},
        {name: texts[name] for name in (ADD_ROW, REMOVE_ROW) if name in texts},
        {
            name.removeprefix(REASON): text
            for name, text in request.form.items()
            if name.startswith(REASON) and text.strip()
        },
    )


def posted_act() -> str:
    """Return the name that the page gave to this act; empty if it gave none."""
    return request.form.get("act", "")[:100]


def key_of_act(act: str) -> str:
    """Return an idempotency key for the act of the person signed in: someone else who knows the act's name gets another key."""
    return hashlib.sha256(f"{sessions.actor().person_id}|{act}".encode()).hexdigest()


def act_in_words(act: str, *words: object) -> str:
    """Return the name of the act in these words. The same words sent twice are one act; other words, typed on a page that
    was gone back to, are another, though the page gave both one name."""
    return hashlib.sha256(repr((act, words)).encode()).hexdigest()


def id_in_words(page_id: str, *words: object) -> UUID:
    """Return the id of what the page records in these words, as `act_in_words`; a random one where the page gave none."""
    return UUID(act_in_words(page_id, *words)[:32]) if page_id else uuid4()


def uuid_in(text: str) -> UUID | None:
    """Return the id in a text; None for an empty text. Raise NotFound for anything else."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise NotFound from None


def number_in(text: str) -> int | None:
    """Return a whole number of at most nine ASCII digits; None for any other text."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def posted_day(name: str) -> date | None:
    """Return the day typed as 24.11.2026 or 2026-11-24; None for an empty text."""
    text = request.form.get(name, "").strip()[:_LONGEST_DAY]
    try:
        return to_date(text) if text else None
    except Refused:
        raise Invalid("Kirjoita päivä muodossa 24.12.2026.", field=name) from None


def posted_absence(username: str) -> RecordAbsence:
    """Return the absence that was typed for this person. Raise Invalid without its first or last day."""
    since, until = posted_day("away_from"), posted_day("away_until")
    if since is None:
        raise Invalid("Kirjoita päivä, josta poissaolo alkaa.", field="away_from")
    if until is None:
        raise Invalid("Kirjoita viimeinen poissaolopäivä.", field="away_until")
    deputy, scope = (request.form.get(name, "")[:_LONGEST_WORD] for name in ("deputy", "scope"))
    return RecordAbsence(username, since, until, deputy, scope if deputy else "", posted_absence_id())


def posted_absence_id() -> UUID | None:
    """Return the id of the absence that is changed or ended; None if none was named."""
    return uuid_in(request.values.get("absence", ""))
