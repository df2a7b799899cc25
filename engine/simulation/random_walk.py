"""Random cases through a whole bundle: any open form with any answer, any message, days that pass.

A walk finds a problem when the case waits for nothing, when nobody may do a task, or when the program fails.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from engine.casework.answers import DECISIONS
from engine.casework.awaited_messages import WITHDRAWN
from engine.casework.party_changes import QuestionUnreached
from engine.casework.recordings.contact import NoWayToConfirm, SeveralHeld, StillHeld, WaysSealed
from engine.casework.restored_decisions import DecisionRestored
from engine.clock import day_of
from engine.commands.applications import FORMS
from engine.commands.cases import FROM_STAFF
from engine.commands.parties import ChangeParty
from engine.domain.cases import CaseState
from engine.domain.clienthood import DeathLapses
from engine.domain.parties import Ground, PartyDetails
from engine.domain.people import OPERATOR, SIGNERS, Actor, Role
from engine.domain.policy import HEADS
from engine.domain.tasks import OPENED_BY_PERSON, UserTask
from engine.errors import (
    AnswersRejected,
    Invalid,
    ModelRejected,
    NotFound,
    NotWaiting,
    Refusal,
    SignedContentChanged,
)
from engine.executor import Engine
from engine.queries.case_export import ExportCase
from engine.queries.models import CheckFiles
from engine.simulation.environment import Environment
from engine.simulation.environment_images import EnvironmentImages
from engine.simulation.invented_person import InventedPerson
from engine.simulation.open_form import OpenForm
from engine.simulation.people import ACTORS
from forms.definition import Field, Kind
from forms.random_answers import Typed, random_answers
from forms.texts import date_as_typed

MOST_STEPS: Final = 10_000
LONGEST_WAIT_DAYS: Final = 40
WEEKS_AHEAD: Final = 14
BY_CHANCE_ALONE: Final = 10
"""Every tenth seed's case has no person behind it: each answer contradicts any other."""
WITHOUT_DELAY: Final = frozenset({"reflection_told", "send_notice"})
"""Forms of acts that an Act wants done at once: no day passes before them (301/2004 52 c §)."""
HEADS_AND_SIGNERS: Final = frozenset(
    str(each.person_id) for each in ACTORS.values() if each.has(*HEADS, *SIGNERS)
)
ANOTHER: Final = str(ACTORS["kirjaaja2"].person_id)
BEGINNING: Final = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Stuck(Exception):
    """The case is open, but no task, message or timer is left."""


@dataclass(slots=True)
class WalkResults:
    ended: int = 0
    unfinished: int = 0
    """Still going round when their steps ran out."""
    outcomes: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)


def walk_bundle(
    files: Mapping[str, bytes],
    *,
    cases: int,
    seed: int,
    progress: Callable[[str], None] = lambda _line: None,
    visit: Callable[[Engine], None] = lambda _engine: None,
    watch: Callable[[Environment], None] = lambda _environment: None,
) -> WalkResults:
    """Walk each case in an environment of its own with a seed of its own, so that a problem can be repeated.

    `visit` is called with the engine after each case, `watch` with the environment before each step. Raise
    ModelRejected if the publish gate finds errors.
    """
    results = WalkResults()
    image = EnvironmentImages().of(files)
    with closing(image.copy(BEGINNING)) as environment:
        findings = environment.engine.answer(CheckFiles(files), OPERATOR)
        if any(each.severity == "error" for each in findings):
            raise ModelRejected(findings)
    for number in range(seed, seed + cases):
        with closing(image.copy(BEGINNING)) as environment:
            walk_case(environment, number, results, answers_of(number), watch=watch)
            visit(environment.engine)
        progress(f"{number - seed + 1}/{cases}")
    return results


def answers_by_chance(form: OpenForm, rng: Random) -> Typed:
    return random_answers(form.definition, rng, today=form.today, given=form.scope, choices=form.choices)


Answers = Callable[[OpenForm, Random], Typed]
"""Gives the answers to a form, as a page would send them."""


def answers_of(seed: int) -> Answers:
    """Return the answers in one case: of one invented person and honest staff, or of chance alone."""
    return (
        answers_by_chance
        if seed % BY_CHANCE_ALONE == 0
        else InventedPerson.of(seed, day_of(BEGINNING)).answers
    )


