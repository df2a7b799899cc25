"""Reads one component of a form-js form: its question, its limits and our own properties."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

import re2

from forms.definition import (
    ANSWERS,
    CLASSES,
    MOST_TEXT,
    PARTIES,
    PICTURES,
    RECORDS,
    SKIPS,
    Condition,
    Disclosure,
    Field,
    Kind,
    Limits,
    Option,
    RegisterPlace,
    is_reserved,
)
from forms.source import OF_OPTIONS, Source, flag, text_of

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
FEEL_WORDS = frozenset(
    {
        "and", "or", "not", "in", "if", "then", "else", "for", "return", "some", "every", "satisfies", "between",
        "true", "false", "null", "function", "instance", "of", "external", "this", "parent", "partial", "item",
    }
)  # fmt: skip
TEXT_PROPERTIES = frozenset({"why", "reader", "sensitive", "step", "step_title"})
INHERITED_PROPERTIES = frozenset({"class", "party", "register"})
GROUP_PROPERTIES = TEXT_PROPERTIES | INHERITED_PROPERTIES
FIELD_PROPERTIES = GROUP_PROPERTIES | {
    "variable", "skippable", "date_limit", "estimate", "easy", "person", "options_from", "example", "input", "row_label", "add_label",
    "required_message", "pattern_message", "can_wait", "alone",
}  # fmt: skip
REFUSED_KINDS: Mapping[str, str] = MappingProxyType(
    {
        "button": "Sivulla on omat painikkeensa. Poista painike.",
        "html": "HTML:ää ei voi käyttää. Kirjoita teksti Markdownina.",
        "iframe": "Muita sivuja ei voi upottaa lomakkeeseen.",
        "image": "Kuvia ei voi käyttää näissä lomakkeissa.",
        "table": "Taulukoita ei voi käyttää näissä lomakkeissa. Kirjoita teksti.",
        "taglist": "Tunnisteluetteloa ei voi käyttää ilman JavaScriptiä. Käytä valintaruutuja (checklist).",
        "expression": "Laskettu arvo kuuluu prosessiin, ei lomakkeeseen.",
        "documentPreview": "Asiakirjat näytetään lomakkeen vieressä, ei siinä.",
    }
)
REFUSED_ATTRIBUTES = ("valuesKey", "valuesExpression", "readonly", "disabled")


@dataclass(frozen=True, slots=True)
class Inherited:
    """Settings that a form, group, list or included part hands down to its questions; empty if it has none."""

    sealing_class: str = ""
    party: str = ""
    register: str = ""

    def within(self, source: Source) -> Inherited:
        """Return the settings inside a component: its own, else those handed down."""
        return Inherited(
            text_of(source.properties, "class") or self.sealing_class,
            text_of(source.properties, "party") or self.party,
            text_of(source.properties, "register") or self.register,
        )


def disclosure_of(source: Source) -> Disclosure:
    return Disclosure(text_of(source.properties, "why"), text_of(source.properties, "reader"))


def condition_of(source: Source, parse: Callable[[str], Condition]) -> tuple[Condition, ...]:
    """Return the component's own condition in a tuple; an empty tuple if it has none."""
    conditional = source.get("conditional")
    if conditional in (None, {}):
        return ()
    hide = conditional.get("hide") if isinstance(conditional, dict) else None
    if not isinstance(hide, str):
        raise source.refused("Ehto kirjoitetaan kohtaan ”hide” FEEL-lausekkeena.")
    if not hide.removeprefix("=").strip():
        return ()
    return (parse(hide.removeprefix("=").strip()),)


def prose(source: Source) -> str:
    """Return the Markdown of a text component."""
    markdown = text_of(source.raw, "text")
    _refuse_templates(source, markdown)
    return markdown


