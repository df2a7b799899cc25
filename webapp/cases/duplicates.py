"""Has the person been here before: likely the same in other cases, links, and cases that are handled together."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Response, request

from engine.commands.case_links import HandleApart, HandleTogether, LinkCases, UnlinkCases
from engine.domain.case_links import LONGEST_REASON
from engine.domain.policy import Action, admits
from engine.errors import Conflict, Invalid
from engine.executor import Command
from engine.queries.duplicates import LikelyDuplicates, WhoIsLookedFor
from engine.queries.side_by_side import CompareCases
from webapp.cases.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.limits import SEARCHING, draw
from webapp.http.notices import notify
from webapp.http.responses import render, see_other
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.labels import LINKS
from webapp.rendering.words.likeness import LINK_HINTS, search_limited, worded_hits, worded_ways
from webapp.rendering.words.pinned import pinned_words

_LONGEST_REFERENCE = 40


@blueprint.get("/<reference>/duplicates")
@for_staff(action=Action.LIKELY_DUPLICATES)
def duplicates(reference: str) -> Response:
    return _page(reference)


@blueprint.post("/<reference>/links")
@for_staff(action=Action.LINK_CASES)
def link(reference: str) -> Response:
    other, kind = _typed("link-other", _LONGEST_REFERENCE), request.form.get("kind", "")[:40]
    command = LinkCases(
        reference, other, kind, _typed("link-reason"), is_sure=request.form.get("sure") == "yes"
    )
    return _done(reference, command, "link", _("Asiat on linkitetty."))


@blueprint.post("/<reference>/links/<uuid:pair_id>/undo")
@for_staff(action=Action.LINK_CASES)
def unlink(reference: str, pair_id: UUID) -> Response:
    act = f"undo-{pair_id}"
    return _done(
        reference, UnlinkCases(reference, pair_id, _typed(f"{act}-reason")), act, _("Linkki on purettu.")
    )


@blueprint.post("/<reference>/together")
@for_staff(action=Action.HANDLE_TOGETHER)
def handle_together(reference: str) -> Response:
    command = HandleTogether(
        reference, _typed("together-other", _LONGEST_REFERENCE), _typed("together-reason")
    )
    return _done(reference, command, "together", _("Asiat käsitellään yhdessä."))


@blueprint.post("/<reference>/apart")
@for_staff(action=Action.HANDLE_TOGETHER)
def handle_apart(reference: str) -> Response:
    command = HandleApart(reference, _typed("apart-reason"))
    return _done(reference, command, "apart", _("Asiaa käsitellään taas erikseen."))


def _typed(name: str, longest: int = LONGEST_REASON + 100) -> str:
    return request.form.get(name, "")[:longest]


def _chosen() -> dict[str, str]:
    """Return the fields of the page with the case filled in that was chosen among the likely ones."""
    other = request.args.get("other", "")[:_LONGEST_REFERENCE]
    kind = request.args.get("kind", "")
    chosen = {"kind": kind} if kind in LINKS else {}
    return {"link-other": other, "together-other": other, **chosen} if other else {}


def _done(reference: str, command: Command[Any], act: str, sentence: str) -> Response:
    try:
        engine().perform(command, sessions.actor())
    except (Invalid, Conflict) as refused:
        field = refused.field if isinstance(refused, Invalid) else refused.values.get("field")
        place = field if field in ("kind", "sure") else f"{act}-{field}"
        return _page(reference, 409 if isinstance(refused, Conflict) else 422, {place: _(refused.message)})
    notify(sentence)
    return see_other("cases.duplicates", reference=reference)


def _page(reference: str, status: int = 200, problems: dict[str, str] | None = None) -> Response:
    actor = sessions.actor()
    who = engine().answer(WhoIsLookedFor(reference), actor)
    free_at = draw(SEARCHING, str(actor.account_id), who) if who else None
    found = engine().answer(LikelyDuplicates(reference, on_own_page=True, looks=free_at is None), actor)
    unlike = None
    if problems and "sure" in problems:
        unlike = engine().answer(CompareCases(reference, _typed("link-other", _LONGEST_REFERENCE)), actor)
    return render(
        "cases/duplicates.html",
        status,
        case=found.case,
        name=found.name,
        limited=search_limited(free_at) if free_at is not None else "",
        hits=worded_hits(found.hits),
        family=worded_hits(found.family),
        same_way=worded_hits(found.same_way),
        shared=worded_ways(found.shared_ways),
        has_hidden=found.has_hidden,
        relations=found.relations,
        people=found.people,
        names=found.names,
        unlike=unlike,
        links=LINKS,
        hints=LINK_HINTS,
        longest=LONGEST_REASON,
        may_link=admits(Action.LINK_CASES, actor.roles),
        may_join=admits(Action.HANDLE_TOGETHER, actor.roles),
        problems=problems or {},
        typed=request.form or _chosen(),
        **(pinned_words(found.in_sight) if found.in_sight else {}),
    )
