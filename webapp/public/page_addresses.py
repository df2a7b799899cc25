"""Pages that a form leads to, each at an address that names nothing (a page address), so that Back and reload work.

A form is answered with 303 to the address; asking for it draws the page anew from the draft, the case or the reply.
After a quarter of an hour, after leaving and after sending, the address leads to a page that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Response, g, request

from engine.commands.page_addresses import AddressedPage, IssueAddress, ReadAddress
from engine.commands.public_drafts import ReadPublicDraft
from engine.domain.people import PUBLIC
from engine.errors import NotFound
from webapp.http.access import open_to_all
from webapp.http.current import engine
from webapp.http.limits import TYPING, attempt, spend
from webapp.http.posted import BUTTON
from webapp.http.responses import render, see_other
from webapp.http.visits import current_visit, new_visit, take_up
from webapp.public import drafts
from webapp.public.blueprint import blueprint

Draw = Callable[..., Response]
_PAGES: dict[str, Draw] = {}
_OF_A_DRAFT = frozenset({"step", "check", "files", "reply", "reply_files"})
"""Pages that a press opens again while the draft lives, if it has no code to come back with."""
INFORMING: Final = frozenset({"safety", "privacy", "accessibility", "owner"})
"""Pages of the footer. In the middle of a form they are buttons, so that typed text goes along."""
_INFORMATION = "information"
_BACK = "back"
"""In the values of a page: the kind and the values of the page that its way back leads to."""
_FIELD = "page_address"
_IDENTIFIED = "own_case"
"""The page to which one comes from the identification service."""
_HOLDERS = (drafts.FIELD, "key", "code")
"""Values of a page that name its draft, the first that it has; a reply has the key of its link, a status its code."""


def at_address(kind: str) -> Callable[[Draw], Draw]:
    """Declare the function that draws the pages of this kind. It raises NotFound once there is nothing to show."""

    def declared(draw: Draw) -> Draw:
        _PAGES[kind] = draw
        return draw

    return declared


def stays(button: str) -> bool:
    """Return True for a button that saves and goes to no other page of the form: a language, or a page of the footer."""
    return button == "stay" or button in INFORMING


def go_to(
    kind: str,
    holder: str = "",
    *,
    back: tuple[str, Mapping[str, Any]] | None = None,
    anchor: str | None = None,
    ends_others: bool = False,
    is_counted: bool = False,
    **values: Any,
) -> Response:
    """Redirect to a new address of a page, or of the page of the footer whose button was pressed, which leads back to it.

    `back` is the kind and the values of the page that its way back leads to; `holder` is the token, key or code that its pages
    share; `is_counted` where nothing else of the request is counted.
    """
    visit = current_visit() or new_visit()
    about = request.form.get(BUTTON, "")
    if about in INFORMING:
        kind, values, back, anchor = _INFORMATION, {"about": about}, (kind, values), None
    issue = IssueAddress(
        kind,
        holder,
        values if back is None else {**values, _BACK: back},
        reopens=(back[0] if back else kind) in _OF_A_DRAFT,
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
        return _one_press_away(address, _holder_of(found))
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
    """Lead to the page that the way back of an open page leads to, or give a page of a draft a new address, after the time
    of the old one."""
    spend(TYPING)
    found = engine().answer(ReadAddress(request.form.get(_FIELD, "")[:100]), PUBLIC)
    if found is None:
        return _ended()
    kind, values = _leads_to(found)
    if kind not in _OF_A_DRAFT and _BACK not in found.values:
        return _ended()
    return go_to(kind, _holder_of(found), **values)


def _leads_to(page: AddressedPage) -> tuple[str, Mapping[str, Any]]:
    """Return kind and values of the page that its button opens: the one behind its way back, else itself."""
    kind, values = page.values.get(_BACK, (page.kind, page.values))
    return kind, values


def _holder_of(page: AddressedPage) -> str:
    _, values = _leads_to(page)
    return next((str(values[name]) for name in _HOLDERS if values.get(name)), "")


def _drawn(kind: str, values: Mapping[str, Any]) -> Response:
    try:
        return _PAGES[kind](**{name: value for name, value in values.items() if name != _BACK})
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
