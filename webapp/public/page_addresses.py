"""Pages that a form leads to, each at an address that names nothing (a page address), so that Back and reload work.

A form is answered with 303 to the address; asking for it draws the page anew from the draft, the case or the reply.
After a quarter of an hour, after leaving and after sending, the address leads to a page that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, g, request

from engine.commands.page_addresses import AddressedPage, IssueAddress, ReadAddress
from engine.commands.public_drafts import ReadPublicDraft
from engine.domain.people import PUBLIC
from engine.errors import NotFound
from webapp.http.access import open_to_all
from webapp.http.current import engine
from webapp.http.limits import TYPING, attempt, spend
from webapp.http.responses import render, see_other
from webapp.http.visits import current_visit, new_visit, take_up
from webapp.public import drafts
from webapp.public.blueprint import blueprint

Draw = Callable[..., Response]
_PAGES: dict[str, Draw] = {}
_OF_A_DRAFT = frozenset({"step", "check", "files", "reply", "reply_files"})
"""Pages that a press opens again while the draft lives, if it has no code to come back with."""
_FIELD = "page_address"
_IDENTIFIED = "own_case"
"""The page to which one comes from the identification service."""
_HOLDERS = (drafts.FIELD, "key")
"""Values of a page that name its draft; a reply has the key of its link."""


def at_address(kind: str) -> Callable[[Draw], Draw]:
    """Declare the function that draws the pages of this kind. It raises NotFound once there is nothing to show."""

    def declared(draw: Draw) -> Draw:
        _PAGES[kind] = draw
        return draw

    return declared


def go_to(
    kind: str,
    holder: str = "",
    *,
    anchor: str | None = None,
    ends_others: bool = False,
    is_counted: bool = False,
    **values: Any,
) -> Response:
    """Redirect to a new address of a page.

    `holder` is the token, key or code that its pages share; `is_counted` where nothing else of the request is counted.
    """
    visit = current_visit() or new_visit()
    issue = IssueAddress(
        kind,
        holder,
        values,
        reopens=kind in _OF_A_DRAFT,
        ends_others=ends_others,
        visit=visit,
        attempt=attempt(TYPING) if is_counted else None,
    )
    take_up(visit)
    return see_other("public.shown", anchor=anchor, address=engine().perform(issue, PUBLIC))


@blueprint.get("/p/<address>")
@open_to_all
def shown(address: str) -> Response:
    """Draw the page of an address.

    An address that was typed or chosen in the history shows nothing of anyone: it may be somebody else who looks there.
    """
    found = engine().answer(ReadAddress(address), PUBLIC)
    if found is None or (_is_looked_up() and not (found.is_new or _is_blank(found))):
        return _ended()
    if not found.is_open:
        return _one_press_away(address, _draft_of(found))
    g.page_address = address
    if found.visit and found.kind == _IDENTIFIED:
        # The identification service led here, which the browser calls another site. Nobody makes such an address for another.
        take_up(found.visit)
    return _drawn(found.kind, found.values)


def _is_looked_up() -> bool:
    """Return True unless a page of ours, Back or a reload led here, which Chromium and Firefox both say. Browsers that
    send no such header are believed."""
    return request.headers.get("Sec-Fetch-Site") == "none"


def _is_blank(page: AddressedPage) -> bool:
    """Return True for the first step of a form of which nothing is kept: its address may have been a bookmark's."""
    draft = str(page.values.get(drafts.FIELD, ""))
    return page.values.get("is_first") is True and engine().answer(ReadPublicDraft(draft), PUBLIC) is None


@blueprint.post("/p")
@open_to_all
def open_again() -> Response:
    """Give a page of a draft a new address, after the time of the old one."""
    spend(TYPING)
    found = engine().answer(ReadAddress(request.form.get(_FIELD, "")[:100]), PUBLIC)
    if found is None or found.kind not in _OF_A_DRAFT:
        return _ended()
    return go_to(found.kind, _draft_of(found), **found.values)


def _draft_of(page: AddressedPage) -> str:
    return next((str(page.values[name]) for name in _HOLDERS if page.values.get(name)), "")


def _drawn(kind: str, values: Mapping[str, Any]) -> Response:
    try:
        return _PAGES[kind](**values)
    except NotFound:
        g.pop("page_address")
        return _ended()


def _one_press_away(address: str, draft: str) -> Response:
    """Show that the time of the address is over, and the button that opens its page again. Leaving from here leaves the
    draft: nobody else may press it."""
    is_kept = engine().answer(ReadPublicDraft(draft), PUBLIC) is not None
    return render("public/ended.html", reopened=address, draft=draft, is_kept=is_kept)


def _ended() -> Response:
    """Show that the address opens nothing any more."""
    return render("public/ended.html", 404, reopened="")
