"""Functions with which commands declare who may perform them."""

from __future__ import annotations

from uuid import UUID

from engine.domain.cases import Case
from engine.domain.people import CASE_STAFF, STAFF, Role
from engine.domain.policy import Action, admits
from engine.errors import ChangedMeanwhile, Forbidden, ProofRequired, SignInRequired
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


def require_action(work: Work, action: Action) -> None:
    """Raise Forbidden unless the policy table allows the action to the actor's roles on some case."""
    if not work.actor.roles:
        raise SignInRequired
    if not admits(action, work.actor.roles):
        raise Forbidden


def permit_case(work: Work, reference: str, action: Action, *, purpose: str = "") -> Case:
    """Open the case with this reference. Raise Forbidden for a role that never does this, NotFound where the policy
    table denies it for this case, as for a case that does not exist."""
    require_action(work, action)
    return work.open_reference(reference, action, purpose=purpose)


def permit_task(work: Work, task_id: UUID, action: Action) -> None:
    """Open the case of a task. Raise as `permit_case`."""
    require_action(work, action)
    work.open_task(task_id, action)


def require_system(work: Work) -> None:
    """Raise Forbidden unless the actor is the worker or the operator; no request over the network has this role."""
    require_role(work, Role.SYSTEM)


def require_person(work: Work) -> UUID:
    """Return the id of the person on whose behalf the session runs. Programs and the operator are nobody's account."""
    require_staff(work)
    if work.actor.person_id is None:
        raise SignInRequired
    return work.actor.person_id


def require_proof(work: Work) -> None:
    """Raise ProofRequired if the person has not shown within the last minutes who they are: a session alone may be
    stolen."""
    if not work.actor.has_proof(work.now):
        raise ProofRequired


def require_proof_to_let_in(work: Work, case: Case) -> None:
    """Raise as `require_proof` if the case is restricted: the act lets somebody into it, or shows a key to it."""
    if case.is_restricted:
        require_proof(work)


def require_seen(known: str, seen: frozenset[str] | None) -> None:
    """Raise ChangedMeanwhile if a program has read something else than is there now; None: it does not say what."""
    if seen is not None and known not in seen:
        raise ChangedMeanwhile


def require_scope(work: Work, scope: str) -> None:
    """Raise Forbidden for a service account without the scope; people need none."""
    if work.actor.scopes and scope not in work.actor.scopes:
        raise Forbidden
    work.is_in_scope = True
