"""Accepted answers, each class under its own key, and the applications and public drafts that they came from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, and_, bindparam, delete, or_, select, update

from engine.domain.corrections import CORRECTION
from engine.errors import Unsealable
from engine.storage.corrections import Correction, Corrections
from engine.storage.database import new_id
from engine.storage.open_rows import CASE_IS_OPEN
from engine.storage.rows import value_of
from engine.storage.sealing import DRAFTS, SealingClass, Vault
from engine.storage.tables.attachments import DRAFT_KEYS
from engine.storage.tables.cases import APPLICATIONS, CASES, PUBLIC_DRAFTS, SUBMISSIONS
from engine.storage.unit_of_work import UnitOfWork

_KEY_OF_FILES = select(DRAFT_KEYS.c.wrapped).where(DRAFT_KEYS.c.draft_hash == bindparam("draft"))
_SPOKEN = (SealingClass.NARRATIVE, SealingClass.DECISION)
ANSWER_CLASSES = (SealingClass.IDENTITY, SealingClass.CONTACT, SealingClass.NARRATIVE, SealingClass.DECISION)


@dataclass(frozen=True, slots=True)
class Submission:
    id: UUID
    case_id: UUID
    form_key: str
    deployment_id: UUID
    task_id: UUID | None
    """The task it completed; None for what opened the case."""
    business_key: str | None
    """The request or the recipient that its task concerns."""
    sent_by: UUID | None
    """The member of staff who handed it in; None for a person outside."""
    sent_by_role: str | None
    sent_at: datetime
    corrected_at: datetime | None
    answers: Mapping[str, Any]
    """Field key to JSON value, as corrected since; erased classes are missing. The first words stand in `corrections`."""


class Submissions:
    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(
        self,
        *,
        case_id: UUID,
        form_key: str,
        deployment_id: UUID,
        by_class: Mapping[str, Mapping[str, Any]],
        sent_at: datetime,
        task_id: UUID | None = None,
        business_key: str | None = None,
        sent_by: UUID | None = None,
        sent_by_role: str | None = None,
    ) -> UUID:
        submission_id = new_id()
        sealed = {
            each.value: self._vault.seal_column(
                SUBMISSIONS.c[each.value], each, case_id, submission_id, dict(by_class[each.value])
            )
            if by_class.get(each.value)
            else None
            for each in ANSWER_CLASSES
        }
        self._unit.insert(
            SUBMISSIONS,
            {
                "id": submission_id,
                "case_id": case_id,
                "form_key": form_key,
                "deployment_id": deployment_id,
                "task_id": task_id,
                "business_key": business_key,
                "sent_by": sent_by,
                "sent_by_role": sent_by_role,
                "sent_at": sent_at,
                **sealed,
            },
        )
        return submission_id

    def of_case(self, case_id: UUID, *form_keys: str) -> tuple[Submission, ...]:
        """Return the case's submissions of these forms (default: all), oldest first."""
        statement = select(SUBMISSIONS).where(SUBMISSIONS.c.case_id == case_id)
        if form_keys:
            statement = statement.where(SUBMISSIONS.c.form_key.in_(form_keys))
        rows = self._unit.rows(statement.order_by(SUBMISSIONS.c.sent_at, SUBMISSIONS.c.id))
        return tuple(self._opened(row) for row in rows)

    def latest(self, case_id: UUID, form_key: str, business_key: str | None = None) -> Submission | None:
        statement = select(SUBMISSIONS).where(
            SUBMISSIONS.c.case_id == case_id, SUBMISSIONS.c.form_key == form_key
        )
        if business_key is not None:
            statement = statement.where(SUBMISSIONS.c.business_key == business_key)
        row = self._unit.row(
            statement.order_by(SUBMISSIONS.c.sent_at.desc(), SUBMISSIONS.c.id.desc()).limit(1)
        )
        return None if row is None else self._opened(row)

    def newest_answers(
        self,
        case_ids: Collection[UUID],
        form_keys: Collection[str],
        reads: Mapping[str, Callable[[Mapping[str, Any]], object]],
    ) -> Mapping[UUID, Mapping[str, Any]]:
        """Return by case and by name in `reads` what the newest submission of these forms says, of those that say anything
        in words or judgements. What is sealed to those who work with the case is left out. Those older than all that was
        asked are not opened."""
        row = SUBMISSIONS.c
        rows = self._unit.rows(
            select(row.id, row.case_id, row.corrected_at, *(row[each.value] for each in _SPOKEN))
            .join(CASES, CASES.c.id == row.case_id)
            .where(row.case_id.in_(case_ids), row.form_key.in_(form_keys), _is_open())
            .order_by(row.sent_at.desc(), row.id.desc())
        )
        self._vault.fetch_keys(tuple({each["case_id"] for each in rows}))
        corrections = Corrections(self._unit, self._vault)
        corrected = corrections.of_subjects([each["id"] for each in rows if each["corrected_at"] is not None])
        found: dict[UUID, dict[str, Any]] = {}
        for each in rows:
            heard = found.setdefault(each["case_id"], {})
            if len(heard) == len(reads):
                continue
            answers = self._answers(each, corrected.get(each["id"], ()), _SPOKEN)
            for name, read in reads.items():
                answer = read(answers) if name not in heard else None
                if answer is not None:
                    heard[name] = answer
        return found

    def mark_corrected(self, submission: Submission, moment: datetime) -> None:
        """From now on it is read together with its corrections. What was sent stays as it is."""
        self._unit.update(SUBMISSIONS, {"id": submission.id}, {"corrected_at": moment})

    def _opened(self, row: RowMapping) -> Submission:
        corrections: tuple[Correction, ...] = ()
        if row["corrected_at"] is not None:
            corrections = Corrections(self._unit, self._vault).of_subject(row["case_id"], row["id"])
        return value_of(Submission, row, answers=self._answers(row, corrections))

    def _answers(
        self,
        row: RowMapping,
        corrections: Sequence[Correction],
        classes: Sequence[SealingClass] = ANSWER_CLASSES,
    ) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        for each in classes:
            answers |= self._vault.open_column(SUBMISSIONS.c[each.value], each, row) or {}
        if row["corrected_at"] is None:
            return answers
        for correction in corrections:
            if correction.kind == CORRECTION:
                answers |= correction.after
        return {name: value for name, value in answers.items() if value is not None}


