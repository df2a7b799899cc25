"""The letter of a resolution: the values it is made of, the draft that a signer reads, the PDF that is signed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final
from uuid import UUID

import orjson
from babel import Locale

from engine.casework.appeals import REMOVAL
from engine.casework.assessed_before import assessed, of_child, removal_values, unheard
from engine.casework.court import court_values
from engine.casework.decision_corrections import CORRECTED, REPEATS, correction_values, instructed
from engine.casework.letter_readers import BESIDE, beside, explained, reader_of, spoken_to
from engine.casework.oral_hearings import answered_once, is_spoken_for, oral_values, withheld_words
from engine.casework.parties_heard import speaks_for_a_child, still_speaks
from engine.casework.reflection_hearings import heard_values
from engine.casework.reflection_periods import changed_values
from engine.clock import day_of
from engine.domain.ages import birth_date_of
from engine.domain.cases import Case
from engine.domain.consents import REFERRAL, WITHDRAWN
from engine.domain.decision_corrections import Decision
from engine.domain.decision_corrections import Letter as CorrectionLetter
from engine.domain.grounds import is_discretionary
from engine.domain.people import Person
from engine.domain.wording import Wording, sketch
from engine.errors import Invalid, NotFound
from engine.executor.engine import Work
from engine.feel.values import from_json
from engine.instances import CompiledModels
from engine.letters import Letter, assemble, headed, render
from engine.settings import Authority, require_authority
from engine.storage.parties import Party
from engine.texts import day, text

FRAMES = {
    "admission": "resolution",
    "reflection_period": "reflection_notice",
    REMOVAL: "removal_notice",
    "reissued_instructions": "reissued_instructions",
    "correction_refused": "correction_refused",
}
"""Text of a resolution's letter by its kind, and of a correction's other than a copy by its outcome."""
ORGANISERS = {
    "nas": "ihmiskaupan uhrien auttamisjärjestelmä",
    "county": "kotikunnan hyvinvointialue",
    "helsinki_hus": "Helsingin kaupunki ja HUS-yhtymä",
    "reception_centre": "vastaanottokeskus yhdessä auttamisjärjestelmän kanssa",
    "aland": "kotikunta Ahvenanmaalla",
}


FILLED_BY_SIGNING: Final = frozenset(
    {"signer_name", "signer_title", "presenter_name", "presenter_title", "decided_on", "corrected_on"}
)
_DECIDED: Final = ("reflection_from", "reflection_until", "interrupted_from", "help_until")
HEARD_BY: Final = {
    "admission": "assessment",
    REMOVAL: "removal_assessment",
    "reflection_period": "reflection_period",
}
"""The form that says if anybody is heard, by the kind of decision."""
IDENTIFICATION_REFUSED = "identification_refused"
"""Part of a letter to one who asked to be identified as a victim and is admitted on another ground."""
GROUND_REFUSED = "ground_refused"
"""The same to one who asked by 35 § 2 or 3 mom. alone: nobody sought or assessed the identification."""


class TitleUnknown(Invalid):
    sentence = "Virkanimikkeellä {title} ei ole sanaa kirjeen kielellä. Lisää se asetukseen VIREILLE_TITLES."


@dataclass(frozen=True, slots=True)
class Draft:
    """A letter before its signature. Its hash covers everything that the reader sees."""

    models: CompiledModels
    key: str
    parts: tuple[str, ...]
    language: str
    values: Mapping[str, str]
    domicile: str = ""
    """As the preparer wrote it: the court in the letter follows from it (808/2019 10 §)."""

    @property
    def sha256(self) -> str:
        content = [
            self.models.id.hex,
            self.key,
            list(self.parts),
            self.language,
            dict(sorted(self.values.items())),
        ]
        return hashlib.sha256(orjson.dumps(content)).hexdigest()

    @property
    def instructs(self) -> bool:
        """True of a letter with instructions for an appeal."""
        annexes = (each for each in self.parts if self.models.text(each).get("kind") == "annex")
        return any(each != BESIDE for each in annexes)

    @property
    def preview(self) -> Wording:
        """Return the wording for reading before signing: every section of the letter that leaves, with an ellipsis for
        what the signature fills in or what is still missing."""
        parts = [self.models.text(part) for part in self.parts]
        known = {**dict.fromkeys(FILLED_BY_SIGNING, "…"), **self.values}
        return sketch(self.models.text(self.key), self.language, known, parts)

    def unsigned(self, number: str) -> Letter:
        """Return the letter as it is read before signing, with the number that it will bear."""
        return headed(self.models.text(self.key), self.preview, {**self.values, "number": number})

    def signed(self, values: Mapping[str, str]) -> Letter:
        texts = self.models.bundle.texts
        return assemble(texts, self.key, self.language, {**self.values, **values}, self.parts)


def draft_of(
    work: Work,
    case: Case,
    models: CompiledModels,
    *,
    kind: str,
    outcome: str,
    language: str,
    content: Mapping[str, Any],
) -> Draft:
    """Return the draft of a prepared resolution: texts chosen by the decision table, the preparer's words, the
    authority's details."""
    answers = from_json(content.get("answers") or {})
    domicile = str(answers.get("domicile") or "")
    correction = content.get("correction") or {}
    corrects = str(correction.get("corrects") or "")
    is_letter = kind == CORRECTED
    decided = str(correction.get("outcome") or outcome) if is_letter else outcome
    of_kind = str(correction.get("kind") or Decision.ADMISSION) if is_letter else kind
    texts = models.bundle.texts
    reader = reader_of(work.stores.parties.of_case(case.id), work.today, content.get("lapse_reason"))
    parts = tuple(spoken_to(texts, str(key), reader) for key in content.get("texts") or ())
    frame = spoken_to(texts, frame_of(kind, of_kind, outcome), reader)
    places = models.text(frame).get("values", {})
    decided_parts = (*parts, *correction.get("texts", ()))
    known = assessed(work, case, HEARD_BY.get(of_kind, "assessment"), content)
    values = {
        **authority_values(work, language),
        **court_values(work, models, domicile, language),
        **_matter(work, case, language),
        **_people(work, case, language),
        **_prepared(work, case, answers, language),
        **heard_values(work, case, answers, language, places),
        **changed_values(work, case, decided, corrects, language),
        **oral_values(work, case, answers, language),
        **(removal_values(work, case, content, language, places) if of_kind == REMOVAL else {}),
        **correction_values(correction, language, kind, outcome),
        "is_instructed_anew": "yes" if instructed(work, case, of_kind) is not None else "",
        **unheard(known, decided, language),
        **of_child(known, decided),
        "outcome": decided,
        "reader": reader.value,
        "is_partial": _yes(each.startswith(IDENTIFICATION_REFUSED) for each in decided_parts),
        "is_other_ground": _yes(each.startswith(GROUND_REFUSED) for each in decided_parts),
        "is_discretionary": _is_discretionary(work, case, decided),
    }
    # The explanation says how to appeal, and no appeal lies against a refusal to correct (434/2003 53 § 3 mom.).
    is_refusal = is_letter and outcome == CorrectionLetter.REFUSAL
    if answers.get("explanation_how") == "written" and not is_refusal:
        spoken = str(answers.get("explanation_language") or "")
        days = _days(answers, spoken) | changed_values(work, case, decided, corrects, spoken)
        values |= explained(texts, spoken, decided, {**values, **days}, letter_language=language)
    parts += beside(texts, frame, values)
    kept = {name: value for name, value in values.items() if value}
    draft = Draft(models, frame, parts, language, kept, domicile)
    return _repeated(draft, content.get(REPEATS), is_spoken_for=is_spoken_for(work, case.id))


