"""The shipped forms, as files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from processes import catalogue

FORMS = Path(catalogue.ROOT).parent / "forms" / "definitions"


def form_files() -> Mapping[str, bytes]:
    return {path.stem: path.read_bytes() for path in sorted(FORMS.glob("*.form"))}
