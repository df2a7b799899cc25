"""Wishes of a party to be heard orally (hallintolaki 434/2003 37 §), as a hearing was answered, until a decision answers them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from engine.casework.decision_corrections import signed_last
from engine.clock import day_of
from engine.domain.cases import Case
from engine.executor.engine import Work
from engine.feel.values import from_json


@dataclass(frozen=True, slots=True)
class OralWish:
    name: str
    """Of the person who was heard; empty where it is not known."""
    wished_on: date


def oral_wishes(work: Work, case: Case, kind: str, instance_id: UUID) -> tuple[OralWish, ...]:
    """Return who was heard before this kind of decision, asked to state their case orally, and took the wish back in no later
    hearing. Only a signed decision answers a wish: not another assessment, and not a hearing that was called off."""
    answered = signed_last(work, case, kind)
    heard = {
        each.reference: each
        for each in work.stores.requests.of_case(case.id)
        if each.kind == "hearing"
        and each.is_of(instance_id)
        and (answered is None or answered.signed_at is None or each.created_at > answered.signed_at)
    }
    newest: dict[UUID | None, OralWish | None] = {}
    for reply in work.stores.submissions.of_case(case.id, "hearing_reply"):
        wish = from_json(reply.answers).get("wants_oral_hearing")
        hearing = heard.get(reply.business_key or "")
        if wish and hearing is not None:
            wished = OralWish(str(hearing.recipient.get("name") or ""), day_of(reply.sent_at))
            newest[hearing.party_id] = wished if wish == "yes" else None
    return tuple(each for each in newest.values() if each is not None)


def oral_values(answers: Mapping[str, Any]) -> dict[str, str]:
    """Return what the letter says became of the wish, from the answers with which its decision was prepared."""
    request = answers.get("oral_request")
    return {
        "oral_held": str(answers.get("oral_words") or "") if request == "held" else "",
        "oral_refused": str(answers.get("oral_reasons") or "") if request == "refused" else "",
    }
