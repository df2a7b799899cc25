"""Functions with which commands declare who may perform them."""

from __future__ import annotations

from engine.domain.people import CASE_STAFF, STAFF, Role
from engine.errors import Forbidden, SignInRequired
from engine.executor.engine import Work


def require_role(work: Work, *roles: Role) -> None:
    if not work.actor.roles:
        raise SignInRequired
    if not work.actor.has(*roles):
        raise Forbidden


def require_staff(work: Work) -> None:
    require_role(work, *STAFF)


def require_case_staff(work: Work) -> None:
    require_role(work, *CASE_STAFF)


def require_system(work: Work) -> None:
    """Raise Forbidden unless the actor is the worker or the operator; no request over the network has this role."""
    require_role(work, Role.SYSTEM)


def require_scope(work: Work, scope: str) -> None:
    """Raise Forbidden for a service account without the scope; people need none."""
    if work.actor.scopes and scope not in work.actor.scopes:
        raise Forbidden
    work.is_in_scope = True
