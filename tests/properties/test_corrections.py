"""Days that a correction may move, and decisions that bear its mark, through all rounds and numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from engine.casework.decision_corrections import CORRECTED, corrected, replaced_by
from engine.domain.decision_corrections import Letter, delays, shortens
from engine.storage.resolutions import Resolution

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)
ADMISSION = Resolution(
    id=UUID(int=1),
    case_id=UUID(int=9),
    number="2026-000001",
    kind="admission",
    outcome="admitted_35_1",
    language="fi",
    state="signed",
    round=1,
    prepared_by=None,
    prepared_at=NOON,
    content_sha256="",
    signed_by=None,
    signed_at=NOON,
    recalled_at=None,
    document_id=None,
    content={},
)


def after(decision: Resolution, hours: int, **changed: object) -> Resolution:
    moment = NOON + timedelta(hours=hours)
    made = replace(decision, id=UUID(int=hours + 1), prepared_at=moment, signed_at=moment)
    return replace(made, **changed)  # type: ignore[arg-type]  # the test's own names


def corrects(number: str) -> dict[str, object]:
    return {"correction": {"key": "KOR-1", "corrects": number}}


def test_only_the_signed_text_is_compared_with_and_marked() -> None:
    annulled = ADMISSION
    again = after(annulled, 1)
    copy = {"kind": CORRECTED, "outcome": Letter.COPY.value, "number": "2026-000001-KJ1"}
    returned = after(again, 2, **copy, state="returned", signed_at=None, content=corrects(again.number))
    signed = after(again, 3, **copy, content=corrects(again.number))
    anew = after(again, 4, number="2026-000001-K2", content=corrects(signed.number))
    every = (annulled, again, returned, signed, anew)
    assert replaced_by(every, signed) == again
    assert replaced_by(every, anew) == signed
    assert corrected(every) == {again.id: signed, signed.id: anew}


@given(
    st.sampled_from(("reflection_until", "interrupted_from", "help_until")),
    st.dates(date(2020, 1, 2), date(2030, 1, 1)),
    st.integers(-400, 400),
)
def test_a_last_day_is_never_earlier_and_a_first_never_later(name: str, was: date, days: int) -> None:
    becomes = was + timedelta(days=days)
    assert shortens({name: was}, {name: becomes}) is (days < 0)
    assert not shortens({name: was}, {})
    assert delays({"reflection_from": was}, {"reflection_from": becomes}) is (days > 0)
