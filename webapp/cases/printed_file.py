"""The whole file of a case as one PDF: everything open, in the reader's language, for use inside."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response, request

from engine.clock import day_of
from engine.domain.given_copies import ADDRESS_PROVISION, Piece, redacted
from engine.domain.policy import Action
from engine.domain.printed_files import PrintedChapter, PrintedFile, PrintedLine, PrintedTable, reworded
from engine.letters import render_file
from engine.queries.printed_file import OpenWholeCase, Readers, WholeCase
from webapp.cases.blueprint import blueprint
from webapp.cases.case_page import clienthood_in_words, standing_of
from webapp.cases.log_extract import rows_of
from webapp.cases.printed_chapters import chapters_of
from webapp.http import sessions
from webapp.http.access import for_staff
from webapp.http.current import engine
from webapp.http.languages import LANGUAGES, current_language, speak
from webapp.http.responses import pdf
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.dates import day, moment
from webapp.rendering.words.labels import actor_name, role_name, word


@blueprint.get("/<reference>/whole.pdf")
@for_staff(action=Action.PRINT_CASE, download=True)
def whole_case(reference: str) -> Response:
    """Send the file. `readers`: whether those who have looked are listed, and how; `language`: another than the page's."""
    asked = request.args.get("readers", "")
    readers = Readers(asked) if asked in set(Readers) else Readers.NONE
    if request.args.get("language") in LANGUAGES:
        speak(request.args["language"])
    query = OpenWholeCase(reference, readers, current_language().code)
    whole = engine().answer(query, sessions.actor())
    printed = _without_protected(_printed(whole), whole)
    return pdf(render_file(printed, drawn_on=day_of(whole.file.moment)), f"{_('asia')} {reference}")


def _printed(whole: WholeCase) -> PrintedFile:
    authority = engine().settings.authority.spoken(current_language().code)
    return PrintedFile(
        language=current_language().code,
        title=_("Asia"),
        reference=whole.file.case.reference,
        secrecy=_("Salassa pidettävä. Sisäiseen käyttöön."),
        contents=_("Sisällys"),
        page=_("Sivu"),
        sender=tuple(each for each in (authority.name, authority.unit) if each),
        opening=tuple(_opening(whole)),
        chapters=(*chapters_of(whole), *_readers(whole)),
    )


def _without_protected(printed: PrintedFile, whole: WholeCase) -> PrintedFile:
    """Take the addresses under a protection order out of every text, also where somebody wrote one into a note."""
    if not whole.protected:
        return printed
    mark = _("[kohta poistettu: {provision}]")

    def without(text: str) -> str:
        return redacted([Piece("", "", text)], whole.protected, mark)[0].text

    return reworded(printed, without)


def _opening(whole: WholeCase) -> Iterator[PrintedLine]:
    file, case = whole.file, whole.file.case
    who = file.applicant.name if file.applicant else ""
    if who:
        yield PrintedLine(_("Kenen asia"), (who,))
    yield PrintedLine(_("Tilanne"), (standing_of(file),))
    arrived = f"{word(case.channel, 'channel')}, {day(case.received_at)}"
    yield PrintedLine(_("Tuli vireille"), (arrived,))
    facts = (
        (_("Luokka"), word(case.case_class, "class") if case.case_class else ""),
        (_("Käsittelijä"), file.caseworker.name if file.caseworker else ""),
        (_("Asiakkuus"), clienthood_in_words(file)),
        (_("Muut asiat"), _others(whole)),
    )
    yield from (PrintedLine(label, (words,)) for label, words in facts if words)
    yield PrintedLine(_("Tulostettu"), (f"{moment(file.moment)}, {sessions.actor().name}",))
    yield PrintedLine(
        "", (_("Tulosteessa on se, mitä tulostaja saa nähdä. Tulostaminen on kirjattu lokiin."),)
    )
    if case.is_restricted:
        yield PrintedLine("", (_("Asian näkyvyys on rajattu. Älä näytä tulostetta muille."),))
    if whole.is_sealed and case.content_sealed_at:
        yield PrintedLine("", (_("Asian sisältö on sinetöity %(day)s.", day=day(case.content_sealed_at)),))
    if whole.has_protected:
        words = _("Turvakielto: suojattua osoitetta ei ole tulosteessa (%(law)s).", law=ADDRESS_PROVISION)
        yield PrintedLine("", (words,))


def _others(whole: WholeCase) -> str:
    file = whole.file
    linked = (
        f"{each.case.reference} ({word(each.kind, 'link')})"
        for each in file.relations.links
        if each.kind != "not_same"
    )
    parent = (
        (f"{file.parent.reference} ({_('sisaruksen asia') if file.is_of_siblings else _('huoltajan asia')})",)
        if file.parent
        else ()
    )
    children = (f"{each.reference} ({_('lapsen asia')})" for each in file.children)
    return ", ".join((*parent, *children, *linked))


def _readers(whole: WholeCase) -> Iterator[PrintedChapter]:
    """Yield the list of those who have looked: by name for the house, by role and reason for the person."""
    if whole.extract is not None:
        note = _("Aika, tehtävä ja syy. Työntekijöiden nimiä luettelossa ei ole.")
        table = PrintedTable((_("Milloin"), _("Miksi"), _("Missä tehtävässä")), rows_of(whole.extract))
        yield PrintedChapter(_("Kuka on katsonut"), (note,), tables=(table,))
    elif whole.entries:
        rows = tuple(
            (
                moment(each["at"]),
                word(each["action"], "action") + (f": {each['purpose']}" if each["purpose"] else ""),
                ", ".join((actor_name(each["actor_name"]), *map(role_name, each["roles"]))),
            )
            for each in whole.entries
        )
        table = PrintedTable((_("Milloin"), _("Mitä"), _("Kuka")), rows)
        yield PrintedChapter(_("Ketkä ovat katsoneet"), tables=(table,))
