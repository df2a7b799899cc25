"""Figures that are counted ahead of being asked for."""

from __future__ import annotations

from sqlalchemy import Column, Table

from engine.storage.tables.metadata import METADATA, Instant, json, reference

TIME_FIGURES = Table(
    "time_figures",
    METADATA,
    Column("counted_at", Instant, primary_key=True),
    reference("deployment_id", "deployments.id", nullable=False, index=False),
    json("elements"),
    json("phases"),
)
"""One row, the newest count: where cases wait and how long their phases take. Numbers of elements and processes, of no person."""
