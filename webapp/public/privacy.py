"""The privacy page: reason, readers and retention of each question, made from the forms and the retention table in use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask import render_template

from engine.domain.people import PUBLIC
from engine.queries.privacy import FieldCatalogue, Kept
from forms.definition import Disclosure, Field, Step, Text
from webapp.http.access import open_to_all
from webapp.http.current import engine, settings
from webapp.http.languages import current_language
from webapp.public.application_kinds import DOORS
from webapp.public.blueprint import blueprint
from webapp.rendering.forms.page import as_asked
from webapp.rendering.words.catalogues import gettext as _
from webapp.rendering.words.catalogues import marked
from webapp.rendering.words.retention_labels import COUNTED_FROM, period_in_words

CLASSES = {
    "identity": (
        marked("Kuka olet"),
        marked(
            "Laki 615/2020 1 ja 7 §. Päätöksestä pitää käydä ilmi, ketä se koskee (hallintolaki 434/2003 44 §)."
        ),
    ),
    "contact": (
        marked("Miten sinuun saa yhteyden"),
        marked("Laki 615/2020 7 §. Päätös pitää antaa tiedoksi (hallintolaki 434/2003 54 §)."),
    ),
    "narrative": (
        marked("Mitä on tapahtunut ja mitä apua tarvitset"),
        marked(
            "Laki 746/2011 35 § ja laki 615/2020 7 §. Arkaluonteisia tietoja käsitellään vain, kun se on välttämätöntä (615/2020 8 §)."
        ),
    ),
}
"""Classes of data that forms ask for: the name, and the legal basis."""
CITED = re.compile(r"\d+/\d{4} \d+(?: [a-z])? §")
"""A section with the number of its Act, which reads the same in every language."""
ENDINGS = {
    ("admitted_35_1", None): marked("kun päätös on tehty"),
    ("not_admitted", None): marked("kun päätös on tehty"),
    ("lapsed", "withdrawn"): marked("kun hakemus on peruutettu"),
    ("lapsed", "no_consent"): marked("kun suostumusta ei saatu"),
}


@dataclass(frozen=True, slots=True)
class KeptFor:
    words: str
    basis: str
    """From the table; empty where its words are Finnish and the page is not."""


@dataclass(frozen=True, slots=True)
class DataClass:
    name: str
    law: str
    kept: tuple[KeptFor, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions of one step with the same reason."""

    labels: tuple[tuple[str, str], ...]
    """Each question with its class of data."""
    disclosure: Disclosure


@dataclass(frozen=True, slots=True)
class AskedStep:
    title: str
    groups: tuple[Asked, ...]


@blueprint.get("/privacy")
@open_to_all
def privacy() -> str:
    keys = tuple(door.form_key for door in DOORS.values())
    found = engine().answer(FieldCatalogue(keys, current_language().code), PUBLIC)
    return render_template(
        "public/privacy.html",
        classes=[DataClass(_(name), _(law), _kept(found.kept[key])) for key, (name, law) in CLASSES.items()],
        controller=engine().settings.authority.spoken(current_language().code).name,
        data_protection_officer=settings().data_protection_officer,
        data_protection_ombudsman=settings().data_protection_ombudsman,
        forms=[
            (form.title, tuple(_step(step) for step in form.steps)) for form in map(as_asked, found.forms)
        ],
    )


def _kept(endings: Iterable[Kept]) -> tuple[KeptFor, ...]:
    """Return a line for each retention period, naming its endings if periods differ."""
    lengths: dict[tuple[str, str, str], list[str]] = {}
    for each in endings:
        ending = _(ENDINGS[each.outcome, each.lapse_reason])
        own = lengths.setdefault((each.period, each.count_from, each.basis), [])
        if ending not in own:
            own.append(ending)
    lines = []
    for (period, count_from, basis), own in lengths.items():
        words = f"{period_in_words(period)} {_(COUNTED_FROM.get(count_from, ''))}".strip()
        lines.append(KeptFor(words if len(lengths) == 1 else f"{words}, {', '.join(own)}", _readable(basis)))
    return tuple(lines)


def _readable(basis: str) -> str:
    """Return the basis as a reader of the page's language understands it: the table's words are Finnish, sections are not."""
    if current_language().html == "fi":
        return basis
    return ", ".join(CITED.findall(basis))


def _step(step: Step) -> AskedStep:
    first = step.components[0] if step.components else None
    usual = first.disclosure if isinstance(first, Text) else Disclosure()
    groups: dict[Disclosure, list[tuple[str, str]]] = {}
    for field in step.fields:
        own = field.disclosure or usual
        groups.setdefault(own, []).extend(_labels(field))
    return AskedStep(step.title or step.name, tuple(Asked(tuple(each), why) for why, each in groups.items()))


def _labels(field: Field) -> list[tuple[str, str]]:
    if not field.columns:
        return [(field.label, _class_name(field.sealing_class))]
    row = field.properties.get("row_label") or field.label
    return [
        # A child's identity goes into the register of parties and is kept as long as that.
        (
            f"{row}: {column.label}",
            _class_name(column.place.record if column.place else column.sealing_class),
        )
        for column in field.fields
    ]


def _class_name(sealing_class: str) -> str:
    return _(CLASSES[sealing_class][0]) if sealing_class in CLASSES else ""
