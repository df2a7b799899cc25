"""Process definitions that new cases follow, and the forms that open a case."""

from __future__ import annotations

from engine.errors import NotFound
from engine.queries.models import ListModels
from engine.queries.public_form import PublicForm
from webapp.api import schemas
from webapp.api.document import operation
from webapp.api.entrance import program
from webapp.api.tasks import form_for_programs
from webapp.http.current import engine
from webapp.http.languages import current_language

OPENING = frozenset({"application", "referral"})


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
        "open_cases": current.open_cases,
        "definitions": studio.definitions,
    }


@operation("/forms/<key>", "A form that opens a case", schemas.Form, "definitions:read")
def read_form(key: str) -> dict[str, object]:
    """Read the questions of an application or a referral, in the language of Accept-Language."""
    if key not in OPENING:
        raise NotFound
    definition = engine().answer(PublicForm(key, current_language().code), program())
    return form_for_programs(definition, {})
