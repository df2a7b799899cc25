"""Schemas of bodies, queries and answers, as OpenAPI describes them."""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields, validate

from engine.casework.taken_back import BROUGHT_BY
from engine.commands.applications import FORMS
from engine.commands.cases import FROM_STAFF
from engine.domain.cases import CaseClass, CaseState, Channel, Outcome
from engine.domain.consents import HOW
from engine.domain.deadlines import EntryKind, Standing
from engine.domain.inbox import View
from engine.domain.interpreters import CHOICES
from engine.domain.people import Role
from engine.domain.tasks import TaskState
from forms.definition import Kind

VIEWS = (View.TEAM, View.UNASSIGNED, View.STALLED, View.THIS_WEEK)
"""Without the view of one's own tasks, which is for people: a program holds none."""
KEY = validate.Regexp(r"^[A-Za-z0-9._:-]{16,200}$")
"""As ECMA-262 has it: clients are generated from it."""


def one_of(
    kind: type[Channel | CaseState | CaseClass | Outcome | EntryKind | Standing | Role | TaskState | Kind],
) -> validate.OneOf:
    return validate.OneOf([each.value for each in kind])


def word(**options: object) -> fields.String:
    return fields.String(required=True, **options)  # type: ignore[arg-type]  # metadata and validate, as given


def maybe_word(**options: object) -> fields.String:
    return fields.String(required=True, allow_none=True, **options)  # type: ignore[arg-type]  # as above


def moment() -> fields.AwareDateTime:
    return fields.AwareDateTime(required=True, format="iso")


def maybe_moment() -> fields.AwareDateTime:
    return fields.AwareDateTime(required=True, allow_none=True, format="iso")


class FieldProblem(Schema):
    field = word(metadata={"description": "Path of the field; `answers.` begins those of a form."})
    sentence = word(metadata={"description": "In the language of Accept-Language."})
    key = fields.String(metadata={"description": "What is wrong, for programs; only of answers."})


class ProblemDocument(Schema):
    """An error as a problem document (RFC 9457)."""

    type = word()
    title = word()
    status = fields.Integer(required=True)
    detail = word(metadata={"description": "A sentence in the language of Accept-Language: fi, sv, en."})
    problems = fields.List(fields.Nested(FieldProblem))


class IdempotencyKey(Schema):
    class Meta:
        unknown = EXCLUDE

    key = fields.String(
        required=True,
        data_key="Idempotency-Key",
        validate=KEY,
        metadata={
            "description": "Names this act. Sent again, it gives the same receipt and no second case; with another body it is refused (409)."
        },
    )


class Condition(Schema):
    """Headers of an act on what was read before."""

    class Meta:
        unknown = EXCLUDE

    tag = fields.String(
        load_default=None,
        data_key="If-Match",
        validate=validate.Length(max=500),
        metadata={
            "description": "The ETag that was read. If it is another by now, nothing is stored (412). Without it the act goes on what is there."
        },
    )


class MessageKey(Condition):
    key = fields.String(
        load_default=None,
        data_key="Idempotency-Key",
        validate=KEY,
        metadata={
            "description": "Names this message. Sent again, it gives the same answer and no second message; with another body it is refused (409). Without it each call is a message."
        },
    )


class NewCase(Schema):
    channel = word(
        validate=validate.OneOf([each.value for each in FORMS]),
        metadata={
            "description": "`self`, `referral` or `urgent`: the form is application, referral, phone_intake."
        },
    )
    form = fields.String(
        load_default="",
        validate=validate.OneOf(["", *(each for offered in FORMS.values() for each in offered)]),
        metadata={
            "description": "A form of the channel, as `/forms` lists them; without it the channel's first."
        },
    )
    answers = fields.Dict(keys=fields.String(), required=True)


class ReceiptGiven(Schema):
    reference = word()
    code = word(metadata={"description": "Sixteen digits: the sender's only key to the state of the matter."})
    received_at = moment()
    expected_on = fields.Date(required=True)


class OpenTask(Schema):
    id = fields.UUID(required=True)
    name = word()
    form_key = maybe_word()
    candidate_group = word(validate=one_of(Role))
    due_at = maybe_moment()
    due_reason = maybe_word()
    created_at = moment()
    priority = fields.Integer(required=True)
    business_key = maybe_word(metadata={"description": "Of the request it belongs to."})


class ListedTask(OpenTask):
    id = fields.UUID(required=True, attribute="task_id")
    case = word(attribute="reference")
    case_class = fields.String(required=True, allow_none=True)
    is_claimed = fields.Boolean(required=True)
    is_stalled = fields.Boolean(required=True)


class TaskQuery(Schema):
    class Meta:
        unknown = EXCLUDE

    view = fields.String(
        load_default=View.TEAM.value, validate=validate.OneOf([view.value for view in VIEWS])
    )
    form_key = fields.String(load_default="", validate=validate.Length(max=100))
    team = fields.String(
        load_default="",
        validate=validate.Length(max=100),
        metadata={"description": "`unknown`: cases without a team."},
    )
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    after = fields.String(load_default=None, metadata={"description": "`next_after` of the page before."})


class TaskList(Schema):
    tasks = fields.List(fields.Nested(ListedTask), required=True)
    next_after = maybe_word(metadata={"description": "Key of the next page; null on the last."})


class FieldOption(Schema):
    value = word()
    label = word()


