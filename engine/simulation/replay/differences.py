"""Compares a replayed case with its real course, element by element. *Then* is the real course, *now* the replay."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from engine.bpmn.elements import Element
from engine.casework.replay_facts import Place
from engine.clock import day_of
from engine.feel.values import from_json
from engine.operations import OPERATIONS
from engine.simulation.replay.environment import TARGET
from engine.simulation.replay.models import ReplayModels, is_way
from engine.simulation.replay.replayer import Replayer

SENDING: Final[Mapping[str, str]] = {name: each.sends for name, each in OPERATIONS.items() if each.sends}
"""Operations that send something, and the word for it."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that would have been different. It names elements of diagrams, never the case."""

    kind: str
    """``stopped``, ``parted``, ``task_more``, ``task_fewer``, ``sent_more``, ``sent_fewer``, ``table``, ``deadline``, ``outcome``, ``ended``, ``unheard``."""
    process_id: str = ""
    element_id: str = ""
    names: tuple[str, ...] = ()
    """By kind: why it stopped and the questions; the condition; the operation; the table; the two outcomes; the message."""
    number: int = 0
    """Number more or fewer; of a deadline, days later (earlier below zero)."""
    is_new: bool = True
    """False for an element of the drawing that the case went through."""

    @property
    def place(self) -> Place:
        return self.process_id, self.element_id

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"names": list(self.names)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Difference:
        return cls(**{**data, "names": tuple(data["names"])})


def differences(replayer: Replayer, old: ReplayModels) -> tuple[Difference, ...]:
    """Return the differences between a replayed case and its real course on the old models. Empty if there are none."""
    return tuple(_Comparison(replayer, old).all())


