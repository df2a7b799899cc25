"""The blueprint of signing in and of one's own settings."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("account", __name__)
