"""Opens a case: reference, keys, row. The caller adds the content."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from engine.clock import day_of
from engine.domain.cases import Case, CaseState, Channel
from engine.storage.database import new_id
from engine.storage.stores import Stores


def open_new_case(
    stores: Stores,
    *,
    channel: Channel,
    language: str,
    received_at: datetime,
    now: datetime,
    deployment_id: UUID,
    parent_id: UUID | None = None,
    team: str | None = None,
    is_restricted: bool = False,
) -> Case:
    """Insert the case and create its data keys. Its reference is the next of the year's running series."""
    case = Case(
        id=new_id(),
        reference=_next_reference(stores, channel, day_of(received_at).year),
        channel=channel,
        state=CaseState.SUBMITTED,
        case_class=None,
        outcome=None,
        team=team,
        language=language,
        received_at=received_at,
        pending_at=None,
        closed_at=None,
        deployment_id=deployment_id,
        parent_id=parent_id,
        caseworker_id=None,
        is_restricted=is_restricted,
        is_stalled=False,
        content_sealed_at=None,
        version=1,
    )
    stores.cases.add(case, now)
    stores.vault.create_keys(case.id)
    return case


def _next_reference(stores: Stores, channel: Channel, year: int) -> str:
    """Return the next number of the year. Notices from enquiries have a series of their own: the other counts
    applications."""
    if channel is Channel.ENQUIRY:
        return f"V{year}-{stores.cases.next_number(f'notices {year}'):05d}"
    return f"{year}-{stores.cases.next_number(f'cases {year}'):06d}"
