"""The figures of a half-year, as a page and as a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from babel.dates import get_month_names
from flask import Response, request

from engine.domain.statistics import SMALLEST
from engine.errors import Invalid
from engine.queries.statistics import FigureTable, HalfYear, HalfYearFigures
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine, today
from webapp.http.languages import current_language
from webapp.http.posted import number_in
from webapp.http.responses import download, render
from webapp.oversight.blueprint import WATCHERS, blueprint
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.labels import word

TITLES: Final[Mapping[FigureTable, str]] = {
    FigureTable.RECEIVED_BY_MONTH: marked("Saapuneet kuukausittain"),
    FigureTable.RECEIVED_BY_CHANNEL: marked("Saapuneet saapumistavan mukaan"),
    FigureTable.RECEIVED_BY_CLASS: marked("Saapuneet luokan mukaan"),
    FigureTable.RECEIVED_BY_TEAM: marked("Saapuneet alueen mukaan"),
    FigureTable.DECIDED_BY_OUTCOME: marked("Allekirjoitetut päätökset ratkaisun mukaan"),
    FigureTable.ENDED_BY_OUTCOME: marked("Päättyneet ratkaisun mukaan"),
}
_WORDS: Final[Mapping[FigureTable, str]] = {
    FigureTable.RECEIVED_BY_CHANNEL: "channel",
    FigureTable.RECEIVED_BY_CLASS: "class",
    FigureTable.RECEIVED_BY_TEAM: "region",
    FigureTable.DECIDED_BY_OUTCOME: "outcome",
    FigureTable.ENDED_BY_OUTCOME: "outcome",
}
HALVES_SHOWN: Final = 6
_CALCULATES: Final = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet."""


@blueprint.get("/figures")
@for_staff(*WATCHERS)
def half_year() -> Response:
    chosen = request.args.get("half", "") or _halves()[0][0]
    try:
        found = _answered(chosen)
    except Invalid as refused:
        problem = _(refused.message)
        return render(
            "oversight/half_year.html", 422, halves=_halves(), chosen=chosen, found=None, problem=problem
        )
    return render(
        "oversight/half_year.html",
        halves=_halves(),
        chosen=chosen,
        found=found,
        tables=[(_(TITLES[each]), list(_rows(found, each))) for each in found.tables],
        open_words=_open_words(found),
        smallest=SMALLEST,
        problem="",
    )


@blueprint.get("/figures.csv")
@for_staff(*WATCHERS)
def half_year_sheet() -> Response:
    chosen = request.args.get("half", "") or _halves()[0][0]
    try:
        found = _answered(chosen)
    except Invalid as refused:
        problem = _(refused.message)
        return render(
            "oversight/half_year.html", 422, halves=_halves(), chosen=chosen, found=None, problem=problem
        )
    return download(_sheet(found), "text/csv", f"puolivuosi-{chosen}.csv")


def _answered(chosen: str) -> HalfYearFigures:
    year, _dash, half = chosen.partition("-")
    query = HalfYear(number_in(year) or 0, number_in(half) or 0)
    return engine().answer(query, sessions.actor())


def _halves() -> tuple[tuple[str, str], ...]:
    """Return the half-years to choose from, the current one first."""
    year, half = today().year, 1 if today().month <= 6 else 2
    found = []
    for _each in range(HALVES_SHOWN):
        words = (
            _("tammi–kesäkuu %(year)s", year=year) if half == 1 else _("heinä–joulukuu %(year)s", year=year)
        )
        found.append((f"{year}-{half}", words))
        year, half = (year, 1) if half == 2 else (year - 1, 2)
    return tuple(found)


def _rows(found: HalfYearFigures, table: FigureTable) -> Iterator[tuple[str, str]]:
    """Return the rows of a table: months in their order, without those that have not begun."""
    counts = found.tables[table]
    rows: list[tuple[tuple[str, ...], str]] = [((key,), str(count)) for key, count in counts.shown.items()]
    if counts.merged:
        rows.append((counts.merged, _less() if counts.merged_count is None else str(counts.merged_count)))
    if table is FigureTable.RECEIVED_BY_MONTH:
        begun = [row for row in rows if date(found.first.year, int(row[0][0]), 1) <= today()]
        rows = sorted(begun, key=lambda row: int(row[0][0]))
    for keys, count in rows:
        yield " + ".join(_label(table, key) for key in keys), count
    total = _less() if counts.total is None else str(counts.total)
    yield _("Yhteensä"), total


def _less() -> str:
    return _("alle %(number)s", number=SMALLEST)


def _label(table: FigureTable, key: str) -> str:
    if table is FigureTable.RECEIVED_BY_MONTH:
        return str(get_month_names("wide", "stand-alone", current_language().locale)[int(key)])
    return _("ei tiedossa") if key == "unknown" else word(key, _WORDS[table])


def _open_words(found: HalfYearFigures) -> str:
    """Return what the number of open cases is of: a half-year that goes on has no end yet."""
    is_over = found.last < today()
    return _("Avoinna jakson lopussa") if is_over else _("Avoinna nyt, jakso on kesken")


def _sheet(found: HalfYearFigures) -> bytes:
    """Return the figures with semicolons and a byte-order mark, as spreadsheets here open them."""
    written = io.StringIO()
    sheet = csv.writer(written, delimiter=";", lineterminator="\r\n")
    sheet.writerow(_cells(_("Taulukko"), _("Rivi"), _("Määrä")))
    for table in found.tables:
        for label, count in _rows(found, table):
            sheet.writerow(_cells(_(TITLES[table]), label, count))
    unknown = _less()
    at_end = _open_words(found)
    sheet.writerow(_cells(at_end, "", unknown if found.open_at_end is None else str(found.open_at_end)))
    days = _("Saapumisesta päättymiseen, mediaani päivinä")
    too_few = _("liian vähän päättyneitä")
    sheet.writerow(_cells(days, "", too_few if found.median_days is None else str(found.median_days)))
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def _cells(*texts: str) -> list[str]:
    return [f"'{each}" if each.startswith(_CALCULATES) else each for each in texts]