def _yes(found: Iterable[bool]) -> str:
    return "yes" if any(found) else ""


def _repeated(draft: Draft, repeats: Mapping[str, Any] | None, *, is_spoken_for: bool) -> Draft:
    """Return the letter of a corrected copy with the words of the decision that it replaces, but for those that may be a child's
    whose letter others read."""
    if not repeats:
        return draft
    followed = {name: draft.values[name] for name in repeats["follows"] if name in draft.values}
    values = {**repeats["values"], **followed}
    if is_spoken_for and values.get("oral_held"):
        values["oral_held"] = withheld_words(draft.language)
    return as_worded(draft, {**repeats, "values": values})


def worded(draft: Draft) -> Mapping[str, Any]:
    """Return what `as_worded` makes the same letter of."""
    return {"key": draft.key, "parts": list(draft.parts), "values": dict(draft.values)}


def as_worded(draft: Draft, words: Mapping[str, Any] | None) -> Draft:
    """Return the letter as it was worded once, or as it is where no words were kept, or a text of it is no more."""
    if words is None or not {words["key"], *words["parts"]} <= draft.models.bundle.texts.keys():
        return draft
    values = dict(words["values"])
    if values.get("is_new_decision") and "replaces_number" not in values:
        # Words kept before 30.11.2026: a new decision named the one before it as what it corrects.
        values |= {
            f"replaces_{name}": values.get(f"corrects_{name}", "") for name in ("number", "decided_on")
        }
    if "oral_answers" not in values:
        values |= answered_once(values, draft.language)
    return replace(draft, key=words["key"], parts=tuple(words["parts"]), values=values)


