"""Process definitions that new cases follow, and the forms that open a case."""

from __future__ import annotations

from collections.abc import Iterator

from engine.commands.applications import FORMS, RECORDS_CALLS
from engine.domain.cases import Channel
from engine.errors import NotFound
from engine.queries.models import ListModels
from engine.queries.public_form import PublicForm
from forms.definition import FormDefinition
from webapp.api import schemas
from webapp.api.document import operation
from webapp.api.entrance import program
from webapp.api.tasks import form_for_programs
from webapp.http.current import engine
from webapp.http.languages import current_language

OPENING = {key: channel for channel, offered in FORMS.items() for key in offered}
"""The channel of each form that opens a case."""


@operation("/definitions", "Process definitions", schemas.DefinitionList, "definitions:read")
def list_definitions() -> dict[str, object]:
    """List the process definitions of the version that new cases use; running cases keep theirs."""
    studio = engine().answer(ListModels(), program())
    current = next((each for each in studio.deployments if each.is_current), None)
    if current is None:
        raise NotFound
    return {
        "deployment": current.deployment.number,
        "sha256": current.deployment.sha256,
        "deployed_at": current.deployment.deployed_at,
        "definitions": studio.definitions,
    }


@operation("/forms", "Forms that open a case", schemas.FormList, "definitions:read")
def list_forms() -> dict[str, object]:
    """List the forms that open a case, each with the channel that it is sent by."""
    return {
        "forms": [
            {"key": key, "title": _opening(key).title, "channel": channel} for key, channel in _offered()
        ]
    }


@operation("/forms/<key>", "A form that opens a case", schemas.Form, "definitions:read")
def read_form(key: str) -> dict[str, object]:
    """Read the questions of a form that opens a case, in the language of Accept-Language. How each kind is answered:
    docs/reference/answers.md."""
    if key not in dict(_offered()):
        raise NotFound
    return form_for_programs(_opening(key), {})


def _offered() -> Iterator[tuple[str, Channel]]:
    """Yield the forms that the program may send: an urgent call is written down in the role of somebody on the staff."""
    return (
        (key, channel)
        for key, channel in OPENING.items()
        if channel is not Channel.URGENT or program().has(*RECORDS_CALLS)
    )


def _opening(key: str) -> FormDefinition:
    is_of_staff = OPENING[key] is Channel.URGENT
    return engine().answer(PublicForm(key, current_language().code, any_form=is_of_staff), program())
