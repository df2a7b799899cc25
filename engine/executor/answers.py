"""Forms as the engine uses them: the deployment's definition, FEEL given, answers judged or explained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from operator import attrgetter
from typing import Any

from engine.domain.people import Role
from engine.errors import AnswersRejected
from engine.executor.performing import Work
from engine.feel.values import to_json
from forms import errors as form_errors
from forms.definition import FormDefinition
from forms.submission import accept, accept_json
from forms.views import by_class

Sent = Mapping[str, Sequence[str]]
"""What a page sent: every name with the texts it was sent with."""


def judge(
    work: Work,
    definition: FormDefinition,
    sent: Sent | None,
    data: Any = None,
    given: Mapping[str, Any] | None = None,
) -> Mapping[str, Any]:
    """Accepted answers of a page (`sent`) or of a program (`data`); raises AnswersRejected with a problem a field."""
    known = given or {}
    choices = choices_of(work, definition, known)
    try:
        if sent is not None:
            return accept(definition, sent, today=work.today, given=known, choices=choices)
        return accept_json(definition, data, today=work.today, given=known, choices=choices)
    except form_errors.AnswersRejected as rejected:
        raise AnswersRejected(rejected.problems) from rejected


def choices_of(work: Work, definition: FormDefinition, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The options that forms take from elsewhere: staff by role, lists among the case's variables."""
    found: dict[str, Any] = {}
    for source in definition.option_sources:
        if source == "person" or source.startswith("person:"):
            role = source.partition(":")[2]
            people = work.stores.people
            staff = people.with_role(Role(role)) if role else filter(attrgetter("is_active"), people.all())
            found[source] = {str(person.id): person.name for person in staff}
        elif isinstance(given.get(source), list):
            found[source] = {str(value): str(value) for value in given[source]}
    return found


def sealed_by_class(definition: FormDefinition, answers: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Answers cut by sealing class, as JSON."""
    return {name: dict(to_json(dict(part))) for name, part in by_class(definition, answers).items() if part}
