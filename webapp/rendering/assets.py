"""Styles, scripts, pictures and icons. Each address contains a hash of the content, so that browsers may cache it for good."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path

from flask import current_app, url_for
from markupsafe import Markup, escape

_ICONS = Path(__file__).with_name("icons.json")
"""Lucide icons (ISC)."""


def asset(name: str) -> str:
    return url_for("static", filename=name, v=_mark(str(current_app.static_folder), name))


def icon(name: str, extra: str = "", label: str = "") -> Markup:
    """Return an icon as inline SVG, hidden from screen readers unless it has a label. Raise KeyError for an unknown name."""
    spoken = Markup('role="img" aria-label="%s"') % label if label else Markup('aria-hidden="true"')
    classes = escape(f"icon {extra}".strip())
    return Markup(
        '<svg class="%s" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" '
        'stroke-linejoin="round" focusable="false" %s>%s</svg>'
    ) % (classes, spoken, Markup(_shapes()[name]))  # noqa: S704 - our own file, not anyone's text


def drawing(svg: str) -> Markup:
    """Return an SVG as safe markup. Only for drawings that the engine made from numbers and escaped names."""
    return Markup(svg)  # noqa: S704 - see above


@lru_cache(maxsize=256)
def _mark(folder: str, name: str) -> str:
    return hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=1)
def _shapes() -> dict[str, str]:
    return {str(name): str(shape) for name, shape in json.loads(_ICONS.read_text("utf-8")).items()}