def frame_of(kind: str, of_kind: str, outcome: str) -> str:
    """Return the text of a resolution's letter. A corrected copy has that of the decision it repeats."""
    return FRAMES[outcome if kind == CORRECTED and outcome != CorrectionLetter.COPY else of_kind]


@dataclass(frozen=True, slots=True)
class TypesetLetter:
    """The PDF as it will be if its signer signs it on that day."""

    sha256: str
    """Of the draft it was made from."""
    signed_on: date
    content: bytes


def signed_letter(work: Work, draft: Draft, number: str, prepared_by: UUID | None) -> bytes:
    """Return the letter as an accessible PDF, signed by the actor today."""
    signer = work.stores.people.get(work.actor.person_id) if work.actor.person_id else None
    presenter = work.stores.people.get(prepared_by) if prepared_by else None
    today = day(draft.language, work.today)
    require_authority(work.settings)
    values = {
        "signer_name": signer.name if signer else work.actor.name,
        "signer_title": title_of(work, signer, draft.language),
        "presenter_name": presenter.name if presenter else "",
        "presenter_title": title_of(work, presenter, draft.language) if presenter else "",
        # A corrected copy keeps the day of the decision that it replaces.
        "decided_on": draft.values.get("decided_on") or today,
        "corrected_on": today,
    }
    return render(draft.signed({**values, "number": number}), drawn_on=work.today)


def title_of(work: Work, person: Person | None, language: str) -> str:
    """Return an official's title in the letter's language. Raise TitleUnknown where the settings hold none."""
    finnish = (person.title if person else "") or "päätöksentekijä"
    title = work.settings.authority.title(language, finnish)
    if not title:
        raise TitleUnknown(text("fi", TitleUnknown.sentence, title=finnish), title=finnish)
    return title


def authority_values(work: Work, language: str) -> dict[str, str]:
    """Return the configured authority and court, as a letter in the language names them."""
    return values_of(work.settings.authority, language)


def values_of(configured: Authority, language: str) -> dict[str, str]:
    authority = configured.spoken(language)
    return {
        "authority": authority.name,
        "unit": authority.unit,
        "office_address": authority.street,
        "office_phone": authority.phone,
        "office_email": authority.email,
        "help_line": authority.help_line,
        "director_title": authority.title(language, "johtaja"),
        "court_name": authority.court,
        "court_address": authority.court_address,
        "court_email": authority.court_email,
        "court_phone": authority.court_phone,
        "court_fee_note": text(
            language, "Oikeudenkäynnistä voidaan periä maksu. Hallinto-oikeus kertoo maksusta lisää."
        ),
        "deadline_note": authority.deadline_note,
        # Texts of versions before name it.
        "reflection_appeal_note": text(
            language,
            "Tähän päätökseen ei saa hakea muutosta valittamalla (ulkomaalaislaki 301/2004 191 § 1 momentti 10 kohta).",
        ),
        "secrecy_grounds": "621/1999 24 §, 746/2011 59 §",
        "other_help_list": authority.other_help,
    }


