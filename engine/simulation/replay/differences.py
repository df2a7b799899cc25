"""What would have been otherwise in one case: its way beside the replayed one, element by element."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from engine.bpmn.elements import Element
from engine.casework.anonymising import anchored
from engine.casework.replay_facts import Facts, Place
from engine.clock import day_of
from engine.feel.values import from_json
from engine.operations import OPERATIONS
from engine.simulation.replay.environment import TARGET, Around
from engine.simulation.replay.model import Model, is_way
from engine.simulation.replay.replayer import Driven

SENDING: Final[Mapping[str, str]] = {name: each.sends for name, each in OPERATIONS.items() if each.sends}
"""Operations by which something goes to someone, and what goes."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that would have been otherwise. It names the drawing and never the case."""

    kind: str
    """``stopped``, ``parted``, ``task_more``, ``task_fewer``, ``sent_more``, ``sent_fewer``, ``table``, ``deadline``, ``outcome``, ``ended``, ``unheard``."""
    process_id: str = ""
    element_id: str = ""
    what: tuple[str, ...] = ()
    """By kind: why it stopped and the questions; the condition; the operation; the table; the two outcomes; the message."""
    number: int = 0
    """How many more or fewer; of a deadline, days later (earlier below zero)."""
    is_new: bool = True
    """Whether the element stands in the new drawing; else in the one that the case went through."""

    @property
    def place(self) -> Place:
        return self.process_id, self.element_id

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"what": list(self.what)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Difference:
        return cls(**{**data, "what": tuple(data["what"])})


def differences(
    facts: Facts, old: Model, new: Model, places: Mapping[Place, Place], driven: Driven, around: Around
) -> tuple[Difference, ...]:
    """None when the case would have gone the same way at the same times."""
    return tuple(_Judge(facts, old, new, places, driven, around).all())


