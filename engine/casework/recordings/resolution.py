"""Preparing, signing and returning a resolution. Nobody signs what they prepared, or another text than they saw."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import chain, count
from typing import Any
from uuid import UUID

from engine.casework.appeals import REMOVAL, notify_finality, tell_court, wake_removal
from engine.casework.appointments import require_power, signature_of
from engine.casework.case_deadlines import meet
from engine.casework.childs_ground import follows_spoken, is_admitted, parent_of, require_child
from engine.casework.cited_material import unborne
from engine.casework.clienthood import admission_stands, admit_again, end_removal_of_nobody, ended_by_death
from engine.casework.correction_course import (
    DECIDED_ANEW,
    OF_DEAD,
    base_of,
    end,
    is_overtaken,
    is_replaced,
    needs_consent,
    overtake_correction,
)
from engine.casework.court import require_reachable
from engine.casework.decision_corrections import (
    CORRECTED,
    PREPARED_IN,
    WORDED,
    answers_in,
    correction_of,
    is_of_another,
    prepared_last,
)
from engine.casework.messages import notify_managers
from engine.casework.recordings.assessment import require_as_assessed
from engine.casework.recordings.oral_decision import require_same_as_oral, settle
from engine.casework.recordings.preparing import require_court_checked, require_preparable
from engine.casework.recordings.recording import Recording
from engine.casework.resolution_letter import Draft, TypesetLetter, draft_of, signed_letter, worded
from engine.casework.sealing import open_sealed
from engine.casework.signature_bars import (
    require_age_considered,
    require_assessed_at_age,
    require_nothing_bars,
)
from engine.casework.signers import SIGNATURES, MaySign, may_sign, relation_of
from engine.casework.spoken_decisions import require_spoken_followed
from engine.casework.tracing import owe_tracing
from engine.domain.cases import Case, Outcome
from engine.domain.chronology import HELD_AT_MOST
from engine.domain.clienthood import DeathLapses
from engine.domain.deadline_kinds import TARGET, WRITTEN_AFTER_ORAL
from engine.domain.decision_corrections import CorrectedDead, NotInFavour, Replaced, SentBack
from engine.domain.decision_corrections import Letter as CorrectionLetter
from engine.domain.tasks import FourEyes, UserTask
from engine.errors import Conflict, Invalid, SignedContentChanged
from engine.executor import Work
from engine.feel.values import to_json
from engine.instances import CompiledModels
from engine.letters import Letter, require_printable, unprintable
from engine.storage.resolutions import Resolution

ADMISSION = "admission"
REFLECTION = "reflection_period"
LETTERS = {REFLECTION: "H", REMOVAL: "P"}
EXCEPTION = "signer_exception_reasons"
"""Question to a signer whom the house rule lets sign with reasons."""
DELEGATION = "delegation_confirmed"
"""Question in which the signer confirms their power."""

TITLES = {
    CorrectionLetter.COPY.value: "Korjattu päätös",
    CorrectionLetter.INSTRUCTIONS.value: "Valitusosoitus",
    CorrectionLetter.REFUSAL.value: "Päätöstä ei korjata",
}


class NothingPrepared(Conflict):
    sentence = "Allekirjoitettavaa päätöstä ei ole."


class SignerMustExplain(Invalid):
    sentence = "Olet valmistellut tästä päätöksestä aiemman luonnoksen. Perustele, miksi allekirjoitat, tai anna toisen allekirjoittaa."


class CitedUnchecked(Invalid):
    sentence = (
        "Päätös viittaa aineistoon, jota ei löytynyt asiasta: %(lines)s. Tarkista, että se on asiassa, ja vahvista se, tai palauta "
        "päätös."
    )


class ParentNotAdmitted(Invalid):
    sentence = (
        "Vanhempaa ei ole otettu asiakkaaksi 35 § 1 tai 2 momentin nojalla. Perustele, miten vanhempi täytti edellytykset, tai "
        "palauta päätös: vanhemman ratkaisu katsotaan silloin uudelleen."
    )


def record_preparation(work: Work, recording: Recording) -> None:
    """Store the resolution as prepared: content and hash of the letter to be signed."""
    require_preparable(work, recording)
    scope = work.instances.scope_of(recording.case, recording.task.instance_id, recording.task.task_key)
    outcome = Outcome(scope["outcome_proposed"])
    prepare(work, recording, ADMISSION, outcome.value, recording.text("resolution_language"))


def prepare(
    work: Work,
    recording: Recording,
    kind: str,
    outcome: str,
    language: str,
    content: Mapping[str, Any] | None = None,
) -> None:
    case = recording.case
    instance_id = recording.task.instance_id
    content = {**(content or _typed(work, recording, kind)), PREPARED_IN: str(instance_id)}
    correction = content.get("correction") or {}
    draft = draft_of(
        work, case, recording.models, kind=kind, outcome=outcome, language=language, content=content
    )
    require_printable(Letter(draft.preview), field=_holding(recording, unprintable))
    if draft.instructs:
        asked = "domicile" if recording.asks("domicile") else None
        require_reachable(work, recording.models, draft.domicile, field=asked)
        require_court_checked(work, recording, draft.domicile)
    work.stores.resolutions.prepare(
        case.id,
        number=number_of(work, case, kind, str(correction.get("key") or ""), instance_id),
        kind=kind,
        outcome=outcome,
        language=language,
        content={**content, WORDED: worded(draft)},
        content_sha256=draft.sha256,
        prepared_by=work.actor.person_id,
        moment=work.now,
    )
    work.record(case.id, "resolution_prepared", kind, outcome=outcome)


def _typed(work: Work, recording: Recording, kind: str) -> Mapping[str, Any]:
    """Return what the preparer wrote, and the decision that this one corrects, if its process corrects one."""
    case = recording.case
    scope = work.instances.scope_of(case, recording.task.instance_id, recording.task.task_key)
    key = scope.get("correction_key")
    base = base_of(work, case, str(key), kind) if key else {}
    return {
        "answers": to_json(dict(recording.answers)),
        "texts": [str(each) for each in scope.get("texts") or ()],
        "lapse_reason": scope.get("lapse_reason"),
        **({"correction": base} if base else {}),
    }


def _holding(recording: Recording, fault: Callable[[str], tuple[str, ...]]) -> str | None:
    """Return the question whose answer has the fault, so that the sentence stands beside it."""
    typed = {name: value for name, value in recording.answers.items() if isinstance(value, str)}
    return next((name for name, value in typed.items() if fault(value)), None)


def number_of(work: Work, case: Case, kind: str, correction: str, instance_id: UUID) -> str:
    """Each decision of a case has a number of its own: the case's, and one more letter for the reflection period (harkinta-aika,
    H), the removal (poistaminen, P), the decision that corrects one (K) and the other documents of a correction (KJ)."""
    if kind == ADMISSION and correction:
        return f"{case.reference}-K{correction.rpartition('-')[2]}"
    if kind == ADMISSION:
        # A court may send a decision back, and the same case gets another: each has a number of its own.
        signed = {
            each.number for each in work.stores.resolutions.of_case(case.id) if each.signed_at is not None
        }
        others = (f"{case.reference}-{place}" for place in count(2))
        return next(each for each in chain((case.reference,), others) if each not in signed)
    if kind == CORRECTED:
        return f"{case.reference}-KJ{correction.rpartition('-')[2]}"
    taken = {
        each.number
        for each in work.stores.resolutions.of_case(case.id)
        if each.kind == kind and (each.state == "signed" or is_of_another(each, instance_id))
    }
    numbers = (f"{case.reference}-{LETTERS[kind]}{place if place > 1 else ''}" for place in count(1))
    return next(each for each in numbers if each not in taken)


def record_signature(work: Work, recording: Recording) -> None:
    """Sign the resolution, or send it back with a reason."""
    resolution = prepared_of(work, recording, ADMISSION)
    decision = recording.text("signature")
    key = str(correction_of(resolution).get("key") or "")
    if decision != "sign":
        _return(work, recording, resolution, decision, key)
        return
    require_nothing_bars(work, recording.case, resolution)
    require_same_as_oral(work, recording.case, resolution.outcome, field="signature")
    require_as_assessed(work, recording.case, resolution.outcome, field="signature")
    if resolution.outcome == Outcome.ADMITTED_35_3:
        _require_parent(work, recording)
    require_cited_checked(work, recording, resolution)
    if key:
        require_base(work, recording.case, key, resolution, "signature")
    else:
        scope = work.instances.scope_of(recording.case, recording.task.instance_id, recording.task.task_key)
        spoken = scope.get("oral_state")
        require_spoken_followed(work, recording.case, resolution, spoken, field="signature")
    if not key and resolution.outcome != Outcome.LAPSED and ended_by_death(work, recording.case):
        # A court sent the matter back, and the client has died since: the matter lapses, and nothing else may be signed.
        raise DeathLapses(field="signature")
    stood = admission_stands(work, recording.case)
    sign(work, recording, resolution)
    outcome = Outcome(resolution.outcome)
    work.change_case(recording.case.id, outcome=outcome)
    admit_again(work, recording.case, outcome, stood=stood)
    end_removal_of_nobody(work, recording.case, outcome)
    wake_removal(work, recording.case)
    owe_tracing(work, replace(recording.case, outcome=outcome))
    for name in (TARGET, WRITTEN_AFTER_ORAL):
        meet(work, recording.case, name, "resolution_signed")
    settle(work, recording.case)
    _report_hold(work, recording)
    if key:
        end_with_decision(work, recording.case, key)


def _report_hold(work: Work, recording: Recording) -> None:
    """Notify the managers at once of a decision that is kept longer than our rule allows: no step wakes anybody until its day."""
    held_until = recording.day("hold_until")
    if held_until is not None and (held_until - work.today).days > HELD_AT_MOST:
        notify_managers(work, recording.models, recording.case.id, "held_decision")


def _return(work: Work, recording: Recording, resolution: Resolution, decision: str, key: str) -> None:
    """Send the resolution back. A lapse without consent that is assessed anew opens what it sealed."""
    if decision == "return" and resolution.outcome != Outcome.LAPSED and _may_reassess(recording):
        require_assessed_at_age(work, recording.case, "assessment", "signature")
    send_back(work, recording, resolution, decision)
    if decision == "reassess":
        open_sealed(work, recording.case)
    if key and ended_by_death(work, recording.case):
        overtake_correction(work, recording.case, key, OF_DEAD)
    elif key and is_replaced(work, recording.case, key):
        overtake_correction(work, recording.case, key)


def end_with_decision(work: Work, case: Case, key: str, kind: str = ADMISSION) -> None:
    """The matter is decided anew: the correction ends, the court that has an appeal hears of it, and what waited for the
    decision before waits no more."""
    end(work, case, key, DECIDED_ANEW)
    if kind != REFLECTION:
        tell_court(work, case, key, DECIDED_ANEW, kind)
        notify_finality(work, case, kind)


def _may_reassess(recording: Recording) -> bool:
    question = recording.models.form(recording.task.form_key or "").by_key["signature"]
    return "reassess" in {each.value for each in question.options}


def require_base(work: Work, case: Case, key: str, resolution: Resolution, field: str) -> None:
    """A correction decides only on the decision of which it began, for somebody who lives, and to the party's harm only with
    consent."""
    if ended_by_death(work, case):
        raise CorrectedDead(field=field)
    if is_replaced(work, case, key):
        raise Replaced(field=field)
    if is_overtaken(work, case, key):
        raise SentBack(field=field)
    if needs_consent(work, case, resolution.outcome, key, answers_in(resolution)):
        raise NotInFavour(field=field)


def require_cited_checked(work: Work, recording: Recording, resolution: Resolution) -> None:
    """Raise CitedUnchecked where the decision rests on material that the case does not show, and the signer does not confirm
    that they checked it (434/2003 31, 45 §)."""
    if not recording.asks("cited_checked") or recording.answers.get("cited_checked") is True:
        return
    lines = unborne(work, recording.case, resolution)
    if lines:
        raise CitedUnchecked(field="cited_checked", lines="; ".join(lines))


def _require_parent(work: Work, recording: Recording) -> None:
    """A child is admitted with or after the parent, or with the reasons why the parent met 746/2011 35 § 1 or 2 mom."""
    if not follows_spoken(work, recording.case):
        require_child(work, recording.case, work.today, field="signature")
    parent = parent_of(work, recording.case)
    if parent is not None and is_admitted(work, parent):
        return
    if not recording.text("parent_met_reasons"):
        raise ParentNotAdmitted(field="signature")
    work.record(recording.case.id, "parent_ground_reasoned")


def prepared_of(work: Work, recording: Recording, kind: str) -> Resolution:
    """Return the draft of the task's own instance. Raise NothingPrepared if there is none, or it is signed or sent back."""
    resolution = prepared_last(work, recording.case, kind, recording.task.instance_id)
    if resolution is None or resolution.state != "prepared":
        raise NothingPrepared
    return resolution


