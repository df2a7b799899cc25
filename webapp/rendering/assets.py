"""Addresses of styles, scripts and pictures, with a mark of their content: kept by browsers, never stale."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from flask import current_app, url_for


def asset(name: str) -> str:
    return url_for("static", filename=name, v=_mark(str(current_app.static_folder), name))


@lru_cache(maxsize=256)
def _mark(folder: str, name: str) -> str:
    return hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:12]
