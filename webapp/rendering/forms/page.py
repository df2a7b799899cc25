"""The page of a form: its questions in the reader's language, the typed answers, and the problems beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeGuard

from markupsafe import Markup

from engine.domain.chronology import DatesRejected
from engine.domain.own_reading import AGREEMENT
from engine.errors import AnswersRejected, Invalid
from forms.circumstances import NO_CHOICES, Choices
from forms.conditions import NOTHING, is_hidden, shown_fields
from forms.definition import Component, Field, FormDefinition, Step, Text, fields_of, without
from forms.errors import SENTENCES, Problem
from forms.one_question import alone, together
from forms.submission import readable
from forms.typed import Sent, names_of
from webapp.http.current import settings
from webapp.http.posted import REASON
from webapp.rendering.forms.builder import Builder
from webapp.rendering.forms.given import Given, why_of
from webapp.rendering.forms.parts import (
    DayReasons,
    FormPage,
    PageStep,
    Part,
    Question,
    Reason,
    RowList,
    anchor,
)
from webapp.rendering.forms.premises import Gates
from webapp.rendering.forms.texts import PAGE_WORDS, markdown
from webapp.rendering.words.catalogues import gettext
from webapp.rendering.words.labels import sentence_of

NEEDS_REASON, IMPOSSIBLE = "needs_reason", "impossible_day"
"""Kinds of problems of a day beside its neighbours."""
Problems = Mapping[str, Sequence[Problem]]
Say = Callable[[str], str]
NO_PROBLEMS: Problems = MappingProxyType({})
NOTHING_WITHHELD: Mapping[str, frozenset[str]] = MappingProxyType({})
NO_SOURCES: Mapping[str, str] = MappingProxyType({})

_QUESTION_MARKS = ("?", "؟")
"""The second is Arabic and Persian."""
_ENDS = (*_QUESTION_MARKS, ".")
"""No colon follows these."""


def as_asked(definition: FormDefinition) -> FormDefinition:
    """Return the form without the question about reading online if no identification service is configured."""
    return definition if settings().identification else without(definition, frozenset({AGREEMENT}))


def problems_of(refused: Invalid) -> Problems:
    """Return the problems by field: those of rejected answers, or the single sentence of another refusal."""
    if isinstance(refused, AnswersRejected):
        return refused.problems
    if isinstance(refused, DatesRejected):
        return {
            path: (Problem(IMPOSSIBLE if order.is_hard else NEEDS_REASON, message=gettext(order.sentence)),)
            for path, order in refused.problems.items()
        }
    field = refused.field or ""
    return {field: (Problem(field, message=sentence_of(refused)),)}


def plain_problems(problems: Problems) -> list[list[object]]:
    """Return the problems as JSON, to be read with `problems_from`."""
    return [
        [path, each.key, {name: _plain(value) for name, value in each.values.items()}, each.message]
        for path, found in problems.items()
        for each in found
    ]


def problems_from(plain: Sequence[Sequence[Any]]) -> Problems:
    found: dict[str, tuple[Problem, ...]] = {}
    for path, key, values, message in plain:
        found[path] = (*found.get(path, ()), Problem(key, values, message))
    return found


def _reasons(problems: Problems, reasons: DayReasons | None) -> Mapping[str, Reason]:
    """Return the fields for reasons: where one is missing, and where one was typed."""
    if reasons is None:
        return {}
    asked = {path for path, found in problems.items() if found and found[0].key == NEEDS_REASON}
    return {
        path: Reason(REASON + path, reasons.label, reasons.hint, reasons.typed.get(path, ""))
        for path in asked | reasons.typed.keys()
    }


def form_page(
    definition: FormDefinition,
    *,
    say: Say,
    typed: Sent | None = None,
    problems: Problems = NO_PROBLEMS,
    step: int | None = None,
    question: str = "",
    is_easy: bool = False,
    given: Mapping[str, object] = NOTHING,
    choices: Choices = NO_CHOICES,
    withheld: Mapping[str, frozenset[str]] = NOTHING_WITHHELD,
    reasons: DayReasons | None = None,
    sources: Mapping[str, str] = NO_SOURCES,
    notes: Mapping[str, str] = NO_SOURCES,
    hints: Mapping[str, str] = NO_SOURCES,
) -> FormPage:
    """Build the whole form, one step of it, or of that one question with what hangs on it. The easy way has pictures, and
    its one question is the heading of the page.

    `definition` is in the reader's language; `say` translates our own words.
    """
    steps = definition.steps if step is None else (definition.step(step),)
    if question:
        steps = tuple(alone(each, together(definition, question)) for each in steps)
    fields = [field for one in steps for field in one.fields]
    values = {**with_defaults(fields, typed or {}), **_completed(problems)}
    scope = shown_fields(definition, readable(definition, values), given=given).scope
    known = Given(
        typed=values,
        sentences={path: sentence(found[0], say) for path, found in problems.items() if found},
        scope=scope,
        page_names=_open_names(definition, fields, scope),
        fields={field.key: field for field in fields},
        say=say,
        choices=choices,
        gates=Gates(),
        is_public=definition.is_public,
        has_pictures=is_easy,
        withheld=withheld,
        reasons=_reasons(problems, reasons),
        sources=sources,
        notes=notes,
        hints=hints,
    )
    return FormPage(
        key=definition.key,
        language=definition.language,
        title=definition.title,
        intro=definition.intro,
        steps=tuple(
            _step(one, known, is_whole=len(definition.steps) == 1, heading=question if is_easy else "")
            for one in steps
        ),
        problems=_summary(fields, problems, say),
        has_files=any(field.kind == "filepicker" for field in fields),
    )


def _open_names(
    definition: FormDefinition, fields: Sequence[Field], scope: Mapping[str, object]
) -> frozenset[str]:
    """Return the keys of questions that may be answered on this page: not those hidden by earlier answers."""
    here, found = {field.key: field for field in fields}, set[str]()
    for key in definition.order:
        if key not in here:
            continue
        decided = [condition for condition in here[key].hidden_when if not condition.names & found]
        if not is_hidden(decided, scope):
            found.add(key)
    return frozenset(found)


def sentence(problem: Problem, say: Say) -> str:
    """Return a problem in words: the form's own sentence, or the program's."""
    if problem.message:
        return problem.message
    values = {name: _plain(value) for name, value in problem.values.items()}
    return say(SENTENCES[problem.key]) % values


def _plain(value: object) -> str:
    return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value)


def with_defaults(fields: Sequence[Field], typed: Sent) -> dict[str, Sequence[str]]:
    """Return what is typed, with the default answers of a page in which nothing was typed."""
    return {**_defaults(fields, typed), **typed}


def _defaults(fields: Sequence[Field], typed: Sent) -> dict[str, list[str]]:
    """Return the default answers; empty once anything of the page was typed."""
    if any(name in typed for field in fields for name in names_of(field, typed)):
        return {}
    return {field.key: [field.default] for field in fields if field.default is not None}


def _completed(problems: Problems) -> dict[str, list[str]]:
    """Return the days with the year that was added to them: going on as they stand confirms them."""
    return {
        path: [str(found[0].values["day"])]
        for path, found in problems.items()
        if found and found[0].key == "year_guessed"
    }


def _step(step: Step, known: Given, *, is_whole: bool, heading: str) -> PageStep:
    head, rest = _head(step, is_whole=is_whole)
    builder = Builder(known)
    parts = builder.parts(rest)
    asked = next((part for part in parts if _can_be_heading(part) and part.name == heading), None)
    return PageStep(
        number=step.number,
        name=step.name,
        title=step.title,
        hint=markdown(head.markdown) if head else Markup(),
        warning=known.say(PAGE_WORDS["warning"]) if head and head.sensitive else "",
        why=why_of(head.disclosure, known.say, of_all=True) if head else None,
        parts=tuple(replace(part, is_heading=True) if part is asked else part for part in parts),
        gate=_only(builder.gates_of(head)) if head else "",
        has_heading=asked is not None,
        # Over a label as “Given names” it says whose; beside a question it would be another one, perhaps the opposite.
        over=step.title if asked and not _is_question(asked.label) else "",
    )


def _can_be_heading(part: Part) -> TypeGuard[Question | RowList]:
    """Return True for a question whose label stands over its field."""
    return isinstance(part, Question | RowList) and part.shape != "tick"


def _is_question(label: str) -> bool:
    return any(mark in label for mark in _QUESTION_MARKS)


def _only(gates: tuple[str, ...]) -> str:
    """Return the gate if there is just one, else an empty text: an element can have only one."""
    return gates[0] if len(gates) == 1 else ""


def _head(step: Step, *, is_whole: bool) -> tuple[Text | None, Sequence[Component]]:
    """Split off a text at the beginning of a step, which becomes the hint under its heading. Its condition is that of the
    whole step: in a form without steps, a text with a condition stays among the questions."""
    first = step.components[0] if step.components else None
    if isinstance(first, Text) and not (is_whole and first.hidden_when):
        return first, step.components[1:]
    return None, step.components


def _summary(fields: Sequence[Field], problems: Problems, say: Say) -> tuple[tuple[str, str], ...]:
    """Return anchor and sentence for each question with a problem, and for problems of no question."""
    here = {field.key: field for field in fields}
    lines: dict[tuple[str, str], None] = {}
    for path, found in problems.items():
        key = path.partition(".")[0]
        if not path or found[0].key in {"unknown_field", "reserved_name"}:
            lines.setdefault((anchor(fields[0].key) if fields else "", sentence(found[0], say)))
        elif key in here:
            lines.setdefault((anchor(path), _named(here[key], path, found[0], say)))
    return tuple(lines)


def _named(field: Field, path: str, problem: Problem, say: Say) -> str:
    """Return the sentence with its question's label, to be read on its own."""
    words = sentence(problem, say)
    parts = path.split(".")
    if len(parts) < 3:
        return _about(field.label, words)
    columns = {column.key: column.label for column in fields_of(field.columns)}
    row = field.properties.get("row_label") or say(PAGE_WORDS["row"])
    return _about(f"{row} {int(parts[1]) + 1}, {columns.get(parts[2], '')}", words)


def _about(question: str, words: str) -> str:
    return f"{question}{'' if question.endswith(_ENDS) else ':'} {words}"