class FormField(Schema):
    key = word()
    kind = word(validate=one_of(Kind))
    label = word()
    hint = word()
    required = fields.Boolean(required=True)
    options = fields.List(fields.Nested(FieldOption), required=True)
    skips = fields.List(fields.String(), required=True, metadata={"description": 'As {"skipped": …}.'})
    takes_estimate = fields.Boolean(
        required=True, metadata={"description": 'A day may be answered as {"estimate": "next week"}.'}
    )
    hangs_on = fields.List(
        fields.String(), required=True, metadata={"description": "What its condition reads."}
    )
    fields_ = fields.List(
        fields.Nested(lambda: FormField()), required=True, data_key="fields", attribute="fields"
    )


class Form(Schema):
    key = word()
    title = word()
    fields_ = fields.List(fields.Nested(FormField), required=True, data_key="fields", attribute="fields")


class OpeningForm(Schema):
    key = word()
    title = word()
    channel = word(validate=one_of(Channel))


class FormList(Schema):
    forms = fields.List(fields.Nested(OpeningForm), required=True)


class Task(OpenTask):
    case = word()
    state = word(validate=one_of(TaskState))
    may_complete = fields.Boolean(required=True)
    why_not = maybe_word()
    form_definition = fields.Nested(Form, required=True, allow_none=True)
    seen = maybe_word(metadata={"description": "Hash of the resolution that waits for a signature."})


class Completion(Schema):
    answers = fields.Dict(keys=fields.String(), load_default=dict)
    seen = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=200))
    reasons = fields.Dict(
        keys=fields.String(),
        values=fields.String(validate=validate.Length(max=2000)),
        load_default=dict,
        metadata={
            "description": "Why a day is right that stands before its neighbour, by the path of its question."
        },
    )


class TaskDone(Schema):
    id = fields.UUID(required=True)
    state = word(validate=one_of(TaskState))


class TaskTaken(TaskDone):
    """A program holds no task: it learns that it may complete this one now."""


class RequestState(Schema):
    reference = word()
    kind = word()
    recipient = word(attribute="recipient_role", validate=one_of(Role))
    state = word()
    due_on = fields.Date(required=True, allow_none=True)
    sent_at = maybe_moment()
    reminded_at = maybe_moment()
    stalled_at = maybe_moment()
    answered_at = maybe_moment()


class ClockEntry(Schema):
    kind = word(validate=one_of(EntryKind))
    at = moment()
    cause = word()
    actor = word(attribute="actor_name")
    rule = maybe_word()
    days = fields.Integer(required=True, allow_none=True)
    until = fields.Date(required=True, allow_none=True)


class DeadlineState(Schema):
    name = word()
    business_key = maybe_word()
    standing = word(validate=one_of(Standing))
    due_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "Null while it stands still."}
    )
    days_left = fields.Integer(required=True, metadata={"description": "Negative when past."})
    age = fields.Integer(required=True, metadata={"description": "Calendar days since the start."})


class DeadlineLedger(DeadlineState):
    entries = fields.List(fields.Nested(ClockEntry), required=True)


class DeadlineList(Schema):
    deadlines = fields.List(fields.Nested(DeadlineLedger), required=True)


class CaseStatus(Schema):
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
    language = word()
    team = maybe_word()
    received_at = moment()
    pending_at = maybe_moment()
    closed_at = maybe_moment()
    is_stalled = fields.Boolean(required=True)
    tasks = fields.List(fields.Nested(OpenTask), required=True)
    requests = fields.List(fields.Nested(RequestState), required=True)
    deadlines = fields.List(fields.Nested(DeadlineState), required=True)
    waits_for = fields.List(fields.String(), required=True, metadata={"description": "Names of messages."})


class Reply(Schema):
    answers = fields.Dict(keys=fields.String(), required=True)


class ReplyReceived(Schema):
    received_at = moment()


class BroughtWithdrawal(Schema):
    how = word(
        validate=validate.OneOf(HOW),
        metadata={"description": "The way in which the person told that they withdraw."},
    )
    withdrawn_on = fields.Date(
        required=True, metadata={"description": "The day on which the person withdrew; none to come."}
    )
    brought_by = word(
        validate=validate.OneOf(BROUGHT_BY),
        metadata={
            "description": "From whom it is known. A caseworker confirms it with the person in any case."
        },
    )
    interpreted = fields.String(
        load_default="",
        validate=validate.OneOf(("", *CHOICES)),
        metadata={"description": "Whether somebody interpreted, and from where; empty if it is not known."},
    )


class Message(Schema):
    name = word(validate=validate.OneOf(FROM_STAFF))
    business_key = fields.String(load_default=None, allow_none=True, validate=validate.Length(min=1, max=100))
    withdrawal = fields.Nested(
        BroughtWithdrawal,
        load_default=None,
        allow_none=True,
        metadata={
            "description": "Required of `application_withdrawn`, which is refused without it; of no other message."
        },
    )


class MessageTaken(Schema):
    was_awaited = fields.Boolean(required=True, metadata={"description": "False: kept until it is awaited."})


class NoticeBegun(Schema):
    task = fields.UUID(required=True)


class Definition(Schema):
    key = word(attribute="process_key")
    name = word()
    version = fields.Integer(required=True)
    sha256 = word()


class DefinitionList(Schema):
    deployment = fields.Integer(required=True)
    sha256 = word()
    deployed_at = moment()
    definitions = fields.List(fields.Nested(Definition), required=True)
