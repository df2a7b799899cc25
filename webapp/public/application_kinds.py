"""The ways to begin on the public side (doors): the form behind each, and the texts of its pages."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.people import PUBLIC
from engine.errors import NotFound
from engine.queries.public_form import PublicForm
from forms.definition import FormDefinition
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.rendering.forms.page import as_asked
from webapp.rendering.words.catalogues import marked


@dataclass(frozen=True, slots=True)
class Door:
    """A way to begin on the public side. Its texts are Finnish msgids."""

    form_key: str
    begin: str
    check_title: str
    check_text: str
    send: str
    received: str


DOORS = {
    "own": Door(
        "application",
        begin=marked("Jatka hakemukseen"),
        check_title=marked("Tarkista vastauksesi"),
        check_text=marked(
            "Voit muuttaa mitä tahansa kohtaa. Mikään ei lähde ennen kuin painat ”Lähetä hakemus”."
        ),
        send=marked("Lähetä hakemus"),
        received=marked("Hakemuksesi on perillä"),
    ),
    "child": Door(
        "child_application",
        begin=marked("Jatka hakemukseen"),
        check_title=marked("Tarkista vastauksesi"),
        check_text=marked(
            "Voit muuttaa mitä tahansa kohtaa. Mikään ei lähde ennen kuin painat ”Lähetä hakemus”."
        ),
        send=marked("Lähetä hakemus"),
        received=marked("Hakemuksesi on perillä"),
    ),
    "other": Door(
        "referral",
        begin=marked("Jatka ohjaamiseen"),
        check_title=marked("Tarkistakaa vastaukset yhdessä"),
        check_text=marked(
            "Voitte muuttaa mitä tahansa kohtaa. Mikään ei lähde ennen kuin painat ”Lähetä hakemus”."
        ),
        send=marked("Lähetä hakemus"),
        received=marked("Hakemus on perillä"),
    ),
    "ask": Door(
        "enquiry",
        begin=marked("Jatka kysymykseen"),
        check_title=marked("Tarkista kysymyksesi"),
        check_text=marked(
            "Katso vielä, ettei tekstissä ole nimiä. Mikään ei lähde ennen kuin painat ”Lähetä kysymys”."
        ),
        send=marked("Lähetä kysymys"),
        received=marked("Kysymyksesi on perillä"),
    ),
}
FORM_DOORS = {door.form_key: name for name, door in DOORS.items()}


def definition_of(door: str) -> FormDefinition:
    if door not in DOORS:
        raise NotFound
    return as_asked(engine().answer(PublicForm(DOORS[door].form_key, current_language().code), PUBLIC))
