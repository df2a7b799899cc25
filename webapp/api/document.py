"""The blueprint, how its operations are written, and the document that describes them (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar

from flask import Request, Response, current_app, make_response, request
from flask.blueprints import BlueprintSetupState
from flask_smorest import Api
from flask_smorest import Blueprint as DescribedBlueprint
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException

from engine.errors import Refusal
from webapp.api import problems
from webapp.api.entrance import authenticate
from webapp.api.json_edge import read_object
from webapp.api.schemas import ProblemDocument
from webapp.http.access import open_to_all

View = TypeVar("View", bound=Callable[..., Any])
READING = (400, 401, 403, 404, 409, 413, 422, 429)
WRITING = (*READING, 415)
"""Which refusals an operation may answer with: all the same kind of document."""


class StrictParser(FlaskParser):
    """Reads arguments through our own edge and explains what is wrong in our own words."""

    def load_json(self, req: Request, schema: Schema) -> Any:
        return read_object(req)

    def handle_error(self, error: ValidationError, *_: Any, **__: Any) -> NoReturn:
        # By location first, then by field.
        places = error.messages.values() if isinstance(error.messages, dict) else ()
        found = {path: said for place in places for path, said in problems.by_path(place)}
        raise problems.Unacceptable(found) from error


class Programs(DescribedBlueprint):  # type: ignore[misc]  # flask-smorest ships no types
    ARGUMENTS_PARSER = StrictParser()


class Document(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """The description alone: errors and addresses are ours."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Refusals become problem documents in `problems`."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One address and method: what it takes, what it gives, what it needs."""

    rule: str
    summary: str
    gives: type[Schema]
    scope: str
    method: str = "GET"
    status: int = HTTPStatus.OK
    body: type[Schema] | None = None
    asks: type[Schema] | None = None
    headers: type[Schema] | None = None


def describe(blueprint: Programs, operation: Operation, view: View) -> None:
    """Put a view on the blueprint: its arguments checked, its answer shaped, all of it described.

    The view is given what the headers, the query and the body say, in this order, and the parts of the address by name.
    """
    made: Any = view
    for schema, location in (
        (operation.body, "json"),
        (operation.asks, "query"),
        (operation.headers, "headers"),
    ):
        if schema is not None:
            # One of each, made once: of a class, every request would make one.
            made = blueprint.arguments(schema(), location=location)(made)
    made = blueprint.response(operation.status, operation.gives)(made)
    for status in WRITING if operation.body else READING:
        made = blueprint.alt_response(status, schema=ProblemDocument, content_type=problems.MEDIA_TYPE)(made)
    needs = f"Needs the scope `{operation.scope}`."
    told = f"{view.__doc__ or ''}\n\n{needs}".strip()
    made = blueprint.doc(summary=operation.summary, description=told)(made)
    blueprint.add_url_rule(operation.rule, view.__name__, made, methods=[operation.method])


blueprint = Programs("api", __name__, url_prefix="/api/v1", description="Vireille for programs")
blueprint.before_request(lambda: None if request.endpoint == "api.openapi" else authenticate())
blueprint.register_error_handler(Refusal, problems.refused)
blueprint.register_error_handler(HTTPException, problems.http_error)


@open_to_all
def openapi() -> Response:
    """What this interface is; open, as is the code that it is made from."""
    return make_response(current_app.extensions[_DOCUMENT])


_DOCUMENT = "vireille.openapi"


def _on_registration(state: BlueprintSetupState) -> None:
    app = state.app
    api = Document(
        app,
        spec_kwargs={
            "title": "Vireille",
            "version": "v1",
            "openapi_version": "3.1.0",
            "info": {
                "description": "Starts, follows and carries on cases with the same commands as the pages."
            },
            "security": [{"token": []}],
        },
    )
    api.spec.components.security_scheme(
        "token", {"type": "http", "scheme": "bearer", "description": "The token of a service account."}
    )
    blueprint.register_views_in_doc(api, app, api.spec, name=blueprint.name, parameters=None)
    app.extensions[_DOCUMENT] = api.spec.to_dict()
    # Past the describing blueprint: the document does not describe itself.
    state.add_url_rule("/openapi.json", "openapi", openapi)


def complete() -> None:
    """Once every operation is on the blueprint: describe them in whichever application it is registered in."""
    blueprint.record(_on_registration)