def make_field(source: Source, conditions: tuple[Condition, ...], settings: Inherited) -> Field:
    """Return the question of a component of a known kind. `settings` are those that apply inside the component."""
    kind = Kind(str(source.get("type")))
    _check_attributes(source)
    source.check_properties(FIELD_PROPERTIES)
    properties = {name: str(value) for name, value in source.properties.items()}
    options = _options(source, properties) if kind in {Kind.RADIO, Kind.SELECT, Kind.CHECKLIST} else ()
    key, sealing_class = _key(source, kind), _sealing_class(source, settings)
    made = Field(
        key=key,
        kind=kind,
        label=_label(source, kind),
        hint=text_of(source.raw, "description"),
        required=_rules(source).get("required") is True,
        options=options,
        options_from=_options_from(source, kind, options=options),
        hidden_when=conditions,
        limits=_limits(source, kind),
        default=_default(source, kind, options),
        sealing_class=sealing_class,
        place=_place(source, key, settings, sealing_class),
        stays_with_answers=settings.register == ANSWERS,
        is_variable=flag(source, "variable"),
        skips=_skips(source, kind),
        is_easy=flag(source, "easy"),
        takes_estimate=_takes_estimate(source, kind),
        sensitive=flag(source, "sensitive"),
        disclosure=disclosure_of(source),
        many=source.get("multiple") is True,
        properties=properties,
    )
    _check_example(source, made)
    if made.alone and (kind is not Kind.CHECKLIST or made.alone not in {each.value for each in options}):
        raise source.refused(
            "”alone” on vaihtoehto, jonka kanssa ei valita muita, ja se kuuluu valintaruutuihin (checklist)."
        )
    return made


def _check_attributes(source: Source) -> None:
    for name in REFUSED_ATTRIBUTES:
        if source.get(name) not in (None, False, ""):
            raise source.refused("Kohtaa ”%(name)s” ei voi käyttää näissä lomakkeissa.", name=name)
    for name in ("label", "description", "dateLabel"):
        _refuse_templates(source, text_of(source.raw, name))


def _refuse_templates(source: Source, text: str) -> None:
    if text.startswith("=") or "{{" in text:
        raise source.refused(
            "Tekstit näytetään sellaisina kuin ne on kirjoitettu: lausekkeita ja {{malleja}} ei lasketa."
        )


def _key(source: Source, kind: Kind) -> str:
    key = source.get("path") if kind is Kind.ROWS else source.get("key")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise source.refused(
            "Avaimessa on pieniä kirjaimia a–z, numeroita ja alaviivoja, ja se alkaa kirjaimella."
        )
    if is_reserved(key) or key in FEEL_WORDS:
        raise source.refused("”%(key)s” ei voi olla avain: sillä on jo toinen merkitys.", key=key)
    return key


def _label(source: Source, kind: Kind) -> str:
    label = (kind is Kind.DATE and text_of(source.raw, "dateLabel")) or text_of(source.raw, "label")
    if not label:
        raise source.refused("Kysymyksellä ei ole otsikkoa (label).")
    if kind is Kind.DATE and source.get("subtype", "date") != "date":
        raise source.refused("Vain päivää voi kysyä, ei kellonaikaa. Valitse alatyypiksi ”date”.")
    return label


def _options(source: Source, properties: Mapping[str, str]) -> tuple[Option, ...]:
    values = source.get("values", [])
    if not isinstance(values, list):
        raise source.refused("Kohdan ”values” pitää olla luettelo vaihtoehdoista.")
    options = tuple(_option(source, value, properties) for value in values)
    if len({option.value for option in options}) < len(options):
        raise source.refused("Kahdella vaihtoehdolla on sama arvo.")
    named = {name.partition("_")[2] for name in properties if name.startswith(OF_OPTIONS)}
    stray = named - {o.value for o in options}
    if stray:
        raise source.refused(
            "Huomautus, kuva tai poistuminen koskee vaihtoehtoa ”%(value)s”, jota ei ole.",
            value=sorted(stray)[0],
        )
    return options


