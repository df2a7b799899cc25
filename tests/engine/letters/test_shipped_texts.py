"""Every shipped text typesets in every language it has, and no value it names is left without a place."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

import processes
from engine.domain.wording import PLACEHOLDER, compose
from engine.letters import render

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
    parts = (
        [SHIPPED[name] for name in ("operative_not_admitted", "appeal_instructions")]
        if text["kind"] == "frame"
        else []
    )
    values = {name: f"<{name}>" for each in (text, *parts) for name in each.get("values", {})}
    wording = compose(text, language, values, parts)
    made = render(
        Letter(wording, "2026-000118", "24.11.2026", is_card=text["kind"] == "card"),
        datetime(2026, 11, 24, tzinfo=UTC),
    )
    assert made.startswith(b"%PDF-")


@pytest.mark.parametrize("key", SHIPPED)
def test_a_text_names_every_value_it_uses(key: str) -> None:
    text = SHIPPED[key]
    used = {
        name for language in ("fi", "sv", "en") for name in PLACEHOLDER.findall(str(text.get(language, "")))
    }
    assert used <= set(text.get("values", {}))
