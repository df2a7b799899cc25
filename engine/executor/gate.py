"""The publish gate over everything a deployment would freeze: what it may refer to, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn import Finding
from engine.bpmn.checks import OperationShape, References, check_bundle
from engine.domain.people import Role
from engine.executor.performing import Work
from engine.instances.deployed import Contents
from engine.instances.running import FUNCTIONS

Files = Mapping[str, bytes]

START_VARIABLES = frozenset(
    {
        "channel",
        "case_reference",
        "received_at",
        "language",
        "region",
        "is_child",
        "has_children",
        "in_danger",
        "removal_on",
        "accommodation_needed",
        "ground_sought",
        "parent_case",
        "consent_recorded_by_referrer",
        "wants_reminders",
        "account_known",
        "help_need_known",
    }
)
"""What every command that starts a case gives its process, null where unknown."""
MESSAGES = {"parent_decided": frozenset({"parent_outcome"})}
"""What messages of ours carry."""


def references_of(work: Work, files: Files) -> References:
    """What a bundle may refer to: its own forms and tables; our roles, operations and functions."""
    contents = Contents(files)
    return References(
        forms={key: frozenset(form.variable_names) for key, form in contents.forms.items()},
        roles=frozenset(role.value for role in Role),
        operations={name: OperationShape(each.outputs) for name, each in work.operations.items()},
        tables={key: frozenset() for key in contents.tables},
        variables=START_VARIABLES,
        messages=MESSAGES,
        functions=frozenset(FUNCTIONS),
    )


def check_files(work: Work, files: Files) -> tuple[Finding, ...]:
    """Errors stand first: they block publication; warnings and advice do not."""
    return tuple(check_bundle(files, references_of(work, files)))
