"""Copies of the case file that are given out: who asked, what is withheld, the copy itself, and to whom it went."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final
from uuid import UUID, uuid4

from flask import Response, request

from engine.commands.given_copies import BeginCopy, EndCopy, MakeCopy, ShowInCopy, WithholdFromCopy
from engine.domain.given_copies import (
    LONGEST,
    PROVISIONS,
    CopyDetails,
    CopyGround,
    CopyRejected,
    GivenBy,
    IdentityProof,
)
from engine.domain.policy import Action
from engine.errors import Conflict, Invalid, NotFound
from engine.queries.given_copies import OpenCopies, OpenCopy
from forms.texts import Refused, date_as_typed, to_date
from webapp.cases.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, today
from webapp.http.notices import notify
from webapp.http.posted import id_in_words
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.pinned import pinned_words

MOST: Final = LONGEST + 1
Typed = Mapping[str, str]


@blueprint.get("/<reference>/copies")
@for_staff(action=Action.GIVE_COPY)
def copies(reference: str) -> Response:
    return _copies(reference)


@blueprint.post("/<reference>/copies")
@for_staff(action=Action.GIVE_COPY)
def begin_copy(reference: str) -> Response:
    typed = _posted()
    copy_id = id_in_words(typed.get("copy", ""), typed)
    try:
        details = CopyDetails(
            recipient=typed.get("recipient", ""),
            ground=typed.get("ground", ""),
            ground_words=typed.get("ground_words", ""),
            proof=typed.get("proof", ""),
            proof_words=typed.get("proof_words", ""),
            asked_on=_day(typed, "asked_on"),
        )
        engine().perform(BeginCopy(reference, copy_id, details), sessions.actor())
    except Invalid as refused:
        return _copies(reference, typed, _problems(refused))
    except Conflict as refused:
        return _copies(reference, typed, conflict=_(refused.message))
    return see_other("cases.copy_of_case", reference=reference, copy_id=copy_id)


@blueprint.get("/<reference>/copies/<uuid:copy_id>")
@for_staff(action=Action.GIVE_COPY)
def copy_of_case(reference: str, copy_id: UUID) -> Response:
    return _copy(reference, copy_id)


@blueprint.post("/<reference>/copies/<uuid:copy_id>")
@for_staff(action=Action.GIVE_COPY)
def change_copy(reference: str, copy_id: UUID) -> Response:
    typed = _posted()
    try:
        done = _performed(reference, copy_id, typed)
    except Invalid as refused:
        return _copy(reference, copy_id, typed, _problems(refused))
    except Conflict as refused:
        return _copy(reference, copy_id, typed, conflict=_(refused.message))
    notify(done)
    return see_other("cases.copy_of_case", reference=reference, copy_id=copy_id)


def _performed(reference: str, copy_id: UUID, typed: Typed) -> str:
    """Perform what the button says. Return the sentence that tells of it."""
    actor, go = sessions.actor(), typed.get("go", "")
    if go == "withhold":
        words = (typed.get(name, "") for name in ("passage", "piece", "provision", "reason"))
        engine().perform(WithholdFromCopy(reference, copy_id, *words), actor)
        return _("Kohta on poistettu jäljennöksestä. Asian tiedot eivät muuttuneet.")
    if go == "show":
        engine().perform(ShowInCopy(reference, copy_id, typed.get("withholding", "")), actor)
        return _("Kohta näkyy taas jäljennöksessä.")
    if go == "make":
        engine().perform(MakeCopy(reference, copy_id, typed.get("seen", "")), actor)
        return _("Jäljennös on tehty. Lue PDF vielä kerran, ennen kuin annat sen.")
    if go == "given":
        given_on = _day(typed, "given_on")
        if given_on is None:
            raise Invalid("Kirjoita päivä, jona jäljennös annettiin.", field="given_on")
        engine().perform(EndCopy(reference, copy_id, given_on, typed.get("given_by", "")), actor)
        return _("Kirjattu: jäljennös annettiin.")
    if go == "not_given":
        why = typed.get("not_given_why", "")
        engine().perform(EndCopy(reference, copy_id, None, not_given_why=why), actor)
        return _("Kirjattu: jäljennöstä ei annettu.")
    raise NotFound


def _copies(
    reference: str, typed: Typed | None = None, problems: Typed | None = None, conflict: str = ""
) -> Response:
    page = engine().answer(OpenCopies(reference), sessions.actor())
    return render(
        "cases/copies.html",
        409 if conflict else 422 if problems else 200,
        page=page,
        typed=typed or {"copy": str(uuid4()), "recipient": page.person_name, "ground": CopyGround.OWN.value},
        problems=problems or {},
        conflict=conflict,
        grounds=[each.value for each in CopyGround],
        proofs=[each.value for each in IdentityProof],
        **pinned_words(page.in_sight),
    )


def _copy(
    reference: str,
    copy_id: UUID,
    typed: Typed | None = None,
    problems: Typed | None = None,
    conflict: str = "",
) -> Response:
    page = engine().answer(OpenCopy(reference, copy_id), sessions.actor())
    return render(
        "cases/copy.html",
        409 if conflict else 422 if problems else 200,
        page=page,
        typed=typed or {"given_on": date_as_typed(today())},
        problems=problems or {},
        conflict=conflict,
        provisions=PROVISIONS,
        ways=[each.value for each in GivenBy],
        **pinned_words(page.in_sight, beside_a_copy=True),
    )


def _posted() -> dict[str, str]:
    return {
        name: value[:MOST].replace("\r\n", "\n")
        for name, value in request.form.items()
        if name != "form_token"
    }


def _problems(refused: Invalid) -> dict[str, str]:
    found = refused.problems if isinstance(refused, CopyRejected) else {refused.field or "passage": refused}
    return {name: _(each.message) for name, each in found.items()}


def _day(typed: Typed, name: str) -> date | None:
    text = typed.get(name, "").strip()
    try:
        return to_date(text) if text else None
    except Refused:
        raise Invalid("Kirjoita päivä muodossa 24.12.2026.", field=name) from None
