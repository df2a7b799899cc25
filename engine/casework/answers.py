"""Forms as the engine uses them: the deployment's definition with FEEL, and answers accepted or rejected with reasons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from engine.casework.appeals_beside import signed_beside
from engine.casework.decision_corrections import corrigible
from engine.casework.oral_hearings import oral_askers
from engine.casework.reflection_hearings import heard_before_reflection
from engine.casework.signing_in import without_way_in
from engine.domain.cases import Case
from engine.domain.people import Person, Role
from engine.errors import AnswersRejected
from engine.executor.engine import Work
from engine.feel.values import to_json
from forms import errors as form_errors
from forms.definition import FormDefinition, is_staff
from forms.submission import accept, accept_json
from forms.views import by_class

DECISIONS: Final = "decisions_in_force"
"""Source of options: the decisions of the case that can be corrected, by their numbers."""
OTHERS_SIGNED: Final = "other_decisions"
"""Source of options: the decisions of the case beside the admission and the removal, by their numbers."""
HEARD: Final = "parties_heard"
"""Source of options: those who are heard before an adverse decision on the reflection period, by their ids."""
ASKERS: Final = "oral_askers"
"""Source of options: those whose request to state the case orally a decision may answer, by their ids."""
Sent = Mapping[str, Sequence[str]]
"""A page's values: each name with its texts."""


def judge(
    work: Work,
    definition: FormDefinition,
    sent: Sent | None,
    data: Any = None,
    given: Mapping[str, Any] | None = None,
    case: Case | None = None,
) -> Mapping[str, Any]:
    """Return the accepted answers: a page's (`sent`) or, if that is None, a program's (`data`).

    `given`: the case's variables that the form's conditions and options read; `case`: whose record has options. Raise
    AnswersRejected with a problem
    for each field.
    """
    known = given or {}
    choices = _Choices(work, definition, known, case)
    try:
        if sent is not None:
            return accept(definition, sent, today=work.today, given=known, choices=choices)
        return accept_json(definition, data, today=work.today, given=known, choices=choices)
    except form_errors.AnswersRejected as rejected:
        raise AnswersRejected(rejected.problems) from rejected


class _Choices(Mapping[str, Mapping[str, str]]):
    """A form's options from elsewhere, read once an answer needs them: most answers name nobody."""

    def __init__(
        self, work: Work, definition: FormDefinition, given: Mapping[str, Any], case: Case | None
    ) -> None:
        self._asked = work, definition, given, case

    @cached_property
    def _found(self) -> Mapping[str, Any]:
        return choices_of(*self._asked)

    def __getitem__(self, source: str) -> Mapping[str, str]:
        found: Mapping[str, str] = self._found[source]
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)


def choices_of(
    work: Work, definition: FormDefinition, given: Mapping[str, Any], case: Case | None = None
) -> Mapping[str, Any]:
    """Return the options that a form takes from elsewhere: staff by role, what the case's record has, lists among its
    variables."""
    rosters = {source for source in definition.option_sources if is_staff(source)}
    found: dict[str, Any] = {
        source: {str(value): str(value) for value in given[source]}
        for source in definition.option_sources - rosters
        if isinstance(given.get(source), list)
    }
    if case is not None and DECISIONS in definition.option_sources:
        found[DECISIONS] = {each.number: each.number for each in corrigible(work, case)}
    if case is not None and OTHERS_SIGNED in definition.option_sources:
        found[OTHERS_SIGNED] = {each.number: each.number for each in signed_beside(work, case)}
    if case is not None and HEARD in definition.option_sources:
        found[HEARD] = {str(each.id): each.name or each.kind for each in heard_before_reflection(work, case)}
    if case is not None and ASKERS in definition.option_sources:
        found[ASKERS] = oral_askers(work, case)
    return found | {
        source: {str(person.id): person.name for person in staff}
        for source, staff in _staff(work, rosters).items()
    }


def _staff(work: Work, rosters: Iterable[str]) -> dict[str, list[Person]]:
    """Return the people of each source. If one offers everybody, one read serves all sources. A caseworker is asked for to
    give them work, so one who can't sign in yet is none."""
    people = work.stores.people
    role_of = {source: source.partition(":")[2] for source in rosters}
    if "" in role_of.values():
        everybody = [person for person in people.all() if person.is_active]
        found = {
            source: [person for person in everybody if not role or Role(role) in person.roles]
            for source, role in role_of.items()
        }
    else:
        found = {source: list(people.with_role(Role(role))) for source, role in role_of.items()}
    if Role.CASEWORKER in role_of.values():
        shut_out = without_way_in(work)
        for source in (each for each, role in role_of.items() if role == Role.CASEWORKER):
            found[source] = [person for person in found[source] if person.id not in shut_out]
    return found


def sealed_by_class(definition: FormDefinition, answers: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the answers by the class of data that they are sealed under, as JSON."""
    return {name: dict(to_json(dict(part))) for name, part in by_class(definition, answers).items() if part}
