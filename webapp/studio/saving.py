"""Saving one file of a draft: a colleague who saved another file of the draft is no conflict, one who saved this is."""

from __future__ import annotations

import hashlib
from uuid import UUID

from engine.commands.deployments import SaveModelDraft
from engine.errors import NotFound, Outdated
from engine.queries.models import OpenModelDraft, ReadModelFile
from webapp.http import sessions
from webapp.http.current import engine


class ChangedMeanwhile(Outdated):
    """Joku muutti tätä sen jälkeen, kun avasit sen. Mitä kirjoitit, on tallella tällä sivulla."""


def seen_mark(content: bytes) -> str:
    """What a form or an editor carries to tell which content it was opened on."""
    return hashlib.sha256(content).hexdigest()


def save_over(draft_id: UUID, path: str, content: bytes, seen: str, *, is_forced: bool = False) -> None:
    """Raises ChangedMeanwhile when the file is no longer what was seen, unless that is wanted."""
    actor = sessions.actor()
    version = engine().answer(OpenModelDraft(draft_id), actor).summary.draft.version
    try:
        stored = engine().answer(ReadModelFile(draft_id, path), actor)
    except NotFound:
        stored = b""
    if not is_forced and seen_mark(stored) != seen:
        raise ChangedMeanwhile
    # The version was read before the content: whoever saves between the two makes this Outdated, never overwritten.
    engine().perform(SaveModelDraft(draft_id, path, content, version), actor)
