"""The blueprints of signing in and of one's own settings, and of signing in at the authority's identity provider."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("account", __name__)
at_provider = Blueprint("at_provider", __name__)
"""Registered only where a provider is configured: otherwise there are no such addresses."""