class _Comparison:
    def __init__(self, replayer: Replayer, old: ReplayModels) -> None:
        self._facts = replayer.facts
        self._places = replayer.places
        self._stops = tuple(replayer.stops.values())
        self._unheard = replayer.unheard
        self._environment = replayer.environment
        self._instance = replayer.instance
        self._old, self._new = old, replayer.instance.models

    def all(self) -> Iterator[Difference]:
        for stop in self._stops:
            yield Difference("stopped", stop.process_id, stop.element_id, (stop.kind, *stop.names))
        then, now = self._passed_then(), self._passed_now()
        gained, lost = now - then, then - now
        if not self._stops or gained:
            # A case that stopped has lost nothing by not coming further.
            counted = Counter[Place]() if self._stops else lost
            yield from self._parting(gained, counted)
            yield from self._tasks(gained, counted)
            yield from self._sent()
        yield from self._tables()
        yield from self._target()
        yield from self._timers()
        if self._facts.is_closed and not self._stops:
            yield from self._ending()
        for name in sorted(set(self._unheard)):
            yield Difference("unheard", names=(name,))

    # The way.

    def _passed_then(self) -> Counter[Place]:
        """Return how often the case passed each element; elements that the new diagrams have count under their new place."""
        return Counter(
            self._places.get(each.place, each.place)
            for each in self._facts.passages
            if each.state == "completed" and is_way(each.kind)
        )

    def _passed_now(self) -> Counter[Place]:
        return Counter(
            (run.process_id, run.element_id)
            for run in self._instance.runs.values()
            if run.state == "completed" and is_way(run.kind)
        )

    def _parting(self, gained: Counter[Place], lost: Counter[Place]) -> Iterator[Difference]:
        """Yield the last element that both courses passed before they parted."""
        first = self._first(gained, lost)
        if first is None:
            return
        place, is_gained = first
        if place not in self._old.parsed.elements or place not in self._new.parsed.elements:
            yield Difference("parted", *place, ("drawn" if is_gained else "removed",), is_new=is_gained)
            return
        models, beyond = (self._new, gained) if is_gained else (self._old, Counter[Place]())
        source, condition = _way_into(models, place, beyond)
        yield Difference("parted", *source, ("condition", condition), is_new=is_gained)

    def _first(self, gained: Counter[Place], lost: Counter[Place]) -> tuple[Place, bool] | None:
        """Return the first place that only one course passed, and True if that is the replay; None if there is none."""
        found: list[tuple[datetime, int, Place, bool]] = []
        for number, run in enumerate(self._instance.runs.values()):
            if gained[run.process_id, run.element_id]:
                found.append((run.ready_at, number, (run.process_id, run.element_id), True))
        for number, each in enumerate(self._facts.passages):
            if lost[self._places.get(each.place, each.place)]:
                found.append((each.ready_at, number, each.place, False))
        first = min(found, default=None)
        return None if first is None else (first[2], first[3])

    def _tasks(self, gained: Counter[Place], lost: Counter[Place]) -> Iterator[Difference]:
        for place, number in sorted(gained.items()):
            if _is_task(self._new.parsed.elements.get(place)):
                yield Difference("task_more", *place, number=number)
        for place, number in sorted(lost.items()):
            drawn = self._new.parsed.elements.get(place)
            if _is_task(drawn or self._old.parsed.elements.get(place)):
                yield Difference("task_fewer", *place, number=number, is_new=drawn is not None)

    def _sent(self) -> Iterator[Difference]:
        then = Counter(
            call.operation for step in self._facts.steps for call in step.called if call.operation in SENDING
        )
        now = Counter(name for name in self._environment.called if name in SENDING)
        for name in sorted(then | now):
            number = now[name] - then[name]
            if number > 0:
                yield Difference("sent_more", names=(name,), number=number)
            elif number < 0 and not self._stops:
                yield Difference("sent_fewer", names=(name,), number=-number)

    # Tables and times.

    def _tables(self) -> Iterator[Difference]:
        """Yield each table that gave another result, in the order of evaluation."""
        for table in dict.fromkeys(each.table for each in self._environment.evaluated):
            then = [
                self._environment.anchored(each.result)
                for each in self._facts.evaluated
                if each.table == table
            ]
            now = [from_json(each.result) for each in self._environment.evaluated if each.table == table]
            if any(_differs(one, other) for one, other in zip(then, now, strict=False)):
                yield Difference("table", names=(table,))

    def _target(self) -> Iterator[Difference]:
        targets = [
            self._environment.anchored(call.result).get(TARGET)
            for step in self._facts.steps
            for call in step.called
            if call.operation == "start_deadlines"
        ]
        for then, now in zip(targets, self._environment.targets, strict=False):
            if isinstance(then, date) and then != now:
                yield Difference("deadline", names=("target",), number=(now - then).days)
                return

    def _timers(self) -> Iterator[Difference]:
        """Yield the first different due moment of each timer that both courses had."""
        then = _by_path(each for step in self._facts.steps for each in step.timers)
        places = {run.path: (run.process_id, run.element_id) for run in self._instance.runs.values()}
        seen = set[Place]()
        for path, moments in _by_path(self._instance.timers).items():
            place = places.get(path)
            if place is None or place in seen:
                continue
            pairs = zip(then.get(path, ()), moments, strict=False)
            days = next((days for one, other in pairs if (days := _days_between(one, other))), 0)
            if days:
                seen.add(place)
                yield Difference("deadline", *place, ("timer",), number=days)

    def _ending(self) -> Iterator[Difference]:
        if self._instance.outcome != self._facts.outcome:
            names = self._facts.outcome or "", str(self._instance.outcome or "")
            yield Difference("outcome", names=names)
        if self._instance.ended_at is not None:
            days = _days_between(self._facts.until, self._instance.ended_at)
            if days:
                yield Difference("ended", number=days)


def _way_into(models: ReplayModels, place: Place, beyond: Counter[Place]) -> tuple[Place, str]:
    """Follow the flows back from a place. Return the choice and its condition, or the element that both courses passed."""
    seen: set[Place] = set()
    while place not in seen:
        seen.add(place)
        element = models.element(place)
        if element.attached_to:
            return (place[0], element.attached_to), element.name or element.element_id
        flows = [models.parsed.flows[place[0], each] for each in element.incoming]
        if not flows:
            return place, ""
        flow = next((each for each in flows if each.condition or each.name), flows[0])
        source = place[0], flow.source
        if flow.condition or flow.name or (is_way(models.element(source).kind) and not beyond[source]):
            return source, flow.condition or flow.name
        place = source
    return place, ""


def _is_task(element: Element | None) -> bool:
    return element is not None and element.kind == "userTask"


def _by_path(timers: Iterable[tuple[str, datetime]]) -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = {}
    for path, due in timers:
        found.setdefault(path, []).append(due)
    return found


def _days_between(then: datetime, now: datetime) -> int:
    return (day_of(now) - day_of(then)).days


def _differs(then: Any, now: Any) -> bool:
    """Return True if two results differ. Words outside the models are numbers ("#3") among facts: any text counts as the same."""
    if isinstance(then, str) and then.startswith("#"):
        return not isinstance(now, str)
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        return any(_differs(then[key], now[key]) for key in then.keys() & now.keys())
    if isinstance(then, Sequence) and isinstance(now, Sequence) and not isinstance(then, str):
        return len(then) != len(now) or any(_differs(*pair) for pair in zip(then, now, strict=True))
    return bool(then != now)
