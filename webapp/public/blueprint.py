"""The blueprints of the public side: pages in a language, addresses without one, and pages behind strong identification."""

from __future__ import annotations

from flask import Blueprint

from webapp.http.languages import current_language

entrance = Blueprint("entrance", __name__)
blueprint = Blueprint("public", __name__, url_prefix="/<language:language>")
identified = Blueprint("identified", __name__)
"""Registered only where an identification service is configured: otherwise there are no such addresses."""


@blueprint.url_value_preprocessor
@identified.url_value_preprocessor
def _take_language(_endpoint: str | None, values: dict[str, object] | None) -> None:
    """Remove the language from a view's arguments: webapp.http.languages reads it from the address."""
    if values is not None:
        values.pop("language", None)


@blueprint.app_url_defaults
def _keep_language(endpoint: str, values: dict[str, object]) -> None:
    """Make links lead to pages in the language of this page."""
    if endpoint.startswith(("public.", "identified.")) and "language" not in values:
        values["language"] = current_language().code
