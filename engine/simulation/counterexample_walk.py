"""One walk towards the breach of a counterexample, in a try-out on the real engine.

The prover says which steps lead to the breach and which values facts must have on the way. Each step is taken in the
try-out: tasks are handed in with one set of answers after another until the facts are as they must be and the next step is
open. The engine itself says at the end that the guardrail is broken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from time import thread_time
from typing import Any, Final

from engine.bpmn.elements import Element
from engine.bpmn.findings import Finding, PathStep
from engine.domain.cases import CaseState, Channel
from engine.domain.people import SYSTEM
from engine.domain.scenarios import NEXT, Step
from engine.domain.tasks import UserTask
from engine.errors import Refusal
from engine.executor import Query, Work
from engine.executor.permissions import require_system
from engine.guardrails import GuardrailBroken
from engine.queries.due_timers import ComingTimers
from engine.simulation.environment import REPORTED
from engine.simulation.leading_answers import answered, wanted_after
from engine.simulation.steps import STARTS, place_of
from engine.simulation.try_out import TryOut

MOST_ALIKE: Final = 5
"""Sets of answers that write the same variables and are tried until the engine takes one."""
MOST_OTHERWISE: Final = 8
"""Answers that lead on with other facts than the prover named, and are followed."""
MOST_INSIDE: Final = 25
"""Steps taken inside a called process that the prover passes as one, and on the way to a process that others call."""
MOST_TO_THE_END: Final = 50
ENDS_TRIED: Final = 3
"""Situations from which the case is brought to its end by the usual answers."""
OF_ENDS: Final = frozenset({"guardrail_owed", "guardrail_missing"})
CALLS: Final = frozenset({"callActivity", "subProcess"})
BEGINNINGS: Final = frozenset(each.message for each in Channel)
"""Messages with which a case begins; another one begins something in a case that runs."""
ACTS: Final = CALLS | {"startEvent", "userTask", "intermediateCatchEvent", "boundaryEvent"}


class _OutOfTime(Exception):
    """The walk took longer than it may."""


class CounterexampleWalk:
    """Looks for the breach within so much time: along the prover's way, or from a scenario that comes near it."""

    def __init__(self, try_out: TryOut, found: Finding, played: Sequence[Step] = ()) -> None:
        """`played`: the steps of the scenario."""
        self.try_out = try_out
        self.breach: Step | None = None
        """The step that the engine refuses."""
        self._found = found
        self._played = played
        self._stand = 0
        """How many steps of the scenario are taken, with none of another way behind them."""
        self._until = 0.0
        self._drawn = try_out.models.parsed.elements
        self._way = self._acting(found.path)
        self._ends_left = ENDS_TRIED

    def goes(self, until: float) -> bool:
        """Go the way step by step until the thread's processor time. Return True at the breach."""
        return self._in_time(until, lambda: bool(self._way) and self._is_gone())

    def plays(self, until: float) -> bool:
        """Take the steps of the scenario, then bring the case to its end if the finding is about the end."""
        return self._in_time(until, self._is_played)

    def openings(self, until: float) -> list[tuple[int, int]]:
        """Return the steps of the way that could be taken in the scenario: their number, and after how many of its steps, the
        last place and the first. Of those with one element the last in the way alone."""
        found: dict[int, list[int]] = {}
        self._in_time(until, lambda: self._look_for(found))
        return [(number, count) for number, at in found.items() for count in dict.fromkeys((at[-1], at[0]))]

    def leaves_at(self, number: int, count: int, until: float) -> bool:
        """Leave the scenario after so many steps, and go the way from the step with this number."""
        return self._in_time(until, lambda: self._stands_after(count) and self._goes_on(number))

    def _in_time(self, until: float, is_reached: Callable[[], bool]) -> bool:
        self._until, self._ends_left = until, ENDS_TRIED
        try:
            return is_reached()
        except _OutOfTime:
            return False

    def _is_played(self) -> bool:
        # A scenario that can't go on in this bundle leaves a case that may break the guardrail at its end.
        self._stands_after(len(self._played))
        return self.breach is not None or self._stands_still() or self._ends_so(self._stand)

    def _look_for(self, found: dict[int, list[int]]) -> bool:
        begun = {
            (step.process_id, step.element_id): number
            for number, step in enumerate(self._way)
            if self._is_begun_outside(self._element(step))
        }
        for count in range(len(self._played) + 1):
            if not self._stands_after(count):
                break
            for number in begun.values():
                if self._is_open(number):
                    found.setdefault(number, []).append(count)
        return bool(found)

    @staticmethod
    def _is_begun_outside(element: Element) -> bool:
        return element.kind not in CALLS and (element.kind != "startEvent" or bool(element.message))

    def _stands_after(self, count: int) -> bool:
        """Take back and take steps of the scenario until `count` are taken."""
        self._stand = min(self._stand, count)
        if not self.try_out.go_back_to(self._stand):
            return False
        while self._stand < count:
            if not self._is_taken(self._played[self._stand]):
                return False
            self._stand += 1
        return True

    def _acting(self, path: Sequence[PathStep]) -> list[PathStep]:
        """Return the steps that somebody or something from outside takes, each with all that it must bring about."""
        acting: list[PathStep] = []
        for step in path:
            element = self._element(step)
            inner_start = element.kind == "startEvent" and not element.message
            if element.kind in ACTS and (not inner_start or not acting):
                acting.append(step)
            elif acting:
                acting[-1] = replace(acting[-1], assumed=(*acting[-1].assumed, *step.assumed))
        return acting

    def _element(self, step: PathStep) -> Element:
        return self._drawn[step.process_id, step.element_id]

    def _is_gone(self) -> bool:
        """Go the way in a case that is begun first if the way begins in a process that others call, or a message begins."""
        first, message = self._way[0], self._element(self._way[0]).message
        if message in BEGINNINGS:
            return self._goes_on(0)
        self._way = self._way[1:]
        for channel in STARTS:
            with suppress(Refusal):
                self.try_out.take(Step("start", channel.value))
                if message in REPORTED:
                    if self._passes(lambda: self._goes_after(str(message))):
                        return True
                elif self._passes(lambda: first.process_id in self._entered()):
                    return self._goes_on(0)
            self.try_out.go_back_to(0)
        return False

    def _goes_after(self, message: str) -> bool:
        """Go the way from a message of staff: the case may take it before the step behind it can be taken."""
        count = len(self.try_out.steps)
        if self._is_taken(Step("message", message)) and self._goes_on(0):
            return True
        self.try_out.go_back_to(count)
        return False

    def _goes_on(self, number: int) -> bool:
        """Take the steps from this one on, one way or another. Return True at the breach."""
        if number == len(self._way):
            return self._stands_still()
        count = len(self.try_out.steps)
        is_call = self._element(self._way[number]).kind in CALLS
        for _ in self._through(number) if is_call else self._taken(number):
            if self.breach is not None or self._goes_on(number + 1):
                return True
            self.try_out.go_back_to(count)
        return self._ends_so(count)

    def _ends_so(self, count: int) -> bool:
        """Bring the case to its end by the usual answers, where the guardrail is about the end and the way there is barred.

        The prover takes the shortest way to the end, such as a message that only another case sends; any other will do.
        """
        if self._found.code not in OF_ENDS or self._ends_left == 0 or self.breach is not None:
            return self.breach is not None
        self._ends_left -= 1
        self._passes(lambda: False, MOST_TO_THE_END)
        if self.breach is None:
            self.try_out.go_back_to(count)
        return self.breach is not None

    def _through(self, number: int) -> Iterator[None]:
        """Go through a called process that the prover passes as one step. Yield once it is behind."""
        called = self._element(self._way[number]).calls
        if self._passes(lambda: self._is_open(number + 1), first=called) or self.breach is not None:
            yield

    def _taken(self, number: int) -> Iterator[None]:
        """Yield after each step that leads on, or into the breach; the caller takes it back."""
        count, element = len(self.try_out.steps), self._element(self._way[number])
        later: list[tuple[int, Step]] = []
        seen: set[Hashable] = set()
        tried: Counter[str] = Counter()
        for output, step in self._steps(number, element):
            tried[output] += 1
            if tried[output] <= MOST_ALIKE and self._is_taken(step):
                tried[output] += MOST_ALIKE
                missed = self._missed(number)
                if not (self._is_open(number + 1) and self._is_new(seen)):
                    pass
                elif missed:
                    later.append((missed, step))
                else:
                    yield
            if self.breach is not None:
                yield
            self.try_out.go_back_to(count)
        # The prover names one value of several that come to the same, so others may lead there too.
        for _, step in sorted(later, key=lambda each: each[0])[:MOST_OTHERWISE]:
            if self._is_taken(step) or self.breach is not None:
                yield

    def _is_new(self, seen: set[Hashable]) -> bool:
        """Return True if no other answers to the same form have led to the same tasks and facts."""
        facts = self._facts()
        tasks = frozenset((task.process_id, task.element_id) for task in self.try_out.tasks())
        here = tasks, frozenset((fact, str(value)) for scope in facts for fact, value in scope.items())
        is_new = here not in seen
        seen.add(here)
        return is_new

    def _facts(self) -> list[dict[str, Any]]:
        """Return the facts that each open task sees."""
        guardrails = self.try_out.models.guardrails
        names = guardrails.facts if guardrails else {}
        scopes = self.try_out.environment.engine.answer(_ReadScopes(self.try_out.tasks()), SYSTEM)
        return [{name: scope[name] for name in names if name in scope} for scope in scopes]

    def _is_taken(self, step: Step) -> bool:
        if thread_time() > self._until:
            raise _OutOfTime
        try:
            self.try_out.take(step)
        except GuardrailBroken as broken:
            if broken.guardrail.key in self._found.guardrails:
                self.breach = step
            return False
        except Refusal:
            return False
        return True

    def _stands_still(self) -> bool:
        """Return True if the finding is of a standstill, and the case waits for nothing any more."""
        if self._found.guardrails:
            return False
        files = self.try_out.files()
        waits = self.try_out.environment.next_timer() or any(file.tasks or file.awaited for file in files)
        return not waits and bool(files) and files[0].case.state is not CaseState.CLOSED

    # the steps that may lead on

    def _steps(self, number: int, element: Element) -> Iterator[tuple[str, Step]]:
        """Yield steps that may lead on, each with the variables it writes: of those that write the same, one is enough."""
        match element.kind:
            case "startEvent" if element.message in BEGINNINGS:
                yield from self._starts(number, element)
            case "userTask":
                yield from self._hand_ins(number, element)
            case _ if element.events == ("timer",):
                yield from self._timers(element)
            case _ if element.message:
                yield "", Step("message", element.message)

    def _starts(self, number: int, element: Element) -> Iterator[tuple[str, Step]]:
        """Yield the starts of the way's own kind, then the others: what an application says may come another way too."""
        for channel in sorted(Channel, key=lambda each: each.message != element.message):
            for form_key in STARTS[channel]:
                form = self.try_out.environment.first_form(form_key)
                yield from answered(
                    Step("start", f"{channel.value}:{form_key}"), form, wanted_after(self._way[number]), ""
                )

    def _hand_ins(self, number: int, element: Element) -> Iterator[tuple[str, Step]]:
        tasks = self.try_out.tasks()
        for task in tasks:
            if (task.element_id, task.process_id) == (element.element_id, element.process_id):
                step = Step("form", task.form_key or "", task.element_id, place_of(tasks, task))
                form = self.try_out.form_of(step)
                if form is None:
                    yield "", step
                else:
                    wanted = wanted_after(self._way[number])
                    yield from answered(step, form, wanted, element.properties.get("output", ""))

    def _timers(self, element: Element) -> Iterator[tuple[str, Step]]:
        for timer in self.try_out.environment.engine.answer(ComingTimers(), SYSTEM):
            if (timer.process_id, timer.element_id) == (element.process_id, element.element_id):
                yield "due", Step("wait", timer.due_at.isoformat())
        yield "next", Step("wait", NEXT)

    def _passes(self, is_there: Callable[[], bool], most: int = MOST_INSIDE, first: str | None = "") -> bool:
        """Go on by the usual answers until something holds, by tasks of the process `first` before those beside it."""
        for _ in range(most):
            if is_there():
                return True
            tasks = sorted(self.try_out.tasks(), key=lambda each: each.process_id != first)
            taken = any(self._is_taken(_plain(self.try_out, task)) for task in tasks[:3])
            if self.breach is not None:
                return False
            if not taken and not self._is_taken(Step("wait", NEXT)):
                return False
        return False

    # what a step has brought about

    def _missed(self, number: int) -> int:
        """Return how many facts have not got the value that the way needs, as far as a task sees them."""
        wanted = wanted_after(self._way[number])
        return sum(
            isinstance(scope.get(fact), str) and scope[fact] not in values
            for scope in self._facts()
            for fact, values in wanted.items()
        )

    def _is_open(self, number: int) -> bool:
        """Return True if the step with this number could be taken now."""
        if number >= len(self._way):
            return True
        step = self._way[number]
        element, files = self._element(step), self.try_out.files()
        match element.kind:
            case "userTask":
                return any(
                    (task.process_id, task.element_id) == (step.process_id, step.element_id)
                    for task in self.try_out.tasks()
                )
            case "callActivity" | "subProcess":
                return True
        if element.message:
            return any(name == element.message for file in files for name, _ in file.awaited)
        timers = self.try_out.environment.engine.answer(ComingTimers(), SYSTEM)
        return any(
            (each.process_id, each.element_id) == (step.process_id, step.element_id) for each in timers
        )

    def _entered(self) -> set[str]:
        return {str(run["process_id"]) for file in self.try_out.files() for run in file.element_runs} | {
            task.process_id for task in self.try_out.tasks()
        }


def _plain(try_out: TryOut, task: UserTask) -> Step:
    return Step("form", task.form_key or "", task.element_id, place_of(try_out.tasks(), task))


@dataclass(frozen=True)
class _ReadScopes(Query[tuple[Mapping[str, Any], ...]]):
    """Return the variables that each open task sees."""

    tasks: tuple[UserTask, ...]

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[Mapping[str, Any], ...]:
        return tuple(
            work.instances.scope_of(work.stores.cases.get(task.case_id), task.instance_id, task.task_key)
            for task in self.tasks
        )
