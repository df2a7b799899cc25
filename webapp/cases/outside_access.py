"""Access of people outside: the link of an information request, the applicant's code, reading online."""

from __future__ import annotations

from flask import Response, request

from engine.commands.codes import GiveCode
from engine.commands.links import RenewLink, RevokeLink
from engine.commands.own_access import ChooseReading, NotAnIdentityCode, RecordIdentityCode
from engine.domain.policy import Action
from engine.errors import NotFound
from engine.queries.in_sight import ReadInSight
from engine.queries.receipt import DrawGivenCode
from webapp.cases.blueprint import blueprint
from webapp.cases.case_page import NewLink, case_page
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, settings
from webapp.http.notices import notify
from webapp.http.posted import posted_act
from webapp.http.responses import pdf, render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.pinned import pinned_words


@blueprint.post("/<reference>/requests/<key>/link")
@for_staff(action=Action.MANAGE_LINK)
def manage_link(reference: str, key: str) -> Response:
    go = request.form.get("go", "")
    if go == "revoke":
        engine().perform(RevokeLink(reference, key), sessions.actor())
        notify(_("Linkki ei enää toimi. Linkin kautta kirjoitettu on hävitetty."))
    elif go == "renew":
        address = engine().perform(RenewLink(reference, key), sessions.actor())
        if address is not None:
            # Shown on this page alone: it must not travel in a notice's cookie or stand in an address.
            return case_page(reference, new_link=NewLink(key, address))
        notify(_("Uusi linkki on lähetetty vastaajalle. Vanha ei enää toimi."))
    else:
        raise NotFound
    return see_other("cases.case", reference=reference, anchor="requests")


@blueprint.post("/<reference>/code")
@for_staff(action=Action.GIVE_CODE)
def give_code(reference: str) -> Response:
    """Give a new code and show it on the page: it must not be in a notice's cookie or in an address."""
    act, given = posted_act(), request.form.get("given", "")
    if not (given.isascii() and given.isdigit() and len(given) <= 4):
        raise NotFound
    # Read first: the code is on this page once, and nothing may be asked between.
    seen = engine().answer(ReadInSight(reference), sessions.actor())
    code = engine().perform(GiveCode(reference, act, int(given)), sessions.actor())
    return render("cases/code_given.html", reference=reference, code=code, act=act, **pinned_words(seen))


@blueprint.post("/<reference>/code/slip.pdf")
@for_staff(action=Action.GIVE_CODE)
def code_slip(reference: str) -> Response:
    return pdf(
        engine().answer(DrawGivenCode(reference, posted_act()), sessions.actor()).pdf(), _("muistilappu")
    )


@blueprint.post("/<reference>/reading")
@for_staff(action=Action.MANAGE_READING)
def reading(reference: str) -> Response:
    """Open or close reading online, or record the identity code seen on a document."""
    go = request.form.get("go", "")
    if settings().identification is None or go not in {"open", "close", "code"}:
        raise NotFound
    if go == "code":
        code = request.form.get("identity_code", "")[:40]
        try:
            engine().perform(RecordIdentityCode(reference, code), sessions.actor())
        except NotAnIdentityCode as wrong:
            return case_page(reference, 422, reading_problem=_(wrong.message))
        notify(_("Henkilötunnus on kirjattu."))
    else:
        is_open = go == "open"
        engine().perform(ChooseReading(reference, is_open=is_open), sessions.actor())
        notify(_("Lukeminen verkossa on sallittu.") if is_open else _("Lukeminen verkossa on estetty."))
    return see_other("cases.case", reference=reference, anchor="reading")
