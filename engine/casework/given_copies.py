"""The pieces of a case that can be given out, and the letter that is left of them once the withheld words are gone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final

from engine.casework.resolution_letter import born_on
from engine.clock import day_of
from engine.domain.cases import Case
from engine.domain.given_copies import (
    ADDRESS_PROVISION,
    GROUND_SECTIONS,
    GivenCopy,
    Piece,
    Withholding,
    redacted,
)
from engine.domain.wording import Section, Wording
from engine.errors import Unsealable
from engine.executor.engine import Work
from engine.feel.values import from_json
from engine.letters import Letter
from engine.letters.fonts import unprintable
from engine.letters.reading import lines
from engine.storage.documents import Document
from engine.texts import day, text
from forms.definition import Field, FormDefinition

KIND: Final = "given_copy"
"""Of the document: it is not part of the next copy."""
PDF: Final = "application/pdf"
DETAILS: Final = (
    "phone",
    "sms_phone",
    "email",
    "postal_address",
    "contact_person_name",
    "contact_person_phone",
    "referrer_organisation",
    "referrer_email",
    "referrer_phone",
)
"""Of a party, beside the name. What else is known of them they or staff wrote in a form, which is a piece of its own."""


def language_of_copy(case: Case) -> str:
    """Return the language of the words between what is copied; the record itself stays as it was written."""
    return case.language if case.language in ("fi", "sv") else "fi"


def pieces_of(work: Work, case: Case) -> tuple[Piece, ...]:
    """Return everything of the case that can be read, oldest first in each kind. No address under turvakielto."""
    language = language_of_copy(case)
    return tuple(
        piece
        for pieces in (_parties, _answers, _notes, _documents, _files)
        for piece in pieces(work, case, language)
        if piece.text.strip()
    )


def withheld_of(work: Work, case: Case, copy: GivenCopy) -> tuple[Withholding, ...]:
    """Return what is withheld, with the addresses that no copy shows (661/2009 36-37 §) first."""
    return (*protected_addresses(work, case), *copy.withheld)


def protected_addresses(work: Work, case: Case) -> tuple[Withholding, ...]:
    """Return the addresses that no copy shows (661/2009 36-37 §), line by line."""
    protected = (each for each in work.stores.parties.ever_of_case(case.id) if each.is_protected)
    addresses = (str(each.contact.get("postal_address") or "") for each in protected)
    found = {line.strip() for address in addresses for line in address.splitlines() if len(line.strip()) > 1}
    reason = text(language_of_copy(case), "Turvakielto: osoitetta ei anneta.")
    return tuple(
        Withholding(f"address {each}", each, "", ADDRESS_PROVISION, reason) for each in sorted(found)
    )


def shown_pieces(work: Work, case: Case, copy: GivenCopy) -> tuple[Piece, ...]:
    mark = text(language_of_copy(case), "[kohta poistettu: {provision}]", provision="{provision}")
    return redacted(pieces_of(work, case), withheld_of(work, case, copy), mark)


def copy_letter(work: Work, case: Case, copy: GivenCopy) -> Letter:
    """Return the copy as a letter: what is given, then what was taken out and on which provision."""
    language = language_of_copy(case)
    authority = work.settings.authority.spoken(language)
    head = tuple(each for each in (authority.name, authority.unit, authority.street, authority.phone) if each)
    ground = GROUND_SECTIONS.get(copy.details.ground) or copy.details.ground_words
    given = (
        text(language, "Saaja: {recipient}", recipient=copy.details.recipient),
        text(language, "Annettu perusteella: {ground}", ground=ground),
        text(language, "Tämä on jäljennös asian tiedoista sellaisina kuin ne on kirjattu."),
    )
    pieces = (
        Section(f"piece_{number}", each.heading or None, tuple(each.text.split("\n")))
        for number, each in enumerate(shown_pieces(work, case, copy))
    )
    sections = (
        Section("head", None, head),
        Section("given", None, given),
        *pieces,
        *_grounds_of_withholding(work, case, copy, language),
    )
    title = title_of(case)
    secret = text(language, "Salassa pidettävä")
    wording = Wording(language, title, tuple(map(_printable, sections)), document=title, secrecy=secret)
    return Letter(wording, case.reference)


def title_of(case: Case) -> str:
    return text(language_of_copy(case), "Jäljennös asian tiedoista")


def state_of(work: Work, case: Case, copy: GivenCopy) -> tuple[object, ...]:
    """Return what tells whether the copy would come out the same, without reading its documents again."""
    stores = work.stores
    return (
        copy.version,
        tuple((each.id, each.version) for each in stores.parties.ever_of_case(case.id)),
        tuple((each.id, each.corrected_at) for each in stores.submissions.of_case(case.id)),
        tuple(each.id for each in stores.notes.of_case(case.id)),
        tuple(each.id for each in stores.documents.of_case(case.id)),
        tuple(each.id for each in stores.attachments.of_case(case.id)),
    )


def digest_of(letter: Letter) -> str:
    """Return a hash of the letter's words, so that nothing is made that nobody has seen."""
    return hashlib.sha256(repr(letter.wording).encode()).hexdigest()


