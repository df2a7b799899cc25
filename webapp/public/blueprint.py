"""The blueprints of the public side: pages in a language, the addresses without one, and what strong identification opens."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from webapp.http.languages import current_language

entrance = Blueprint("entrance", __name__)
blueprint = Blueprint("public", __name__, url_prefix="/<language:language>")
identified = Blueprint("identified", __name__)
"""Registered only where an identification service is configured: otherwise there are no such addresses."""


@blueprint.url_value_preprocessor
@identified.url_value_preprocessor
def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """The language is read from the address by webapp.http.languages; views need not carry it."""
    if values is not None:
        values.pop("language", None)


@blueprint.app_url_defaults
def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint.startswith(("public.", "identified.")) and "language" not in values:
        values["language"] = current_language().code