@dataclass
class _Judge:
    facts: Facts
    old: Model
    new: Model
    places: Mapping[Place, Place]
    driven: Driven
    around: Around

    def all(self) -> Iterator[Difference]:
        stops = tuple(self.driven.stops.values())
        for stop in stops:
            yield Difference("stopped", stop.process_id, stop.element_id, (stop.kind, *stop.what))
        then, now = self._passed_then(), self._passed_now()
        gained, lost = now - then, then - now
        if not stops or gained:
            # What a case that stopped never came to is not news.
            lost_now = Counter[Place]() if stops else lost
            yield from self._parting(gained, lost_now)
            yield from self._tasks(gained, lost_now)
            yield from self._sent(complete=not stops)
        yield from self._tables()
        yield from self._deadlines(then, now)
        yield from ([] if stops else self._ending())
        for name in sorted(set(self.driven.unheard)):
            yield Difference("unheard", what=(name,))

    # the way

    def _passed_then(self) -> Counter[Place]:
        """In the words of the new drawing, where it has the element."""
        return Counter(
            self.places.get(each.place, each.place)
            for each in self.facts.passages
            if each.state == "completed" and is_way(each.kind)
        )

    def _passed_now(self) -> Counter[Place]:
        return Counter(
            (run.process_id, run.element_id)
            for run in self.driven.runs.values()
            if run.state == "completed" and is_way(run.kind)
        )

    def _parting(self, gained: Counter[Place], lost: Counter[Place]) -> Iterator[Difference]:
        """The first thing that happened otherwise, and the last element before it that both passed."""
        first = self._first(gained, lost)
        if first is None:
            return
        place, is_gained = first
        model, kept = (self.new, gained) if is_gained else (self.old, Counter[Place]())
        drawn_in_both = place in self.old.parsed.elements and place in self.new.parsed.elements
        if not drawn_in_both:
            yield Difference("parted", *place, ("drawn" if is_gained else "removed",), is_new=is_gained)
            return
        source, condition = self._way_into(model, place, kept)
        yield Difference("parted", *source, ("condition", condition), is_new=is_gained)

    def _first(self, gained: Counter[Place], lost: Counter[Place]) -> tuple[Place, bool] | None:
        found: list[tuple[datetime, int, Place, bool]] = []
        for n, run in enumerate(self.driven.runs.values()):
            if gained[run.process_id, run.element_id]:
                found.append((run.ready_at, n, (run.process_id, run.element_id), True))
        for n, each in enumerate(self.facts.passages):
            place = self.places.get(each.place, each.place)
            if lost[place]:
                found.append((each.ready_at, n, each.place, False))
        first = min(found, default=None)
        return None if first is None else (first[2], first[3])

    def _way_into(self, model: Model, place: Place, beyond: Counter[Place]) -> tuple[Place, str]:
        """Back over the arrows to where there was a choice, or to something that both passed."""
        seen: set[Place] = set()
        while place not in seen:
            seen.add(place)
            element = model.element(place)
            if element.attached_to:
                return (place[0], element.attached_to), element.name or element.element_id
            flows = [model.parsed.flows[place[0], each] for each in element.incoming]
            if not flows:
                return place, ""
            flow = next((each for each in flows if each.condition or each.name), flows[0])
            source = place[0], flow.source
            if flow.condition or flow.name or (is_way(model.element(source).kind) and not beyond[source]):
                return source, flow.condition or flow.name
            place = source
        return place, ""

    def _tasks(self, gained: Counter[Place], lost: Counter[Place]) -> Iterator[Difference]:
        for place, number in sorted(gained.items()):
            if _is_task(self.new.parsed.elements.get(place)):
                yield Difference("task_more", *place, number=number)
        for place, number in sorted(lost.items()):
            drawn = self.new.parsed.elements.get(place)
            if _is_task(drawn or self.old.parsed.elements.get(place)):
                yield Difference("task_fewer", *place, number=number, is_new=drawn is not None)

    def _sent(self, *, complete: bool) -> Iterator[Difference]:
        then = Counter(
            call.operation for step in self.facts.steps for call in step.called if call.operation in SENDING
        )
        now = Counter(name for name, _, _ in self.around.called if name in SENDING)
        for name in sorted(then | now):
            number = now[name] - then[name]
            if number > 0:
                yield Difference("sent_more", what=(name,), number=number)
            elif number < 0 and complete:
                yield Difference("sent_fewer", what=(name,), number=-number)

    # tables and times

    def _tables(self) -> Iterator[Difference]:
        """Tables that gave something else, each once, by the order in which they were asked."""
        for table in dict.fromkeys(each.table for each in self.around.evaluated):
            then = [self._result(each.result) for each in self.facts.evaluated if each.table == table]
            now = [from_json(each.result) for each in self.around.evaluated if each.table == table]
            if any(_differs(one, other) for one, other in zip(then, now, strict=False)):
                yield Difference("table", what=(table,))

    def _result(self, fact: Any) -> Any:
        return anchored(fact, self.facts.begins)

    def _deadlines(self, then: Counter[Place], now: Counter[Place]) -> Iterator[Difference]:
        targets = [
            anchored(call.result, self.facts.begins).get(TARGET)
            for step in self.facts.steps
            for call in step.called
            if call.operation == "start_deadlines"
        ]
        for was, would in zip(targets, self.around.targets, strict=False):
            if isinstance(was, date) and was != would:
                yield Difference("deadline", what=("target",), number=(would - was).days)
                break
        yield from self._timers()

    def _timers(self) -> Iterator[Difference]:
        """Of timers that both had: by path, round by round; each element once, by the first that differs."""
        told = set[Place]()
        then, now = (
            _by_path(each for step in self.facts.steps for each in step.timers),
            _by_path(self.driven.timers),
        )
        at_path = {run.path: (run.process_id, run.element_id) for run in self.driven.runs.values()}
        for path, moments in now.items():
            place = at_path.get(path)
            if place is None or place in told:
                continue
            for was, would in zip(then.get(path, ()), moments, strict=False):
                days = (day_of(would) - day_of(was)).days
                if days:
                    told.add(place)
                    yield Difference("deadline", *place, ("timer",), number=days)
                    break

    def _ending(self) -> Iterator[Difference]:
        if not self.facts.is_closed:
            return
        if self.driven.outcome != self.facts.outcome:
            yield Difference("outcome", what=(self.facts.outcome or "", str(self.driven.outcome or "")))
        if self.driven.ended_at is not None:
            days = (day_of(self.driven.ended_at) - day_of(self.facts.until)).days
            if days:
                yield Difference("ended", number=days)


def _is_task(element: Element | None) -> bool:
    return element is not None and element.kind == "userTask"


def _by_path(timers: Any) -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = {}
    for path, due in timers:
        found.setdefault(path, []).append(due)
    return found


def _differs(then: Any, now: Any) -> bool:
    """What was no word of the models has become a number, so that only its place can be compared."""
    if isinstance(then, str) and then.startswith("#"):
        return not isinstance(now, str)
    if isinstance(then, Mapping) and isinstance(now, Mapping):
        return any(_differs(then[key], now[key]) for key in then.keys() & now.keys())
    if isinstance(then, Sequence) and isinstance(now, Sequence) and not isinstance(then, str):
        return len(then) != len(now) or any(_differs(*pair) for pair in zip(then, now, strict=True))
    return bool(then != now)
