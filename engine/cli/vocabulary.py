"""`vireille process vocabulary`: the words that models may use, as Markdown. docs/reference/ holds what it prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final

import click

from engine.bpmn import Element, parse_models
from engine.bpmn.host_functions import SIGNATURES
from engine.bpmn.vocabulary import PROPERTIES, TIMERS
from engine.casework.staffing import ROLE_NAMES
from engine.cli.context import files_in, refusals_as_sentences
from engine.domain.people import Role
from engine.models.gate import MESSAGES, START_VARIABLES
from engine.operations import OPERATIONS
from engine.operations.declaration import KINDS
from engine.texts import text

_GENERATED: Final = (
    "Printed by `vireille process vocabulary{option}`. Change the code it names, then print it again."
)
_OUTSIDE: Final = {
    Role.APPLICANT: "hakija tai vastaaja",
    Role.REFERRER: "ohjaaja",
    Role.OUTSIDE_AUTHORITY: "muu viranomainen",
    Role.SYSTEM: "järjestelmä",
}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@click.option("--operations", "in_detail", is_flag=True, help="Operations only, with all that they declare.")
@refusals_as_sentences
def vocabulary(folder: Path | None, in_detail: bool) -> None:  # noqa: FBT001 - click gives a flag
    """Print the words that a model may use: roles, operations, properties, timers, functions, messages, milestones.

    Milestones and messages are those of FOLDER laid over the shipped bundle.
    """
    click.echo(operations_reference() if in_detail else modelling_reference(files_in(folder)), nl=False)


def operations_reference() -> str:
    """Return the reference of operations, as declared in `engine/operations`."""
    return _page(
        "Operations",
        "What service tasks may call. An operation reads variables and returns a result, which the task's `output` turns "
        "into variables. It is performed once for each occasion named here: a second call changes nothing and returns "
        "the first result. A new one: engine/operations/README.md.",
        " --operations",
        _table(
            ("operation", "name", "does", "reads", "result", "once for each", "sends", "records"),
            (
                (
                    f"`{each.name}`",
                    each.label,
                    text("en", each.sentence),
                    _typed(each.inputs),
                    _typed(each.outputs),
                    each.once.words,
                    text("en", each.sends) if each.sends else "",
                    ", ".join(each.records),
                )
                for each in OPERATIONS.values()
            ),
        ),
        "## Kinds of values",
        "Beside FEEL's own.",
        _table(("kind", "holds"), ((kind, holds) for kind, holds in KINDS.items() if holds)),
    )


def modelling_reference(files: Mapping[str, bytes]) -> str:
    """Return the words of models; the milestones and messages are those of these files."""
    elements = tuple(parse_models(files).elements.values())
    return _page(
        "Words of models",
        "What a diagram may say, beside BPMN, DMN and FEEL. The publish gate refuses other words.",
        "",
        "## Roles",
        "Values of the property `role` of a lane.",
        _table(("role", "name"), ((role.value, {**ROLE_NAMES, **_OUTSIDE}[role]) for role in Role)),
        "## Operations",
        "Values of the property `operation` of a service task; more in [operations](operations.md).",
        _table(
            ("operation", "name", "reads", "result"),
            (
                (f"`{each.name}`", each.label, _typed(each.inputs), _typed(each.outputs))
                for each in OPERATIONS.values()
            ),
        ),
        "## Decision tables",
        "Values of the property `decision` of a business rule task.",
        _table(("table", "file"), sorted((Path(path).stem, path) for path in files if path.endswith(".dmn"))),
        "## Properties",
        _table(
            ("property", "on", "value", "meaning"),
            (
                (f"`{name}`", ", ".join(sorted(each.on)), each.value, each.meaning)
                for name, each in PROPERTIES.items()
            ),
        ),
        "## Kinds of timers",
        "Values of the property `timer`.",
        _table(("timer", "when it goes off"), TIMERS.items()),
        "## Functions",
        'Beside FEEL\'s own. A length is a duration or a text such as "P3D" or "PT4H".',
        _table(("function", "gives"), ((f"`{call}`", gives) for call, gives in SIGNATURES.items())),
        "## Start variables",
        "Given by every command that starts a case; null where unknown.",
        _table(("variable", "values"), ((f"`{name}`", values) for name, values in START_VARIABLES.items())),
        "## Messages",
        _table(("message", "is awaited by", "carries"), _messages(elements)),
        "## Milestones",
        "Guardrails speak of them.",
        _table(("milestone", "is reached at"), _milestones(elements)),
    )


def _messages(elements: Iterable[Element]) -> Iterator[tuple[str, str, str]]:
    waiting = _places((each, (each.message,)) for each in elements if each.message)
    for name, places in waiting:
        yield name, places, ", ".join(sorted(MESSAGES.get(name, ())))


def _milestones(elements: Iterable[Element]) -> Iterator[tuple[str, str]]:
    return _places((each, each.milestones) for each in elements)


def _places(named: Iterable[tuple[Element, Iterable[str]]]) -> Iterator[tuple[str, str]]:
    """Yield each name with the elements that bear it."""
    found: dict[str, list[str]] = {}
    for element, names in named:
        for name in names:
            found.setdefault(name, []).append(f"{element.process_id}/{element.element_id}")
    for name in sorted(found):
        yield name, ", ".join(sorted(found[name]))


def _typed(values: Mapping[str, str]) -> str:
    return ", ".join(f"`{name}` ({kind})" for name, kind in values.items())


def _page(title: str, about: str, option: str, *parts: str) -> str:
    return "\n\n".join((f"# {title}", _GENERATED.format(option=option), about, *parts)) + "\n"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)
