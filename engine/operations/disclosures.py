"""Documents for somebody who is no party: the police, the organiser of help, another authority. Each says its own ground.

Making one does not send it: a person does, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from engine.bpmn import OperationCall
from engine.casework.contact_disclosed import ways_disclosed
from engine.casework.notices import WRITTEN_ON
from engine.casework.police_notices import announced, owes_none, standing, values_of
from engine.domain.ages import birth_date_of
from engine.domain.cases import Case
from engine.executor import Work
from engine.instances import CompiledModels
from engine.operations.declaration import EACH_VISIT, operation
from engine.operations.papers import AUTHORITIES, answers_of, write_paper
from engine.storage.resolutions import Resolution
from engine.texts import day, text

Values = Callable[[Work, Case, str, OperationCall], dict[str, str]]
ORGANISERS: Final = {
    "county": "hyvinvointialue",
    "helsinki_hus": "Helsingin kaupunki ja HUS",
    "reception_centre": "vastaanottokeskus",
    "aland": "Ahvenanmaan kunta ja maakunta",
}
GROUNDS: Final = {
    "child_welfare": "lastensuojelulaki (417/2007) 25 §",
    "sexual": "lastensuojelulaki (417/2007) 25 §: syytä epäillä lapseen kohdistunutta rikoslain (39/1889) 20 luvussa "
    "rangaistavaksi säädettyä tekoa",
    "bodily": "lastensuojelulaki (417/2007) 25 §: syytä epäillä lapseen kohdistunutta rikoslain (39/1889) 21 luvussa "
    "rangaistavaksi säädettyä tekoa, josta säädetty enimmäisrangaistus on vähintään kaksi vuotta vankeutta",
    "preventable_offence": "rikoslaki (39/1889) 15 luku 10 §",
    "threat": "746/2011 37 §: johtajan päätös",
    "consent": "henkilön suostumus",
    "guardian_application": "746/2011 39 §",
    "tracing": "ulkomaalaislaki (301/2004) 105 b §",
}
"""Grounds that a worker chooses, as the recipient reads them."""
REFLECTION: Final = "police_reflection"


@operation(
    label="Laadi ilmoitus muulle",
    sentence="Laatii asiakirjan, joka menee muulle kuin asianosaiselle: siinä on vain se, minkä laki sallii, ja sen peruste. "
    "Mitään ei lähetetä: ihminen lähettää sen ja kertoo päivän.",
    inputs={
        "notice": "text",
        "notice_id": "text",
        "service_organiser": "text",
        "transfer_to": "text",
        "reflection_proposal": "text",
        "reflection_from": "date",
        "reflection_until": "date",
    },
    outputs={"document": "text"},
    records=("letter_written",),
    once=EACH_VISIT,
)
def write_notice(work: Work, case: Case, models: CompiledModels, call: OperationCall) -> Mapping[str, Any]:
    notice = str(call.variables.get("notice") or "")
    if notice == REFLECTION and owes_none(work, case, _announced(work, case, call)):
        # A paper about a period that does not hold could be sent by mistake.
        return {"document": None}
    language = case.language if case.language in ("fi", "sv") else "fi"
    values = {**_person(work, case, language), **VALUES[notice](work, case, language, call)}
    document_id = write_paper(work, case, models, f"notice_{notice}", values, language=language)
    return {"document": None if document_id is None else str(document_id)}


def _person(work: Work, case: Case, language: str) -> dict[str, str]:
    """Return what identifies the person, and nothing else."""
    person = work.stores.parties.applicant_of(case.id)
    born_on = birth_date_of(person.identity) if person else None
    return {"person_born_on": day(language, born_on) if born_on else ""}


def _reflection(work: Work, case: Case, language: str, call: OperationCall) -> dict[str, str]:
    """The decision and its days. Never its reasons (301/2004 52 c §)."""
    decision = _announced(work, case, call)
    if decision is not None:
        # Of a decision that was corrected while its notice was still to be written, the police get the one in force.
        return values_of(work, case, standing(work.stores.resolutions.of_case(case.id), decision), language)
    days = {name: call.variables.get(name) for name in ("reflection_from", "reflection_until")}
    return {
        **{name: day(language, each) if isinstance(each, date) else "" for name, each in days.items()},
        "interrupted_from": "",
        "outcome": "",
    }


def _announced(work: Work, case: Case, call: OperationCall) -> Resolution | None:
    return announced(work, case, call.instance_id, call.variables.get("reflection_proposal"))


def _handover(work: Work, case: Case, language: str, call: OperationCall) -> dict[str, str]:
    """Return what the organiser needs to begin: the need, and the ways that are safe (746/2011 58 §)."""
    answers = answers_of(work, case, "contact_client")
    organiser = str(call.variables.get("service_organiser") or "")
    of_children = str(answers.get("children_needs") or "")
    needs = (
        str(answers.get("first_needs") or ""),
        of_children and text(language, "Mukana olevien lasten tarpeet: {needs}", needs=of_children),
    )
    return {
        "addressee": _organiser(work, case, organiser, language),
        "needs": "\n\n".join(filter(None, needs)),
        **ways_disclosed(work, case, language),
    }


def _organiser(work: Work, case: Case, organiser: str, language: str) -> str:
    """Return the organiser and its unit as they were written when the person was contacted, else the name in the decision
    where the help is still theirs to organise, else the kind."""
    named = answers_of(work, case, "contact_client").get("organiser_name")
    if named:
        return str(named)
    decided = answers_of(work, case, "prepare_resolution")
    if decided.get("organiser") == organiser and decided.get("organiser_name"):
        return str(decided["organiser_name"])
    return _as_addressee(text(language, ORGANISERS.get(organiser, "avun järjestäjä")))


def _as_addressee(name: str) -> str:
    """Words that stand in a sentence elsewhere begin a line here."""
    return name[:1].upper() + name[1:]


def _transfer(work: Work, case: Case, language: str, call: OperationCall) -> dict[str, str]:
    authority = AUTHORITIES.get(str(call.variables.get("transfer_to") or ""), "toimivaltainen viranomainen")
    return {
        "addressee": _as_addressee(text(language, authority)),
        "received_on": day(language, case.received_at),
        **ways_disclosed(work, case, language),
    }


def _written(work: Work, case: Case, language: str, call: OperationCall) -> dict[str, str]:
    """Return what a worker wrote, to whom, and on which ground."""
    notice_id = str(call.variables.get("notice_id") or "")
    form_key = "write_notice" if case.is_application else WRITTEN_ON
    answers = answers_of(work, case, form_key, notice_id)
    ground = GROUNDS.get(
        str(answers.get("offence_limb") or answers.get("police_ground") or answers.get("notice")), ""
    )
    return {
        "addressee": str(answers.get("notice_addressee") or ""),
        "facts": str(answers.get("notice_facts") or ""),
        "ground": text(language, ground) if ground else "",
        **_concerned(answers, case),
    }


def _concerned(answers: Mapping[str, Any], case: Case) -> dict[str, str]:
    """Return what an enquiry's notice says of the person: a name only if it was heard, and where the facts come from.

    Never who asked: nobody asked their name, and their ways of contact are no part of the duty.
    """
    if case.is_application:
        return {}
    name = str(answers.get("concerned_name") or "")
    return {"is_from_enquiry": "yes", **({"person_name": name} if name else {})}


VALUES: Final[Mapping[str, Values]] = {
    REFLECTION: _reflection,
    "service_handover": _handover,
    "transfer": _transfer,
    "child_welfare": _written,
    "police": _written,
    "guardian_application": _written,
    "tracing": _written,
}
"""Notice to its own values; its text is ``notice_<name>``."""
