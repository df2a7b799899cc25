"""Check of a record against every rule, faults first and warnings after them."""

from collections.abc import Iterable, Mapping
from typing import Any

from . import (
    ages,
    authorities,
    chronology,
    clocks,
    consents,
    contacts,
    decisions,
    deliveries,
    finality,
    hearings,
    inquiries,
    languages,
    sealing,
    staff,
    traces,
    urgency,
)
from .record import ADMITTED, Record, at_or_before
from .sentences import WARNING, fault, label

MODULES = (
    decisions,
    hearings,
    consents,
    deliveries,
    finality,
    contacts,
    authorities,
    inquiries,
    languages,
    ages,
    urgency,
    sealing,
    staff,
    clocks,
    chronology,
    traces,
)


def check(export: Mapping[str, Any]) -> list[str]:
    """List the faults of an exported case, then its warnings; nothing when the record is honest."""
    record = Record(export)
    found = [sentence for module in MODULES for rule in module.RULES for sentence in rule(record)]
    found = list(dict.fromkeys(found))
    return sorted(found, key=lambda sentence: sentence.startswith(WARNING))


def check_linked(exports: Iterable[Mapping[str, Any]]) -> list[str]:
    """Compare the cases of a family: a child under 35 § 3 comes with or after the parent."""
    records = {str(record.case.get("reference")): record for record in map(Record, exports)}
    found = []
    for reference, child in records.items():
        parent = records.get(str(child.export.get("parent_reference")))
        if parent is None:
            continue
        if reference not in (parent.export.get("child_references") or []):
            text = f"case {parent.case.get('reference')} does not list its child {reference}"
            found.append(fault("family-agrees", "434/2003 25 §; law.md J 17", text))
        for row in child.resolutions():
            if row.get("outcome") != "admitted_35_3" or child.milestones("parent_ground_reasoned"):
                continue
            admitted = [one for one in parent.resolutions() if one.get("outcome") in ADMITTED]
            admitted = [one for one in admitted if at_or_before(one.get("signed_at"), row.get("signed_at"))]
            spoken = [
                one
                for one in parent.rows("oral_decisions")
                if at_or_before(one.get("given_at"), row.get("signed_at"))
            ]
            if not admitted and not spoken:
                text = f"{label('resolution', row, 'signed_at')} of {reference} precedes any admission of the parent"
                found.append(fault("child-after-parent", "746/2011 35 § 3 mom.; law.md J 8", text))
    return found