def send_back(work: Work, recording: Recording, resolution: Resolution, to: str = "return") -> None:
    """`to`: the signer's choice, another preparation or another assessment."""
    work.stores.resolutions.send_back(resolution, recording.text("return_reason"))
    work.record(recording.case.id, "resolution_returned", resolution.kind, to=to)


def sign(work: Work, recording: Recording, resolution: Resolution) -> None:
    """Sign exactly what was shown. Raise FourEyes for whom the house rule bars, NotAppointed without an appointment, the
    limit's own refusal outside it, SignedContentChanged for another text."""
    require_age_considered(work, recording.case)
    _require_signer(work, recording, resolution)
    asked = signature_of(resolution, recording.case, work.today)
    require_power(work, asked, field=DELEGATION if recording.asks(DELEGATION) else None)
    if recording.seen is not None and recording.seen != resolution.content_sha256:
        raise SignedContentChanged
    draft = _as_prepared(work, recording.case, recording.models, resolution)
    if not work.stores.resolutions.is_of(resolution, draft.sha256):
        # The letter's ingredients (a name, a deployment's text) have changed since it was prepared.
        raise SignedContentChanged
    typeset = recording.letter
    if typeset is not None and (typeset.sha256, typeset.signed_on) == (draft.sha256, work.today):
        letter = typeset.content
    else:
        letter = signed_letter(work, draft, resolution.number, resolution.prepared_by)
    document_id = work.stores.documents.add(
        recording.case.id,
        kind="resolution" if resolution.kind != CORRECTED else resolution.outcome,
        title=f"{TITLES.get(resolution.outcome, 'Päätös')} {resolution.number}",
        content=letter,
        moment=work.now,
        author_id=work.actor.person_id,
    )
    work.stores.resolutions.sign(resolution, work.actor.person_id, document_id, work.now)
    work.record(recording.case.id, "resolution_signed", resolution.kind, outcome=resolution.outcome)


