"""Calls about the codes of requests to professionals, and which codes somebody must still read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from engine.casework.texted_codes import texts_leave
from engine.domain.cases import Case
from engine.domain.code_calls import PROFESSIONALS, CodeCall, is_to_be_read
from engine.executor import Work
from engine.storage.links import Link
from engine.storage.requests import InformationRequest


def code_calls_of(
    work: Work, case: Case, requests: Collection[InformationRequest]
) -> dict[UUID, tuple[CodeCall, ...]]:
    """Return the calls by request, empty for a professional's without any."""
    asked = [each.id for each in requests if each.recipient_role in PROFESSIONALS]
    calls = work.stores.code_calls.of_case(case.id) if asked else ()
    return {each: tuple(call for call in calls if call.request_id == each) for each in asked}


def codes_to_read_in(work: Work, requests: Collection[InformationRequest]) -> frozenset[UUID]:
    asked = [
        each.id
        for each in requests
        if each.recipient_role in PROFESSIONALS
        and each.kind == "information"
        and each.channel == "link"
        and each.is_open
        and each.sent_at is not None
        and each.answered_at is None
    ]
    return codes_to_read(work, work.stores.links.living_of(asked, work.now)) if asked else frozenset()


def codes_to_read(work: Work, living: Mapping[UUID, Collection[Link]]) -> frozenset[UUID]:
    """Return the requests whose code somebody must read aloud: a link that was sent opens, and no code has opened it.
    `living`: the links of professionals' requests that wait for their answer."""
    unopened = {
        request_id
        for request_id, links in living.items()
        if all(each.opened_at is None for each in links) and any(not each.is_locked for each in links)
    }
    known = work.stores.code_calls.outcomes_of(unopened) if unopened else {}
    leave = texts_leave(work)
    return frozenset(each for each in unopened if is_to_be_read(known.get(each, ()), texts_leave=leave))
