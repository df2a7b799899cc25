"""The day that a correction has put in place of one that an event states: an event is never rewritten, its page says both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final
from uuid import UUID

from engine.domain.corrections import CORRECTION
from engine.feel.values import from_json
from engine.storage.corrections import Correction

_QUESTIONS: Final[Mapping[tuple[str, str], frozenset[str]]] = {
    ("appeal_registered", "received_on"): frozenset({"appeal_received_on"}),
    ("other_appeal_registered", "received_on"): frozenset({"appeal_received_on"}),
    ("own_appeal_sent", "sent_on"): frozenset({"own_appeal_sent_on"}),
    ("withdrawal_confirmed", "on"): frozenset({"confirmed_on"}),
    ("resolution_dispatched", "on"): frozenset({"posted_on"}),
    ("clienthood_ended", "ended_on"): frozenset({"died_on", "served_on"}),
}
"""Kind of event and its day to the questions that state it, where their name is another."""


def corrected_day(
    kind: str, name: str, stated: date, records: Collection[UUID], corrections: Iterable[Correction]
) -> date | None:
    """Return the day that stands now for the one that an event of the kind has under this name by these records; None if
    nobody has corrected it. Another question of the same record may have the same day.

    `corrections`: of the case, oldest first.
    """
    asked = _QUESTIONS.get((kind, name), frozenset({name}))
    current = stated
    for each in corrections:
        if each.kind != CORRECTION or each.subject_id not in records:
            continue
        before, after = (from_json(dict(side)) for side in (each.before, each.after))
        current = next(
            (
                after[question]
                for question, was in before.items()
                if question in asked and was == current and isinstance(after.get(question), date)
            ),
            current,
        )
    return current if current != stated else None
