"""The day that a correction has put in place of one that an event states: an event is never rewritten, its page says both."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from engine.domain.corrections import CORRECTION
from engine.feel.values import from_json
from engine.storage.corrections import Correction


def corrected_day(stated: date, records: Collection[UUID], corrections: Iterable[Correction]) -> date | None:
    """Return the day that stands now for the one that these records stated; None if nobody has corrected it.

    `corrections`: of the case, oldest first.
    """
    current = stated
    for each in corrections:
        if each.kind != CORRECTION or each.subject_id not in records:
            continue
        before, after = (from_json(dict(side)) for side in (each.before, each.after))
        current = next(
            (
                after[name]
                for name, was in before.items()
                if was == current and isinstance(after.get(name), date)
            ),
            current,
        )
    return current if current != stated else None
