"""Schemas of lists of cases, of answers and letters read back, and of files."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields, validate

from engine.commands.program_files import OPENING_FORMS
from engine.domain.cases import CaseClass, CaseState, Channel
from engine.domain.webhooks import EVENTS
from webapp.api.schemas import IdempotencyKey, maybe_moment, maybe_word, moment, one_of, word


class CaseQuery(Schema):
    class Meta:
        unknown = EXCLUDE

    changed_since = fields.AwareDateTime(
        load_default=None,
        format="iso",
        metadata={"description": "A moment with its zone, as 2026-11-28T12:00:00Z."},
    )
    channel = fields.String(load_default="", validate=validate.OneOf(["", *(each.value for each in Channel)]))
    state = fields.String(load_default="", validate=validate.OneOf(["", *(each.value for each in CaseState)]))
    case_class = fields.String(
        load_default="", validate=validate.OneOf(["", *(each.value for each in CaseClass)])
    )
    team = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"description": "`unknown`: cases without a team."},
    )
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    after = fields.String(load_default=None, metadata={"description": "`last` of the page before."})


class ListedCase(Schema):
    reference = word()
    channel = word(validate=one_of(Channel))
    state = word(validate=one_of(CaseState))
    case_class = fields.String(required=True, allow_none=True)
    outcome = fields.String(
        required=True, allow_none=True, metadata={"description": "In force: null once a court sent it back."}
    )
    is_sent_back = fields.Boolean(
        required=True,
        metadata={"description": "A court annulled or returned the decision: examined anew."},
    )
    team = maybe_word()
    received_at = moment()
    closed_at = maybe_moment()
    is_stalled = fields.Boolean(required=True)
    changed_at = moment()


class CaseList(Schema):
    cases = fields.List(fields.Nested(ListedCase), required=True)
    is_end = fields.Boolean(required=True, metadata={"description": "False: go on with `last` at once."})
    last = maybe_word(
        metadata={"description": "Keep it: asked from there later, the list holds what has changed since."}
    )


class AnswersGiven(Schema):
    id = fields.UUID(required=True)
    form_key = word()
    business_key = maybe_word(metadata={"description": "Of the request or the recipient."})
    sent_at = moment()
    corrected_at = maybe_moment()
    answers = fields.Dict(
        keys=fields.String(), required=True, metadata={"description": "As corrected since, by question."}
    )


class AnswerList(Schema):
    classes = fields.List(
        fields.String(), required=True, metadata={"description": "Classes of data that the scopes open."}
    )
    submissions = fields.List(fields.Nested(AnswersGiven), required=True)


class Letter(Schema):
    id = fields.UUID(required=True)
    kind = word(metadata={"description": "`resolution`, or the key of the letter's text."})
    title = word()
    direction = word()
    size = fields.Integer(required=True, metadata={"description": "Bytes."})
    created_at = moment()


class LetterList(Schema):
    documents = fields.List(fields.Nested(Letter), required=True)


class HeardEvent(Schema):
    id = fields.UUID(required=True)
    event = word(validate=validate.OneOf(EVENTS))
    at = moment()
    case = word()


class SentFile(Schema):
    class Meta:
        unknown = EXCLUDE

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class FileQuery(Schema):
    class Meta:
        unknown = EXCLUDE

    form = fields.String(
        load_default=OPENING_FORMS[0],
        validate=validate.OneOf(OPENING_FORMS),
        metadata={"description": "The form that it goes with."},
    )


class KeyOfApplication(IdempotencyKey):
    """The key under which the application will be sent."""


class FileKept(Schema):
    id = fields.UUID(required=True)
