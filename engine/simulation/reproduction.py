"""Walks a counterexample on the real engine, so that only what can happen there is shown as a breach.

The prover says which steps lead to the breach and which values facts must have on the way. Each step is taken in a
try-out: tasks are handed in with one set of answers after another until the facts are as they must be and the next step
is open. The engine itself says at the end that the guardrail is broken.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from random import Random
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
from engine.feel import parse
from engine.guardrails import GuardrailBroken
from engine.queries.due_timers import ComingTimers
from engine.simulation.environment import REPORTED
from engine.simulation.environment_images import EnvironmentImage
from engine.simulation.open_form import OpenForm
from engine.simulation.steps import STARTS, place_of
from engine.simulation.try_out import TryOut
from forms.errors import AnswersRejected as RefusedByForm
from forms.random_answers import Typed, random_answers
from forms.submission import accept

BY_CHANCE: Final = 60
"""Sets of random answers to a form that are looked at."""
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
ACTS: Final = CALLS | {"startEvent", "userTask", "intermediateCatchEvent", "boundaryEvent"}
_ANSWERED: Final = re.compile(r"(\w+)\s*:[^,}]*?\banswers\.(\w+)")


@dataclass(frozen=True, slots=True)
class Reproduction:
    """The steps of a try-out that end where the engine refuses to break the guardrail, or can go no further."""

    steps: tuple[Step, ...]
    """Up to the last step but one: a try-out begun with them stands before the breach."""
    breach: Step | None
    """The step that the engine refuses; None where the case stands still."""


class _OutOfTime(Exception):
    """The walk took longer than it may."""


def reproduce(
    image: EnvironmentImage, begins: datetime, found: Finding, seconds: float
) -> Reproduction | None:
    """Walk the way of a finding within so many seconds of the processor. Return None if the engine does not go it."""
    try_out = TryOut(image, begins)
    walk = _Walk(try_out, found, thread_time() + seconds)
    try:
        return walk.reproduced()
    except _OutOfTime:
        return None
    finally:
        try_out.close()


class _Walk:
    def __init__(self, try_out: TryOut, found: Finding, until: float) -> None:
        self._try_out = try_out
        self._found = found
        self._until = until
        self._drawn = try_out.models.parsed.elements
        self._way = self._acting(found.path)
        self._breach: Step | None = None
        self._ends_left = ENDS_TRIED

    def reproduced(self) -> Reproduction | None:
        if not self._way or not self._is_gone():
            return None
        return Reproduction(tuple(self._try_out.steps), self._breach)

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
        """Go the way, in a case that is begun first if the way begins in a process that others call, or a message begins."""
        first, message = self._way[0], self._element(self._way[0]).message
        if message in {each.message for each in Channel}:
            return self._goes_on(0)
        self._way = self._way[1:]
        for channel in STARTS:
            with suppress(Refusal):
                self._try_out.take(Step("start", channel.value))
                if message in REPORTED:
                    if self._passes(lambda: self._goes_after(str(message))):
                        return True
                elif self._passes(lambda: first.process_id in self._entered()):
                    return self._goes_on(0)
            self._try_out.go_back_to(0)
        return False

    def _goes_after(self, message: str) -> bool:
        """Go the way from a message of staff: the case may take it before the step behind it can be taken."""
        count = len(self._try_out.steps)
        if self._is_taken(Step("message", message)) and self._goes_on(0):
            return True
        self._try_out.go_back_to(count)
        return False

    def _goes_on(self, number: int) -> bool:
        """Take the steps from this one on, one way or another. Return True at the breach."""
        if number == len(self._way):
            return self._stands_still()
        count = len(self._try_out.steps)
        is_call = self._element(self._way[number]).kind in CALLS
        for _ in self._through(number) if is_call else self._taken(number):
            if self._breach is not None or self._goes_on(number + 1):
                return True
            self._try_out.go_back_to(count)
        return self._ends_so(count)

    def _ends_so(self, count: int) -> bool:
        """Bring the case to its end by the usual answers, where the guardrail is about the end and the way there is barred.

        The prover takes the shortest way to the end, such as a message that only another case sends; any other will do.
        """
        if self._found.code not in OF_ENDS or self._ends_left == 0 or self._breach is not None:
            return self._breach is not None
        self._ends_left -= 1
        self._passes(lambda: False, MOST_TO_THE_END)
        if self._breach is None:
            self._try_out.go_back_to(count)
        return self._breach is not None

    def _through(self, number: int) -> Iterator[None]:
        """Go through a called process that the prover passes as one step. Yield once it is behind."""
        called = self._element(self._way[number]).calls
        if self._passes(lambda: self._is_open(number + 1), first=called) or self._breach is not None:
            yield

    def _taken(self, number: int) -> Iterator[None]:
        """Yield after each step that leads on, or into the breach; the caller takes it back."""
        count, element = len(self._try_out.steps), self._element(self._way[number])
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
            if self._breach is not None:
                yield
            self._try_out.go_back_to(count)
        # The prover names one value of several that come to the same, so others may lead there too.
        for _, step in sorted(later, key=lambda each: each[0])[:MOST_OTHERWISE]:
            if self._is_taken(step) or self._breach is not None:
                yield

    def _is_new(self, seen: set[Hashable]) -> bool:
        """Return True if no other answers to the same form have led to the same tasks and facts."""
        facts = self._facts()
        tasks = frozenset((task.process_id, task.element_id) for task in self._try_out.tasks())
        here = tasks, frozenset((fact, str(value)) for scope in facts for fact, value in scope.items())
        is_new = here not in seen
        seen.add(here)
        return is_new

    def _facts(self) -> list[dict[str, Any]]:
        """Return the facts that each open task sees."""
        guardrails = self._try_out.models.guardrails
        names = guardrails.facts if guardrails else {}
        scopes = self._try_out.environment.engine.answer(_ReadScopes(self._try_out.tasks()), SYSTEM)
        return [{name: scope[name] for name in names if name in scope} for scope in scopes]

    def _is_taken(self, step: Step) -> bool:
        if thread_time() > self._until:
            raise _OutOfTime
        try:
            self._try_out.take(step)
        except GuardrailBroken as broken:
            if broken.guardrail.key in self._found.guardrails:
                self._breach = step
            return False
        except Refusal:
            return False
        return True

    def _stands_still(self) -> bool:
        """Return True if the finding is of a standstill, and the case waits for nothing any more."""
        if self._found.guardrails:
            return False
        files = self._try_out.files()
        waits = self._try_out.environment.next_timer() or any(file.tasks or file.awaited for file in files)
        return not waits and bool(files) and files[0].case.state is not CaseState.CLOSED

    # the steps that may lead on

    def _steps(self, number: int, element: Element) -> Iterator[tuple[str, Step]]:
        """Yield steps that may lead on, each with the variables it writes: of those that write the same, one is enough."""
        match element.kind:
            case "startEvent":
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
                form = self._try_out.environment.first_form(form_key)
                yield from self._answered(Step("start", f"{channel.value}:{form_key}"), form, number, "")

    def _hand_ins(self, number: int, element: Element) -> Iterator[tuple[str, Step]]:
        tasks = self._try_out.tasks()
        for task in tasks:
            if (task.element_id, task.process_id) == (element.element_id, element.process_id):
                step = Step("form", task.form_key or "", task.element_id, place_of(tasks, task))
                form = self._try_out.form_of(step)
                if form is None:
                    yield "", step
                else:
                    yield from self._answered(step, form, number, element.properties.get("output", ""))

    def _timers(self, element: Element) -> Iterator[tuple[str, Step]]:
        for timer in self._try_out.environment.engine.answer(ComingTimers(), SYSTEM):
            if (timer.process_id, timer.element_id) == (element.process_id, element.element_id):
                yield "due", Step("wait", timer.due_at.isoformat())
        yield "next", Step("wait", NEXT)

    def _answered(self, step: Step, form: OpenForm, number: int, output: str) -> Iterator[tuple[str, Step]]:
        """Yield the step with the usual answers, with those that the facts ask for, with each other choice, by chance."""
        wanted = _wanted(self._way[number])
        asked = dict(_ANSWERED.findall(output))
        keys = {asked.get(fact, fact): values for fact, values in wanted.items()}
        choices = {
            each.key: [option.value for option in each.options]
            for each in form.definition.fields
            if each.options and (each.is_variable or each.key in keys or not output)
        }
        fixed = {
            key: next(value for value in choices[key] if value in values)
            for key, values in keys.items()
            if not values.isdisjoint(choices.get(key, ()))
        }
        found = [(_written(form, sent, output), sent) for sent in self._sets_of(form, choices, fixed)]
        found.sort(key=lambda each: _wrong(each[0], wanted))
        for written, sent in found:
            if written is not None:
                yield f"{step.subject} {sorted(written.items(), key=str)}", replace(step, sent=sent)

    def _sets_of(
        self, form: OpenForm, choices: Mapping[str, Sequence[str]], fixed: Mapping[str, str]
    ) -> Iterator[Typed]:
        singles = [{key: value} for key, values in choices.items() for value in values]
        for answers in (fixed, {}, *({**fixed, **each} for each in singles)):
            with suppress(Refusal):
                yield form.invented(answers)
        for seed in range(BY_CHANCE):
            rng = Random(seed)  # noqa: S311 - chance, not secrecy
            known = {key: [value] for key, value in fixed.items()} if seed % 2 else {}
            yield random_answers(
                form.definition, rng, today=form.today, given=form.scope, choices=form.choices, known=known
            )

    def _passes(self, is_there: Callable[[], bool], most: int = MOST_INSIDE, first: str | None = "") -> bool:
        """Go on by the usual answers until something holds, by tasks of the process `first` before those beside it."""
        for _ in range(most):
            if is_there():
                return True
            tasks = sorted(self._try_out.tasks(), key=lambda each: each.process_id != first)
            taken = any(self._is_taken(_plain(self._try_out, task)) for task in tasks[:3])
            if self._breach is not None:
                return False
            if not taken and not self._is_taken(Step("wait", NEXT)):
                return False
        return False

    # what a step has brought about

    def _missed(self, number: int) -> int:
        """Return how many facts have not got the value that the way needs, as far as a task sees them."""
        wanted = _wanted(self._way[number])
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
        element, files = self._element(step), self._try_out.files()
        match element.kind:
            case "userTask":
                return any(
                    (task.process_id, task.element_id) == (step.process_id, step.element_id)
                    for task in self._try_out.tasks()
                )
            case "callActivity" | "subProcess":
                return True
        if element.message:
            return any(name == element.message for file in files for name, _ in file.awaited)
        timers = self._try_out.environment.engine.answer(ComingTimers(), SYSTEM)
        return any(
            (each.process_id, each.element_id) == (step.process_id, step.element_id) for each in timers
        )

    def _entered(self) -> set[str]:
        return {str(run["process_id"]) for file in self._try_out.files() for run in file.element_runs} | {
            task.process_id for task in self._try_out.tasks()
        }


def _plain(try_out: TryOut, task: UserTask) -> Step:
    return Step("form", task.form_key or "", task.element_id, place_of(try_out.tasks(), task))


def _wanted(step: PathStep) -> dict[str, frozenset[str]]:
    pairs = (each.partition(" = ") for each in step.assumed)
    return {fact: frozenset(values.split("|")) for fact, _, values in pairs}


def _written(form: OpenForm, sent: Typed, output: str) -> Mapping[str, Any] | None:
    """Return what a task writes with these answers: for a start, its choices. None if the form refuses them."""
    try:
        answers = accept(form.definition, sent, today=form.today, given=form.scope, choices=form.choices)
        if not output:
            return {each.key: answers.get(each.key) for each in form.definition.fields if each.options}
        written = parse(output).evaluate({**form.scope, "answers": dict(answers), "actor": {}})
    except (Refusal, RefusedByForm):
        return None
    return written if isinstance(written, Mapping) else {}


def _wrong(written: Mapping[str, Any] | None, wanted: Mapping[str, frozenset[str]]) -> int:
    """Return how many wanted facts are written with another value."""
    if written is None:
        return len(wanted) + 1
    return sum(fact in written and str(written[fact]) not in values for fact, values in wanted.items())


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
