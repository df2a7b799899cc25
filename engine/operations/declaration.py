"""The declaration of an operation, beside its function: kinds of values, occasions, the decorator."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from engine.bpmn import OperationCall
from engine.domain.cases import Case
from engine.executor import Operation, Work
from engine.executor.engine import Function, Once

KINDS: Final[Mapping[str, str]] = {
    "text": "",
    "number": "",
    "boolean": "",
    "date": "",
    "date and time": "",
    "list of text": "",
    "request": "{id, kind, recipient, due_at, wants_reminders, is_police, legal_basis}; kind is information or hearing, "
    "recipient the role that answers",
    "list of requests": "each a request",
    "recipient": "{id, kind, role, electronic_agreed, post_is_safe, address_known, has_agent, needs_deputy, is_dead}; "
    "kind is person, minor, guardian or representative",
    "list of recipients": "each a recipient",
    "retention plan": "a list of {data_class, keep, count_from, basis}, as the table retention gives it",
}
"""Kind of a value to what it holds. The plain ones are FEEL's."""

READS_ONLY: Final = Once("(only reads)", None)
EACH_CASE: Final = Once("case", lambda _work, _case, _call: "")
EACH_VISIT: Final = Once("visit of the element", lambda _work, _case, call: call.visit)


def each_value_of(*names: str) -> Once:
    """Return an occasion named by these inputs, such as a request and its round: the operation runs once for each value."""
    return Once(
        " and ".join(names),
        lambda _work, _case, call: "/".join(_named(call.variables[name]) for name in names),
    )


def each_submission_of(form_key: str) -> Once:
    """Return an occasion named by the newest submission of a form: the operation runs once for each submission."""

    def key(work: Work, case: Case, _call: OperationCall) -> str:
        submission = work.stores.submissions.latest(case.id, form_key)
        return "" if submission is None else str(submission.id)

    return Once(f"submission of the form {form_key}", key)


def _named(value: Any) -> str:
    if isinstance(value, Mapping):
        return str(value["id"])
    return value.isoformat() if isinstance(value, date) else str(value)


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