def _matter(work: Work, case: Case, language: str) -> dict[str, str]:
    oral = work.stores.oral_decisions.standing(case.id)
    return {
        "reference": case.reference,
        "pending_on": day(language, day_of(case.pending_at or case.received_at)),
        "oral_decision_on": day(language, day_of(oral[-1].given_at)) if oral else "",
        "consent_withdrawn": "yes" if _is_consent_withdrawn(work, case) else "",
    }


def _is_discretionary(work: Work, case: Case, outcome: str) -> str:
    assessed = work.stores.submissions.latest(case.id, "assessment")
    return "yes" if assessed and is_discretionary(from_json(assessed.answers), outcome) else ""


def _is_consent_withdrawn(work: Work, case: Case) -> bool:
    """True if the consent to the application was given and taken back; a disclosure's tells nothing of it."""
    entries = work.stores.consents.of_case(case.id)
    return any(each.purpose == REFERRAL and each.state == WITHDRAWN for each in entries)


def _people(work: Work, case: Case, language: str) -> dict[str, str]:
    parties = work.stores.parties.of_case(case.id)
    person = next((party for party in parties if party.kind == "applicant"), None)
    representative = next(
        (
            party
            for party in parties
            if speaks_for_a_child(party) and (person is None or still_speaks(party, person, work.today))
        ),
        None,
    )
    # A child abroad gets no case of its own, so no decision either.
    children = [
        party.name
        for party in parties
        if party.kind == "child" and party.name and party.identity.get("in_finland") != "no"
    ]
    return {
        "person_name": (person.name if person else "")
        or text(language, "Henkilö, jonka nimi ei ole tiedossa"),
        "person_born_on": born_on(person, language),
        "representative_name": representative.name if representative else "",
        "children": "\n".join(children),
    }


def born_on(party: Party | None, language: str) -> str:
    known = birth_date_of(party.identity) if party else None
    return day(language, known) if known else ""


def _prepared(work: Work, case: Case, answers: Mapping[str, Any], language: str) -> dict[str, str]:
    content = {name: value for name, value in answers.items() if isinstance(value, str)}
    named = content.get("contact_person") or (str(case.caseworker_id) if case.caseworker_id else None)
    contact = _contact(work, named, language)
    organiser = content.get("organiser", "")
    return {
        "reasons": content.get("reasons", ""),
        "clarifications": content.get("clarifications", ""),
        "not_examined_ground": content.get("not_examined_ground", ""),
        "entitlement_notes": content.get("entitlement_notes", ""),
        "organiser": organiser,
        "organiser_name": content.get("organiser_name") or text(language, ORGANISERS.get(organiser, "")),
        "explanation": content.get("explanation", ""),
        "explanation_code": content.get("explanation_language", ""),
        "explanation_language": language_in_words(content.get("explanation_language"), language),
        **_days(answers, language),
        "interruption_ground": content.get("interruption_ground", ""),
        "ground_shown": content.get("ground_shown", ""),
        **contact,
    }


def _days(answers: Mapping[str, Any], language: str) -> dict[str, str]:
    """Return the days that were decided, as the language writes them."""
    return {
        name: day(language, answers[name]) if isinstance(answers.get(name), date) else "" for name in _DECIDED
    }


def _contact(work: Work, person_id: str | None, language: str) -> dict[str, str]:
    """Return the person who gives more information (434/2003 44 §), or the office when nobody is named."""
    authority = work.settings.authority.spoken(language)
    try:
        person = work.stores.people.get(UUID(person_id)) if person_id else None
    except (ValueError, NotFound):
        person = None
    return {
        "contact_name": person.name if person else authority.name,
        "contact_phone": (person.phone if person else "") or authority.phone,
        "contact_email": (person.email if person else "") or authority.email,
    }


def language_in_words(code: str | None, language: str) -> str:
    """Return the name of a language in the words of another; empty for none."""
    if not code:
        return ""
    return str(Locale(language).languages.get(code, code))
