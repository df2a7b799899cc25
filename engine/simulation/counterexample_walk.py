"""One walk towards the breach of a counterexample, in a try-out on the real engine.

The prover says which steps lead to the breach and which values facts must have on the way. Each step is taken in the
try-out: tasks are handed in with one set of answers after another until the facts are as they must be and the next step is
open. The engine itself says at the end that the guardrail is broken.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import takewhile
from time import thread_time
from typing import Any, Final

from engine.bpmn.elements import Element
from engine.bpmn.findings import Finding, PathStep
from engine.domain.cases import CaseState, Channel
from engine.domain.people import SYSTEM
from engine.domain.scenarios import NEXT, Step
from engine.domain.tasks import UserTask
from engine.errors import Refusal
from engine.guardrails import GuardrailBroken
from engine.queries.due_timers import ComingTimers
from engine.simulation.environment import REPORTED
from engine.simulation.leading_answers import Answered, Wanted, answered, wanted_after
from engine.simulation.steps import STARTS, place_of
from engine.simulation.try_out import TryOut
from engine.simulation.waits import NOTHING_BEGUN, ReadScopes, ReadWaits, Waits

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
        self.played = played
        self._until = 0.0
        self._drawn = try_out.models.parsed.elements
        self._way = self._acting(found.path)
        self._ends_left = ENDS_TRIED
        self._openings: dict[int, list[int]] = {}

    def goes(self, until: float) -> bool:
        """Go the way step by step until the thread's processor time. Return True at the breach."""
        return self._in_time(until, lambda: bool(self._way) and self._is_gone())

    def plays(self, until: float) -> bool:
        """Take the steps of the scenario, then bring the case to its end if the finding is about the end."""
        return self._in_time(until, self._is_played)

    def openings(self) -> list[tuple[int, int]]:
        """Return the steps of the way that could have been taken while the scenario was played: their number, and after how
        many of its steps, the last place and the first. Of those with one element the last in the way alone."""
        return [
            (number, count)
            for number, at in self._openings.items()
            for count in dict.fromkeys((at[-1], at[0]))
        ]

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
        for count in range(self._shared(len(self.played)), len(self.played) + 1):
            if not self._stands_after(count):
                break
            self._note_openings()
        return self.breach is not None or self._stands_still() or self._ends_so(len(self.try_out.steps))

    def _note_openings(self) -> None:
        waits = self._waits()
        begun = {
            (step.process_id, step.element_id): number
            for number, step in enumerate(self._way)
            if self._is_begun_outside(self._element(step))
        }
        for number in begun.values():
            if waits.take(self._element(self._way[number])):
                self._openings.setdefault(number, []).append(len(self.try_out.steps))

    @staticmethod
    def _is_passed(element: Element) -> bool:
        """Return True of a called process, and of a message that no person reports: it comes of what others do."""
        reported = element.message in BEGINNINGS or element.message in REPORTED
        return element.kind in CALLS or bool(element.message and not reported)

    @staticmethod
    def _is_begun_outside(element: Element) -> bool:
        return element.kind not in CALLS and (element.kind != "startEvent" or bool(element.message))

    def _shared(self, count: int) -> int:
        """Return how many of the first steps of the scenario the try-out has taken already, maybe in another scenario."""
        pairs = zip(self.try_out.steps, self.played[:count], strict=False)
        return sum(1 for _ in takewhile(lambda each: each[0] == each[1], pairs))

    def _stands_after(self, count: int) -> bool:
        """Take back and take steps until the first `count` of the scenario are taken, and no others."""
        if not self.try_out.go_back_to(self._shared(count)):
            return False
        return all(self._is_taken(step) for step in self.played[len(self.try_out.steps) : count])

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
        passed = self._is_passed(self._element(self._way[number]))
        for _ in self._through(number) if passed else self._taken(number):
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
        """Go through what the prover passes as one step. Yield once it is behind."""
        called = self._element(self._way[number]).calls
        if self._passes(lambda: self._is_open(number + 1), first=called) or self.breach is not None:
            yield

    def _taken(self, number: int) -> Iterator[None]:
        """Yield after each step that leads on, or into the breach; the caller takes it back."""
        count = len(self.try_out.steps)
        later: list[tuple[int, list[Answered]]] = []
        seen: set[Hashable] = set()
        for alike in _alike(self._steps(number)):
            missed = alike[0].wrong
            if not missed and self._leads_on(number, alike):
                missed = self._missed(number)
                if not missed and self._is_new(seen):
                    yield
            self.try_out.go_back_to(count)
            if missed:
                later.append((missed, alike))
        # The prover names one value of several that come to the same, so others may lead there too.
        otherwise = MOST_OTHERWISE
        for _, alike in sorted(later, key=lambda each: each[0]):
            if otherwise and self._leads_on(number, alike) and self._is_new(seen):
                otherwise -= 1
                yield
            self.try_out.go_back_to(count)

    def _leads_on(self, number: int, alike: Sequence[Answered]) -> bool:
        """Take the first of some steps that the engine takes. Return True at the breach, or if the way's next step is open then."""
        if any(self._is_taken(each.step) or self.breach is not None for each in alike):
            return self.breach is not None or self._is_open(number + 1)
        return False

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
        scopes = self.try_out.environment.engine.answer(ReadScopes(self.try_out.tasks()), SYSTEM)
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

    def _steps(self, number: int) -> Iterator[Answered]:
        """Yield steps that may lead on."""
        element = self._element(self._way[number])
        match element.kind:
            case "startEvent" if element.message in BEGINNINGS:
                yield from self._starts(number, element)
            case "userTask":
                for task in self._tasks_at(element):
                    yield from self._hand_ins(task, wanted_after(self._way[number]))
            case _ if element.events == ("timer",):
                yield from self._timers(element)
            case _ if element.message:
                yield Answered(Step("message", element.message))

    def _starts(self, number: int, element: Element) -> list[Answered]:
        """Return the starts that begin with the facts of the way, those of its own kind first, then the others: what an
        application says may come another way too."""
        wanted, found = wanted_after(self._way[number]), []
        for channel in sorted(STARTS, key=lambda each: each.message != element.message):
            for form_key in STARTS[channel]:
                form = self.try_out.environment.first_form(form_key)
                found += answered(Step("start", f"{channel.value}:{form_key}"), form, wanted, "")
        return sorted(found, key=lambda each: each.wrong)

    def _tasks_at(self, element: Element) -> list[UserTask]:
        at = element.process_id, element.element_id
        return [task for task in self.try_out.tasks() if (task.process_id, task.element_id) == at]

    def _hand_ins(self, task: UserTask, wanted: Wanted) -> list[Answered]:
        step = _plain(self.try_out, task)
        form = self.try_out.form_of(step)
        if form is None:
            return [Answered(step)]
        output = self._drawn[task.process_id, task.element_id].properties.get("output", "")
        return answered(step, form, wanted, output)

    def _timers(self, element: Element) -> Iterator[Answered]:
        for timer in self.try_out.environment.engine.answer(ComingTimers(), SYSTEM):
            if (timer.process_id, timer.element_id) == (element.process_id, element.element_id):
                yield Answered(Step("wait", timer.due_at.isoformat()), "due")
        yield Answered(Step("wait", NEXT), "next")

    def _passes(self, is_there: Callable[[], bool], most: int = MOST_INSIDE, first: str | None = "") -> bool:
        """Go on until something holds, by the usual answers, or those that the way asks for where it passes the same task; by
        tasks of the process `first` before those beside it."""
        for _ in range(most):
            if is_there():
                return True
            tasks = sorted(self.try_out.tasks(), key=lambda each: each.process_id != first)
            taken = any(self._is_taken(step) for task in tasks[:3] for step in self._usual(task))
            if self.breach is not None:
                return False
            if not taken and not self._is_taken(Step("wait", NEXT)):
                return False
        return False

    def _usual(self, task: UserTask) -> Iterator[Step]:
        at = task.process_id, task.element_id
        wanted = next(
            (
                found
                for each in reversed(self._way)
                if at == (each.process_id, each.element_id) and (found := wanted_after(each))
            ),
            None,
        )
        if wanted:
            led = [each.step for each in self._hand_ins(task, wanted) if not each.wrong]
            yield from led[:MOST_ALIKE]
        yield _plain(self.try_out, task)

    # what a step has brought about

    def _missed(self, number: int) -> int:
        """Return how many facts have not got the value that the way needs, as far as a task sees them. None at the breach."""
        if self.breach is not None:
            return 0
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
        element = self._element(self._way[number])
        return self._is_passed(element) or self._waits().take(element)

    def _waits(self) -> Waits:
        if not self.try_out.reference:
            return NOTHING_BEGUN
        return self.try_out.environment.engine.answer(ReadWaits(self.try_out.reference), SYSTEM)

    def _entered(self) -> set[str]:
        return {str(run["process_id"]) for file in self.try_out.files() for run in file.element_runs} | {
            task.process_id for task in self.try_out.tasks()
        }


def _alike(steps: Iterable[Answered]) -> list[list[Answered]]:
    """Return steps by what they write: of those that write the same, the first ones."""
    groups: dict[str, list[Answered]] = {}
    for each in steps:
        groups.setdefault(each.written, []).append(each)
    return [group[:MOST_ALIKE] for group in groups.values()]


def _plain(try_out: TryOut, task: UserTask) -> Step:
    return Step("form", task.form_key or "", task.element_id, place_of(try_out.tasks(), task))