def _option(source: Source, raw: object, properties: Mapping[str, str]) -> Option:
    value = raw.get("value") if isinstance(raw, dict) else None
    label = raw.get("label") if isinstance(raw, dict) else None
    if not isinstance(value, str) or not isinstance(label, str) or not label.strip():
        raise source.refused("Jokaisella vaihtoehdolla on arvo ja otsikko.")
    if not re.fullmatch(r"[a-z0-9][a-z0-9_]{0,59}", value) or value in SKIPS or is_reserved(value):
        raise source.refused(
            "”%(value)s” ei voi olla vaihtoehdon arvo: käytä pieniä kirjaimia a–z, numeroita ja alaviivoja.",
            value=value,
        )
    picture = properties.get(f"picture_{value}", "")
    if picture and picture not in PICTURES:
        raise source.refused(
            "Kuvaa ”%(name)s” ei ole. Mahdollisia ovat: %(known)s.", name=picture, known=", ".join(PICTURES)
        )
    is_retired = properties.get(f"retired_{value}") == "true"
    return Option(value, label.strip(), properties.get(f"note_{value}", ""), picture, is_retired)


def _options_from(source: Source, kind: Kind, *, options: tuple[Option, ...]) -> str | None:
    person, name = text_of(source.properties, "person"), text_of(source.properties, "options_from")
    if source.properties.get("person") is True:
        person = "true"
    if person and person != "false":
        name = "person" if person == "true" else f"person:{person}"
    if kind not in {Kind.RADIO, Kind.SELECT, Kind.CHECKLIST}:
        if name:
            raise source.refused("Vain valinta voi saada vaihtoehtonsa muualta.")
        return None
    if bool(name) == bool(options):
        raise source.refused(
            "Valinnan vaihtoehdot ovat joko kohdassa ”values” tai tulevat muualta (person, options_from)."
        )
    return name or None


def _rules(source: Source) -> Mapping[str, object]:
    rules = source.get("validate", {})
    if not isinstance(rules, dict):
        raise source.refused("Kohdan ”validate” pitää sisältää sääntöjä.")
    return rules


def _limits(source: Source, kind: Kind) -> Limits:
    rules = _rules(source)
    date_limit = text_of(source.properties, "date_limit")
    if date_limit not in {"", "past", "recent", "birth", "future_allowed", "near"} or (
        date_limit and kind is not Kind.DATE
    ):
        raise source.refused(
            "”date_limit” on ”past”, ”recent”, ”birth”, ”future_allowed” tai ”near”, ja se kuuluu päivään."
        )
    numeric = kind is Kind.NUMBER
    return Limits(
        min_length=_whole(source, rules, "minLength"),
        max_length=min(_whole(source, rules, "maxLength") or MOST_TEXT, MOST_TEXT),
        pattern=_pattern(source, rules),
        text_type=_text_type(source, rules),
        least=_number(source, rules, "min") if numeric else None,
        most=_number(source, rules, "max") if numeric else None,
        decimals=_whole(source, source.raw, "decimalDigits") if numeric else None,
        increment=_number(source, source.raw, "increment") if numeric else None,
        not_future=date_limit in {"past", "recent", "birth"},
        is_birth=date_limit == "birth",
        is_near=date_limit in {"recent", "near"},
        not_past=kind is Kind.DATE and source.get("disallowPassedDates") is True,
    )


def _whole(source: Source, rules: Mapping[str, object], name: str) -> int | None:
    value = rules.get(name)
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise source.refused("”%(name)s” on kokonaisluku, vähintään 0.", name=name)
    return value


def _number(source: Source, rules: Mapping[str, object], name: str) -> Decimal | None:
    value = rules.get(name)
    if value in (None, ""):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise source.refused("”%(name)s” on luku.", name=name)
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        raise source.refused("”%(name)s” on luku.", name=name) from None
    if not number.is_finite() or (name == "increment" and number <= 0):
        raise source.refused("”%(name)s” on luku, suurempi kuin 0.", name=name)
    return number


def _pattern(source: Source, rules: Mapping[str, object]) -> str | None:
    pattern = rules.get("pattern")
    if pattern in (None, "") or rules.get("validationType") in {"email", "phone"}:
        return None
    try:
        re2.compile(pattern)
    except (re2.error, TypeError):
        raise source.refused(
            "Kuvio (pattern) ei ole säännöllinen lauseke, jonka voi tarkistaa rajallisessa ajassa (RE2)."
        ) from None
    return str(pattern)


