"""The blueprint of the inbox."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("inbox", __name__, url_prefix="/tasks")
