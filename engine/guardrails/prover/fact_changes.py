"""Changes of facts in one step: single operations, and a sequence of them folded into one change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import product
from typing import TypeAlias

Known: TypeAlias = tuple[frozenset[str] | None, ...]
"""The values that each fact of a net can still have, by its number.

Any choice of one value for each fact is possible: where two facts are bound to have the same of several values, each value is
followed by itself. None stands for a fact that nothing reads before it is written again.
"""


@dataclass(frozen=True, slots=True)
class Require:
    """A condition: the step is possible only if the fact has one of these values."""

    fact: int
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Assign:
    """The fact gets one of these values; the diagram does not say which."""

    fact: int
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Copy:
    """The fact gets the value that the source has: the same fact in another process."""

    fact: int
    source: int


Operation: TypeAlias = Require | Assign | Copy


@dataclass(frozen=True, slots=True)
class Before:
    """The value that the fact with this number had before the step."""

    fact: int


@dataclass(frozen=True, slots=True)
class Assigned:
    """The value that the step's assignment with this number gives. Assignments are counted from 0 in the order of the step."""

    number: int


Source: TypeAlias = Before | Assigned | None
"""The origin of a fact's value after the step; None if the fact is forgotten."""


@dataclass(frozen=True, eq=False)
class FactChange:
    """The result of a sequence of operations. FactChanges makes one object for all sequences with the same result."""

    required: tuple[tuple[int, frozenset[str]], ...]
    """Number of a fact, and the values it must have had before the step."""
    assigned: tuple[frozenset[str], ...]
    """For each assignment, by its number, the values it may give."""
    sources: tuple[Source, ...]
    """For each fact, the source of its value after the step."""
    _results: dict[Known, frozenset[Known]] = field(default_factory=dict, repr=False)

    def of(self, known: Known) -> frozenset[Known]:
        """Return the known values after the step. Empty: the step is not possible. Several: facts that share a value
        are followed once for each value."""
        found = self._results.get(known)
        if found is None:
            found = self._results[known] = frozenset(self._worked_out(known))
        return found

    def is_possible(self, known: Known) -> bool:
        """Return True if the step is possible. Nothing is kept: steps cut short are asked about once, and are many."""
        return next(self._worked_out(known), None) is not None

    def of_all(self, several: Iterable[Known]) -> set[Known]:
        """Return the known values after the step, from any of `several` before it."""
        found: set[Known] = set()
        for known in several:
            after = self._results.get(known)
            found |= self.of(known) if after is None else after
        return found

    def _worked_out(self, known: Known) -> Iterator[Known]:
        possible: list[frozenset[str] | None] = [*known, *self.assigned, None]
        for fact, allowed in self.required:
            values = known[fact]
            if values is None:
                raise LookupError(fact)
            possible[fact] = values & allowed
            if not possible[fact]:
                return
        singles = [[frozenset({each}) for each in sorted(possible[place] or ())] for place in self._shared]
        for single in product(*singles):
            for place, value in zip(self._shared, single, strict=True):
                possible[place] = value
            yield tuple([possible[place] for place in self._places])

    @cached_property
    def is_nothing(self) -> bool:
        """True if the change requires nothing, and every fact that is not forgotten keeps its value."""
        kept = all(source in {None, Before(fact)} for fact, source in enumerate(self.sources))
        return kept and not self.required

    @cached_property
    def _places(self) -> list[int]:
        """For each fact, the index of its source in the row (facts before the step, assignments, None)."""
        facts = len(self.sources)
        return [
            each.fact
            if isinstance(each, Before)
            else facts + each.number
            if isinstance(each, Assigned)
            else -1
            for each in self.sources
        ]

    @cached_property
    def _shared(self) -> list[int]:
        """The indexes in `_places` that several facts share."""
        return [place for place, times in Counter(self._places).items() if times > 1 and place >= 0]


class FactChanges:
    """Makes the changes of one exploration."""

    def __init__(self, facts: int) -> None:
        self._made: dict[object, FactChange] = {}
        self.nothing = self._make({}, [], [Before(fact) for fact in range(facts)])

    def then(self, change: FactChange, operations: Iterable[Operation]) -> FactChange | None:
        """Return a change followed by operations; None if they require values that a fact cannot have."""
        required, assigned, sources = dict(change.required), list(change.assigned), list(change.sources)
        for operation in operations:
            match operation:
                case Assign(fact, values):
                    sources[fact] = Assigned(len(assigned))
                    assigned.append(values)
                case Copy(fact, source):
                    sources[fact] = sources[source]
                case Require(fact, values):
                    if not _narrowed(sources[fact], values, required, assigned):
                        return None
        return self._make(required, assigned, sources)

    def forgetting(self, change: FactChange, facts: frozenset[int]) -> FactChange:
        """Return a change without the values of these facts, which will be written before they are read."""
        sources = [None if fact in facts else source for fact, source in enumerate(change.sources)]
        return self._make(dict(change.required), change.assigned, sources)

    def _make(
        self, required: dict[int, frozenset[str]], assigned: Sequence[frozenset[str]], sources: list[Source]
    ) -> FactChange:
        """Return the change. Assignments are numbered anew by the facts that use them; unused ones are left out."""
        numbers: dict[int, int] = {}
        for fact, source in enumerate(sources):
            if isinstance(source, Assigned):
                sources[fact] = Assigned(numbers.setdefault(source.number, len(numbers)))
        found = tuple(sorted(required.items())), tuple(assigned[number] for number in numbers), tuple(sources)
        return self._made.setdefault(found, FactChange(*found))


def _narrowed(
    source: Source,
    values: frozenset[str],
    required: dict[int, frozenset[str]],
    assigned: list[frozenset[str]],
) -> bool:
    """Restrict the source of a fact to these values. Return False if none is left."""
    match source:
        case Before(fact):
            required[fact] = required.get(fact, values) & values
            return bool(required[fact])
        case Assigned(number):
            assigned[number] &= values
            return bool(assigned[number])
    return True
