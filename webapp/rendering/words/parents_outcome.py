"""A child's prepared decision that waits for the outcome of another case, in words."""

from __future__ import annotations

from engine.queries.case_file import CaseFile
from engine.queries.relations import waits_for_parent_since
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.dates import day


def waits_for_parent(file: CaseFile) -> str:
    """Return since when the child's decision waits, and for which case; empty where none waits."""
    since = waits_for_parent_since(file.awaited, file.resolutions)
    if since is None:
        return ""
    if file.parent is None:
        return _(
            "Päätös on valmisteltu. Se on odottanut toisen asian ratkaisua %(day)s alkaen.",
            day=day(since),
        )
    return _(
        "Päätös on valmisteltu. Se on odottanut asian %(reference)s ratkaisua %(day)s alkaen.",
        reference=file.parent.reference,
        day=day(since),
    )
