"""Answers of a preparer that contradict the record: refused beside their question, or explained for the signer."""

from __future__ import annotations

from typing import Final

from engine.casework.cited_material import outside_sources
from engine.casework.contact_channels import reached
from engine.casework.court import proposed_court
from engine.casework.municipality import RESIDENT, is_without_municipality, stay_of
from engine.casework.oral_hearings import ASKED, ROWS, oral_wishes
from engine.casework.recordings.recording import Recording
from engine.domain.decision_corrections import Decision
from engine.domain.parties import language_with_us
from engine.errors import Invalid
from engine.executor import Work
from engine.feel.values import from_json
from engine.texts import text

NO_MUNICIPALITY: Final = "nas"
"""Answer about the organiser of help, of who has no municipality (746/2011 38 a, 38 b §)."""
UNHEARD: Final = "outside_unheard_reasons"
"""Why the person is not heard on a source that the decision names."""
UNEXPLAINED: Final = "explanation_unneeded_reasons"
"""Why a person who speaks another language, or needs an interpreter, gets no explanation of the decision."""
_OF_DECISIONS: Final = frozenset({"fi", "sv"})


class DomicileMissing(Invalid):
    sentence = "Henkilöllä on kirjausten mukaan kotikunta Suomessa. Kirjoita kunta, tai korjaa ensin kirjattu oleskelun peruste."


class OrganiserOfOthers(Invalid):
    sentence = (
        "Kirjatun kunnan tai oleskelun perusteen mukaan henkilöllä on kotikunta Suomessa. Valitse järjestäjä sen mukaan, tai "
        "korjaa kirjaus."
    )


class OrganiserWithoutMunicipality(Invalid):
    sentence = (
        "Henkilöllä ei ole kirjausten mukaan kotikuntaa Suomessa. Kirjoita, miksi tämä järjestäjä auttaa, valitse toinen, tai "
        "korjaa ensin kirjattu oleskelun peruste."
    )


class OtherLanguage(Invalid):
    sentence = (
        "Asian tai henkilön kieli on toinen. Valitse se, tai kirjoita alle, miksi päätös on tällä kielellä."
    )


class OutsideUnheard(Invalid):
    sentence = (
        "Henkilöä ei ole tässä arviossa kuultu: arvion mukaan kuuleminen ei ollut tarpeen. Valitse, ettei häntä ole kuultu, ja "
        "kirjoita, miksi."
    )


class UnheardUnreasoned(Invalid):
    sentence = "Kirjoita, miksi henkilöä ei kuulla siitä tiedosta, johon päätös nojaa."


class UnexplainedUnreasoned(Invalid):
    sentence = (
        "Kirjausten mukaan henkilö puhuu muuta kieltä tai tarvitsee tulkin, ja hänelle on luvattu selitys omalla kielellä. Valitse "
        "selitys, tai kirjoita, miksi sitä ei tarvita."
    )


class MaterialUnheard(Invalid):
    sentence = (
        "Henkilöä ei ole kirjausten mukaan kuultu tästä: %(lines)s. Jos päätös nojaa siihen, pyydä päätöksentekijää palauttamaan "
        "asia uuteen arviointiin, jossa häntä kuullaan. Muuten poista maininta, tai kirjoita alle, miksi siitä ei kuulla."
    )


class OralUnanswered(Invalid):
    sentence = (
        "Näiden pyyntöön esittää asia suullisesti ei ole vastattu: %(names)s. Kirjaa jokaiselle oma rivi: kuule häntä, tai kirjoita, "
        "miksi pyyntöä ei hyväksytä."
    )


class CourtUnchecked(Invalid):
    sentence = (
        "Taulukossa ei ole kotikunnan hallinto-oikeutta, ja valitusosoitukseen tulee %(court)s. Kirjoita, kuka tarkisti "
        "tuomioistuimen, minä päivänä ja mistä."
    )


class MunicipalityUnchecked(Invalid):
    sentence = (
        "Kirjausten mukaan henkilöllä voi olla kotikunta Suomessa. Kirjoita kunta, tai kirjoita, kuka tarkisti, ettei sitä ole, minä "
        "päivänä ja mistä."
    )


def require_preparable(work: Work, recording: Recording) -> None:
    """Require what the record says of the person's municipality, language and hearing, or the reasons for going past it."""
    _require_organiser_as_registered(work, recording)
    _require_language(work, recording)
    require_explained(work, recording)
    if recording.text("outside_information") == "heard":
        assessed = work.stores.submissions.latest(recording.case.id, "assessment")
        if assessed is not None and from_json(assessed.answers).get("hearing") != "needed":
            raise OutsideUnheard(field="outside_information")
    _require_heard_on_sources(work, recording)
    require_oral_answered(work, recording, Decision.ADMISSION)


