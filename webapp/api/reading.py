"""Cases that a program follows, and what it reads back of them: answers by class, letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from flask import Response

from engine.domain.cases import CaseClass, CaseState, Channel
from engine.errors import NotFound
from engine.queries.case_file import ReadDocument
from engine.queries.followed_cases import CaseFilter, FollowCases, position
from engine.queries.reading_back import ListDocuments, ReadAnswers
from engine.queries.webhooks import ReadEvent
from webapp.api import reading_schemas as schemas
from webapp.api.cases import well_formed
from webapp.api.document import PDF, operation
from webapp.api.entrance import program
from webapp.api.problems import Unacceptable
from webapp.api.tasks import NO_SUCH_PAGE
from webapp.http.current import engine
from webapp.http.responses import download


@operation("/cases", "Cases by their last change", schemas.CaseList, "cases:read", query=schemas.CaseQuery)
def list_cases(query: Mapping[str, Any]) -> dict[str, object]:
    """List the cases that the program sees, those that changed longest ago first. A case that changes moves to the end:
    who goes on from `last` misses none."""
    after = query["after"]
    if after and position(after) is None:
        raise Unacceptable({"after": NO_SUCH_PAGE})
    narrowed = CaseFilter(
        changed_since=query["changed_since"],
        channel=Channel(query["channel"]) if query["channel"] else None,
        state=CaseState(query["state"]) if query["state"] else None,
        case_class=CaseClass(query["case_class"]) if query["case_class"] else None,
        team=query["team"],
    )
    page = engine().answer(FollowCases(after, narrowed, query["limit"]), program())
    cases = [
        {
            **{name: getattr(each.case, name) for name in each.case.__slots__},
            "outcome": None if each.is_sent_back else each.case.outcome,
            "is_sent_back": each.is_sent_back,
            "changed_at": each.changed_at,
        }
        for each in page.cases
    ]
    return {"cases": cases, "is_end": page.is_end, "last": page.last}


@operation("/cases/<reference>/answers", "What was answered", schemas.AnswerList, "answers:CLASS")
def read_answers(reference: str) -> dict[str, object]:
    """Read the answers of a case, as corrected since. Each class of data needs its own scope: `answers:identity`,
    `answers:contact`, `answers:narrative`, `answers:decision`. Classes without a scope are left out, and those that
    are sealed or erased."""
    found = engine().answer(ReadAnswers(well_formed(reference)), program())
    return {"classes": found.classes, "submissions": [asdict(each) for each in found.submissions]}


@operation("/cases/<reference>/documents", "Letters of a case", schemas.LetterList, "documents:read")
def list_documents(reference: str) -> dict[str, object]:
    """List the letters of a case. The decision's kind is `resolution`."""
    found = engine().answer(ListDocuments(well_formed(reference)), program())
    return {"documents": [each for each in found if each.media_type == PDF]}


@operation("/documents/<uuid:document_id>", "A letter as PDF", None, "documents:read")
def read_document(document_id: UUID) -> Response:
    """Read a letter, as it was sent."""
    found, content = engine().answer(ReadDocument(document_id), program())
    if found.media_type != PDF:
        raise NotFound
    return download(content, PDF, f"{found.title}.pdf")


@operation("/events/<uuid:event_id>", "The case of an event", schemas.HeardEvent, "cases:read")
def read_event(event_id: UUID) -> object:
    """Read which case an event of the program's own webhook was in, for a month."""
    return engine().answer(ReadEvent(event_id), program())
