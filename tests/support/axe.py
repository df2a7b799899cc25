"""axe-core over an open page: what someone who listens, or does without a mouse, would stumble over."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page

BUILT = Path(__file__).resolve().parents[2] / "build" / "tests" / "axe.js"
# Drawn by others, and said again by our list of steps beside it.
NOT_OURS = (".djs-container", ".bio-properties-panel", ".dmn-js-parent", ".fjs-container", ".bjs-powered-by")


def violations(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """Rule, and the element that breaks it. Empty is the promise."""
    page.evaluate(_script())
    found = page.evaluate(
        "exclude => axe.run(exclude.length ? {exclude} : document)", [[selector] for selector in without]
    )
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]]


@cache
def _script() -> str:
    if not BUILT.exists():
        pytest.fail("The front end is not built: make front")
    return BUILT.read_text("utf-8")
