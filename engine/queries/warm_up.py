"""Reads the models in use before the first request needs them."""

from __future__ import annotations

from dataclasses import dataclass

from engine.domain.people import Role
from engine.executor import Query, Work
from engine.executor.permissions import require_role


@dataclass(frozen=True, slots=True)
class ReadAhead(Query[None]):
    """Load models, tables, forms and texts of the deployment that new cases use. Raise NotFound if there is none yet."""

    def permit(self, work: Work) -> None:
        require_role(work, Role.SYSTEM)

    def execute(self, work: Work) -> None:
        current = work.stores.deployments.current().id
        work.instances.models(current).bundle.read_all()
