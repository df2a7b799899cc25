"""Every shipped text typesets in every language it has, and no value it names is left without a place."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import processes
from engine.domain.wording import PLACEHOLDER
from engine.letters import assemble, render

SHIPPED: dict[str, dict[str, Any]] = {
    path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
    for path in sorted(Path(processes.__path__[0]).glob("*/texts/*.toml"))
}
ALONE = [
    (key, language)
    for key, text in SHIPPED.items()
    if text["kind"] not in {"part", "mail"}
    for language in ("fi", "sv", "en")
    if language in text
]


@pytest.mark.parametrize(("key", "language"), ALONE)
def test_a_shipped_text_becomes_a_letter(key: str, language: str) -> None:
    text = SHIPPED[key]
    parts = ["operative_not_admitted", "appeal_instructions"] if text["kind"] == "frame" else []
    used = (text, *(SHIPPED[part] for part in parts))
    values = {name: f"<{name}>" for each in used for name in each.get("values", {})}
    letter = assemble(SHIPPED, key, language, values, parts)
    made = render(letter, drawn_on=date(2026, 11, 24))
    assert made.startswith(b"%PDF-")


@pytest.mark.parametrize("key", SHIPPED)
def test_a_text_names_every_value_it_uses(key: str) -> None:
    text = SHIPPED[key]
    used = {
        name for language in ("fi", "sv", "en") for name in PLACEHOLDER.findall(str(text.get(language, "")))
    }
    assert used <= set(text.get("values", {}))
