"""Notes beside the questions of a request and of its reply: the days that its own day must fit, and the task that a link without an address becomes."""

from __future__ import annotations

from typing import Final

from engine.casework.links import email_for_applicant
from engine.clock import day_of
from engine.commands.replies import FORM
from engine.domain.deadline_kinds import TARGET
from engine.queries.task_page import TaskPage
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.dates import short_day

_ASKING: Final = "new_information_request"
_DAYS: Final = {
    _ASKING: "due_on",
    "ask_aloud": "new_due_on",
    "post_paper": "new_due_on",
    "request_follow_up": "new_due_on",
    "stalled_request": "new_due_on",
    "review_reply": "new_due_on",
}
"""Form to its question about the day by which somebody answers."""
_STILL_ASKING: Final = {"ask_aloud": "ask_state", "post_paper": "paper_state"}
"""Form to its question whether somebody is asked."""


def hints_of_typed_reply(form_key: str | None) -> dict[str, str]:
    """Return, by question, what to write where staff type an answer that somebody gives them: the form's own words speak
    to who answers."""
    if form_key != FORM:
        return {}
    return {
        "attachments_wish": _("Kirjoita, mitä hän haluaa antaa. Tiedostot lisätään asian sivulla, ei tässä."),
        "answered_by": _("Kenen kanssa puhuit: nimi ja tehtävä."),
    }


def request_notes(page: TaskPage) -> dict[str, str]:
    asked = _DAYS.get(page.task.form_key or "")
    if asked is None:
        return {}
    target = next((each for each in page.file.deadlines if each.name == TARGET and each.is_open), None)
    notes = []
    if page.ask_by is not None:
        notes.append(
            _(
                "Kirje, puhelu tai tapaaminen on tehtävänä %(day)s asti: anna vastaajalle aikaa sen jälkeen.",
                day=short_day(page.ask_by),
            )
        )
    if target is not None and target.due_on is not None:
        notes.append(
            _("Asian tavoite on %(day)s: myöhempi vastaus ei ehdi siihen.", day=short_day(target.due_on))
        )
    found = {asked: " ".join(notes)} if notes else {}
    state = _STILL_ASKING.get(page.task.form_key or "")
    if state and any(
        each.reference == page.task.business_key and each.state == "answered" for each in page.file.requests
    ):
        found[state] = _(
            "Vastaus tähän pyyntöön on jo tullut. Lue se ensin: kysy uudelleen vain, jos tarvitset lisää."
        )
    if page.task.form_key == _ASKING and not email_for_applicant(page.file.parties, day_of(page.file.moment)):
        found["request_channel"] = _(
            "Hakijalla ei ole turvallista sähköpostia: hänelle linkki ei lähde, vaan kysymyksestä tulee tehtävä."
        )
    if not page.wants_reminders:
        found["person_prefers_no_reminders"] = _(
            "Hakijaa ei saa muistuttaa: niin hakemuksessa on vastattu. Hän ei saa muistutuksia, vaikka vastaat Ei."
        )
    return found
