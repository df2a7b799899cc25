"""What is deployed, read-only: every version that ever ran, its diagrams and its files."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from uuid import UUID

from flask import Blueprint, Response, render_template, send_file
from markupsafe import Markup

from engine.domain.people import Role
from engine.queries.models import ListModels, OpenDeployment, OpenModel, ReadModelFile, ReadModelFiles
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language

READERS = frozenset({Role.PROCESS_OWNER, Role.MANAGER, Role.AUDITOR, Role.ADMINISTRATOR})

blueprint = Blueprint("studio", __name__, url_prefix="/models")

_TYPES = {
    ".bpmn": "application/xml",
    ".dmn": "application/xml",
    ".form": "application/json",
    ".json": "application/json",
}


@blueprint.get("/")
@for_staff(*READERS)
def index() -> str:
    return render_template("studio/index.html", studio=engine().answer(ListModels(), sessions.actor()))


@blueprint.get("/versions/<uuid:deployment_id>")
@for_staff(*READERS)
def version(deployment_id: UUID) -> str:
    page = engine().answer(OpenDeployment(deployment_id), sessions.actor())
    return render_template("studio/version.html", page=page, deployment=page.summary.deployment)


@blueprint.get("/versions/<uuid:deployment_id>/<process_key>")
@for_staff(*READERS)
def model(deployment_id: UUID, process_key: str) -> str:
    query = OpenModel(deployment_id, process_key, current_language().code)
    found = engine().answer(query, sessions.actor())
    drawing = Markup(found.svg)  # noqa: S704 - drawn by us from numbers and escaped names, never the model's markup
    return render_template("studio/model.html", model=found, svg=drawing)


@blueprint.get("/sources/<uuid:source_id>/file/<path:path>")
@for_staff(*READERS)
def file(source_id: UUID, path: str) -> Response:
    """One file as it was saved, of a version or of a draft."""
    content = engine().answer(ReadModelFile(source_id, path), sessions.actor())
    parts = PurePosixPath(path)
    name = f"{parts.parent.name}.bpmn" if parts.name == "process.bpmn" else parts.name
    return _download(content, name, _TYPES.get(parts.suffix, "text/plain"))


@blueprint.get("/sources/<uuid:source_id>/files.zip")
@for_staff(*READERS)
def files(source_id: UUID) -> Response:
    """All files of a version or a draft: the way back into version control."""
    found = engine().answer(ReadModelFiles(source_id), sessions.actor())
    return _download(_packed(found), "vireille-models.zip", "application/zip")


def _download(content: bytes, name: str, content_type: str) -> Response:
    return send_file(io.BytesIO(content), content_type, as_attachment=True, download_name=name)


def _packed(found: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in sorted(found.items()):
            # A fixed moment: the same version gives the same archive, whoever asks and when.
            info = zipfile.ZipInfo(path if path.startswith("forms/") else f"processes/{path}")
            archive.writestr(info, content, compress_type=zipfile.ZIP_DEFLATED)
    return packed.getvalue()
