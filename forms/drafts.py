"""Half-filled forms: everything typed is kept, valid or not, and the form is walked step by step."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set

from forms.conditions import NOTHING, Evaluate, is_hidden, plainly, shown_fields
from forms.definition import Field, FormDefinition, Step, Text
from forms.submission import check_size, readable
from forms.typed import Sent, names_of

Draft = dict[str, list[str]]
"""The typed texts by the names with which a page sends them. Plain JSON."""

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def partial(
    definition: FormDefinition,
    sent: Sent,
    *,
    earlier: Sent | None = None,
    step: int | None = None,
    only: Set[str] = frozenset(),
) -> Draft:
    """Return everything typed, valid or not. With `step`, `sent` replaces only that step's part of `earlier`; with `only`,
    of that the part of these questions.

    Names that belong to no question are left out; characters that no database can store become U+FFFD. Raise
    AnswersRejected if it is too large.
    """
    check_size(sent)
    asked = definition.fields if step is None else definition.step(step).fields
    fields = [field for field in asked if not only or field.key in only]
    draft = _kept(definition.fields, earlier or {})
    for name in _names(fields, draft):
        draft.pop(name, None)
    draft |= _kept(fields, sent)
    check_size(draft)
    return draft


def _kept(fields: Sequence[Field], sent: Sent) -> Draft:
    return {
        name: [_UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text) for text in sent[name]]
        for name in _names(fields, sent)
        if name in sent
    }


def _names(fields: Sequence[Field], sent: Sent) -> list[str]:
    return [name for field in fields for name in names_of(field, sent)]


def steps_shown(
    definition: FormDefinition,
    draft: Sent,
    *,
    evaluate: Evaluate = plainly,
    given: Mapping[str, object] = NOTHING,
) -> tuple[int, ...]:
    """Return the numbers of the steps with anything to answer or read, given what was typed so far."""
    shown = shown_fields(definition, readable(definition, draft), evaluate=evaluate, given=given)
    return tuple(
        step.number
        for step in definition.steps
        if any(field.key in shown.keys for field in step.fields)
        or (not step.fields and _says_anything(step, shown.scope, evaluate))
    )


def _says_anything(step: Step, scope: Mapping[str, object], evaluate: Evaluate) -> bool:
    return any(
        isinstance(part, Text) and not is_hidden(part.hidden_when, scope, evaluate)
        for part in step.components
    )


def step_of(definition: FormDefinition, path: str) -> int:
    """Return the number of the step that has this question; the last one if none has."""
    key = path.partition(".")[0]
    for step in definition.steps:
        if any(field.key == key for field in step.fields):
            return step.number
    return len(definition.steps)
