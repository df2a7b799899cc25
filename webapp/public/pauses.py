"""Pages on which a form pauses: kept under a code for later, or given up because the person has not consented."""

from __future__ import annotations

from flask import Response

from engine.commands.public_drafts import CONSENT
from webapp.http.responses import render
from webapp.public import drafts
from webapp.public.drafts import Draft
from webapp.public.page_addresses import at_address, go_to


def holds_more(draft: Draft) -> bool:
    """True if something was typed beside the answer on consent."""
    return any(any(values) for name, values in draft.typed.items() if name != CONSENT)


def doubted(door: str, draft: Draft) -> Response:
    """Ask if the person has not consented, before a slip of the hand destroys what was typed."""
    return go_to("consent_doubted", draft.token, door=door, draft=draft.token, is_easy=draft.is_easy)


@at_address("consent_doubted")
def show_doubted(door: str, draft: str, *, is_easy: bool) -> Response:
    return render("public/consent_doubted.html", door=door, draft=draft, is_easy=is_easy)


def without_consent(door: str, draft: Draft) -> Response:
    """Destroy what was typed and offer advice: nothing is kept about a person who has not consented."""
    drafts.destroy(draft)
    refused = draft.typed.get(CONSENT) == ["refused"]
    return go_to("no_consent", draft.token, ends_others=True, door=door, refused=refused)


@at_address("no_consent")
def show_no_consent(door: str, *, refused: bool) -> Response:
    return render("public/no_consent.html", door=door, refused=refused)


def saved(door: str, draft: Draft, *, is_checked: bool = False) -> Response:
    """Keep the form under a code, the same however often it is saved. It goes on where it was left: at a step, or at the page with all answers."""
    code = draft.keep(drafts.new_code())
    return go_to(
        "saved",
        draft.token,
        door=door,
        draft=draft.token,
        step=0 if is_checked else draft.step,
        code=code,
        is_easy=draft.is_easy,
    )


@at_address("saved")
def show_saved(door: str, draft: str, step: int, code: str, *, is_easy: bool = False) -> Response:
    return render("public/saved.html", door=door, draft=draft, step=step, code=code, is_easy=is_easy)
