"""Signatures: of decisions, and of papers beside them that leave in the authority's name.

Each is signed by a person, after a proof of who they are, and as they have read it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from engine.casework.opinions import FORM as OPINION
from engine.casework.opinions import appeal_of, opinion_values
from engine.casework.signers import SIGNATURES
from engine.domain.cases import Case
from engine.domain.people import Role
from engine.domain.tasks import UserTask
from engine.errors import Forbidden, SignedContentChanged
from engine.executor import Work
from engine.operations.papers import answers_of

_WRITTEN_IN: Final[Mapping[str, str]] = {
    "sign_disclosure": "write_notice",
    "sign_guardian_application": "write_notice",
    "sign_opinion": OPINION,
}
"""Form of a signature to the form in which the paper is written; the letters of decisions have `SIGNATURES`."""
_CHOICES: Final = ("disclosure_signature", "opinion_signature")
_DECIDING: Final = frozenset({Role.DECISION_MAKER, Role.DIRECTOR})
_DATED: Final = "dated_on"


class SignedPaperChanged(SignedContentChanged):
    sentence = "Asiakirjaa on muutettu sen jälkeen, kun avasit sen. Lue se uudelleen ennen allekirjoitusta."


def is_signature(form_key: str | None) -> bool:
    return form_key in SIGNATURES or form_key in _WRITTEN_IN


def require_person(work: Work, task: UserTask) -> None:
    """Raise Forbidden for a program in a task in which somebody signs or decides."""
    if work.actor.scopes and (is_signature(task.form_key) or task.candidate_group in _DECIDING):
        raise Forbidden


def words_to_sign(work: Work, case: Case, task: UserTask) -> str:
    """Return a digest of all that the paper of a signature says; empty in tasks that sign none."""
    form_key = _WRITTEN_IN.get(task.form_key or "")
    if form_key is None:
        return ""
    says: Mapping[str, Any] = answers_of(work, case, form_key, task.business_key)
    if form_key == OPINION:
        models, appeal = work.instances.models(case.deployment_id), appeal_of(work, case, task.business_key)
        says = {**opinion_values(work, case, models, says, appeal), _DATED: ""}
    return hashlib.sha256(json.dumps(says, default=str, sort_keys=True).encode()).hexdigest()


def require_as_read(
    work: Work, case: Case, task: UserTask, answers: Mapping[str, Any], seen: str | None
) -> None:
    """Raise SignedPaperChanged if the paper says something else than its signer has read; None: they say not what."""
    signs = any(answers.get(each) == "sign" for each in _CHOICES)
    if (
        signs
        and seen is not None
        and task.form_key in _WRITTEN_IN
        and seen != words_to_sign(work, case, task)
    ):
        raise SignedPaperChanged
