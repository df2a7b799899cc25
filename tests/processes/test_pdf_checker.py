"""A checker of others (PDF/UA-1 and WCAG) reads every kind of letter."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pdfua

from engine.letters import Letter, render
from tests.processes.made_letters import EVERY, OTHERS, alone

DAY = date(2026, 11, 24)


def one_of_each() -> Iterator[Letter]:
    """Each kind of letter, in Finnish and Swedish by turns: the languages share all that the checker looks at."""
    seen = set[tuple[str, str | None]]()
    for made in EVERY:
        kind = made.outcome, made.lapse_reason
        if kind not in seen and made.language == ("fi", "sv")[len(seen) % 2]:
            seen.add(kind)
            yield made.letter
    for place, key in enumerate(OTHERS):
        yield alone(key, ("fi", "sv")[place % 2])


def test_no_letter_has_what_a_reader_with_a_screen_reader_would_miss(tmp_path: Path) -> None:
    found, read, drawn = [], 0, tmp_path / "letter.pdf"
    for letter in one_of_each():
        drawn.write_bytes(render(letter, drawn_on=DAY))
        found += [(read, each.rule_id, each.message) for each in pdfua.validate(str(drawn)).findings]
        read += 1

    assert found == []
    assert read > 20
    # The checker finds what it should in one that says nothing of itself.
    drawn.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n"
        b"trailer<</Root 1 0 R/Size 4>>\n%%EOF"
    )
    assert pdfua.validate(str(drawn)).findings
