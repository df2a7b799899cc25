"""The blueprint, the decorator of its operations, and the document that describes them (OpenAPI 3.1)."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, NoReturn, TypeVar

from flask import Request, Response, current_app, make_response, request
from flask.blueprints import BlueprintSetupState
from flask_smorest import Api
from flask_smorest import Blueprint as DescribedBlueprint
from marshmallow import Schema, ValidationError
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from engine.errors import Refusal, Unavailable
from webapp.api import problems
from webapp.api.entrance import authenticate, note
from webapp.api.json_edge import read_object
from webapp.api.schemas import ProblemDocument
from webapp.http.access import for_services, for_services_with_files, open_to_all
from webapp.http.current import engine
from webapp.http.errors import PROBLEM_DOCUMENTS
from webapp.http.languages import LANGUAGES, preferred_language, speak
from webapp.http.uploads import is_too_large

View = TypeVar("View", bound=Callable[..., object])
READING = (400, 401, 403, 404, 409, 413, 422, 429)
WRITING = (*READING, 415)
"""Statuses of the problem documents that an operation may answer."""
PDF = "application/pdf"
TAGS = {
    "cases": "Start cases, read their state, deliver replies and messages.",
    "definitions": "Models, and the forms that open a case.",
    "files": "Files that go with an application or a task.",
    "reading": "Follow cases, and read back answers and letters.",
    "tasks": "Open tasks: list, read, claim, complete.",
}
ETAG = {"ETag": {"description": "Names what was read, for If-Match.", "schema": {"type": "string"}}}


class StrictParser(FlaskParser):
    """Reads bodies through `json_edge` and reports mistakes in our own sentences."""

    def load_json(self, req: Request, schema: Schema) -> object:
        return read_object(req)

    def handle_error(self, error: ValidationError, *_: object, **__: object) -> NoReturn:
        # By location first, then by field.
        places = error.messages.values() if isinstance(error.messages, dict) else ()
        found = {path: sentence for place in places for path, sentence in problems.by_path(place)}
        raise problems.Unacceptable(found) from error


class Programs(DescribedBlueprint):  # type: ignore[misc]  # flask-smorest ships no types
    ARGUMENTS_PARSER = StrictParser()


class Document(Api):  # type: ignore[misc]  # flask-smorest ships no types
    """Describes the operations in OpenAPI; errors and addresses are made by this package, not by the library."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Register none: `problems` answers refusals."""


blueprint = Programs("api", __name__, url_prefix="/api/v1", description="Vireille for programs")


def _admit() -> None:
    if request.endpoint == "api.openapi":
        return
    authenticate()
    if is_too_large():
        raise RequestEntityTooLarge


def _refused(refusal: Refusal) -> Response:
    try:
        note(refusal)
    except Unavailable as away:
        refusal = away
    return problems.refused(refusal)


blueprint.before_request(_admit)
blueprint.register_error_handler(Refusal, _refused)
blueprint.register_error_handler(HTTPException, problems.http_error)
for_services(blueprint.name, body_limit=512 * 1024)


def operation(
    rule: str,
    summary: str,
    gives: type[Schema] | None,
    scope: str,
    method: str = "GET",
    status: int = HTTPStatus.OK,
    *,
    body: type[Schema] | None = None,
    query: type[Schema] | None = None,
    headers: type[Schema] | None = None,
    file: type[Schema] | None = None,
    is_tagged: bool = False,
) -> Callable[[View], View]:
    """Register a view as an operation: its arguments are checked, its answer is serialised, all of it is described.

    The view is called with the headers, the query and the body, in this order, and with the parts of the address by
    name; a file comes first. A tagged answer has an ETag; an operation with
    `If-Match` among its headers may be refused with 412.
    """
    refusals = WRITING if body or file else READING
    if headers is not None and "tag" in headers().fields:
        refusals = (*refusals, HTTPStatus.PRECONDITION_FAILED)

    def describe(view: View) -> View:
        made: Any = view
        places = (
            (body, "json"),
            (query, "query"),
            (headers, "headers"),
            (file, "files"),
        )
        for schema, location in places:
            if schema is not None:
                # One of each, made once: of a class, every request would make one.
                made = blueprint.arguments(schema(), location=location)(made)
        made = _answering(made, gives, status, is_tagged=is_tagged)
        made = blueprint.alt_response(
            HTTPStatus.SERVICE_UNAVAILABLE,
            schema=ProblemDocument,
            content_type=problems.MEDIA_TYPE,
            headers={"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}},
        )(made)
        for refused in refusals:
            made = blueprint.alt_response(refused, schema=ProblemDocument, content_type=problems.MEDIA_TYPE)(
                made
            )
        description = f"{view.__doc__ or ''}\n\nNeeds the scope `{scope}`.".strip()
        made = blueprint.doc(summary=summary, description=description)(made)
        made = blueprint.doc(operationId=view.__name__, tags=[view.__module__.rpartition(".")[2]])(made)
        blueprint.add_url_rule(rule, view.__name__, made, methods=[method])
        if file is not None:
            for_services_with_files(made)
        return view

    return describe


def _answering(made: Any, gives: type[Schema] | None, status: int, *, is_tagged: bool) -> Any:
    """Describe the answer: what a schema says, or a PDF."""
    if gives is None:
        return blueprint.response(status, {"type": "string", "format": "binary"}, content_type=PDF)(made)
    return blueprint.response(status, gives, headers=ETAG if is_tagged else None)(made)


@open_to_all
def openapi() -> Response:
    """Return the description, readable without a token like the code it is made from, with the authority to turn to."""
    document = current_app.extensions[_DOCUMENT]
    contact = {"name": engine().settings.authority.name}
    return make_response({**document, "info": {**document["info"], "contact": contact}})


def _answered(status: HTTPStatus) -> Response:
    speak(preferred_language(LANGUAGES))
    return problems.of_status(status)


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
            # The server that the document comes from.
            "servers": [{"url": "/"}],
            "tags": [{"name": name, "description": sentence} for name, sentence in TAGS.items()],
        },
    )
    api.spec.components.security_scheme(
        "token", {"type": "http", "scheme": "bearer", "description": "The token of a service account."}
    )
    blueprint.register_views_in_doc(api, app, api.spec, name=blueprint.name, parameters=None)
    for unused in ("Error", "PaginationMetadata"):
        # The library's own, which no operation answers with.
        api.spec.components.schemas.pop(unused, None)
    app.extensions[_DOCUMENT] = api.spec.to_dict()
    # Addresses that are no operation are answered like those that are.
    app.extensions[PROBLEM_DOCUMENTS] = _answered
    # Past the describing blueprint: the document does not describe itself.
    state.add_url_rule("/openapi.json", "openapi", openapi)


def describe_on_registration() -> None:
    """Describe all operations in every application that registers the blueprint."""
    blueprint.record(_on_registration)
