"""Changes of the facts by a step: operations one after another, and all of them as one change."""

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
class Ask:
    """The way is open only where the fact has one of these values."""

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


Operation: TypeAlias = Ask | Assign | Copy


@dataclass(frozen=True, slots=True)
class Before:
    """The value that a fact had before the step."""

    fact: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The value that was assigned on the way, by the number of the assignment."""

    number: int


Source: TypeAlias = Before | Choice | None
"""The origin of the value of a fact; None if it is forgotten."""


@dataclass(frozen=True, eq=False)
class FactChange:
    """The result of a sequence of operations. FactChanges makes one for all sequences with the same result."""

    asked: tuple[tuple[int, frozenset[str]], ...]
    """Values that facts must have had before the step."""
    choices: tuple[frozenset[str], ...]
    """For each assignment the values it may give."""
    sources: tuple[Source, ...]
    """For each fact the origin of its value."""
    _results: dict[Known, frozenset[Known]] = field(default_factory=dict, repr=False)

    def of(self, known: Known) -> frozenset[Known]:
        """Return what can be known after the step: nothing if it cannot be taken, several if values have to be followed by themselves."""
        found = self._results.get(known)
        if found is None:
            found = self._results[known] = frozenset(self._worked_out(known))
        return found

    def of_all(self, several: Iterable[Known]) -> set[Known]:
        """Return what can be known after the step, begun with any of these."""
        found: set[Known] = set()
        for known in several:
            found |= self.of(known)
        return found

    def _worked_out(self, known: Known) -> Iterator[Known]:
        possible: list[frozenset[str] | None] = [*known, *self.choices, None]
        for fact, allowed in self.asked:
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
        """True if it asks nothing, and every fact that is not forgotten stays as it was."""
        kept = all(source in {None, Before(fact)} for fact, source in enumerate(self.sources))
        return kept and not self.asked

    @cached_property
    def _places(self) -> list[int]:
        """For each fact the place of its source in a row of what was known, what was chosen, and nothing."""
        facts = len(self.sources)
        return [
            each.fact if isinstance(each, Before) else facts + each.number if isinstance(each, Choice) else -1
            for each in self.sources
        ]

    @cached_property
    def _shared(self) -> list[int]:
        """Those places that are the source of several facts."""
        return [place for place, times in Counter(self._places).items() if times > 1 and place >= 0]


class FactChanges:
    """The changes of one exploration."""

    def __init__(self, facts: int) -> None:
        self._made: dict[object, FactChange] = {}
        self.nothing = self._make({}, [], [Before(fact) for fact in range(facts)])

    def then(self, change: FactChange, operations: Iterable[Operation]) -> FactChange | None:
        """Return a change with operations after it; None where they ask one fact to be two things."""
        asked, choices, sources = dict(change.asked), list(change.choices), list(change.sources)
        for operation in operations:
            match operation:
                case Assign(fact, values):
                    sources[fact] = Choice(len(choices))
                    choices.append(values)
                case Copy(fact, source):
                    sources[fact] = sources[source]
                case Ask(fact, values):
                    if not _narrowed(sources[fact], values, asked, choices):
                        return None
        return self._make(asked, choices, sources)

    def forgetting(self, change: FactChange, facts: frozenset[int]) -> FactChange:
        """Return a change without the values of facts that nobody will ask for."""
        sources = [None if fact in facts else source for fact, source in enumerate(change.sources)]
        return self._make(dict(change.asked), change.choices, sources)

    def _make(
        self, asked: dict[int, frozenset[str]], choices: Sequence[frozenset[str]], sources: list[Source]
    ) -> FactChange:
        """Number the choices by the facts that have kept them, and leave out those that none has."""
        numbers: dict[int, int] = {}
        for fact, source in enumerate(sources):
            if isinstance(source, Choice):
                sources[fact] = Choice(numbers.setdefault(source.number, len(numbers)))
        found = tuple(sorted(asked.items())), tuple(choices[number] for number in numbers), tuple(sources)
        return self._made.setdefault(found, FactChange(*found))


def _narrowed(
    source: Source,
    values: frozenset[str],
    asked: dict[int, frozenset[str]],
    choices: list[frozenset[str]],
) -> bool:
    """Ask the origin of a fact for values. Return False if none is left."""
    match source:
        case Before(fact):
            asked[fact] = asked.get(fact, values) & values
            return bool(asked[fact])
        case Choice(number):
            choices[number] &= values
            return bool(choices[number])
    return True
