"""The blueprint, and who watches over the work."""

from __future__ import annotations

from flask import Blueprint

from engine.domain.people import Role

WATCHERS = frozenset({Role.MANAGER, Role.DIRECTOR})

blueprint = Blueprint("oversight", __name__, url_prefix="/oversight")
