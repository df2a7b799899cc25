"""Notices: what a colleague or a day has brought, each with its way to the thing; and how one is notified."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from flask import Response, request

from engine.commands.staff_notices import ChooseNotices, ReadAllNotices, ReadNotice
from engine.domain.people import CASE_STAFF
from engine.domain.policy import Action
from engine.domain.staff_notices import OF_TASKS, NoticeChoices, NoticeKind, NoticeWay
from engine.errors import Invalid
from engine.queries.staff_notices import MyNotices, ReadChoices
from webapp.desk.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.http.posted import number_in
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.notice_words import KINDS, worded_notices

WAYS: Final = {
    NoticeWay.MAIL: marked("Heti sähköpostilla"),
    NoticeWay.DIGEST: marked("Päivän koosteessa"),
    NoticeWay.PRODUCT: marked("Vain täällä"),
    NoticeWay.SILENT: marked("Ei ilmoitusta"),
}

_ANCHORS: Final = {
    NoticeKind.MENTION: "notes",
    NoticeKind.NOTE: "notes",
    NoticeKind.FOLLOW_UP: "notes",
    NoticeKind.ARRIVAL: "arrivals",
    NoticeKind.MEETING: "meetings",
}
"""The part of a case's page in which the thing stands."""


@blueprint.get("/notices")
@for_staff(*CASE_STAFF)
def notices() -> Response:
    found = engine().answer(MyNotices(current_language().code), sessions.actor())
    return render("desk/notices.html", found=found, lines=worded_notices(found))


@blueprint.get("/notices/<uuid:notice_id>")
@for_staff(action=Action.SEE)
def open_notice(notice_id: UUID) -> Response:
    """Mark a notice as read and lead to what it is about. Opened again, it leads there again."""
    notice, reference = engine().perform(ReadNotice(notice_id), sessions.actor())
    if notice.kind is NoticeKind.BARRED:
        return see_other("desk.notices")
    is_task = notice.kind is NoticeKind.ASSIGNMENT and notice.subject_id != notice.case_id
    if is_task or notice.kind in OF_TASKS:
        return see_other("inbox.task", task_id=notice.subject_id)
    return see_other("cases.case", reference=reference, anchor=_ANCHORS.get(notice.kind))


@blueprint.post("/notices")
@for_staff(*CASE_STAFF)
def read_notices() -> Response:
    """Mark as read what the page showed. A page that does not say when it was opened marks nothing."""
    try:
        shown_at = datetime.fromisoformat(request.form.get("shown_at", "")).astimezone(UTC)
    except (ValueError, OverflowError):
        return see_other("desk.notices")
    engine().perform(ReadAllNotices(shown_at), sessions.actor())
    return see_other("desk.notices")


@blueprint.get("/notices/settings")
@for_staff(*CASE_STAFF)
def notice_choices() -> Response:
    return _settings(engine().answer(ReadChoices(), sessions.actor()))


@blueprint.post("/notices/settings")
@for_staff(*CASE_STAFF)
def choose_notices() -> Response:
    chosen = NoticeChoices(
        {kind: _way(kind) for kind in NoticeKind},
        _hour("digest_hour"),
        _hour("quiet_from"),
        _hour("quiet_until"),
    )
    try:
        engine().perform(ChooseNotices(chosen), sessions.actor())
    except Invalid as refused:
        return _settings(chosen, {refused.field or "digest_hour": _(refused.message)})
    notify(_("Ilmoitusten asetukset on tallennettu."))
    return see_other("desk.notices")


def _settings(choices: NoticeChoices, problems: dict[str, str] | None = None) -> Response:
    return render(
        "desk/notice_settings.html",
        422 if problems else 200,
        choices=choices,
        kinds=[(kind, _(KINDS[kind]), choices.way(kind)) for kind in NoticeKind],
        ways=[(way, _(words)) for way, words in WAYS.items()],
        problems=problems or {},
    )


def _way(kind: NoticeKind) -> NoticeWay:
    chosen = request.form.get(f"way_{kind.value}", "")
    return NoticeWay(chosen) if chosen in set(NoticeWay) else NoticeChoices().way(kind)


def _hour(name: str) -> int:
    found = number_in(request.form.get(name, ""))
    return -1 if found is None else found
