"""The letter of a resolution as a page: while it is prepared, before it is signed, and as it was once prepared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from engine.casework.correction_course import base_of
from engine.casework.court import ProposedCourt, proposed_court
from engine.casework.decision_corrections import (
    WORDED,
    corrected,
    is_beside,
    prepared_last,
    replaced_by,
)
from engine.casework.letter_readers import is_unreviewed
from engine.casework.opinions import appeal_of, named_court, opinion_values
from engine.casework.recordings.resolution import number_of
from engine.casework.resolution_letter import FILLED_BY_SIGNING, Draft, as_worded, draft_of
from engine.casework.signers import SIGNATURES
from engine.clock import day_of
from engine.domain.cases import Case
from engine.domain.clienthood import KEPT, REMOVED
from engine.domain.policy import Action
from engine.domain.reflection import OUTCOMES
from engine.domain.tasks import OPEN, UserTask
from engine.domain.wording import Wording, missing_values, sketch
from engine.domain.wording_changes import ChangedSection, changes_between
from engine.errors import NotFound, Refusal
from engine.executor import Query, Work
from engine.executor.permissions import permit_case, require_action
from engine.feel.values import from_json, to_json
from engine.letters import Letter, PrintableLetter
from engine.operations.papers import answers_of, known_values
from engine.queries.explained_answers import Explained, explained_days
from engine.queries.in_sight import PersonInSight, in_sight
from engine.queries.prefilling import prefilled
from engine.queries.signing_facts import SigningFacts, signing_facts
from engine.storage.resolutions import Resolution
from engine.texts import day
from forms.definition import FormDefinition
from forms.submission import readable
from forms.typed import as_typed

PREPARING = {
    "prepare_resolution": "admission",
    "reflection_period": "reflection_period",
    "prepare_removal": "removal",
}
OPINION = "sign_opinion"
"""The statement to a court is read as it goes out before it is signed."""


@dataclass(frozen=True, slots=True)
class _Shown:
    draft: Draft
    prepared: Resolution | None
    """The round that was prepared; None while nothing has been handed in yet."""
    number: str


@dataclass(frozen=True, slots=True)
class Comparison:
    earlier: Resolution
    changes: tuple[ChangedSection, ...]
    """Differences of the letter now from the earlier one."""


@dataclass(frozen=True, slots=True)
class LetterPage:
    """The letter, and what its reader must know beside it."""

    reference: str
    number: str
    """As the letter has it at its head: the case's or, of a decision, its own."""
    dated: str
    """The day at its head, in its language: that of the signature, an ellipsis before; a corrected copy keeps its decision's."""
    wording: Wording
    content_sha256: str
    """Hash that a signature must carry back."""
    is_as_prepared: bool
    """False when something the letter is made of has changed since it was prepared: it can't be signed as it is."""
    missing: tuple[str, ...]
    """Names of values the letter still lacks."""
    resolution: Resolution | None
    """The round that was prepared; None while nothing has been handed in yet."""
    prepared_by: str
    return_reason: str
    """Reason why the round before was returned."""
    signing: SigningFacts | None = None
    """Facts that the signer must know beside the letter; None while nothing has been handed in."""
    explained: tuple[Explained, ...] = ()
    """Of a statement to a court: what had to be explained."""
    court: ProposedCourt | None = None
    """Of a letter with appeal instructions: the court in them, and why it is that one."""
    named_court: str = ""
    """Of an opinion that goes to another court: the one that the appeal instructions named."""
    unreviewed: str = ""
    """Code of the language of an explanation that nobody has reviewed: the signer can't read it either."""
    comparisons: tuple[Comparison, ...] = ()
    """With itself where it has changed since it was prepared, the signed decision that this one corrects, the round before."""
    corrected_by: Resolution | None = None
    """The correction of a signed decision."""
    in_sight: PersonInSight | None = None
    """Beside a resolution that is read by itself; the pages of tasks have it from the case file."""

    @property
    def is_as_returned(self) -> bool:
        """True where not a word differs from the round that the signer returned."""
        return any(each.earlier.state == "returned" and not each.changes for each in self.comparisons)


@dataclass(frozen=True)
class ReadLetter(Query[LetterPage | None]):
    """Return the letter of a task that prepares or signs one; None for other tasks, and while there is nothing to show."""

    task_id: UUID

    def permit(self, work: Work) -> None:
        require_action(work, Action.READ_LETTER)
        case, _ = work.task(self.task_id)
        work.open_task(self.task_id, Action.READ_LETTER)
        _require_open(work, case)

    def execute(self, work: Work) -> LetterPage | None:
        case, task = work.task(self.task_id)
        if task.form_key == OPINION:
            return _opinion(work, case, task)
        found = _letter_of(work, case, task)
        if found is None:
            return None
        is_being_written = task.form_key in PREPARING and task.state in OPEN
        return _beside(work, case, _page(work, case, found), is_being_written=is_being_written)


