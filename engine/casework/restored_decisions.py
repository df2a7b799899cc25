"""Decisions that the authority's own appeal restored: the examination that a lower court's ruling began ends (808/2019 109 §)."""

from __future__ import annotations

from typing import Final

from engine.casework.appeals import ADMISSION, SENT_BACK, rulings_sending_back
from engine.domain.cases import Case
from engine.errors import Conflict
from engine.executor.engine import Work
from engine.instances import CompiledModels

DECISION_RESTORED: Final = "decision_restored"
"""Message that ends the new examination. It is kept for one that waits for the contact with the client to end."""
FORM: Final = "restored_decision"
"""Form on which a decision-maker settles what becomes of a decision made meanwhile."""
REASON: Final = "Aiempi päätös palautui voimaan."


class DecisionRestored(Conflict):
    sentence = "Korkein hallinto-oikeus on palauttanut aiemman päätöksen voimaan, ja uusi tutkinta päättyy. Uutta päätöstä ei tehdä."


def ends_examinations(models: CompiledModels) -> bool:
    """False of versions in which nothing waits for the message: there the new decision follows the ruling."""
    return FORM in models.bundle.forms


def is_coming(work: Work, case: Case) -> bool:
    """True from the ruling on the own appeal until the new examination has ended by it."""
    kept = work.stores.inbox_messages.undelivered(case.id, (DECISION_RESTORED,))
    return bool(kept) or work.stores.starts.is_due(case.id, DECISION_RESTORED)


def require_not_restored(work: Work, case: Case) -> None:
    """Raise DecisionRestored in the moment between the ruling and the end of the examination: nothing is decided in it."""
    if is_coming(work, case):
        raise DecisionRestored


def is_decided_anew(work: Work, case: Case, appeal_key: str) -> bool:
    """True if the authority has signed a decision since the ruling that its own appeal was about: no ruling undoes that one
    by itself. What a court sent back is decided in writing alone."""
    is_ruled = was_sent_back = decided = False
    for each in work.stores.timeline.of_case(case.id, "appeal_ended", "resolution_signed"):
        if each.kind == "appeal_ended" and str(each.facts.get("business_key") or "") == appeal_key:
            is_ruled, was_sent_back, decided = True, each.subject in SENT_BACK, False
        elif each.kind == "resolution_signed" and each.subject == ADMISSION and is_ruled:
            decided = True
    # A decision that was signed and recalled has decided nothing.
    return appeal_key not in rulings_sending_back(work, case) if was_sent_back else decided
