"""Numbers that take text messages, however they are written."""

from __future__ import annotations

import pytest

from engine.domain.code_calls import number_to_text


@pytest.mark.parametrize(
    ("written", "digits"),
    [
        ("040 123 4567", "358401234567"),
        ("+358 (0)50-123 4567", "358501234567"),
        ("0046 70 123 45 67", "46701234567"),
        ("+46 70 123 45 67", "46701234567"),
        ("09 1234 5678", ""),
        ("029 111 2222", ""),
        ("1234567", ""),
        ("+358 9 1234567", ""),
        ("040", ""),
        ("040 123 4567 (klo 8-16)", ""),
        ("040 123 4567 8901", ""),
        ("040 123", ""),
    ],
)
def test_a_number_takes_text_messages_however_it_is_written(written: str, digits: str) -> None:
    assert number_to_text(written) == digits