@dataclass(frozen=True)
class DrawLetter(Query[PrintableLetter]):
    """Return the same letter as a PDF, marked as a draft on every page."""

    task_id: UUID

    def permit(self, work: Work) -> None:
        require_action(work, Action.DRAW_LETTER)
        case, _ = work.task(self.task_id)
        work.open_task(self.task_id, Action.DRAW_LETTER)
        _require_open(work, case)

    def execute(self, work: Work) -> PrintableLetter:
        case, task = work.task(self.task_id)
        if task.form_key == OPINION:
            opinion = Letter(_opinion(work, case, task).wording, reference=case.reference)
            return PrintableLetter(opinion, work.today, is_signed=False)
        found = _letter_of(work, case, task)
        if found is None:
            raise NotFound
        return PrintableLetter(found.draft.unsigned(found.number), work.today, is_signed=False)


@dataclass(frozen=True)
class ReadResolution(Query[LetterPage]):
    """Return a resolution of a case as it was prepared, for comparing, also after it was sent back."""

    reference: str
    resolution_id: UUID

    def permit(self, work: Work) -> None:
        _require_open(work, permit_case(work, self.reference, Action.READ_RESOLUTION))

    def execute(self, work: Work) -> LetterPage:
        case = work.stores.cases.by_reference(self.reference)
        for each in work.stores.resolutions.of_case(case.id):
            if each.id == self.resolution_id and not case.is_shut_to(work.actor, each.prepared_at):
                page = _page(work, case, _Shown(_as_prepared(work, case, each), each, each.number))
                page = _beside(work, case, page, is_being_written=False)
                later = corrected(work.stores.resolutions.of_case(case.id)).get(each.id)
                return replace(page, in_sight=in_sight(work, case), corrected_by=later)
        raise NotFound


def _beside(work: Work, case: Case, page: LetterPage, *, is_being_written: bool) -> LetterPage:
    """Add the differences from the signed decision that this one corrects, and from the round before; of a letter that is
    being written, from the last one handed in. What changed since it was prepared stands first."""
    shown = page.resolution
    if shown is None:
        return page
    resolutions = work.stores.resolutions.of_case(case.id)
    rounds = [
        each
        for each in resolutions
        if each.kind == shown.kind and is_beside(each, shown) and each.round < shown.round
    ]
    last = shown if is_being_written else max(rounds, key=lambda each: each.round, default=None)
    moved = None if is_being_written or page.is_as_prepared else shown
    compared = (moved, None if is_being_written else replaced_by(resolutions, shown), last)
    return replace(
        page,
        comparisons=tuple(
            Comparison(each, changes_between(_as_prepared(work, case, each).preview, page.wording))
            for each in compared
            if each is not None and not case.is_shut_to(work.actor, each.prepared_at)
        ),
    )


def _require_open(work: Work, case: Case) -> None:
    """Raise NotFound if the case's content is shut: after closing and sealing only the director reads it."""
    if case.is_shut_to(work.actor, work.now):
        raise NotFound


def _letter_of(work: Work, case: Case, task: UserTask) -> _Shown | None:
    key = task.form_key or ""
    kind = SIGNATURES.get(key) or PREPARING.get(key)
    if kind is None:
        return None
    prepared = prepared_last(work, case, kind, task.instance_id)
    if key in PREPARING and task.state in OPEN:
        return _being_prepared(work, case, task, kind, prepared)
    # Of a preparation that is done what only the process knew is gone: the letter as it was handed in, until it is erased.
    if prepared is None or not prepared.content:
        return None
    is_being_signed = key in SIGNATURES and prepared.state == "prepared"
    draft = (_as_it_is if is_being_signed else _as_prepared)(work, case, prepared)
    return _Shown(draft, prepared, prepared.number)


def _as_prepared(work: Work, case: Case, resolution: Resolution) -> Draft:
    return as_worded(_as_it_is(work, case, resolution), resolution.content.get(WORDED))


def _as_it_is(work: Work, case: Case, resolution: Resolution) -> Draft:
    return draft_of(
        work,
        case,
        work.instances.models(case.deployment_id),
        kind=resolution.kind,
        outcome=resolution.outcome,
        language=resolution.language,
        content=resolution.content,
    )


def _being_prepared(work: Work, case: Case, task: UserTask, kind: str, prepared: Resolution | None) -> _Shown:
    """Return the draft of the letter from what the preparer has typed so far, else from the last prepared one."""
    models = work.instances.models(case.deployment_id)
    definition = models.form(task.form_key or "")
    answers = _typed_so_far(work, case, task, definition)
    scope = _scope(work, case, task)
    outcome = _outcome(kind, answers, scope)
    key = scope.get("correction_key")
    base = base_of(work, case, str(key), kind) if key else {}
    language = (
        str(answers.get("resolution_language") or case.language) if kind == "admission" else case.language
    )
    draft = draft_of(
        work,
        case,
        models,
        kind=kind,
        outcome=outcome,
        language=language if language in ("fi", "sv") else "fi",
        content={
            "answers": to_json(dict(answers)),
            "texts": [str(key) for key in scope.get("texts") or ()],
            "lapse_reason": scope.get("lapse_reason"),
            **({"correction": base} if base else {}),
        },
    )
    number = number_of(work, case, kind, str(base.get("key") or ""), task.instance_id)
    return _Shown(draft, prepared, number)