def _text_type(source: Source, rules: Mapping[str, object]) -> str | None:
    kind = rules.get("validationType")
    if kind in (None, "", "custom"):
        return None
    if kind not in {"email", "phone"}:
        raise source.refused(
            "Tekstin tyyppi ”%(kind)s” on tuntematon. Mahdollisia ovat email ja phone.", kind=kind
        )
    return str(kind)


def _default(source: Source, kind: Kind, options: tuple[Option, ...]) -> str | None:
    value = source.get("defaultValue")
    if value in (None, "", [], False):
        return None
    if kind is Kind.CHECKBOX and value is True:
        return "true"
    if kind in {Kind.RADIO, Kind.SELECT} and value in [option.value for option in options]:
        return str(value)
    if kind in {Kind.TEXTFIELD, Kind.TEXTAREA, Kind.NUMBER} and isinstance(value, str | int | float):
        return str(value)
    raise source.refused("Oletusarvo ei ole vastaus tähän kysymykseen.")


def _sealing_class(source: Source, settings: Inherited) -> str:
    name = settings.sealing_class or "narrative"
    if name not in CLASSES:
        raise source.refused(
            "”%(name)s” ei ole tietojen luokka. Mahdollisia ovat: %(known)s.",
            name=name,
            known=", ".join(CLASSES),
        )
    return name


def _place(source: Source, key: str, settings: Inherited, sealing_class: str) -> RegisterPlace | None:
    """Return the place of an answer in the party register: the one that the question names, else that of its class of
    data; None if it has none."""
    record, _, name = settings.register.partition(".")
    if settings.party and settings.party not in PARTIES:
        raise source.refused(
            "”%(name)s” ei ole osapuoli (party). Mahdollisia ovat: %(known)s.",
            name=settings.party,
            known=", ".join(PARTIES),
        )
    if record not in {"", ANSWERS, *RECORDS} or (name and not KEY.fullmatch(name)):
        raise source.refused(
            "”register” on ”identity”, ”contact” tai ”answers”, tai esimerkiksi ”identity.given_names”."
        )
    if record in RECORDS and not settings.party:
        raise source.refused("Kerro myös, kenen tietoihin vastaus kuuluu (party).")
    record = record or sealing_class
    if not settings.party or record not in RECORDS or source.get("type") == Kind.ROWS:
        return None
    return RegisterPlace(settings.party, record, name or key)


def _skips(source: Source, kind: Kind) -> tuple[str, ...]:
    value = source.properties.get("skippable", "false")
    if value in {False, "false", ""}:
        return ()
    if kind in {Kind.CHECKBOX, Kind.ROWS, Kind.FILES}:
        raise source.refused(
            "Rastia, luetteloa ja tiedostoa ei voi merkitä ohitettavaksi (skippable): ne saa jättää tyhjiksi."
        )
    if value in {True, "true"}:
        return SKIPS
    if value in SKIPS:
        return (str(value),)
    raise source.refused("”skippable” on ”true”, ”dont_know” tai ”dont_want”.")


def _takes_estimate(source: Source, kind: Kind) -> bool:
    if not flag(source, "estimate"):
        return False
    if kind is not Kind.DATE:
        raise source.refused("Vain päivästä voi antaa arvion (estimate).")
    return True


def _check_example(source: Source, made: Field) -> None:
    pattern, example = made.limits.pattern, made.properties.get("example", "")
    if pattern is None:
        return
    if made.kind not in {Kind.TEXTFIELD, Kind.TEXTAREA}:
        raise source.refused("Vain tekstillä voi olla kuvio (pattern).")
    if not re2.search(pattern, example):
        raise source.refused(
            "Kysymys, jolla on kuvio (pattern), tarvitsee ominaisuuden ”example”, joka sopii kuvioon."
        )
