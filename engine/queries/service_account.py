"""The service account of a token, with its scopes."""

from __future__ import annotations

from dataclasses import dataclass

from engine.executor import Query, Work
from engine.storage.people import FoundProgram

LONGEST_TOKEN = 200


@dataclass(frozen=True)
class FindServiceAccount(Query[FoundProgram | None]):
    """Return the service account of a token; None if the token was never given, has been revoked or has had its
    last day. Reads no case, so it is not logged."""

    shows_cases = False

    token: str

    def permit(self, work: Work) -> None:
        """Permit anyone: the token identifies the caller."""

    def execute(self, work: Work) -> FoundProgram | None:
        if not 0 < len(self.token) <= LONGEST_TOKEN:
            return None
        found = work.stores.service_accounts.find(self.token, work.today)
        # No scopes would mean a person, who needs none: an account without any may do nothing.
        return found if found is not None and found.actor.scopes else None
