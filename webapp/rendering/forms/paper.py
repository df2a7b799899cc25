"""The page of a form as paper to fill in with a pen: the same questions in the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from engine.domain.paper_forms import PaperForm, PaperItem, PaperSection
from webapp.http.languages import Language
from webapp.rendering.forms.parts import FormPage, Gated, PageStep, Part, Prose, Question, RowList, Section
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked

MOST_BOXES = 9
"""A choice among more is written by hand: a page of boxes hides the question."""
COPIES = 2
"""Rows printed for each repeating list; more go on another paper."""
LINES = {"text": 1, "textarea": 4}
LINES_IN_ROW = 3
"""At most, for a question that is printed again for each row."""
NO_CODE = marked(
    "Paperissa ei ole koodia. Annamme koodin tavalla, jonka kerrot turvalliseksi. Jos et kerro tapaa, emme voi antaa sitä: soita meille."
)
"""The questions are those of the page, whose receipt has the code."""
GUIDES = {
    "own": (
        marked(
            "Kaikki kohdat ovat vapaaehtoisia. Voit jättää niitä tyhjiksi tai rastittaa ”En halua vastata”."
        ),
        marked("Voit kirjoittaa omalla kielelläsi. Lyhyet vastaukset riittävät."),
        marked("Hakemusta ei tarvitse allekirjoittaa."),
        NO_CODE,
    ),
    "other": (
        marked("Täyttäkää lomake yhdessä. Ilman henkilön suostumusta sitä ei saa lähettää."),
        marked(
            "Kohdat, joissa lukee ”tarvitaan”, tarvitsemme voidaksemme toimia turvallisesti. Muut ovat vapaaehtoisia."
        ),
        marked("Kiireessä soita ensin. Apu voi alkaa jo puhelun perusteella."),
    ),
    "ask": (
        marked("Älä kirjoita nimiä, osoitteita tai muuta, mistä joku voidaan tunnistaa."),
        marked("Kerro, miten voimme vastata sinulle turvallisesti. Nopeimmin saat neuvon soittamalla."),
        NO_CODE,
    ),
}
FOR_ALL = (
    marked(
        "Vastaukset lukevat vain työntekijät, jotka hoitavat asiaa. Heillä on vaitiolovelvollisuus. Emme ilmoita asiakkaistamme poliisille, ellei laki vaadi sitä, tai salli sitä, koska jonkun henki, terveys tai vapaus on vakavasti uhattuna."
    ),
    marked("Voit myös soittaa: täytämme lomakkeen yhdessä, tarvittaessa tulkin kanssa."),
    marked("Jos tämä paperi voi vaarantaa sinut tai toisen, älä säilytä sitä. Soita."),
)


@dataclass(frozen=True, slots=True)
class _Place:
    """The place of an item: its indentation, and the condition under which it is answered."""

    level: int = 0
    note: str = ""
    most_lines: int = 4


def paper_form(page: FormPage, door: str, language: Language, help_line: str) -> PaperForm:
    guide = GUIDES.get(door, GUIDES["own"]) + FOR_ALL
    sections = [_section(step) for step in page.steps]
    if guide[0] == GUIDES["own"][0] and any(item.mark for section in sections for item in section.items):
        # "Everything is voluntary" would be untrue of a form that marks what is needed.
        guide = (GUIDES["other"][1], *guide[1:])
    return PaperForm(
        language=language.locale,
        title=page.title,
        is_rtl=language.direction == "rtl",
        opening=(page.intro,) if page.intro else (),
        phone_label=_("Soita, 24 h"),
        phone=help_line,
        send_label=_("Minne lomake lähetetään"),
        send_text=_(
            "Lähetä lomake kirjeenä tai anna se työntekijälle, johon luotat. Älä lähetä sitä sähköpostilla. Jos postin lähettäminen ei ole turvallista, soita."
        ),
        guide_label=_("Näin täytät lomakkeen"),
        guide=tuple(_(line) for line in guide),
        sections=(*sections, _end(door)),
    )


def _section(step: PageStep) -> PaperSection:
    lines = [_plain(step.hint), step.warning, step.why.why if step.why else ""]
    return PaperSection(
        title=f"{step.number}. {step.title or step.name}",
        paragraphs=tuple(line for line in lines if line),
        items=tuple(_items(step.parts, _Place())),
    )


def _end(door: str) -> PaperSection:
    """Return the section that asks who filled in the form and when."""
    by = [_("Hakija itse"), _("Hakija, ja joku auttoi"), _("Joku muu")]
    if door == "other":
        by = [_("Ohjaaja yhdessä henkilön kanssa"), _("Joku muu")]
    writers = PaperItem("boxes", _("Kuka täytti lomakkeen?"), choices=tuple((each, "") for each in by))
    items = (
        (PaperItem("lines", _("Päiväys")),) if door == "ask" else (writers, PaperItem("lines", _("Päiväys")))
    )
    return PaperSection(_("Kun lomake on täytetty"), items=items)


def _items(parts: Sequence[Part], place: _Place) -> Iterator[PaperItem]:
    for part in parts:
        if isinstance(part, Gated):
            yield from _items((part.part,), replace(place, note=part.note))
        elif isinstance(part, Question):
            yield from _question(part, place)
        elif isinstance(part, RowList):
            yield from _rows(part, place)
        elif isinstance(part, Section):
            yield PaperItem("heading", part.label, level=place.level)
            yield from _items(part.parts, place)
        elif isinstance(part, Prose):
            yield PaperItem("text", _plain(part.html), level=place.level)


def _question(asked: Question, place: _Place) -> Iterator[PaperItem]:
    own = [choice for choice in asked.choices if not choice.is_quiet]
    quiet = [choice for choice in asked.choices if choice.is_quiet]
    is_boxes = (bool(own) and len(own) <= MOST_BOXES) or asked.shape == "checks"
    if asked.shape == "file":
        yield PaperItem("text", f"{asked.label}. {asked.hint}".strip(), level=place.level)
        return
    needed = _("tarvitaan") if asked.is_required else ""
    is_tick = asked.shape == "tick"
    yield PaperItem(
        shape="boxes" if is_boxes else "lines",
        label="" if is_tick else asked.label,
        hint=asked.hint,
        note=asked.only_if or place.note,
        mark="" if is_tick else needed,
        lines=min(LINES.get(asked.shape, 1), place.most_lines),
        choices=tuple(
            (f"{choice.label} ({needed})" if is_tick and needed else choice.label, choice.note)
            for choice in own
        )
        if is_boxes
        else (),
        skips=tuple(choice.label for choice in (*quiet, *asked.skips)),
        level=place.level,
    )
    for choice in own:
        note = _("Vastaa, jos rastitit: %(answer)s", answer=choice.label)
        yield from _items(choice.more, replace(place, level=place.level + 1, note=note))


def _rows(rows: RowList, place: _Place) -> Iterator[PaperItem]:
    yield PaperItem("heading", rows.label, level=place.level)
    before = [text.rstrip(".") + "." for text in (rows.only_if or place.note, rows.hint) if text]
    if before:
        yield PaperItem("text", " ".join(before), level=place.level)
    first = rows.rows[0]
    name = first.label.rsplit(" ", 1)[0]
    for number in range(1, COPIES + 1):
        yield PaperItem("heading", f"{name} {number}", level=place.level)
        yield from _items(first.parts, _Place(place.level, most_lines=LINES_IN_ROW))
    yield PaperItem("text", _("Jos tila ei riitä, jatka toiselle paperille."), level=place.level)


def _plain(html: Markup) -> str:
    return html.striptags()