def _grounds_of_withholding(work: Work, case: Case, copy: GivenCopy, language: str) -> Iterator[Section]:
    """Yield each ground once, without what it kept back."""
    grounds = dict.fromkeys((each.provision, each.reason) for each in withheld_of(work, case, copy))
    heading = text(language, "Mitä on poistettu ja miksi")
    if not grounds:
        yield Section("withheld", heading, (text(language, "Mitään ei ole poistettu."),))
        return
    items = tuple(f"{provision}: {reason}" for provision, reason in grounds)
    yield Section("withheld", heading, (), items)


def _printable(section: Section) -> Section:
    """Return the section without the characters that no font has: a copy is not refused for a smiley somebody typed."""

    def plain(line: str) -> str:
        return line.translate(dict.fromkeys(map(ord, unprintable(line)), "?"))

    heading = plain(section.heading) if section.heading else None
    return Section(
        section.key, heading, tuple(map(plain, section.paragraphs)), tuple(map(plain, section.items))
    )


# ---------------------------------------------------------------- pieces


def _parties(work: Work, case: Case, language: str) -> Iterator[Piece]:
    for each in work.stores.parties.ever_of_case(case.id):
        if not case.is_shut_to(work.actor, each.added_at):
            details = {**each.identity, **each.contact_on_copies}
            words = (value for name in DETAILS if isinstance(value := details.get(name), str) and value)
            lines_of_party = filter(None, (born_on(each, language), *words))
            heading = text(language, "Osapuoli: {name}", name=each.name)
            yield Piece(f"party {each.id}", heading, "\n".join(lines_of_party))


def _answers(work: Work, case: Case, language: str) -> Iterator[Piece]:
    models = work.instances.models(case.deployment_id)
    is_protected = any(each.is_protected for each in work.stores.parties.ever_of_case(case.id))
    people = {str(each.id): each.name for each in work.stores.people.all()}
    for each in work.stores.submissions.of_case(case.id):
        if case.is_shut_to(work.actor, each.sent_at):
            continue
        definition = models.form_in(each.form_key, language)
        answers = dict(from_json(dict(each.answers)))
        if is_protected:
            answers.pop("postal_address", None)
        words = "\n".join(_answered(definition, answers, people, language))
        asks = definition.title.endswith("?")
        heading = f"{definition.title}{'' if asks else ','} {day(language, day_of(each.sent_at))}"
        yield Piece(f"submission {each.id}", heading, words)


def _notes(work: Work, case: Case, language: str) -> Iterator[Piece]:
    for each in work.stores.notes.of_case(case.id):
        if not case.is_shut_to(work.actor, each.written_at):
            on = day(language, day_of(each.written_at))
            agreed = each.contact.agreed if each.contact else ""
            heading = text(language, "Merkintä {on}", on=on)
            yield Piece(f"note {each.id}", heading, "\n".join(filter(None, (each.text, agreed))))


def _documents(work: Work, case: Case, language: str) -> Iterator[Piece]:
    for each in work.stores.documents.of_case(case.id):
        if each.kind != KIND and not case.is_shut_to(work.actor, each.created_at):
            heading = f"{each.title}, {day(language, day_of(each.created_at))}"
            yield Piece(f"document {each.id}", heading, _text_of(work, each, language))


def _text_of(work: Work, document: Document, language: str) -> str:
    """Return the words of a letter that the program typeset."""
    not_here = text(language, "Asiakirja ei sisälly tähän jäljennökseen.")
    if document.media_type != PDF:
        return not_here
    try:
        return lines(work.stores.documents.read(document.id)[1]) or not_here
    except Unsealable:
        return ""


def _files(work: Work, case: Case, language: str) -> Iterator[Piece]:
    for each in work.stores.attachments.of_case(case.id):
        if not case.is_shut_to(work.actor, each.created_at):
            heading = text(language, "Liite: {name}", name=each.name)
            yield Piece(
                f"file {each.id}", heading, text(language, "Tiedosto ei sisälly tähän jäljennökseen.")
            )


def _answered(
    definition: FormDefinition, answers: Mapping[str, Any], people: Mapping[str, str], language: str
) -> Iterator[str]:
    for field in definition.fields:
        yield from _line(field, answers.get(field.key), people, language)


def _line(field: Field, value: Any, people: Mapping[str, str], language: str) -> Iterator[str]:
    if isinstance(value, list | tuple) and field.columns:
        for row in value:
            for column in field.fields:
                yield from _line(column, row.get(column.key), people, language)
        return
    words = _word(field, value, people, language)
    if words:
        yield f"{field.label} {words}" if field.label.endswith("?") else f"{field.label}: {words}"


def _word(field: Field, value: Any, people: Mapping[str, str], language: str) -> str:
    known = {each.value: each.label for each in field.options}
    match value:
        case bool():
            return text(language, "kyllä") if value else text(language, "ei")
        case datetime():
            return day(language, day_of(value))
        case date():
            return day(language, value)
        case str():
            return known.get(value) or people.get(value) or value
        case list() | tuple():
            return ", ".join(_word(field, each, people, language) for each in value)
        case int() | float():
            return str(value)
    return ""
