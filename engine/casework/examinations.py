"""The newest examination of a case: its variables are those with which instances begin later, also in a closed case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from engine.domain.cases import Case
from engine.executor.engine import Work

EXAMINATION_OWED: Final = "examination_owed"
"""Message with which a case that had ended is examined again."""


def examined_last(work: Work, case: Case) -> Mapping[str, Any]:
    """Return the variables of the newest examination, running or ended; empty once they are erased."""
    return work.instances.last_variables(case, case.channel.message, EXAMINATION_OWED)


def register_facts(case: Case, known: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the variables that the register of cases holds, whatever a process knew."""
    return {
        "channel": case.channel.value,
        "received_at": case.received_at,
        "language": case.language,
        "case_reference": case.reference,
        "case_class": case.case_class.value if case.case_class else known.get("case_class"),
    }