def walk_case(
    environment: Environment,
    seed: int,
    results: WalkResults,
    answers: Answers = answers_by_chance,
    receive: Callable[[Mapping[str, Any]], None] | None = None,
    watch: Callable[[Environment], None] = lambda _environment: None,
) -> None:
    """Walk one case to its end and add it to `results`. `receive` is given the export of it and of its children's.

    `watch` is called before each step; a refusal or ValueError that it raises is a problem of the walk.
    """
    walk = _Walk(environment, Random(seed), answers)  # noqa: S311 - chance, not secrecy
    try:
        reference = walk.begin()
        for _ in range(MOST_STEPS):
            case, tasks = environment.case_and_tasks(reference)
            if case.state is CaseState.CLOSED:
                results.ended += 1
                results.outcomes[str(case.outcome)] += 1
                if receive is not None:
                    for file in environment.case_files(reference):
                        receive(
                            environment.engine.answer(ExportCase(file.case.reference), environment.watcher)
                        )
                return
            watch(environment)
            walk.step(reference, tasks)
        results.unfinished += 1
    except (Refusal, Stuck, ArithmeticError, LookupError, TypeError, ValueError) as failure:
        trace = " > ".join(walk.trace[-12:])
        results.problems.append(f"siemen {seed}: {type(failure).__name__}: {failure} [{trace}]")


def walk_on(
    environment: Environment, reference: str, rng: Random, results: WalkResults, answers: Answers
) -> None:
    """Walk a case that is there already to its end, as `walk_case` does."""
    walk = _Walk(environment, rng, answers)
    try:
        for _ in range(MOST_STEPS):
            case, tasks = environment.case_and_tasks(reference)
            if case.state is CaseState.CLOSED:
                results.ended += 1
                return
            walk.step(reference, tasks)
        results.unfinished += 1
    except (Refusal, Stuck, ArithmeticError, LookupError, TypeError, ValueError) as failure:
        results.problems.append(
            f"{reference}: {type(failure).__name__}: {failure} [{' > '.join(walk.trace[-12:])}]"
        )