def _is_open() -> ColumnElement[bool]:
    """Return the condition that content is open to those who work with its case, as `Case.is_shut_to` has it."""
    sealed_at = CASES.c.content_sealed_at
    later = and_(CASE_IS_OPEN, SUBMISSIONS.c.sent_at > sealed_at)
    return or_(sealed_at.is_(None), later)


@dataclass(frozen=True, slots=True)
class StoredApplication:
    id: UUID
    case_id: UUID
    form_key: str
    submission_id: UUID | None
    received_at: datetime
    is_referrers_code: bool = False


class Applications:
    """Applications, and the codes by which their senders follow the case. Codes are kept as digests."""

    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def add(
        self,
        case_id: UUID,
        form_key: str,
        submission_id: UUID | None,
        moment: datetime,
        *,
        code: str | None = None,
        referrer_code: str | None = None,
        idempotency_key: str | None = None,
    ) -> None:
        digest = self._vault.root.digest
        self._unit.insert(
            APPLICATIONS,
            {
                "id": new_id(),
                "case_id": case_id,
                "form_key": form_key,
                "submission_id": submission_id,
                "received_at": moment,
                "code_hash": code and digest("status code", code),
                "referrer_code_hash": referrer_code and digest("status code", referrer_code),
                "idempotency_key": idempotency_key and digest("idempotency", idempotency_key),
            },
        )

    def replace_code(self, application: StoredApplication, code: str) -> None:
        """Replace the applicant's code. A referrer's code stays."""
        digest = self._vault.root.digest("status code", code)
        self._unit.update(APPLICATIONS, {"id": application.id}, {"code_hash": digest})

    def by_code(self, code: str) -> StoredApplication | None:
        digest = self._vault.root.digest("status code", code)
        row = self._unit.row(
            select(APPLICATIONS).where(
                (APPLICATIONS.c.code_hash == digest) | (APPLICATIONS.c.referrer_code_hash == digest)
            )
        )
        return self._followed(row, is_referrers_code=row is not None and row["referrer_code_hash"] == digest)

    def by_idempotency_key(self, *keys: str) -> StoredApplication | None:
        """Return the application with one of the keys, the first that was made."""
        digests = [self._vault.root.digest("idempotency", key) for key in keys]
        earliest = select(APPLICATIONS).order_by(APPLICATIONS.c.id).limit(1)
        return self._followed(self._unit.row(earliest.where(APPLICATIONS.c.idempotency_key.in_(digests))))

    def _followed(
        self, row: RowMapping | None, *, is_referrers_code: bool = False
    ) -> StoredApplication | None:
        """Return the application; None once the identity of its case is erased, also if the database is older than that."""
        identity = SealingClass.IDENTITY
        if row is None or not self._vault.still_held({row["case_id"]}, identity):
            return None
        return value_of(StoredApplication, row, is_referrers_code=is_referrers_code)

    def of_case(self, case_id: UUID) -> StoredApplication | None:
        row = self._unit.row(
            select(APPLICATIONS)
            .where(APPLICATIONS.c.case_id == case_id)
            .order_by(APPLICATIONS.c.received_at)
            .limit(1)
        )
        return None if row is None else value_of(StoredApplication, row, is_referrers_code=False)


