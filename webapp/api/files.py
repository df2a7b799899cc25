"""Files from programs: opened, cleaned and scanned as those of people, before anything is stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from engine.casework.incoming_files import LARGEST, ExaminedFile, examine
from engine.commands.program_files import AttachToSubmission, AttachToTask
from engine.domain.people import STAFF
from engine.errors import FileRefused, Forbidden
from webapp.api import reading_schemas as schemas
from webapp.api.document import operation
from webapp.api.entrance import named, program
from webapp.api.problems import Unacceptable
from webapp.http.current import engine

ATTACH = "files:attach"


@operation(
    "/files", "Keep a file for an application", schemas.FileKept, ATTACH, "POST", 201,
    headers=schemas.KeyOfApplication, query=schemas.FileQuery, file=schemas.SentFile,
)  # fmt: skip
def keep_file(
    file: Mapping[str, Any], headers: Mapping[str, Any], query: Mapping[str, Any]
) -> dict[str, object]:
    """Keep a file for the application that will be sent under the same Idempotency-Key within a day. PDF, JPEG, PNG,
    HEIC or text, ten megabytes at most, ten files with an application. The same file sent again is kept once."""
    _require_scope()
    examined = _examined(file["file"])
    kept = AttachToSubmission(named(headers["key"]), query["form"], examined)
    return {"id": engine().perform(kept, program())}


@operation(
    "/tasks/<uuid:task_id>/files", "Add a file at an open task", schemas.FileKept, ATTACH, "POST", 201,
    file=schemas.SentFile,
)  # fmt: skip
def attach_file(file: Mapping[str, Any], task_id: UUID) -> dict[str, object]:
    """Add a file to the case of an open task that the program may complete. The same file sent again is kept once."""
    _require_scope()
    examined = _examined(file["file"])
    return {"id": engine().perform(AttachToTask(task_id, examined), program())}


def _require_scope() -> None:
    """Raise Forbidden before a file is opened at the cost of a process. The command asks again."""
    if ATTACH not in program().scopes or not program().has(*STAFF):
        raise Forbidden


def _examined(sent: Any) -> ExaminedFile:
    try:
        return examine(engine().settings, sent.filename or "", sent.stream.read(LARGEST + 1))
    except FileRefused as refused:
        raise Unacceptable({"file": refused.message}) from refused
