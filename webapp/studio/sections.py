"""Sections of law that a version or a draft cites: unchecked first; in a draft a jurist's check is recorded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from uuid import UUID

from flask import Response, request

from engine.commands.sections import RecordSectionCheck, RemoveSectionCheck
from engine.domain.people import Role
from engine.errors import Invalid, Refusal
from engine.models.section_places import CitedSection
from engine.queries.sections import OpenSections, SectionsPage
from forms.texts import Refused, to_date
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.errors import status_of
from webapp.http.notices import notify
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.studio.blueprint import READERS, blueprint
from webapp.studio.draft_files import seen_mark
from webapp.studio.words import words

FIELDS = frozenset({"section", "on", "by"})


@blueprint.get("/sources/<uuid:source_id>/sections")
@for_staff(*READERS)
def sections(source_id: UUID) -> Response:
    return _page(_opened(source_id))


@blueprint.post("/drafts/<uuid:draft_id>/sections")
@for_staff(Role.PROCESS_OWNER)
def check_sections(draft_id: UUID) -> Response:
    """Record a check of the chosen sections, or take theirs back, depending on the button."""
    chosen, seen = tuple(request.form.getlist("section")), request.form.get("seen", "")
    command: RecordSectionCheck | RemoveSectionCheck
    try:
        if request.form.get("do") == "remove":
            command = RemoveSectionCheck(draft_id, chosen, seen)
        else:
            on = to_date(request.form.get("on", ""))
            command = RecordSectionCheck(draft_id, chosen, on, request.form.get("by", ""), seen)
        engine().perform(command, sessions.actor())
    except Refused:
        return _page(_opened(draft_id), {"on": _("Kirjoita päivä näin: 1.12.2026.")}, 422)
    except Refusal as refusal:
        field = (refusal.field or "") if isinstance(refusal, Invalid) else ""
        at = field if field in FIELDS else "top"
        return _page(_opened(draft_id), {at: _(refusal.message)}, status_of(refusal))
    notify(_("Tarkistukset on tallennettu luonnokseen. Toinen henkilö julkaisee sen."))
    return see_other("studio.sections", source_id=draft_id)


def _opened(source_id: UUID) -> SectionsPage:
    return engine().answer(OpenSections(source_id, words()), sessions.actor())


def _page(page: SectionsPage, problems: Mapping[str, str] | None = None, status: int = 200) -> Response:
    listed = page.register.sections
    return render(
        "studio/sections.html",
        status,
        page=page,
        unchecked=_by_statute(each for each in listed if each.check is None),
        checked=_by_statute(each for each in listed if each.check is not None),
        counted=(sum(each.check is None for each in listed), len(listed)),
        problems=problems or {},
        chosen=frozenset(request.form.getlist("section")),
        seen=request.form.get("seen") or seen_mark(page.content),
    )


def _by_statute(listed: Iterable[CitedSection]) -> list[tuple[str, list[CitedSection]]]:
    return [(number, list(found)) for number, found in groupby(listed, lambda each: each.section.statute)]
