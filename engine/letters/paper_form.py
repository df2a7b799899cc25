"""Typesets a form as a PDF to fill in with a pen: accessible (PDF/UA-1), with the same bytes for the same words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime, time
from typing import Any, Final

from engine.domain.paper_forms import PaperForm
from engine.letters.fonts import printable
from engine.letters.typesetting import typeset

TEMPLATE: Final = "paper_form.typ"


def render_form(form: PaperForm, *, sender: Sequence[str], drawn_on: date) -> bytes:
    """Return the blank form as a PDF, with the address to which it is sent."""
    data = _printable({**asdict(form), "sender": list(sender)})
    noon = datetime.combine(drawn_on, time(12), tzinfo=UTC)
    return typeset(TEMPLATE, {"form": json.dumps(data, ensure_ascii=False)}, noon)


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: _printable(each) for name, each in value.items()}
    return [_printable(each) for each in value] if isinstance(value, list | tuple) else value
