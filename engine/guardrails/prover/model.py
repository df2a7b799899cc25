"""The net of a process: the places where a token may stand, and the transitions that move tokens between them.

Called processes are part of the net, once for each call, under the path of the call. Places and transitions keep the
order of the diagrams, so that the same model gives the same counterexamples.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from engine.guardrails.prover.fact_changes import Operation


class Kind(StrEnum):
    """The meaning of a token in a place."""

    AT = "at"
    """It waits at the element, or the element is about to run."""
    ARRIVED = "arrived"
    """It has come to a parallel join by one of its flows."""
    LISTENS = "listens"
    """A boundary event that does not interrupt has not happened yet."""
    RUNS = "runs"
    """A sub-process, a called process or a copy of a multi-instance has begun and is not over."""
    ENDED = "ended"
    """Something inside has just ended. The token goes as soon as it is seen if everything has."""


@dataclass(frozen=True, slots=True)
class Place:
    number: int
    path: str
    """The element, by the calls and copies it stands in: ``examine/requests[1]/ask``."""
    kind: Kind
    waits: bool = False
    """True if a token stays here until somebody or something outside the process acts."""
    merges: bool = False
    """True if tokens that meet here become one."""
    extra: int = 0
    """Number of tokens that were there already: each further token of an element has a place of its own."""

    def __hash__(self) -> int:
        # Places are looked up millions of times in a proof; two of a net that are equal have the same number.
        return self.number + 4_096 * self.extra

    @property
    def more(self) -> Place:
        """The place of one further token on the same element."""
        return replace(self, extra=self.extra + 1)

    @property
    def runs_by_itself(self) -> bool:
        """True if a token here goes on without anybody outside the process."""
        return self.kind is Kind.AT and not self.waits and not self.merges


@dataclass(frozen=True, slots=True)
class Passed:
    """An element that a transition passes."""

    path: str
    waits: bool = False
    """True if people see it as a step: a task, or an event that is waited for."""
    all_over: bool = False
    """A multi-instance when its copies are over. Each copy has reached the milestones by itself."""

    @property
    def element_id(self) -> str:
        return self.path.rpartition("/")[2]


class Milestone(NamedTuple):
    """A milestone that is reached, and the guardrails that ignore it."""

    name: str
    unheard_by: frozenset[str] = frozenset()
    """Keys of the guardrails whose `when` does not hold at this moment."""


Places = frozenset[Place]
NOWHERE: Places = frozenset()


@dataclass(frozen=True, slots=True)
class Transition:
    """Something that can happen: a person, a timer or a message brings it (`waits`), or it follows automatically."""

    number: int
    moved_by: Place
    """The token that makes it happen."""
    takes: Places
    """Tokens that have to be there, and go."""
    puts: Places
    needs: Places = NOWHERE
    """Tokens that have to be there, and stay."""
    beside: Places = NOWHERE
    """A token has to be in one of these, where there are any."""
    after: Places = NOWHERE
    """No token may be in any of these."""
    clears: Places = NOWHERE
    """Tokens that go wherever they are: an activity is cut off, a process is terminated."""
    operations: tuple[Operation, ...] = ()
    """Conditions on facts, and changes of them, in their order."""
    milestones: tuple[Milestone, ...] = ()
    passes: tuple[Passed, ...] = ()
    waits: bool = False
    is_noticed: bool = False
    """True if it matters in which order it and automatic elements beside it happen."""

    @property
    def gone(self) -> Places:
        return self.takes | self.clears


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact in one process instance. A called process that is given the fact or writes it has its own."""

    path: str
    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Net:
    process_id: str
    begin: Place
    """A token here is a case that nobody has started."""
    places: tuple[Place, ...]
    transitions: tuple[Transition, ...]
    facts: tuple[Fact, ...]
    read_at_end: frozenset[int]
    """Numbers of the facts that a guardrail asks for when the case has ended."""
    uncaught: tuple[Passed, ...] = ()
    """Ends that throw an error that nothing catches."""

    def fact_of_case(self, name: str) -> int | None:
        """Return the number of the case's own fact of this name; None if it is not followed."""
        for number, fact in enumerate(self.facts):
            if fact.name == name and not fact.path:
                return number
        return None