def _outcome(kind: str, answers: Mapping[str, Any], scope: Mapping[str, Any]) -> str:
    match kind:
        case "admission":
            return str(scope.get("outcome_proposed") or "")
        case "removal":
            is_kept = scope.get("correction_key") and scope.get("removal_proposal") == "keep"
            return KEPT if is_kept else REMOVED
    return OUTCOMES.get(str(answers.get("reflection_proposal")), kind)


def _typed_so_far(work: Work, case: Case, task: UserTask, definition: FormDefinition) -> Mapping[str, Any]:
    person = work.actor.person_id
    draft = work.stores.task_drafts.find(task, person) if person else None
    if draft is not None:
        return readable(definition, draft[0])
    earlier = work.stores.submissions.of_case(case.id)
    known: Mapping[str, Any] = from_json(
        {name: each.value for name, each in prefilled(task, definition, earlier).items()}
    )
    return readable(definition, as_typed(definition.fields, known))


def _scope(work: Work, case: Case, task: UserTask) -> Mapping[str, Any]:
    try:
        return work.instances.scope_of(case, task.instance_id, task.task_key)
    except Refusal:
        # The task was done meanwhile: the letter is shown without what only the process knew.
        return {}


def _page(work: Work, case: Case, shown: _Shown) -> LetterPage:
    draft, resolution = shown.draft, shown.prepared
    letter = draft.unsigned(shown.number)
    prepared_by = resolution.prepared_by if resolution else None
    parts = [draft.models.text(part) for part in draft.parts]
    missing = missing_values(draft.models.text(draft.key), draft.values, parts)
    return LetterPage(
        reference=case.reference,
        number=letter.reference,
        dated=letter.date or _signed_on(resolution, draft.language) or "…",
        wording=letter.wording,
        content_sha256=draft.sha256,
        is_as_prepared=resolution is None or work.stores.resolutions.is_of(resolution, draft.sha256),
        missing=tuple(name for name in missing if name not in FILLED_BY_SIGNING),
        resolution=resolution,
        prepared_by=work.stores.people.get(prepared_by).name if prepared_by else "",
        return_reason=_return_reason(work, case, resolution),
        signing=None if resolution is None else signing_facts(work, case, resolution),
        court=proposed_court(work, case, draft.models, draft.domicile) if draft.instructs else None,
        unreviewed=_unreviewed(draft),
    )


def _signed_on(resolution: Resolution | None, language: str) -> str:
    signed_at = resolution.signed_at if resolution is not None else None
    return day(language, day_of(signed_at)) if signed_at is not None else ""


def _unreviewed(draft: Draft) -> str:
    language = draft.values.get("explanation_code", "") if draft.values.get("explanation") else ""
    return (
        language
        if language and is_unreviewed(draft.models.bundle.texts, language, draft.values["outcome"])
        else ""
    )


def _opinion(work: Work, case: Case, task: UserTask) -> LetterPage:
    models = work.instances.models(case.deployment_id)
    text = models.text("appeal_opinion")
    written = work.stores.submissions.latest(case.id, "appeal_opinion", task.business_key)
    answers, appeal = (
        answers_of(work, case, "appeal_opinion", task.business_key),
        appeal_of(work, case, task.business_key),
    )
    language = appeal.language
    known = known_values(work, case, language, opinion_values(work, case, models, answers, appeal))
    author = work.stores.people.get(written.sent_by).name if written and written.sent_by else ""
    elsewhere = str(answers.get("other_court_reasons") or "")
    return LetterPage(
        reference=case.reference,
        number=case.reference,
        dated=day(language, work.today),
        wording=sketch(text, language, {name: value for name, value in known.items() if value}),
        content_sha256="",
        is_as_prepared=True,
        missing=tuple(name for name in missing_values(text, known) if name not in FILLED_BY_SIGNING),
        resolution=None,
        prepared_by=author,
        return_reason="",
        explained=(
            *(
                [Explained("other_court", elsewhere, author, written.sent_at)]
                if written and elsewhere
                else ()
            ),
            *explained_days(work, case),
        ),
        named_court=named_court(work, case, models, appeal) if elsewhere else "",
    )


def _return_reason(work: Work, case: Case, resolution: Resolution | None) -> str:
    if resolution is None:
        return ""
    rounds = [
        each
        for each in work.stores.resolutions.of_case(case.id)
        if each.kind == resolution.kind and is_beside(each, resolution)
    ]
    returned = [each for each in rounds if each.state == "returned" and each.round <= resolution.round]
    return (work.stores.resolutions.return_reason(returned[-1]) or "") if returned else ""
