"""Give cases to other caseworkers: choose, see what it changes, give, and undo within a day."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from flask import Response, request

from engine.commands.assignments import ReassignCases, UndoReassignment
from engine.domain.people import Person
from engine.domain.policy import Action
from engine.domain.reassignments import MOST_AT_ONCE, Why
from engine.errors import Conflict, Invalid
from engine.queries.case_reassignment import GivenCases, GivingPreview, PreviewGiving
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, today
from webapp.http.languages import current_language
from webapp.http.notices import notify
from webapp.http.posted import BUTTON, uuid_in
from webapp.http.responses import render, see_other
from webapp.oversight.blueprint import WATCHERS, blueprint
from webapp.oversight.figures import Bar, is_of_other_team
from webapp.rendering.words.case_lines import worded_line
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked, ngettext

GIVE: Final = "give"
EVERYTHING: Final = "person"
"""Field: who gets all chosen cases for which nobody is chosen by itself."""
WHYS: Final = {
    Why.ABSENCE: marked("Käsittelijä on poissa"),
    Why.WORKLOAD: marked("Työkuorman tasaus"),
    Why.KNOWN: marked("Uusi käsittelijä tuntee asian"),
    Why.LANGUAGE: marked("Kieli"),
    Why.TOGETHER: marked("Käsitellään yhdessä toisen asian kanssa"),
    Why.RETURNED: marked("Palautus aiemmalle käsittelijälle"),
    Why.OTHER: marked("Muu syy"),
}
BEFORE: Final = "person-before"
_LONGEST_REFERENCE: Final = 40
_PERSON: Final = "person-"


@blueprint.get("/give")
@for_staff(action=Action.REASSIGNMENT)
def give() -> Response:
    """Show the chosen cases, with the people in the address chosen already."""
    return _page(_references(request.args.getlist("case")))


@blueprint.post("/give")
@for_staff(action=Action.ASSIGN_CASE)
def give_cases() -> Response:
    references = _references(request.form.getlist("case"))
    if request.form.get(BUTTON) != GIVE:
        problems = _missing(references)
        return _page(references, problems, is_preview=not problems)
    problems = _missing(references)
    if problems:
        return _page(references, problems)
    given = tuple((each, _person(each)) for each in references)
    command = ReassignCases(tuple((each, one) for each, one in given if one), request.form.get("why", ""))
    try:
        engine().perform(command, sessions.actor())
    except Invalid as refused:
        return _page(references, {refused.field or "cases": _(refused.message)})
    notify(
        ngettext(
            "Asia on siirretty. Voit kumota siirron vuorokauden ajan.",
            "%(num)d asiaa on siirretty. Voit kumota jokaisen vuorokauden ajan.",
            len(references),
        )
    )
    return see_other("oversight.given")


@blueprint.get("/given")
@for_staff(*WATCHERS)
def given() -> Response:
    return _given()


@blueprint.post("/given/<uuid:reassignment_id>/undo")
@for_staff(action=Action.ASSIGN_CASE)
def undo_giving(reassignment_id: UUID) -> Response:
    try:
        undone = engine().perform(UndoReassignment(reassignment_id), sessions.actor())
    except Conflict as refused:
        return _given(_(refused.message))
    words = _("Asian %(case)s siirto on kumottu.", case=undone.reference)
    if undone.is_work_kept:
        words = f"{words} {_('Aloitettu työ jäi sille, joka oli aloittanut.')}"
    notify(words)
    return see_other("oversight.given")


def _references(sent: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each[:_LONGEST_REFERENCE] for each in sent if each))[: MOST_AT_ONCE + 1]


def _person(reference: str) -> UUID | None:
    """Return who was chosen for the case; without a choice of its own who was chosen for all."""
    own, everything = request.values.get(f"{_PERSON}{reference}", ""), request.values.get(EVERYTHING, "")
    # A choice for all that is changed after the preview replaces what it had filled in.
    is_own = own not in ("", request.values.get(BEFORE, ""))
    return uuid_in(own if is_own or not everything else everything)


def _missing(references: tuple[str, ...]) -> dict[str, str]:
    problems = {} if references else {"cases": _("Valitse ainakin yksi asia.")}
    if len(references) > MOST_AT_ONCE:
        problems["cases"] = _("Kerralla voi siirtää enintään 50 asiaa.")
    for each in references:
        if _person(each) is None:
            problems[f"{_PERSON}{each}"] = _("Valitse, kenelle asia %(case)s siirtyy.", case=each)
    if request.form.get("why", "") not in set(Why):
        problems["why"] = _("Valitse syy.")
    return problems


def _page(
    references: tuple[str, ...], problems: dict[str, str] | None = None, *, is_preview: bool = False
) -> Response:
    chosen = {each: one for each in references if (one := _person(each)) is not None}
    found = engine().answer(PreviewGiving(references, chosen, current_language().code), sessions.actor())
    most = max((max(each.before, each.after) for each in found.loads), default=0) or 1
    return render(
        "oversight/give.html",
        422 if problems else 200,
        found=found,
        rows=[(each, worded_line(each.line, found.moment, shows_caseworker=False)) for each in found.cases],
        loads=[(each, _bar(each.before, each.after, most)) for each in found.loads],
        is_preview=is_preview,
        takers=_takers(found),
        everything=uuid_in(request.values.get(EVERYTHING, "")),
        whys=WHYS,
        why=request.values.get("why", ""),
        problems=problems or {},
        is_of_other_team=is_of_other_team,
        day_now=today(),
    )


def _takers(found: GivingPreview) -> list[Person]:
    """Return those to whom each of the cases may be given, by name."""
    each_may = [{taker.person.id: taker.person for taker in each.takers} for each in found.cases]
    common = set.intersection(*(set(each) for each in each_may)) if len(each_may) > 1 else set()
    return sorted((each_may[0][key] for key in common), key=lambda each: each.name)


def _bar(before: int, after: int, most: int) -> Bar:
    """Return what one has afterwards: what they had already, and what comes along."""
    kept = round(100 * min(before, after) / most)
    return Bar(kept, round(100 * after / most) - kept)


def _given(problem: str = "") -> Response:
    found = engine().answer(GivenCases(), sessions.actor())
    return render("oversight/given.html", 409 if problem else 200, found=found, whys=WHYS, problem=problem)