def _require_signer(work: Work, recording: Recording, resolution: Resolution) -> None:
    relation = relation_of(work, recording.case, resolution, work.actor.person_id)
    match may_sign(recording.models, relation):
        case MaySign.NO:
            raise FourEyes
        case MaySign.WITH_REASONS if not recording.text(EXCEPTION):
            raise SignerMustExplain(field=EXCEPTION)
        case MaySign.WITH_REASONS:
            work.record(recording.case.id, "signer_exception_reasoned", relation.value)


def typeset_for_signature(view: Work, case: Case, task: UserTask) -> TypesetLetter | None:
    """Return the letter that a signature in this task would sign today; None if the task signs nothing."""
    kind = SIGNATURES.get(task.form_key or "")
    resolution = prepared_last(view, case, kind, task.instance_id) if kind else None
    if resolution is None or resolution.state != "prepared":
        return None
    draft = _as_prepared(view, case, view.instances.models(case.deployment_id), resolution)
    letter = signed_letter(view, draft, resolution.number, resolution.prepared_by)
    return TypesetLetter(draft.sha256, view.today, letter)


def _as_prepared(work: Work, case: Case, models: CompiledModels, resolution: Resolution) -> Draft:
    return draft_of(
        work,
        case,
        models,
        kind=resolution.kind,
        outcome=resolution.outcome,
        language=resolution.language,
        content=resolution.content,
    )
