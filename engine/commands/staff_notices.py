"""Notices to staff: read, chosen how, begun on their day by the worker, and mailed without a word of a case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.casework.staff_notices import PATH, acting_as, soon_after
from engine.casework.standing_in import those_there, who_is_there
from engine.domain.staff_notices import NoticeChoices, NoticeKind, NoticeWay, StaffNotice
from engine.errors import Invalid
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_case_staff, require_person, require_system

HOURS: Final = range(24)


@dataclass(frozen=True)
class ReadNotice(Command[tuple[StaffNotice, str]]):
    """Mark one of the actor's notices as read. Return it with the reference of its case, of one from
    which they are kept away without it. Raise NotFound for another's, and for one of a case that
    the actor does not see any more."""

    notice_id: UUID

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        require_person(work)

    def execute(self, work: Work) -> tuple[StaffNotice, str]:
        notice = work.stores.staff_notices.get(self.notice_id, work.actor)
        work.stores.staff_notices.mark_read(notice.person_id, work.now, notice.id)
        if notice.kind is NoticeKind.BARRED:
            return notice, ""
        return notice, work.stores.cases.get(notice.case_id).reference


@dataclass(frozen=True)
class ReadAllNotices(Command[None]):
    """Mark the actor's notices as read, up to the moment at which the page showed them: later ones were not seen."""

    shown_at: datetime

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        require_person(work)

    def execute(self, work: Work) -> None:
        work.stores.staff_notices.mark_read(require_person(work), work.now, shown_at=self.shown_at)


@dataclass(frozen=True)
class ChooseNotices(Command[None]):
    """Store which notices the actor wants and how. Mails that have not left yet follow."""

    choices: NoticeChoices

    def permit(self, work: Work) -> None:
        require_case_staff(work)
        require_person(work)

    def execute(self, work: Work) -> None:
        chosen = self.choices
        for name, hour in (
            ("digest_hour", chosen.digest_hour),
            ("quiet_from", chosen.quiet_from),
            ("quiet_until", chosen.quiet_until),
        ):
            if hour not in HOURS:
                raise Invalid("Valitse tunti 0–23.", field=name)
        is_digested = any(chosen.way(kind) is NoticeWay.DIGEST for kind in NoticeKind)
        if is_digested and chosen.is_quiet(chosen.digest_hour):
            raise Invalid("Kooste tulisi hiljaiseen aikaan. Valitse toinen tunti.", field="digest_hour")
        work.stores.staff_notices.choose(require_person(work), chosen, work.now)


@dataclass(frozen=True)
class DueNotices(Query[tuple[UUID, ...]]):
    """Return that of whose day somebody is to be notified: due soon, late, or come back."""

    limit: int = 100
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UUID, ...]:
        return work.stores.staff_notices.due(work.now, soon_after(work), work.today, self.limit)


@dataclass(frozen=True)
class NotifyOfDay(Command[bool]):
    """Notify who has the task or the case, and who stands in for them; of an arrival or a call
    the heads where nobody is there. Return False if another worker has, or it is not due any more."""

    subject_id: UUID

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> bool:
        notices = work.stores.staff_notices
        due = notices.due_of(self.subject_id, work.now, soon_after(work), work.today)
        begun = 0
        for row in due:
            kind, case = NoticeKind(row["kind"]), work.stores.cases.get(row["case_id"])
            owed = kind is NoticeKind.OWED
            for person in (those_there if owed else who_is_there)(work, case, row["person_id"]):
                if owed:
                    notices.forget(kind, person.id, self.subject_id)
                begun += notices.add(kind, person.id, case.id, self.subject_id, work.now)
        return begun > 0


@dataclass(frozen=True)
class DueNoticeMails(Query[tuple[UUID, ...]]):
    """Return one notice of each person to whom a mail is due now."""

    limit: int = 100
    shows_cases = False

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> tuple[UUID, ...]:
        return work.stores.staff_notices.mails_due(work.now, self.limit)


@dataclass(frozen=True)
class MailNotices(Command[bool]):
    """Put one mail in the outbox for all notices that are due to a person now: each is mailed once.

    Return False if another worker took them, or nothing is left to say: they were read, what was due is done, or the
    person does not see the case any more.
    """

    notice_id: UUID

    def permit(self, work: Work) -> None:
        require_system(work)

    def execute(self, work: Work) -> bool:
        notices = work.stores.staff_notices
        taken = notices.take_mails(self.notice_id, work.now)
        if not taken:
            return False
        person = work.stores.people.get(taken[0].person_id)
        left = notices.standing(acting_as(person), [each.id for each in taken])
        if not left or not person.is_active or not person.email:
            return False
        choices = notices.choices_of(person.id)
        kinds = {each.kind for each in taken if each.id in left}
        is_digest = all(choices.way(kind) is NoticeWay.DIGEST for kind in kinds)
        work.stores.outbox.add(
            "mail_digest" if is_digest else "mail_notice",
            recipient={"email": person.email},
            language=person.language,
            template_values={"link": f"{work.settings.base_url}{PATH}"},
            moment=work.now,
        )
        return True
