"""States of a case in which nobody signs its decision: each refusal names the act that comes first."""

from __future__ import annotations

from engine.casework.age_changes import is_age_considered
from engine.casework.assessed_before import hearings_since
from engine.casework.parties_heard import parties_heard
from engine.casework.restored_decisions import require_not_restored
from engine.casework.taken_back import is_asked
from engine.domain.ages import age_of
from engine.domain.cases import Case, Outcome
from engine.domain.law import ADULT_AGE
from engine.errors import Conflict, Invalid
from engine.executor import Work
from engine.feel.values import from_json
from engine.storage.resolutions import Resolution


class AgeNotConsidered(Conflict):
    sentence = (
        "Syntymäaika on korjattu, eikä sitä ole vielä otettu huomioon. Tee ensin tehtävä ”Ota ikä huomioon”."
    )


class WithdrawalUnconfirmed(Invalid):
    sentence = (
        "Hakija on peruuttanut hakemuksensa, eikä peruuttamista ole varmistettu. Tee ensin tehtävä ”Varmista peruutus”: "
        "vahvista peruuttaminen, tai kirjaa, miksi käsittely jatkuu (746/2011 38 a § 2 momentti)."
    )


class AssessedAsAdult(Invalid):
    sentence = (
        "Syntymäajan mukaan asia koskee lasta, mutta asia on arvioitu aikuisen asiana. Palauta uuteen arviointiin: siinä "
        "arvioidaan lapsen etu ja kuullaan lasta ja niitä, jotka puhuvat hänen puolestaan."
    )


class PartyUnheard(Invalid):
    sentence = (
        "Kaikkia, joita on kuultava, ei ole kuultu tästä arviosta: %(names)s. Palauta uuteen arviointiin, niin heille annetaan "
        "tilaisuus tulla kuulluksi."
    )


def require_age_considered(work: Work, case: Case) -> None:
    if not is_age_considered(work, case):
        raise AgeNotConsidered


def require_nothing_bars(work: Work, case: Case, resolution: Resolution) -> None:
    """Raise the refusal of the first state that bars the signature of a decision on the application."""
    require_not_restored(work, case)
    if is_asked(work, case):
        # Nobody is helped against their will (746/2011 38 a § 2 mom.): the person's word is confirmed first.
        raise WithdrawalUnconfirmed(field="signature")
    require_age_considered(work, case)
    if resolution.outcome == Outcome.LAPSED:
        return
    require_assessed_at_age(work, case, "assessment", "signature")
    require_parties_heard(work, case, resolution, "assessment", "signature")


def require_assessed_at_age(work: Work, case: Case, form_key: str, field: str) -> None:
    """Raise AssessedAsAdult where the newest assessment is of no child, and the birth date as it is now makes one: neither
    another preparation nor a signature mends it (746/2011 5 §; 434/2003 14 §)."""
    person = work.stores.parties.applicant_of(case.id)
    age = age_of(person.identity, work.today) if person is not None else None
    assessed = work.stores.submissions.latest(case.id, form_key)
    if age is None or age >= ADULT_AGE or assessed is None:
        return
    if from_json(assessed.answers).get("concerns_child") == "no":
        raise AssessedAsAdult(field=field)


def require_parties_heard(work: Work, case: Case, resolution: Resolution, form_key: str, field: str) -> None:
    """Raise PartyUnheard where somebody who is heard today (434/2003 14, 34 §) was not when the hearings on the newest
    assessment began, or where their hearing was called off."""
    assessed = work.stores.submissions.latest(case.id, form_key)
    hearings = [
        each for each in hearings_since(work, case, assessed, resolution.content) if each.party_id is not None
    ]
    held = {each.party_id for each in hearings if each.closed_as != "cancelled"}
    unheard = [each for each in parties_heard(work, case) if hearings and each.id not in held]
    if unheard:
        names = ", ".join(each.name or each.kind for each in unheard)
        raise PartyUnheard(field=field, names=names)
