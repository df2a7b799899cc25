"""Lucide icons (ISC) drawn into the page: one name, one picture, never without a word beside it or as its label."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

from markupsafe import Markup, escape

_FILE = Path(__file__).with_name("icons.json")


def icon(name: str, extra: str = "", label: str = "") -> Markup:
    """The picture; hidden from those who listen to the page unless it has a label. Raises KeyError for an unknown name."""
    spoken = Markup('role="img" aria-label="%s"') % label if label else Markup('aria-hidden="true"')
    classes = escape(f"icon {extra}".strip())
    return Markup(
        '<svg class="%s" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" '
        'stroke-linejoin="round" focusable="false" %s>%s</svg>'
    ) % (classes, spoken, Markup(_shapes()[name]))  # noqa: S704 - our own file, not anyone's text


@lru_cache(maxsize=1)
def _shapes() -> dict[str, str]:
    return {str(name): str(shape) for name, shape in json.loads(_FILE.read_text("utf-8")).items()}