def _require_heard_on_sources(work: Work, recording: Recording) -> None:
    """Require reasons for each outside source that the decision names and the hearing did not (434/2003 34, 36 §)."""
    answer = recording.text("outside_information")
    if not answer or not recording.lacks(UNHEARD):
        return
    if answer == "unheard":
        raise UnheardUnreasoned(field=UNHEARD)
    heard_on = ""
    if answer == "heard":
        assessed = work.stores.submissions.latest(recording.case.id, "assessment")
        words = from_json(assessed.answers) if assessed is not None else {}
        heard_on = f"{words.get('hearing_told') or ''}\n{words.get('hearing_material') or ''}"
    lines = outside_sources(recording.text("clarifications"), recording.text("reasons"), heard_on)
    if lines:
        raise MaterialUnheard(field=UNHEARD, lines="; ".join(lines))


def require_oral_answered(work: Work, recording: Recording, kind: str) -> None:
    """Require an answer to each who asked to state the case orally: it is granted, or refused with reasons (434/2003 37 §). A
    version before has one answer to all."""
    request, rows = recording.text("oral_request"), recording.answers.get(ROWS)
    if request not in ("none", ASKED):
        return
    answered = {str(row.get("oral_party")) for row in rows} if request == ASKED and rows else set()
    wishes = oral_wishes(work, recording.case, kind, recording.task.instance_id)
    left = [each for each in wishes if each.asker not in answered]
    if left:
        field = ROWS if request == ASKED else "oral_request"
        names = ", ".join(each.name or text("fi", "asianosainen") for each in left)
        raise OralUnanswered(field=field, names=names)


def require_explained(work: Work, recording: Recording) -> None:
    """Require a reason for no explanation to one who receives the decision and reads neither of its languages: the
    application promises one (434/2003 26 §). The dead get none."""
    if recording.text("explanation_needed") != "no" or not recording.lacks(UNEXPLAINED):
        return
    scope = work.instances.scope_of(recording.case, recording.task.instance_id, recording.task.task_key)
    reader = reached(work.stores.parties.of_case(recording.case.id), work.today)
    if reader is None or scope.get("lapse_reason") == "death":
        return
    is_read = language_with_us(reader.identity) in ("", *_OF_DECISIONS)
    if not is_read or reader.identity.get("interpreter_needed") == "yes":
        raise UnexplainedUnreasoned(field=UNEXPLAINED)


def require_court_checked(work: Work, recording: Recording, domicile: str) -> None:
    """Raise CourtUnchecked where no row of the table names the court of the domicile, MunicipalityUnchecked where there is no
    domicile of somebody who may have one, unless somebody writes who looked it up (808/2019 10 §)."""
    if not recording.lacks("court_checked"):
        return
    if not domicile.strip():
        _require_without_municipality(work, recording)
    court = proposed_court(work, recording.case, recording.models, domicile)
    if court is not None and not court.is_confirmed:
        raise CourtUnchecked(field="court_checked", court=court.name)


def _require_organiser_as_registered(work: Work, recording: Recording) -> None:
    """Require the organiser and the court of a person who has a municipality in Finland: others help who has none."""
    is_resident = stay_of(work, recording.case) == RESIDENT
    organiser, domicile = recording.text("organiser"), recording.text("domicile").strip()
    if is_resident and not domicile:
        raise DomicileMissing(field="domicile")
    if organiser == NO_MUNICIPALITY:
        if domicile:
            raise OrganiserOfOthers(field="organiser")
        _require_without_municipality(work, recording)
        return
    is_elsewhere = not domicile or is_without_municipality(work, recording.case)
    if organiser and is_elsewhere and not is_resident and recording.lacks("organiser_reasons"):
        raise OrganiserWithoutMunicipality(field="organiser")


def _require_without_municipality(work: Work, recording: Recording) -> None:
    if recording.lacks("court_checked") and not is_without_municipality(work, recording.case):
        raise MunicipalityUnchecked(field="court_checked")


def _require_language(work: Work, recording: Recording) -> None:
    """A decision is in the language of the case and, of a person who speaks Finnish or Swedish, in theirs."""
    person = work.stores.parties.applicant_of(recording.case.id)
    spoken = str(person.identity.get("contact_language")) if person is not None else None
    wanted = {recording.case.language, spoken} & _OF_DECISIONS
    if not recording.lacks("language_reasons"):
        return
    if wanted - {recording.text("resolution_language")}:
        raise OtherLanguage(field="resolution_language")
