"""Reasons behind a correction that its signer must know: what shows the error, and how the party was heard and agreed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from engine.casework.correction_course import examination_of
from engine.casework.decision_corrections import correction_of
from engine.domain.cases import Case
from engine.executor import Work
from engine.feel.values import from_json
from engine.storage.resolutions import Resolution
from engine.texts import day


def reasons_of_correction(
    work: Work, case: Case, resolution: Resolution
) -> Iterator[tuple[str, str, UUID | None, datetime]]:
    """Yield kind, words, who wrote them and when, of a letter or a decision that corrects another; nothing of others."""
    key = correction_of(resolution).get("key")
    examined = examination_of(work, case, str(key)) if key else None
    if examined is None:
        return
    for kind, words in _reasons(from_json(examined.answers)):
        yield kind, words, examined.sent_by, examined.sent_at


def _reasons(answers: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if answers.get("slip_shown"):
        yield "slip_shown", str(answers["slip_shown"])
    if answers.get("correction_heard") == "unnecessary":
        yield "correction_unheard", str(answers.get("unheard_because") or "")
    if answers.get("correction_heard") == "heard":
        opinion = str(answers.get("correction_heard_said") or "")
        yield "correction_heard", _dated(answers.get("correction_heard_on"), opinion)
    if answers.get("party_consents") == "yes":
        yield "correction_agreed", _dated(answers.get("consented_on"), "")


def _dated(on: Any, words: str) -> str:
    """Return the words after their day. Staff read Finnish and Swedish days alike."""
    return ": ".join(each for each in (day("fi", on) if isinstance(on, date) else "", words) if each)
