"""An oral decision that stands or waits for its giver, and what may not go past it."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from engine.casework.appeals import ADMISSION, is_sent_back
from engine.casework.clienthood import runs
from engine.domain.cases import Case, Outcome
from engine.domain.people import Role
from engine.errors import Invalid
from engine.executor.engine import Work
from engine.feel.values import to_json
from engine.instances import CompiledModels
from engine.storage.resolutions import OralDecision, Resolution

ORAL: Final = "oral_decision"
"""The form on which a decision-maker decides aloud, or confirms what was written down for them."""
CONFIRMATION: Final = "confirm_spoken"
"""The form on which they say at once if they decided so, before the case is registered."""
SPOKEN: Final = "decision_spoken"
"""Message with which the process begins that asks them."""


class SpokenUnfinished(Invalid):
    sentence = (
        "Henkilö on jo otettu asiakkaaksi suullisesti, ja päätöksen antaja on vahvistanut sen. Hän täydentää sen ensin tehtävässä "
        "Kirjaa suullinen päätös. Jatka sen jälkeen: luonnos säilyy."
    )


class LapsesThoughAdmitted(Invalid):
    sentence = (
        "Henkilö on otettu asiakkaaksi, eikä hänen asiansa raukea suostumuksen puuttumiseen tai peruutukseen. Jos hän haluaa lähteä, "
        "siitä tehdään poistaminen (746/2011 38 f §). Palauta asia arvioitavaksi."
    )


class AdmittedAloud(Invalid):
    sentence = (
        "Henkilö on otettu asiakkaaksi suullisesti. Asiaa ei siirretä muualle, vaan päätös annetaan myös kirjallisena "
        "(hallintolaki 43 §)."
    )


class SpokenUnconfirmed(Invalid):
    sentence = (
        "Puhelussa on kirjattu suullinen päätös, jota sen antaja ei ole vielä vahvistanut. Odota vastausta: jos päätös annettiin, "
        "henkilö on asiakas. Jos antaja on poissa, johtaja voi kirjata, ettei päätöstä voida vahvistaa."
    )


class SpokenUnmentioned(Invalid):
    sentence = (
        "Päätös annettiin myös suullisesti sen jälkeen, kun kirje valmisteltiin, eikä kirje mainitse sitä. Palauta se valmisteltavaksi "
        "uudelleen (434/2003 43 §)."
    )


GIVEN_ALOUD: Final = "oral_decision_given"
"""Text of a decision that says that it was given orally first."""


def stands_aloud(work: Work, case: Case) -> bool:
    """Return True if the person is admitted by an oral decision that its giver stands by and no court has sent back."""
    return bool(work.stores.oral_decisions.standing(case.id)) and not is_sent_back(work, case)


def waits_for_giver(work: Work, case: Case) -> bool:
    """Return True while a giver is asked who still decides here and is not disqualified."""
    return bool(_asked(work, case))


def counted(work: Work, case: Case) -> tuple[OralDecision, ...]:
    """Return the decisions that the written one follows (434/2003 43 §), oldest first: those that stand, and those of which a
    giver is asked."""
    asked = _asked(work, case)
    return tuple(
        each for each in work.stores.oral_decisions.of_case(case.id) if not each.waits or each in asked
    )


def ask_again(work: Work, case: Case, models: CompiledModels) -> tuple[OralDecision, ...]:
    """Ask the giver anew once the written decision is recalled whose signature ended the question: the person heard that
    they are admitted, and nobody else knows if they are. Return what is asked."""
    waiting = _unanswered(work, case) if SPOKEN in models.parsed.starts else []
    if waiting:
        work.stores.starts.add(case.id, SPOKEN, to_json(class_of(case)), work.now)
    return tuple(waiting)


def class_of(case: Case) -> dict[str, str | None]:
    """Return the variables with which a process on a spoken decision begins."""
    return {"case_class": case.case_class.value if case.case_class else None}


def _asked(work: Work, case: Case) -> list[OralDecision]:
    """Return what waits for its giver, and a task asks them. Where none does, nobody would ever answer."""
    waiting = _unanswered(work, case)
    if not waiting:
        return []
    open_tasks = work.stores.tasks.open_in(case.id)
    is_asked = any(each.form_key in (ORAL, CONFIRMATION) for each in open_tasks)
    return waiting if is_asked or work.stores.starts.is_due(case.id, SPOKEN) else []


def _unanswered(work: Work, case: Case) -> list[OralDecision]:
    waiting = (each for each in work.stores.oral_decisions.of_case(case.id) if each.waits)
    return [each for each in waiting if each.given_by is not None and _may_answer(work, case, each.given_by)]


def _may_answer(work: Work, case: Case, person_id: UUID) -> bool:
    giver = work.stores.people.get(person_id)
    decides = giver.is_active and not giver.roles.isdisjoint({Role.DECISION_MAKER, Role.DIRECTOR})
    return decides and not work.stores.cases.is_disqualified(case.id, person_id)


def is_written(work: Work, case: Case) -> bool:
    """Return True once a decision on the application has been signed, and not recalled."""
    decided = work.stores.resolutions.of_case(case.id)
    return any(each.kind == ADMISSION and each.state == "signed" for each in decided)


def require_spoken_finished(work: Work, case: Case, *, field: str) -> None:
    """Raise SpokenUnfinished while the task waits in which the giver completes what stands already: the diagram hears of
    the admission there, and would let the case lapse before (746/2011 38 f §)."""
    waits = any(each.form_key == ORAL for each in work.stores.tasks.open_in(case.id))
    if waits and stands_aloud(work, case):
        raise SpokenUnfinished(field=field)


def require_not_admitted(work: Work, case: Case, *, field: str) -> None:
    """Raise AdmittedAloud before a transfer would end a clienthood without a decision (434/2003 43 §), SpokenUnconfirmed
    while nobody knows if there is one."""
    if stands_aloud(work, case):
        raise AdmittedAloud(field=field)
    if waits_for_giver(work, case):
        raise SpokenUnconfirmed(field=field)


def require_spoken_followed(
    work: Work, case: Case, resolution: Resolution, oral_state: object, *, field: str
) -> None:
    """Raise LapsesThoughAdmitted for the lapse of a client who lives, SpokenUnconfirmed where a giver is asked if the person
    is one; SpokenUnmentioned for a first written admission that was prepared before the oral one. `oral_state`: what the
    diagram knows; where it knows of none, a new letter would be the same."""
    if is_sent_back(work, case):
        return
    content = resolution.content
    if resolution.outcome == Outcome.LAPSED:
        if content.get("lapse_reason") != "death":
            _require_unadmitted(work, case, field=field)
        return
    is_mentioned = GIVEN_ALOUD in (content.get("texts") or ())
    if oral_state != "admitted" or is_mentioned or is_written(work, case):
        return
    if stands_aloud(work, case):
        raise SpokenUnmentioned(field=field)


def _require_unadmitted(work: Work, case: Case, *, field: str) -> None:
    if runs(work, case):
        raise LapsesThoughAdmitted(field=field)
    if waits_for_giver(work, case):
        raise SpokenUnconfirmed(field=field)
