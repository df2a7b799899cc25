"""Proofs that found nothing wrong, kept from one keystroke to the next.

A proof speaks of a net. Whoever renames a step, chooses another form or moves a shape draws the same net again, and what
was proved of it holds. The key is the whole net and the rules asked of it, compared value by value and not by a hash.
What had anything to say is not kept: its words are the diagram's own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable
from threading import Lock
from typing import Final

from engine.bpmn.guardrails.net import Automatic, Net, Outcomes, Wait
from engine.bpmn.guardrails.rules import Rule

MOST: Final = 200
"""Processes of a few bundles that are drawn at the same time: some 50 kB each."""


class Kept:
    """Key to how many situations were looked at; the oldest goes first."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._found: OrderedDict[Hashable, int] = OrderedDict()
        self._lock = Lock()

    def states(self, key: Hashable) -> int | None:
        with self._lock:
            found = self._found.get(key)
            if found is not None:
                self._found.move_to_end(key)
            return found

    def keep(self, key: Hashable, states: int) -> None:
        with self._lock:
            self._found[key] = states
            self._found.move_to_end(key)
            while len(self._found) > self._most:
                self._found.popitem(last=False)

    def __len__(self) -> int:
        return len(self._found)

    def forget(self) -> None:
        with self._lock:
            self._found.clear()


def key_of(net: Net, rules: Iterable[Rule]) -> Hashable:
    """All that the proof of a net looks at. Names, forms, dates and places on the page are not among it."""
    told = _Told()
    return (
        net.process_id,
        tuple([(each.path, each.element.element_id, each.waits, each.milestones) for each in net.steps]),
        tuple([(each.milestone, each.beside) for each in net.letters]),
        tuple([told.wait(each) for waits in net.waits.values() for each in waits]),
        tuple([told.automatic(each) for each in net.automatic.values()]),
        tuple([told.wait(each) for each in net.starts]),
        tuple(net.names.items()),
        (net.plain, net.tokens, net.counted, net.facts, net.start_facts),
        tuple(net.twins),
        tuple(net.unread),
        tuple(net.groups.items()),
        tuple(net.uncaught),
        tuple([(each.key, each.template, each.a, each.b, each.unless, each.when) for each in rules]),
    )


class _Told:
    """Outcomes as plain values, each once: the same ones stand behind many places."""

    def __init__(self) -> None:
        self._known: dict[int, Hashable] = {}

    def wait(self, wait: Wait) -> Hashable:
        return wait.place, wait.needs, wait.clears, self._outcomes(wait.outcomes), wait.step, wait.alone

    def automatic(self, each: Automatic) -> Hashable:
        return each.kind, each.bit, each.mask, each.clears, self._outcomes(each.outcomes), each.quiet

    def _outcomes(self, outcomes: Outcomes) -> Hashable:
        found = self._known.get(id(outcomes))
        if found is None:
            found = tuple(
                [(each.add, each.ops, each.label, each.trail, each.stops, each.stirs) for each in outcomes]
            )
            self._known[id(outcomes)] = found
        return found
