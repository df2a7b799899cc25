"""Drafts of the forms of a case that are no task's: kept while one types, restored with their time, thrown away."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import Response, make_response, request

from engine.casework.page_drafts import HeldDraft, KeptDraft
from engine.commands.page_drafts import KeepPageDraft, PageDraftElsewhere
from engine.domain.policy import Action
from engine.errors import Conflict, Invalid
from forms.typed import ADD_ROW, REMOVE_ROW, Sent
from webapp.cases.blueprint import blueprint
from webapp.http import sessions, tokens, visits
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.posted import BUTTON, uuid_in
from webapp.http.responses import see_other
from webapp.rendering.words.catalogues import gettext as _

SEEN: Final = "draft_seen"
_UNKEPT: Final = {
    *(tokens.FIELD, visits.FIELD, BUTTON, ADD_ROW, REMOVE_ROW),
    *(SEEN, "draft_page", "draft_over", "despite"),
}
"""Fields of the page itself. A warning that was seen is read anew by who comes back."""


@dataclass(frozen=True, slots=True)
class FormDraft:
    """The draft of one form of a page."""

    page: str
    kept: KeptDraft | None
    seen: str
    """The moment of the draft that the page holds; empty of none."""
    is_sent: bool
    """True if the form comes back as it was sent."""

    @property
    def is_elsewhere(self) -> bool:
        """True beside a draft that another tab has kept since."""
        return self.kept is not None and self.kept.saved_at.isoformat() != self.seen

    @property
    def typed(self) -> Sent | None:
        """Return what the form comes back with; None where it begins, or holds what was just sent."""
        return self.kept.typed if self.kept and not self.is_sent else None

    @property
    def texts(self) -> Mapping[str, str]:
        """Return `typed` of a form in which each name stands once."""
        return single(self.typed or {})

    @property
    def is_unsaved(self) -> bool:
        """True of words that stand nowhere but on this page."""
        return self.is_sent and (self.kept is None or self.is_elsewhere)

    @property
    def restored_at(self) -> datetime | None:
        return self.kept.saved_at if self.kept and not self.is_sent else None


@blueprint.post("/<reference>/drafts/<path:page>")
@for_staff(action=Action.KEEP_PAGE_DRAFT)
def page_draft(reference: str, page: str) -> Response:
    """Keep what is typed, and answer which draft the page holds now: a script posts here in the background. A button throws it
    away."""
    if request.form.get(BUTTON) == "discard":
        try:
            engine().perform(KeepPageDraft(reference, page, {}, _seen()), sessions.actor())
        except PageDraftElsewhere as refused:
            notify(_(refused.message))
        else:
            notify(_("Luonnos on hylätty."))
        return _back_to(reference, page)
    mark, over = (request.form.get(name, "") for name in ("draft_page", "draft_over"))
    try:
        saved_at = engine().perform(
            KeepPageDraft(reference, page, _typed(), _seen(), mark, over), sessions.actor()
        )
    except PageDraftElsewhere:
        return make_response("", 409)
    answer = make_response("", 204)
    if saved_at is not None:
        answer.headers["Draft-Saved"] = saved_at.isoformat()
    return answer


def held(page: str) -> HeldDraft:
    """Return the draft that ends when this form is sent."""
    return HeldDraft(page, _seen() or "")


def draft_of(page: str, drafts: Mapping[str, KeptDraft]) -> FormDraft:
    """Return the draft of a form that its page opens with."""
    kept = drafts.get(page)
    return FormDraft(page, kept, kept.saved_at.isoformat() if kept else "", is_sent=False)


def draft_of_sent(page: str, drafts: Mapping[str, KeptDraft], seen: str) -> FormDraft:
    """Return the draft of a form that comes back as it was sent. `seen`: as `keep_sent` returns it."""
    return FormDraft(page, drafts.get(page), seen, is_sent=True)


def keep_sent(reference: str, page: str) -> str:
    """Keep a form that comes back to its writer, who may leave it so. Return the moment of the draft that the page holds."""
    try:
        saved_at = engine().perform(KeepPageDraft(reference, page, _typed(), _seen()), sessions.actor())
    except (Invalid, Conflict):
        # Too long for a draft, or another one stands: it is on the page.
        return _seen() or ""
    return saved_at.isoformat() if saved_at is not None else ""


def single(typed: Sent) -> dict[str, str]:
    """Return the texts of a form in which each name stands once; of several, all in one line."""
    return {name: " ".join(texts) for name, texts in typed.items()}


def _seen() -> str | None:
    return request.form.get(SEEN)


def _typed() -> dict[str, list[str]]:
    return {
        name: [text.replace("\r\n", "\n") for text in request.form.getlist(name)]
        for name in request.form
        if name not in _UNKEPT
    }


def _back_to(reference: str, page: str) -> Response:
    kind, _slash, rest = page.partition("/")
    key = uuid_in(rest.partition("/")[0]) if rest != "new" else None
    if kind == "party":
        return see_other("cases.party" if key else "cases.new_party", reference=reference, party_id=key)
    if kind == "record":
        return see_other("cases.record", reference=reference, submission_id=key)
    is_moved = key is not None and not rest.endswith("/ended")
    return see_other("cases.meetings", reference=reference, move=key if is_moved else None)
