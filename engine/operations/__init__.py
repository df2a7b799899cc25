"""Operations: what service tasks may call. Each acts through `work` only: no network, no clock of its own."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import Final

from engine.executor import Operation
from engine.operations import (
    appeal,
    asking,
    contact,
    deadlines,
    decision_correction,
    delivery,
    disclosures,
    finality,
    former,
    hearings,
    notices,
    own_appeal,
    posting,
    receipts,
    reflection,
    related_cases,
    removal,
    requests,
    retention,
    serving,
    signing,
)

MODULES: Final[tuple[ModuleType, ...]] = (
    receipts,
    related_cases,
    deadlines,
    requests,
    asking,
    hearings,
    notices,
    signing,
    contact,
    reflection,
    disclosures,
    delivery,
    posting,
    serving,
    appeal,
    finality,
    own_appeal,
    removal,
    decision_correction,
    retention,
    former,
)
"""In the order of the reference."""

OPERATIONS: Final[Mapping[str, Operation]] = {
    each.name: each for module in MODULES for each in vars(module).values() if isinstance(each, Operation)
}
