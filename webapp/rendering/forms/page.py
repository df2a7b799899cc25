"""Makes the page of a form: what is asked here, in the reader's language, with what was typed and what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from markupsafe import Markup

from forms.circumstances import NO_CHOICES, Choices
from forms.conditions import NOTHING, Evaluate, is_hidden, plainly, shown_fields
from forms.definition import Component, Field, FormDefinition, Step, Text, fields_of
from forms.errors import SENTENCES, Problem
from forms.submission import readable
from forms.typed import Sent, names_of
from webapp.rendering.forms.builder import Builder, Given, anchor, why_of
from webapp.rendering.forms.markdown import markdown
from webapp.rendering.forms.parts import FormPage, PageStep
from webapp.rendering.forms.phrases import PAGE_WORDS
from webapp.rendering.forms.premises import Gates

Problems = Mapping[str, Sequence[Problem]]
Say = Callable[[str], str]

_QUESTION_MARKS = ("?", "؟")
"""After these no colon is needed; the other is Arabic and Persian."""


def form_page(
    definition: FormDefinition,
    *,
    say: Say,
    typed: Sent | None = None,
    problems: Problems = NOTHING,  # type: ignore[assignment]  # an empty mapping is one of problems too
    step: int | None = None,
    evaluate: Evaluate = plainly,
    given: Mapping[str, object] = NOTHING,
    choices: Choices = NO_CHOICES,
    withheld: Mapping[str, frozenset[str]] = NOTHING,  # type: ignore[assignment]  # an empty mapping is one of options too
) -> FormPage:
    """The whole form, or one step of it. `definition` is in the reader's language; `say` translates our own words."""
    steps = definition.steps if step is None else (definition.step(step),)
    fields = [field for one in steps for field in one.fields]
    values = {**_defaults(fields, typed or {}), **(typed or {})}
    scope = shown_fields(definition, readable(definition, values), evaluate=evaluate, given=given).scope
    known = Given(
        typed=values,
        sentences={path: sentence(found[0], say) for path, found in problems.items() if found},
        scope=scope,
        page_names=_open_names(definition, fields, scope, evaluate),
        fields={field.key: field for field in fields},
        say=say,
        evaluate=evaluate,
        choices=choices,
        gates=Gates(),
        is_public=definition.is_public,
        withheld=withheld,
    )
    return FormPage(
        key=definition.key,
        language=definition.language,
        title=definition.title,
        intro=definition.intro,
        steps=tuple(_step(one, known) for one in steps),
        problems=_summary(fields, problems, say),
        has_files=any(field.kind == "filepicker" for field in fields),
    )


def _open_names(
    definition: FormDefinition, fields: Sequence[Field], scope: Mapping[str, object], evaluate: Evaluate
) -> frozenset[str]:
    """The questions of the page that may be answered on it: those hidden by what is known already stay so."""
    here, found = {field.key: field for field in fields}, set[str]()
    for key in definition.order:
        if key not in here:
            continue
        decided = [condition for condition in here[key].hidden_when if not condition.names & found]
        if not is_hidden(decided, scope, evaluate):
            found.add(key)
    return frozenset(found)


def sentence(problem: Problem, say: Say) -> str:
    """A problem in words: the form's own, or ours."""
    if problem.message:
        return problem.message
    values = {name: _plain(value) for name, value in problem.values.items()}
    return say(SENTENCES[problem.key]) % values


def _plain(value: object) -> str:
    return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value)


def _defaults(fields: Sequence[Field], typed: Sent) -> dict[str, list[str]]:
    """What stands in the questions before anyone touched the page."""
    if any(name in typed for field in fields for name in names_of(field, typed)):
        return {}
    return {field.key: [field.default] for field in fields if field.default is not None}


def _step(step: Step, known: Given) -> PageStep:
    head, rest = _head(step.components)
    builder = Builder(known)
    return PageStep(
        number=step.number,
        name=step.name,
        title=step.title,
        hint=markdown(head.markdown) if head else Markup(),
        warning=known.say(PAGE_WORDS["warning"]) if head and head.sensitive else "",
        why=why_of(head.disclosure, known.say, of_all=True) if head else None,
        parts=builder.parts(rest),
        gate=_only(builder.gates_of(head)) if head else "",
    )


def _only(gates: tuple[str, ...]) -> str:
    """One element can stand behind one gate."""
    return gates[0] if len(gates) == 1 else ""


def _head(components: Sequence[Component]) -> tuple[Text | None, Sequence[Component]]:
    """The text that begins a step is the hint under its heading; the rest is asked."""
    if components and isinstance(components[0], Text):
        return components[0], components[1:]
    return None, components


def _summary(fields: Sequence[Field], problems: Problems, say: Say) -> tuple[tuple[str, str], ...]:
    """One line for each question on this page that needs the reader, and one for what is no question's."""
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
    """The sentence with the question it is about, so that it can be read alone."""
    said = sentence(problem, say)
    if problem.message:
        return said
    parts = path.split(".")
    if len(parts) < 3:
        return _about(field.label, said)
    columns = {column.key: column.label for column in fields_of(field.columns)}
    row = field.properties.get("row_label") or say(PAGE_WORDS["row"])
    return _about(f"{row} {int(parts[1]) + 1}, {columns.get(parts[2], '')}", said)


def _about(question: str, said: str) -> str:
    return f"{question}{'' if question.endswith(_QUESTION_MARKS) else ':'} {said}"