@dataclass(slots=True)
class _Walk:
    environment: Environment
    rng: Random
    answers: Answers
    trace: list[str] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    """Questions whose answer did not fit what the case holds."""
    reference: str = ""
    disqualified: str = ""

    def begin(self) -> str:
        channel = self.rng.choice(list(FORMS))
        form = self.environment.first_form(self.rng.choice(FORMS[channel]))
        while True:
            sent = self.answers(form, self.rng)
            if sent.get("consent_given") in (["refused"], ["not_asked"]):
                # Nobody is referred without consent: the page leads to advice, and chance answers again.
                continue
            try:
                reference = self.environment.apply(channel, form.definition.key, sent=sent).reference
                break
            except AnswersRejected as rejected:
                raise ValueError(f"{form.definition.key}: {rejected}") from rejected
            except Invalid:
                # Days that contradict each other: the person reads why and answers again.
                self.trace.append("refused")
        self.trace.append(f"{channel.value} {reference}")
        return reference

    def step(self, reference: str, tasks: tuple[UserTask, ...]) -> None:
        self.reference = reference
        chance = self.rng.random()
        may_wait = chance < 0.25 or not tasks
        next_timer = self.environment.next_timer() if may_wait else None
        # A seed's way does not change with the order in which lists show tasks.
        tasks = tuple(sorted(tasks, key=lambda each: (each.created_at, each.path, each.business_key or "")))
        if chance < 0.06:
            self._send_message(reference)
        elif owed := [task for task in tasks if task.form_key in WITHOUT_DELAY]:
            self._work(self.rng.choice(owed))
        elif next_timer is not None:
            self._pass_time(next_timer)
        elif tasks:
            self._work(self.rng.choice(tasks))
        elif self.environment.is_due():
            self.environment.pass_until(self.environment.clock.moment)
        else:
            raise Stuck(f"{reference} waits for nothing that could come")

    def _send_message(self, reference: str) -> None:
        name = self.rng.choice(FROM_STAFF)
        try:
            self.environment.correlate(reference, name)
            self.trace.append(name)
        except (NotWaiting, NotFound, QuestionUnreached):
            pass

    def _pass_time(self, next_timer: datetime) -> None:
        """Set the clock to the next timer, or so far forward that timers fire late, as if no worker had run."""
        clock = self.environment.clock
        jump = clock.moment + timedelta(days=self.rng.randint(1, LONGEST_WAIT_DAYS))
        is_late = self.rng.random() < 0.4
        clock.moment = jump if is_late else max(next_timer + timedelta(seconds=1), clock.moment)
        self.trace.append(f"{clock.moment:%d.%m.}")
        self.environment.pass_until(clock.moment)

    def _work(self, task: UserTask) -> None:
        self.trace.append(task.element_id)
        if task.form_key == OPENED_BY_PERSON:
            # Closed to reading meanwhile, it stays unopened, and goes another way in a week.
            self.environment.open_letter(task)
            return
        actor = self.environment.worker_of(task, self.rng)
        form = self.environment.form_of(task)
        if form is None:
            self.environment.hand_in(task, actor)
            return
        sent = self.answers(form, self.rng)
        if named := sent.get("disqualified_person"):
            sent |= {"disqualified_person": [self._kept_away(form, named[0])]}
        # In the invented authority nobody has been before: a reference by chance is no case.
        cases = [each for each in ("duplicate_reference", "parent_reference") if sent.pop(each, None)]
        if any(form.definition.by_key[each].required for each in cases):
            # As versions before ask it: without such a case another answer leads there.
            self.trace.append("refused")
            return
        if "handed_to" in sent:
            # By chance the decision would always be in somebody else's hands.
            sent |= {
                "handed_to": ["asiamies" if sent.get("delivery_channel") == ["agent"] else "asianosainen"]
            }
        if form.choices.get(DECISIONS) == {}:
            # The decision was recalled meanwhile: nothing is in force that could be corrected.
            sent |= {"is_correction": ["mistake"]}
        # A person who is refused a day looks again; another throw in ten years hardly ever fits.
        days = [
            each for each in form.definition.fields if each.kind is Kind.DATE and each.key in self.refused
        ]
        sent |= {each.key: [self._another_day(form, each)] for each in days if each.key in sent}
        self._hand_in(task, actor, sent)

    def _kept_away(self, form: OpenForm, named: str) -> str:
        """Return the one person whom the case's forms name as disqualified, until they have left.

        The invented authority is small: chance would disqualify everybody in a role. Who registers keeps no head away."""
        present = form.choices["person"]
        wanted = (self.disqualified, "" if named in HEADS_AND_SIGNERS else named, ANOTHER)
        self.disqualified = next((each for each in wanted if each in present), named)
        return self.disqualified

    def _hand_in(self, task: UserTask, actor: Actor, sent: Typed) -> None:
        try:
            self.environment.hand_in(task, actor, sent=sent)
        except AnswersRejected as rejected:
            raise ValueError(f"{task.form_key}: {rejected}") from rejected
        except WaysSealed:
            self.trace.append("sealed")
            self._confirm_ways(task, self.environment.with_role(Role.DIRECTOR)[0], clears_marks=True)
        except (NoWayToConfirm, SeveralHeld, StillHeld) as held:
            self.trace.append("held")
            self._confirm_ways(task, actor, clears_marks=isinstance(held, NoWayToConfirm))
        except DecisionRestored:
            # In the moment between a court's ruling and the end of the new examination nothing is decided in it.
            self.trace.append("restored")
            self.environment.pass_until(self.environment.clock.moment)
        except DeathLapses:
            # The person who signs reads what comes first: a withdrawal, in which the death is recorded.
            self.trace.append("dead")
            with suppress(NotWaiting, NotFound):
                self.environment.correlate(self.reference, WITHDRAWN)
        except SignedContentChanged:
            # Something that the letter says happened after it was prepared: a signer sends it back.
            self.trace.append("changed")
        except Invalid as refused:
            # Well formed, and refused by what the case already holds: a person reads why and answers otherwise.
            self.trace.append("refused")
            self.refused.add(refused.field or "")

    def _confirm_ways(self, task: UserTask, actor: Actor, *, clears_marks: bool) -> None:
        """Record of each party whose contact is stopped that their ways are as they were, as after a call to each.
        `clears_marks`: that the ways which were marked as unsafe are not so any more."""
        for file in self.environment.case_files(self.reference):
            held = [
                each for each in file.parties if each.held_at is not None and file.case.id == task.case_id
            ]
            for each in held:
                kept = PartyDetails(
                    each.kind,
                    each.identity,
                    {**each.contact, "unsafe_channels": []} if clears_marks else each.contact,
                    each.is_unsafe,
                    each.is_protected,
                    each.powers,
                    each.authorised_on,
                )
                ground = Ground("call", day_of(self.environment.clock.moment), "Tavat ovat ennallaan.")
                change = ChangeParty(file.case.reference, each.id, each.version, kept, ground, "unknown")
                with suppress(Invalid):
                    self.environment.engine.perform(change, actor)

    def _another_day(self, form: OpenForm, question: Field) -> str:
        ahead = 0 if question.limits.not_future else self.rng.choice((0, WEEKS_AHEAD))
        return date_as_typed(form.today + timedelta(days=ahead))
