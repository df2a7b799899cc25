"""Two cases side by side, and what is done with the pair."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Response, request

from engine.commands.case_links import HandleTogether, LinkCases
from engine.domain.birth_dates import BirthDate
from engine.domain.case_links import LONGEST_REASON, LinkKind
from engine.domain.policy import Action, admits
from engine.errors import Conflict, Invalid
from engine.executor import Command
from engine.queries.side_by_side import CompareCases, ComparedField, Field, Sameness, SideBySide
from webapp.cases.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.notices import notify
from webapp.http.posted import uuid_in
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.labels import LINKS, language_name
from webapp.rendering.words.likeness import LINK_HINTS, REASONS, birth_date_in_words, reasons_in_words
from webapp.rendering.words.pinned import pinned_words

TOGETHER: Final = "together"
FIELDS: Final[Mapping[Field, str]] = {
    Field.NAME: marked("Nimi"),
    Field.BORN: marked("Syntymäaika"),
    Field.PHONE: marked("Puhelin"),
    Field.EMAIL: marked("Sähköposti"),
    Field.LANGUAGE: marked("Kieli"),
    Field.REFERRER: marked("Ohjaaja"),
}
SAMENESS: Final[Mapping[Sameness, str]] = {
    Sameness.SAME: marked("sama"),
    Sameness.ALIKE: marked("samankaltainen"),
    Sameness.OTHER: marked("eri"),
    Sameness.UNKNOWN: marked("ei tiedossa molemmista"),
}
_LONGEST_REFERENCE: Final = 40


@blueprint.get("/<reference>/compare/<other>")
@for_staff(action=Action.LIKELY_DUPLICATES)
def compare(reference: str, other: str) -> Response:
    return _page(reference, other)


@blueprint.post("/<reference>/compare/<other>")
@for_staff(action=Action.LINK_CASES)
def judge_pair(reference: str, other: str) -> Response:
    """Link the two, handle them together, or note that they are two people."""
    command = _chosen(reference, other[:_LONGEST_REFERENCE])
    if command is None:
        return _page(reference, other, {"act": _("Valitse, mitä asioille tehdään.")})
    try:
        engine().perform(command, sessions.actor())
    except (Invalid, Conflict) as refused:
        named = refused.field if isinstance(refused, Invalid) else None
        place = named if named in ("reason", "caseworker") else "act"
        status = 409 if isinstance(refused, Conflict) else 422
        return _page(reference, other, {place: _(refused.message)}, status)
    notify(_("Kirjattu. Voit purkaa sen tällä sivulla."))
    return see_other("cases.duplicates", reference=reference)


def _chosen(reference: str, other: str) -> Command[Any] | None:
    """Return the command that was chosen on the page; None if none was."""
    act, reason = request.form.get("act", ""), request.form.get("reason", "")[: LONGEST_REASON + 100]
    if act == TOGETHER:
        return HandleTogether(reference, other, reason, uuid_in(request.form.get("caseworker", "")))
    return LinkCases(reference, other, act, reason, is_sure=True) if act in set(LinkKind) else None


def _page(reference: str, other: str, problems: dict[str, str] | None = None, status: int = 422) -> Response:
    try:
        found = engine().answer(CompareCases(reference, other[:_LONGEST_REFERENCE]), sessions.actor())
    except Invalid as refused:
        return render(
            "cases/not_compared.html", 422, reference=reference, other=other, sentence=_(refused.message)
        )
    roles = sessions.actor().roles
    return render(
        "cases/compare.html",
        status if problems else 200,
        found=found,
        rows=[_row(each) for each in found.fields],
        reasons=reasons_in_words(found.likeness),
        acts=_acts(found, may_link=admits(Action.LINK_CASES, roles)),
        links=LINKS,
        longest=LONGEST_REASON,
        problems=problems or {},
        typed=request.form,
        **pinned_words(found.in_sight),
    )


def _acts(found: SideBySide, *, may_link: bool) -> tuple[tuple[str, str, str], ...]:
    """Return what may be done with the pair: the value, its words, its consequence."""
    if not may_link:
        return ()
    acts = [(kind.value, _(LINKS[kind]), _(LINK_HINTS[kind])) for kind in LinkKind if kind not in found.links]
    if found.may_join and not found.are_together and admits(Action.HANDLE_TOGETHER, sessions.actor().roles):
        words = _("Käsitellään yhdessä")
        hint = _(
            "Asiat valmistellaan yhdessä ja ratkaistaan samalla kertaa. Numerot, päivät ja ratkaisut pysyvät omina."
        )
        acts.insert(len(acts) - 1, (TOGETHER, words, hint))
    return tuple(acts)


def _row(compared: ComparedField) -> tuple[str, tuple[str, ...], tuple[str, ...], str, Sameness]:
    words = _(REASONS[compared.reason]) if compared.reason else _(SAMENESS[compared.sameness])
    one, other = (_values(compared.field, each) for each in (compared.one, compared.other))
    return _(FIELDS[compared.field]), one, other, words, compared.sameness


def _values(field: Field, values: tuple[str, ...]) -> tuple[str, ...]:
    if field is Field.LANGUAGE:
        return tuple(language_name(each) for each in values)
    if field is Field.BORN:
        return tuple(birth_date_in_words(BirthDate.of(each)) for each in values)
    return values
