"""Makes the search keys of cases that have none yet: those from before there were any, or with keys of an older kind."""

from __future__ import annotations

from dataclasses import dataclass

from engine.casework.search_keys import renew_search_keys
from engine.errors import Unsealable
from engine.executor import Command, Work
from engine.executor.permissions import require_system


@dataclass(frozen=True)
class MakeSearchKeys(Command[int]):
    """Make the keys of the next cases that lack them. Return how many. Stopped anywhere, the next round goes on.

    The ending of a code is not known any more: who lost theirs before is found by everything else.
    """

    limit: int = 100

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> int:
        cases = work.stores.search_keys.without(self.limit)
        work.stores.vault.fetch_keys(cases)
        for case_id in cases:
            try:
                renew_search_keys(work, case_id)
            except Unsealable:
                # A damaged row hides one case from the search; the others' keys are made.
                work.stores.search_keys.forget(case_id)
        return len(cases)
