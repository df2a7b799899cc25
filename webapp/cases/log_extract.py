"""The extract of the access log for the person whose matter it is: a page to look at, and a letter to hand over or to post."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, render_template, request

from engine.clock import day_of
from engine.domain.policy import Action, admits
from engine.domain.wording import Section, Wording
from engine.letters import Letter, PrintableLetter, unprintable
from engine.queries.log_extract import Listings, LogExtract, Look, TakeLogExtract
from engine.texts import text
from webapp.cases.blueprint import blueprint
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import LANGUAGES, current_language, speak
from webapp.http.responses import pdf
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import ngettext
from webapp.rendering.words.dates import day, moment
from webapp.rendering.words.labels import role_name, word


@blueprint.get("/<reference>/readers/extract")
@for_staff(action=Action.TAKE_LOG_EXTRACT)
def log_extract(reference: str) -> str:
    extract = engine().answer(TakeLogExtract(reference), sessions.actor())
    own = [extract.language, *(code for code in LANGUAGES if code != extract.language)]
    return render_template(
        "cases/log_extract.html",
        extract=extract,
        languages=[LANGUAGES[code] for code in own],
        prints_case=admits(Action.PRINT_CASE, sessions.actor().roles),
    )


@blueprint.get("/<reference>/readers/extract.pdf")
@for_staff(action=Action.TAKE_LOG_EXTRACT)
def log_extract_pdf(reference: str) -> Response:
    """Send the extract as a letter: in the person's language, or in the one that is asked for."""
    extract = engine().answer(TakeLogExtract(reference), sessions.actor())
    asked = request.args.get("language", "")
    speak(asked if asked in LANGUAGES else extract.language)
    return pdf(PrintableLetter(_letter(extract), day_of(extract.made_at)).pdf(), _("ote"))


def _letter(extract: LogExtract) -> Letter:
    language = current_language().code
    authority = engine().settings.authority.spoken(language)
    head = tuple(line for line in (authority.name, authority.unit, authority.street, authority.phone) if line)
    wording = Wording(
        language,
        _("Kuka on katsonut tietojasi"),
        (Section("head", None, head), *_sections(extract)),
        document=_("Ote lokista"),
        secrecy=text(language, "Salassa pidettävä"),
    )
    return Letter(wording, extract.reference)


def _sections(extract: LogExtract) -> Iterator[Section]:
    explained = _(
        "Jokaisesta kerrasta näkyy aika, tehtävä ja syy. Työntekijöiden nimiä otteessa ei ole. Muita, joilta on kysytty, ei eritellä."
    )
    yield Section("explained", None, (explained,))
    looks = tuple(_of_look(each) for each in extract.looks)
    nobody = () if looks else (_("Kukaan ei ole avannut asiaa."),)
    yield Section("looks", _("Milloin asiasi on avattu"), nobody, looks)
    if extract.listings:
        heading = _("Milloin asiasi on näkynyt luettelossa muiden joukossa")
        yield Section("listings", heading, (), tuple(_of_listings(each) for each in extract.listings))


def rows_of(extract: LogExtract) -> tuple[tuple[str, str, str], ...]:
    """Return moment, reason and reader of each reading, then the same of each day's lists."""
    looks = ((moment(each.at), _reason(each), _whom(each)) for each in extract.looks)
    listings = (
        (day(each.on), f"{word(each.reason, 'reason')}, {_times(each)}", _whom(each))
        for each in extract.listings
    )
    return (*looks, *listings)


def _of_look(each: Look) -> str:
    return f"{moment(each.at)}, {_whom(each)}: {_reason(each)}"


def _of_listings(each: Listings) -> str:
    return f"{day(each.on)}, {_whom(each)}: {word(each.reason, 'reason')}, {_times(each)}"


def _times(each: Listings) -> str:
    return ngettext("kerran", "%(num)d kertaa", each.times)


def _reason(each: Look) -> str:
    words, purpose = word(each.reason, "reason"), _printable(each.purpose)
    return f"{words} ({purpose})" if purpose else words


def _whom(each: Look | Listings) -> str:
    return word(each.who, "looked") if each.who else ", ".join(role_name(role) for role in each.roles)


def _printable(typed: str) -> str:
    """Return what was typed without the characters that no font has."""
    return typed.translate(dict.fromkeys(map(ord, unprintable(typed)))).strip()
