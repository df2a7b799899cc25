"""Warnings in lists of cases and tasks: a person in danger, and parties through whom nothing may go."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import select

from engine.executor import Work
from engine.storage.tables.cases import CASES, PARTIES

DANGER_TABLE: Final = "triage"
"""The table that is asked about urgency keeps what was known of danger among its inputs."""


def endangered(work: Work, ids: Collection[UUID]) -> frozenset[UUID]:
    """Return the cases of which the newest look at urgency knew of danger."""
    newest = work.stores.evaluations.latest_of(ids, DANGER_TABLE)
    return frozenset(case_id for case_id, each in newest.items() if each.inputs.get("in_danger") == "yes")


def unsafe_kinds(work: Work, ids: Collection[UUID]) -> Mapping[UUID, tuple[str, ...]]:
    """Return the kinds of the unsafe parties of open content, by case."""
    unsafe = (
        select(PARTIES.c.case_id, PARTIES.c.kind)
        .join(CASES, CASES.c.id == PARTIES.c.case_id)
        .where(PARTIES.c.case_id.in_(ids), PARTIES.c.is_unsafe, PARTIES.c.removed_at.is_(None))
        .where(CASES.c.content_sealed_at.is_(None))
        .order_by(PARTIES.c.id)
    )
    found: dict[UUID, tuple[str, ...]] = {}
    for row in work.stores.unit.rows(unsafe):
        known = found.get(row["case_id"], ())
        found[row["case_id"]] = known if row["kind"] in known else (*known, row["kind"])
    return found
