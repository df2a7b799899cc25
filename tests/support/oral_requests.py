"""Answers of a preparer to those who asked to state the case orally (434/2003 37 §)."""

from __future__ import annotations

from typing import Any

from engine.storage.parties import Party


def oral_row(party: Party, answer: str, **words: str) -> dict[str, str]:
    return {"oral_party": str(party.id), "oral_answer": answer, **words}


def refused(party: Party, why: str) -> dict[str, Any]:
    return {"oral_request": "asked", "oral_each": [oral_row(party, "refused", oral_reasons=why)]}
