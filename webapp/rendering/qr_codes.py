"""A text as a QR code, drawn as SVG in the page. No other module speaks to the library."""

from __future__ import annotations

import segno
from markupsafe import Markup

from webapp.rendering.assets import drawing

_QUIET = 4
_SCALE = 5


def qr_code(text: str) -> Markup:
    """Draw black on white in every colour scheme: readers expect that. It is hidden from screen readers, for which
    the text stands beside it."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(
        scale=_SCALE,
        border=_QUIET,
        dark="#000",
        light="#fff",
        svgclass="qr-code",
        lineclass=None,
        omitsize=True,
    )
    return drawing(drawn.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1))
