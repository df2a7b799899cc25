"""Deployed versions, read-only: their diagrams, their files, and a whole version on one page."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from uuid import UUID

from flask import Response, render_template

from engine.queries.comparing import OpenDocumentation
from engine.queries.models import ListModels, OpenDeployment, OpenModel, ReadModelFile, ReadModelFiles
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.responses import download
from webapp.rendering.assets import drawing
from webapp.studio.blueprint import READERS, blueprint
from webapp.studio.words import words
from webapp.translations.states import statuses_of, translated_codes

_TYPES = {
    ".bpmn": "application/xml",
    ".dmn": "application/xml",
    ".form": "application/json",
    ".json": "application/json",
}


@blueprint.get("/")
@for_staff(*READERS)
def index() -> str:
    studio = engine().answer(ListModels(current_language().code), sessions.actor())
    languages = statuses_of(translated_codes(), sessions.actor()) if studio.deployments else {}
    return render_template("studio/index.html", studio=studio, languages=languages.values())


@blueprint.get("/versions/<uuid:deployment_id>")
@for_staff(*READERS)
def version(deployment_id: UUID) -> str:
    page = engine().answer(OpenDeployment(deployment_id, current_language().code), sessions.actor())
    return render_template("studio/version.html", page=page, deployment=page.summary.deployment)


@blueprint.get("/versions/<uuid:deployment_id>/<process_key>")
@for_staff(*READERS)
def model(deployment_id: UUID, process_key: str) -> str:
    query = OpenModel(deployment_id, process_key, current_language().code)
    found = engine().answer(query, sessions.actor())
    return render_template("studio/model.html", model=found, svg=drawing(found.svg))


@blueprint.get("/sources/<uuid:source_id>/documentation")
@for_staff(*READERS)
def documentation(source_id: UUID) -> str:
    """Show everything about a version or a draft on one page, to be read through, printed or archived."""
    page = engine().answer(OpenDocumentation(source_id, words()), sessions.actor())
    return render_template(
        "studio/documentation.html", page=page, documentation=page.documentation, drawing=drawing
    )


@blueprint.get("/sources/<uuid:source_id>/file/<path:path>")
@for_staff(*READERS)
def file(source_id: UUID, path: str) -> Response:
    """Send one file of a version or a draft as it was saved."""
    content = engine().answer(ReadModelFile(source_id, path), sessions.actor())
    parts = PurePosixPath(path)
    name = f"{parts.parent.name}.bpmn" if parts.name == "process.bpmn" else parts.name
    return download(content, _TYPES.get(parts.suffix, "text/plain"), name)


@blueprint.get("/sources/<uuid:source_id>/files.zip")
@for_staff(*READERS)
def files(source_id: UUID) -> Response:
    """Send all files of a version or a draft, for version control."""
    found = engine().answer(ReadModelFiles(source_id), sessions.actor())
    return download(_packed(found), "application/zip", "vireille-models.zip")


def _packed(found: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(found.items()):
            # ZipInfo's fixed moment: the same version always gives the same archive.
            info = zipfile.ZipInfo(path if path.startswith("forms/") else f"processes/{path}")
            archive.writestr(info, content, compress_type=zipfile.ZIP_DEFLATED)
    return packed.getvalue()
