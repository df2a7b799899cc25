"""An operation: what a service task may call by name, declared once beside its function.

The registry, the publish gate, the studio, replays and the reference are derived from the declaration. Performing one
twice for the same occasion changes nothing more: the second call gets the result of the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias

from engine.bpmn import OperationCall
from engine.bpmn.checks import OperationShape
from engine.domain.cases import Case
from engine.executor.engine import Work
from engine.feel.values import from_json, to_json
from engine.instances import CompiledModels
from engine.texts import text

Function: TypeAlias = Callable[[Work, Case, CompiledModels, OperationCall], Mapping[str, Any]]

KINDS: Final[Mapping[str, str]] = {
    "text": "",
    "number": "",
    "boolean": "",
    "date": "",
    "date and time": "",
    "list of text": "",
    "request": "{id, kind, recipient, due_at, wants_reminders}; kind is information or hearing, "
    "recipient the role that answers",
    "list of requests": "each a request",
    "recipient": "{id, kind, role, electronic_agreed, post_is_safe, address_known, has_agent}; "
    "kind is person, minor, guardian, representative or agent",
    "list of recipients": "each a recipient",
    "retention plan": "a list of {data_class, keep, count_from, basis}, as the table retention gives it",
}
"""Kind of a value to what it holds. The plain ones are FEEL's."""


@dataclass(frozen=True, slots=True)
class Once:
    """The occasion for which an operation is performed once."""

    words: str
    """For the reference: once for each …"""
    key: Callable[[Work, Case, OperationCall], str] | None
    """None for an operation that only reads: it may run any number of times."""


READS_ONLY: Final = Once("(only reads)", None)
EACH_CASE: Final = Once("case", lambda _work, _case, _call: "")
EACH_VISIT: Final = Once("visit of the element", lambda _work, _case, call: call.visit)


def each_value_of(*names: str) -> Once:
    """Return the occasion that these inputs name, such as a request and its round."""
    return Once(
        " and ".join(names),
        lambda _work, _case, call: "/".join(_named(call.variables[name]) for name in names),
    )


def each_submission_of(form_key: str) -> Once:
    """Return the occasion that the newest submission of a form makes."""

    def key(work: Work, case: Case, _call: OperationCall) -> str:
        submission = work.stores.submissions.latest(case.id, form_key)
        return "" if submission is None else str(submission.id)

    return Once(f"submission of the form {form_key}", key)


def _named(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value["id"])
    return value.isoformat() if isinstance(value, date) else str(value)


@dataclass(frozen=True, slots=True)
class Operation:
    """What the studio shows of an operation, what a diagram hands it and gets back, and the function itself."""

    name: str
    label: str
    sentence: str
    inputs: Mapping[str, str]
    """Variables it reads, each with its kind."""
    outputs: Mapping[str, str]
    """Entries of its `result`, each with its kind."""
    sends: str
    """What goes to someone by it; empty when nothing does."""
    records: tuple[str, ...]
    """Kinds of the events it may record."""
    once: Once
    run: Function

    def __call__(
        self, work: Work, case: Case, models: CompiledModels, call: OperationCall
    ) -> Mapping[str, Any]:
        """Perform it; or return what it returned when it was performed for the same occasion."""
        if self.once.key is None:
            return self.run(work, case, models, call)
        key = f"{self.name} {self.once.key(work, case, call)}"
        runs = work.stores.operation_runs
        known = runs.result(case.id, key)
        if known is None:
            result = self.run(work, case, models, call)
            runs.add(case.id, key, to_json(dict(result)), work.now)
            return result
        found: Mapping[str, Any] = from_json(known)
        return found

    def help_in(self, language: str) -> str:
        """Return what it does, reads and returns."""
        sentences = [text(language, self.sentence)]
        if self.inputs:
            sentences.append(text(language, "Lukee: {names}.", names=", ".join(self.inputs)))
        if self.outputs:
            sentences.append(text(language, "Palauttaa: {names}.", names=", ".join(self.outputs)))
        return " ".join(sentences)

    @property
    def shape(self) -> OperationShape:
        """What the publish gate knows of it."""
        return OperationShape(frozenset(self.outputs))


def operation(
    *,
    label: str,
    sentence: str,
    inputs: Mapping[str, str],
    outputs: Mapping[str, str],
    once: Once,
    sends: str = "",
    records: tuple[str, ...] = (),
) -> Callable[[Function], Operation]:
    """Declare a function as an operation. Diagrams call it by the function's name."""

    def declared(run: Function) -> Operation:
        return Operation(run.__name__, label, sentence, inputs, outputs, sends, records, once, run)

    return declared
