"""States of a case in which nobody signs its decision: each refusal names the act that comes first."""

from __future__ import annotations

from engine.casework.age_changes import is_age_considered
from engine.casework.taken_back import is_asked
from engine.domain.cases import Case
from engine.errors import Conflict, Invalid
from engine.executor import Work


class AgeNotConsidered(Conflict):
    sentence = (
        "Syntymäaika on korjattu, eikä sitä ole vielä otettu huomioon. Tee ensin tehtävä ”Ota ikä huomioon”."
    )


class WithdrawalUnconfirmed(Invalid):
    sentence = (
        "Hakija on peruuttanut hakemuksensa, eikä peruuttamista ole varmistettu. Tee ensin tehtävä ”Varmista peruutus”: "
        "vahvista peruuttaminen, tai kirjaa, miksi käsittely jatkuu (746/2011 38 a § 2 momentti)."
    )


def require_age_considered(work: Work, case: Case) -> None:
    if not is_age_considered(work, case):
        raise AgeNotConsidered


def require_nothing_bars(work: Work, case: Case) -> None:
    """Raise the refusal of the first state that bars the signature of a decision on the application."""
    if is_asked(work, case):
        # Nobody is helped against their will (746/2011 38 a § 2 mom.): the person's word is confirmed first.
        raise WithdrawalUnconfirmed(field="signature")
