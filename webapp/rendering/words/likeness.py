"""Why two cases may be of one person, and how cases belong together, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from engine.casework.candidates import SharedWay
from engine.domain.birth_dates import BirthDate
from engine.domain.case_links import LinkKind
from engine.domain.likeness import Likeness, Reason
from engine.queries.search import Hit
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.dates import clock

REASONS: Final[Mapping[Reason, str]] = {
    Reason.PHONE: marked("sama puhelinnumero"),
    Reason.EMAIL: marked("sama sähköpostiosoite"),
    Reason.SAME_NAME: marked("sama nimi"),
    Reason.LIKE_NAME: marked("nimi ääntyy samoin"),
    Reason.PART_OF_NAME: marked("osa nimestä sama"),
    Reason.SAME_DATE: marked("sama syntymäaika"),
    Reason.SWAPPED_DATE: marked("syntymäajan päivä ja kuukausi vaihtuneet"),
    Reason.NEAR_DATE: marked("syntymäajassa yksi ero"),
    Reason.PART_OF_DATE: marked("syntymäaika sopii, mutta osa siitä puuttuu"),
    Reason.FAMILY_NAME: marked("sama sukunimi"),
    Reason.ADDRESS: marked("sama postiosoite"),
}
LINK_HINTS: Final[Mapping[LinkKind, str]] = {
    LinkKind.SAME_PERSON: marked("Asiat linkitetään. Paperit, numero, päivä ja ratkaisu pysyvät omissaan."),
    LinkKind.FAMILY: marked("Eri ihminen, mutta lähisukulainen tai samassa taloudessa."),
    LinkKind.SAME_EVENTS: marked("Eri ihminen, mutta sama työ, paikka tai tekijä."),
    LinkKind.NOT_SAME: marked("Tätä paria ei enää ehdoteta."),
}


def search_limited(free_at: datetime) -> str:
    """Return the sentence for who has searched for people as often as one may."""
    # The minute after: at the one that is shown, the next search goes through.
    return _(
        "Henkilöitä voi hakea 30 kertaa tunnissa. Voit hakea taas klo %(hour)s. Asian numerolla pääset asiaan heti.",
        hour=clock(free_at + timedelta(minutes=1)),
    )


def reasons_in_words(likeness: Likeness) -> str:
    return ", ".join(_(REASONS[each]) for each in likeness.reasons)


def worded_ways(
    shared: Mapping[UUID, Sequence[SharedWay]],
) -> dict[UUID, list[tuple[str, SharedWay]]]:
    """Return by case what is shared, in words, with those who share it."""
    return {case_id: [(_(REASONS[each.reason]), each) for each in ways] for case_id, ways in shared.items()}


def birth_date_in_words(date: BirthDate | None) -> str:
    """Return a birth date as it is known, such as 17.5.1994, 5/1994 or 1994; empty if nothing of it is."""
    if date is None:
        return ""
    if date.month is None:
        return str(date.year)
    return f"{date.month}/{date.year}" if date.day is None else f"{date.day}.{date.month}.{date.year}"


def worded_hits(hits: Iterable[Hit]) -> list[tuple[Hit, str, str]]:
    """Return each with its reasons and its birth date in words."""
    return [(each, reasons_in_words(each.likeness), birth_date_in_words(each.born_on)) for each in hits]