class PublicDrafts:
    """Half-written public forms: sealed, found by a token that only their writer has, destroyed when they expire."""

    _PURPOSE = DRAFTS

    def __init__(self, unit: UnitOfWork, vault: Vault) -> None:
        self._unit = unit
        self._vault = vault

    def save(
        self,
        token: str,
        form_key: str,
        typed: Mapping[str, Any],
        moment: datetime,
        expires_at: datetime,
        *,
        code: str | None = None,
    ) -> None:
        digest = self._vault.root.digest(self._PURPOSE, token)
        values = {
            "form_key": form_key,
            "typed": self._vault.seal_until(self._PURPOSE, digest, typed, expires_at),
            "expires_at": expires_at,
        }
        if code is not None:
            values["code_hash"] = self._vault.root.digest("draft code", code)
        row = {"token_hash": digest, "created_at": moment, **values}
        self._unit.upsert(PUBLIC_DRAFTS, row, change=tuple(values))
        self._keep_files(digest, expires_at)

    def prolong(self, token: str, moment: datetime, expires_at: datetime) -> None:
        """Seal a draft for as long again once half its time is over, unless it is saved meanwhile. One whose key is gone stays."""
        digest = self._vault.root.digest(self._PURPOSE, token)
        row = self._unit.row(select(PUBLIC_DRAFTS).where(PUBLIC_DRAFTS.c.token_hash == digest))
        if row is None or row["expires_at"] - moment > (expires_at - moment) / 2:
            return
        with suppress(Unsealable):
            typed = self._vault.open_apart(self._PURPOSE, digest, row["typed"])
            sealed = self._vault.seal_until(self._PURPOSE, digest, typed, expires_at)
            as_read = PUBLIC_DRAFTS.c.token_hash == digest, PUBLIC_DRAFTS.c.expires_at == row["expires_at"]
            values = {"typed": sealed, "expires_at": expires_at}
            self._unit.execute(update(PUBLIC_DRAFTS).where(*as_read).values(values))
            self._keep_files(digest, expires_at)

    def _keep_files(self, digest: str, expires_at: datetime) -> None:
        """Wrap the key of the draft's files for the day on which the draft ends now."""
        wrapped = self._unit.execute(_KEY_OF_FILES, {"draft": digest}).scalar_one_or_none()
        if wrapped is not None and not self._vault.ends_then(wrapped, expires_at):
            anew = self._vault.rewrap(wrapped, digest, digest, expires_at)
            self._unit.update(DRAFT_KEYS, {"draft_hash": digest}, {"wrapped": anew})

    def find(self, token: str, moment: datetime) -> tuple[str, dict[str, Any]] | None:
        digest = self._vault.root.digest(self._PURPOSE, token)
        return self._read(PUBLIC_DRAFTS.c.token_hash == digest, moment)

    def find_by_code(self, code: str, moment: datetime) -> tuple[str, dict[str, Any]] | None:
        return self._read(PUBLIC_DRAFTS.c.code_hash == self._vault.root.digest("draft code", code), moment)

    def place_of_code(self, code: str) -> str:
        """Return the digest of the token of the draft with this code; empty if there is none."""
        found = self._unit.execute(
            select(PUBLIC_DRAFTS.c.token_hash).where(
                PUBLIC_DRAFTS.c.code_hash == self._vault.root.digest("draft code", code)
            )
        ).scalar_one_or_none()
        return found or ""

    def find_at(self, place: str, moment: datetime) -> tuple[str, dict[str, Any]] | None:
        """Return the draft under the digest of a token; None if there is none."""
        return self._read(PUBLIC_DRAFTS.c.token_hash == place, moment)

    def move(self, place: str, token: str, typed: Mapping[str, Any], expires_at: datetime) -> None:
        """Move the draft under the digest of a token to another token, under which none is kept. Its code opens it there."""
        digest = self._vault.root.digest(self._PURPOSE, token)
        sealed = self._vault.seal_until(self._PURPOSE, digest, typed, expires_at)
        moved = {"token_hash": digest, "typed": sealed, "expires_at": expires_at}
        self._unit.update(PUBLIC_DRAFTS, {"token_hash": place}, moved)

    def _read(self, condition: Any, moment: datetime) -> tuple[str, dict[str, Any]] | None:
        row = self._unit.row(select(PUBLIC_DRAFTS).where(condition, PUBLIC_DRAFTS.c.expires_at > moment))
        if row is None:
            return None
        return row["form_key"], self._vault.open_apart(self._PURPOSE, row["token_hash"], row["typed"])

    def is_kept(self, token: str) -> bool:
        digest = self._vault.root.digest(self._PURPOSE, token)
        found = select(PUBLIC_DRAFTS.c.token_hash).where(PUBLIC_DRAFTS.c.token_hash == digest)
        return self._unit.execute(found).scalar_one_or_none() is not None

    def has_code(self, token: str) -> bool:
        """Return True if the draft has a code, by which its writer can come back without the page."""
        digest = self._vault.root.digest(self._PURPOSE, token)
        found = select(PUBLIC_DRAFTS.c.code_hash).where(PUBLIC_DRAFTS.c.token_hash == digest)
        return self._unit.execute(found).scalar_one_or_none() is not None

    def destroy(self, token: str) -> None:
        digest = self._vault.root.digest(self._PURPOSE, token)
        self._unit.delete(PUBLIC_DRAFTS, {"token_hash": digest})

    def destroy_by_code(self, code: str) -> None:
        digest = self._vault.root.digest("draft code", code)
        self._unit.delete(PUBLIC_DRAFTS, {"code_hash": digest})

    def destroy_expired(self, moment: datetime) -> int:
        gone = self._unit.execute(
            delete(PUBLIC_DRAFTS)
            .where(PUBLIC_DRAFTS.c.expires_at <= moment)
            .returning(PUBLIC_DRAFTS.c.token_hash)
        )
        return len(gone.all())
