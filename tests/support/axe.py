"""axe-core over an open page: what someone who listens, or does without a mouse, would stumble over."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from playwright.sync_api import Page

_SCRIPT = Path(__file__).parents[2] / "webapp/frontend/node_modules/axe-core/axe.min.js"


def violations(page: Page) -> list[str]:
    """Rule, and the element that breaks it. Empty is the promise."""
    page.evaluate(_axe())
    found = page.evaluate("axe.run()")
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found["violations"] for node in rule["nodes"]]


@lru_cache(maxsize=1)
def _axe() -> str:
    return _SCRIPT.read_text("utf-8")
