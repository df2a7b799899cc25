"""The files of a draft: added, imported one by one or as a bundle, and saved by the editors."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import PurePosixPath
from uuid import UUID

from flask import Response, request

from engine.commands.deployments import SaveModelDraft
from engine.commands.model_drafts import AddModelFile, ImportBundle, ImportFile
from engine.domain.people import Role
from engine.errors import Conflict, Invalid, NotFound, Outdated
from engine.queries.foreign_file import ReadForeignFile
from engine.queries.models import DraftPage, OpenModelDraft, ReadModelFile
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.http.posted import number_in
from webapp.http.responses import see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.studio.blueprint import blueprint
from webapp.studio.drafts import draft_page, opened, to_draft

FILE_LIMIT = 1_500_000
"""Bytes: a megabyte of diagram and its wrapping."""
BUNDLE_LIMIT = 5_000_000
"""Bytes of a packed bundle: the shipped one takes a tenth of a megabyte."""
MOST_NOTES = 4
"""Sentences about an imported file: they travel in a cookie."""


class ChangedMeanwhile(Outdated):
    sentence = "Joku muutti tätä sen jälkeen, kun avasit sen. Mitä kirjoitit, on tallella tällä sivulla."


def seen_mark(content: bytes) -> str:
    """Return a hash of the content. A form or an editor posts it to say which content it was opened on."""
    return hashlib.sha256(content).hexdigest()


def save_over(draft_id: UUID, path: str, content: bytes, seen: str, *, is_forced: bool = False) -> None:
    """Save one file. Raise ChangedMeanwhile if it is no longer the content with the mark `seen`, unless forced.

    A colleague who saved another file of the draft is no conflict.
    """
    actor = sessions.actor()
    version = engine().answer(OpenModelDraft(draft_id), actor).summary.draft.version
    try:
        stored = engine().answer(ReadModelFile(draft_id, path), actor)
    except NotFound:
        stored = b""
    if not is_forced and seen_mark(stored) != seen:
        raise ChangedMeanwhile
    # The version was read before the content: a save between the two makes this Outdated and overwrites nothing.
    engine().perform(SaveModelDraft(draft_id, path, content, version), actor)


@blueprint.post("/drafts/<uuid:draft_id>/files")
@for_staff(Role.PROCESS_OWNER)
def add_file(draft_id: UUID) -> Response:
    """Add an empty form, table or process, and redirect to its editor."""
    kind, name = request.form.get("kind", ""), request.form.get("name", "")
    path = engine().perform(AddModelFile(draft_id, kind, name), sessions.actor())
    return see_other("studio.edit", draft_id=draft_id, path=path)


@blueprint.post("/drafts/<uuid:draft_id>/import")
@for_staff(Role.PROCESS_OWNER, body_limit=FILE_LIMIT)
def import_file(draft_id: UUID) -> Response:
    """Import a diagram, table or form of any tool; a file of another kind replaces an existing one."""
    page = opened(draft_id)
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid(_("Valitse tiedosto."), field="file")
        notes = _bring_in(page, sent.filename, sent.read())
    except (Invalid, NotFound, Conflict) as refused:
        return draft_page(page, 422, problem=_(refused.message), at="file")
    done = _("%(name)s on tuotu luonnokseen.", name=sent.filename[:100])
    notify(" ".join([done, *notes[:MOST_NOTES]]), "info" if notes else "success")
    return see_other("studio.findings", draft_id=draft_id)


def _bring_in(page: DraftPage, name: str, content: bytes) -> Sequence[str]:
    """Import the file. Return notes on what was changed in it."""
    draft = page.summary.draft
    same = [each.path for each in page.files if PurePosixPath(each.path).name == PurePosixPath(name).name]
    if PurePosixPath(name).suffix in {".toml", ".po", ".json"}:
        if len(same) != 1:
            raise NotFound(_("Luonnoksessa ei ole tiedostoa %(name)s.", name=name[:100]))
        engine().perform(ImportFile(draft.id, same[0], content, draft.version), sessions.actor())
        return ()
    found = engine().answer(
        ReadForeignFile(draft.id, name, content, current_language().code), sessions.actor()
    )
    engine().perform(ImportFile(draft.id, found.path, found.content, found.seen_version), sessions.actor())
    return found.notes


@blueprint.post("/drafts/<uuid:draft_id>/bundle")
@for_staff(Role.PROCESS_OWNER, body_limit=BUNDLE_LIMIT)
def import_bundle(draft_id: UUID) -> Response:
    """Lay an archive over the draft, as a whole or not at all. Files that are no model are named in the history."""
    page = opened(draft_id)
    sent = request.files.get("bundle")
    seen = number_in(request.form.get("version", ""))
    try:
        if sent is None or not sent.filename:
            raise Invalid(_("Valitse tiedosto."), field="bundle")
        version = page.summary.draft.version if seen is None else seen
        found = engine().perform(ImportBundle(draft_id, sent.read(), version), sessions.actor())
    except Invalid as invalid:
        return draft_page(page, 422, problem=_(invalid.message), at="bundle")
    if found.left_out:
        notify(_("Paketti on tuotu. Osa tiedostoista ei kuulu malliin: katso historiasta, mitkä."))
    else:
        notify(_("Paketti on tuotu luonnokseen."))
    return to_draft(draft_id)
