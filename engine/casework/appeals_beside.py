"""Appeals against decisions beside the admission and the removal: on the reflection period, and refusals to correct.

No appeal lies against them (301/2004 191 §, 434/2003 53 §). One that is made goes to the court all the same (746/2011 55 §),
and whatever the court says, it is about no admission, and no finality waits for it.
"""

from __future__ import annotations

from typing import Final

from engine.casework.decision_corrections import CORRECTED
from engine.domain.cases import Case
from engine.domain.decision_corrections import Decision, Letter
from engine.executor.engine import Work
from engine.storage.resolutions import Resolution

BESIDE: Final = frozenset({str(Decision.REFLECTION), str(Letter.REFUSAL)})
"""Kinds of these decisions, as the form of an appeal names them."""
ARRIVALS: Final = ("appeal_registered", "other_appeal_registered")
"""Events with which an appeal of any kind was registered."""


def kind_beside(resolution: Resolution) -> str | None:
    """Return the kind of a decision beside the admission and the removal; None of others."""
    is_refusal = resolution.kind == CORRECTED and resolution.outcome == Letter.REFUSAL
    kind = str(resolution.outcome) if is_refusal else resolution.kind
    return kind if kind in BESIDE else None


def signed_beside(work: Work, case: Case) -> tuple[Resolution, ...]:
    """Return these decisions of a case, each as it was signed."""
    return tuple(
        each
        for each in work.stores.resolutions.of_case(case.id)
        if each.state == "signed" and kind_beside(each) is not None
    )


def numbered(work: Work, case: Case, number: str) -> Resolution | None:
    return next((each for each in signed_beside(work, case) if each.number == number), None)
