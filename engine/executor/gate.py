"""The publish gate over everything a deployment would freeze: what it may refer to, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.bpmn import Finding, References, check_bundle
from engine.domain.people import Role
from engine.executor.performing import Work
from engine.instances.deployed import Contents

Files = Mapping[str, bytes]


def references_of(work: Work, files: Files) -> References:
    """What a bundle may refer to: its own forms, tables and texts; our roles and operations."""
    contents = Contents(files)
    return References(
        forms={key: frozenset(form.variable_names) for key, form in contents.forms.items()},
        roles=frozenset(role.value for role in Role),
        operations=frozenset(work.operations),
        tables=contents.tables,
        texts=frozenset(contents.texts),
    )


def check_files(work: Work, files: Files) -> tuple[Finding, ...]:
    return tuple(check_bundle(files, references_of(work, files)))
