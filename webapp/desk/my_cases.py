"""My cases: one list of all that is mine, stuck and overdue first, with whom each waits for and a day."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request, url_for

from engine.domain.inbox import TaskFilter
from engine.domain.people import CASE_STAFF
from engine.domain.policy import HEADS
from engine.queries.my_cases import CaseLine, CaseList, MyCases, Turn
from engine.queries.whose_cases import COUNTED_UP_TO, Whose
from webapp.desk.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import current_language
from webapp.http.pagination import decode_position, encode_position
from webapp.http.responses import render
from webapp.rendering.words.case_lines import WordedLine, worded_line
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked, ngettext
from webapp.rendering.words.narrowing import choices, in_address, in_words, read_filter

TITLES = {
    Whose.MINE: marked("Omat asiat"),
    Whose.STANDING_IN: marked("Sijaistettavat asiat"),
    Whose.NOBODYS: marked("Asiat ilman käsittelijää"),
}
TURNS = {
    Turn.STUCK: marked("Jumissa tai myöhässä"),
    Turn.MINE: marked("Sinun vuorosi"),
    Turn.OTHERS: marked("Odottaa muita"),
}


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    lines: tuple[WordedLine, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A list beside the page: its words, address and number."""

    words: str
    address: str
    counted: str
    is_current: bool


@blueprint.get("/")
@for_staff(*CASE_STAFF)
def index() -> Response:
    """Show one list, or those of its cases in which it is a person's turn."""
    asked = request.args.get("whose", "")
    whose = Whose(asked) if asked in set(Whose) else Whose.MINE
    chosen = request.args.get("turn", "")
    turn = Turn(chosen) if chosen in set(Turn) and whose is Whose.MINE else None
    position = decode_position(request.args.get("after"))
    narrowed = replace(read_filter(request.args), waits_for_me=False)
    query = MyCases(whose, position[0] if position else None, current_language().code, narrowed)
    found = engine().answer(query, sessions.actor())
    questions = choices(narrowed, found.kinds, sessions.actor().team)
    kept = {"whose": whose.value, **in_address(None, narrowed)}
    return render(
        "desk/my_cases.html",
        title=_(TITLES[whose]),
        summary=_summary(found),
        groups=_groups(found, turn),
        own=_by_turn(found, turn, narrowed, is_whole=position is None and not found.next_after),
        others=_lists(found),
        stands_in_for=found.stands_in_for,
        whose=whose,
        is_head=sessions.actor().has(*HEADS),
        is_narrowed=turn is not None or bool(narrowed),
        choices=questions,
        narrowed=narrowed,
        narrowed_to=in_words(narrowed, questions),
        kept=kept,
        turn=turn,
        count=sum(turn in (None, line.turn) for line in found.lines),
        next_page=encode_position((found.next_after,)) if found.next_after else "",
        is_first=position is None,
    )


def _groups(found: CaseList, turn: Turn | None) -> tuple[Group, ...]:
    me = sessions.actor()
    groups = []
    for each, title in TURNS.items():
        lines = [line for line in found.lines if line.turn is each and turn in (None, each)]
        if lines:
            worded = tuple(
                worded_line(
                    line,
                    found.moment,
                    shows_caseworker=found.whose is not Whose.MINE or _is_others(line, me.name),
                )
                for line in lines
            )
            groups.append(Group(_(title), worded))
    return tuple(groups)


def _is_others(line: CaseLine, name: str) -> bool:
    return bool(line.caseworker) and line.caseworker != name


def _by_turn(
    found: CaseList, turn: Turn | None, narrowed: TaskFilter, *, is_whole: bool
) -> tuple[Listed, ...]:
    """Return the parts of one's own list, narrowed as it is; their numbers are known where all of it is shown."""
    if found.whose is not Whose.MINE:
        everything = Listed(
            _("Kaikki omat"), url_for("desk.index"), _count(found.counts[Whose.MINE]), is_current=False
        )
        return (everything,)
    everything = Listed(
        _("Kaikki omat"), url_for("desk.index"), _count(found.counts[Whose.MINE]), turn is None
    )
    kept: dict[str, Any] = in_address(None, narrowed)
    parts = (
        Listed(
            _(title),
            url_for("desk.index", turn=each.value, **kept),
            _count(sum(line.turn is each for line in found.lines)) if is_whole else "",
            turn is each,
        )
        for each, title in TURNS.items()
    )
    return (everything, *parts)


def _lists(found: CaseList) -> tuple[Listed, ...]:
    others = {Whose.NOBODYS: _("Ilman käsittelijää")}
    if found.stands_in_for:
        others = {Whose.STANDING_IN: _("Sijaistat"), **others}
    return tuple(
        Listed(
            words,
            url_for("desk.index", whose=whose.value),
            _count(found.counts[whose]),
            found.whose is whose,
        )
        for whose, words in others.items()
    )


def _summary(found: CaseList) -> str:
    stuck = sum(line.turn is Turn.STUCK for line in found.lines)
    mine = sum(line.turn is Turn.MINE for line in found.lines)
    sentences = []
    if stuck:
        sentences.append(
            ngettext(
                "Yksi asia on jumissa, myöhässä tai seurantapäivä ohi.",
                "%(num)d asiaa on jumissa, myöhässä tai seurantapäivä ohi.",
                stuck,
            )
        )
    if mine:
        sentences.append(ngettext("Yhdessä on sinun vuorosi.", "%(num)d asiassa on sinun vuorosi.", mine))
    return " ".join(sentences)


def _count(number: int) -> str:
    return f"{COUNTED_UP_TO}+" if number >= COUNTED_UP_TO else str(number)


@blueprint.get("/keys")
@for_staff(*CASE_STAFF)
def keys() -> Response:
    """Show the keys of lists, for those who have no script or no list in front of them."""
    return render("desk/keys.html")
