"""Staff sessions: read, used, ended. Attempts at what is open to everyone are counted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from engine.casework.powers import named
from engine.casework.signing_in import shut_out
from engine.domain.access_reasons import KEPT_OUT
from engine.domain.administration import Act
from engine.domain.people import Role
from engine.errors import TooManyAttempts
from engine.executor import Command, Query, Work
from engine.executor.permissions import require_person, require_proof, require_role, require_staff
from engine.storage.sessions import FormOrigin as FormOrigin
from engine.storage.sessions import OpenSession as OpenSession
from engine.storage.sessions import Session as Session


@dataclass(frozen=True)
class SpendAttempt(Command[bool]):
    """Count an attempt at something open to everyone. Return False if the source has used up its attempts in the
    window.

    A command of its own: an attempt that is refused afterwards must stay counted.
    """

    purpose: str
    source: str
    limit: int
    window: timedelta

    def permit(self, work: Work) -> None:
        """Permit anyone: what is counted is open to everyone."""

    def execute(self, work: Work) -> bool:
        return work.stores.rate_limits.spend(
            self.purpose, self.source, work.now, limit=self.limit, window=self.window
        )

    def require(self, work: Work) -> None:
        """Count the attempt as a part of another command. Raise TooManyAttempts if they are used up; then the count
        stays as it is."""
        if not self.execute(work):
            raise TooManyAttempts(wait=int(self.window.total_seconds()))


@dataclass(frozen=True)
class DrawAttempt(Command[datetime | None]):
    """Count an attempt of a window that slides. Return None; from when the next may be, if they are used up."""

    purpose: str
    source: str
    limit: int
    window: timedelta
    what: str = ""
    """Name of an attempt that counts once a day."""

    def permit(self, work: Work) -> None:
        """Permit anyone: it says nothing but how often somebody did something."""

    def execute(self, work: Work) -> datetime | None:
        limits, of_this = work.stores.rate_limits, (f"{self.purpose} once", f"{self.source}|{self.what}")
        if self.what and not limits.spend(*of_this, work.now, limit=1, window=timedelta(days=1)):
            return None
        free_at = limits.draw(self.purpose, self.source, work.now, limit=self.limit, window=self.window)
        if free_at is not None and self.what:
            limits.forgive(*of_this, work.now)
        return free_at


@dataclass(frozen=True)
class GiveBackAttempt(Command[None]):
    """Take one attempt off the count of a source: it was right, and only wrong ones count."""

    purpose: str
    source: str

    def permit(self, work: Work) -> None:
        """Permit anyone: what is counted is open to everyone."""

    def execute(self, work: Work) -> None:
        work.stores.rate_limits.give_back(self.purpose, self.source, work.now, 1)


@dataclass(frozen=True)
class CurrentSession(Query[Session | None]):
    """Return the session of a token; None if it has ended, or if it is of the demonstration and used from elsewhere.
    Reads no case, so it is not logged."""

    shows_cases = False

    token: str
    is_local: bool = False

    def permit(self, work: Work) -> None:
        """Permit anyone: only the session's token finds it."""

    def execute(self, work: Work) -> Session | None:
        found = work.stores.sessions.find(self.token, work.now, work.settings.sessions)
        return None if found is None or (found.is_demonstration and not self.is_local) else found


@dataclass(frozen=True)
class UseSession(Command[None]):
    """Enter that the actor's session is used: it ends only some time after its last use."""

    def permit(self, work: Work) -> None:
        require_person(work)

    def execute(self, work: Work) -> None:
        work.stores.sessions.use(work.actor.session_hash, work.now)


@dataclass(frozen=True)
class OwnSessions(Query[tuple[OpenSession, ...]]):
    """Return the actor's own open sessions, the one used last first."""

    shows_cases = False

    def permit(self, work: Work) -> None:
        require_person(work)

    def execute(self, work: Work) -> tuple[OpenSession, ...]:
        return work.stores.sessions.open_ones(work.now, work.settings.sessions, require_person(work))


@dataclass(frozen=True)
class EndOwnSession(Command[None]):
    """End one of the actor's own sessions. It asks for no proof: a stranger's must be ended at once."""

    session_hash: str

    def permit(self, work: Work) -> None:
        require_person(work)

    def execute(self, work: Work) -> None:
        work.stores.sessions.end_one_of(require_person(work), self.session_hash, work.now)


@dataclass(frozen=True)
class EndOtherSessions(Command[None]):
    """End every session of the actor but the one they use."""

    def permit(self, work: Work) -> None:
        require_person(work)

    def execute(self, work: Work) -> None:
        work.stores.sessions.end_others_of(require_person(work), work.actor.session_hash, work.now)


@dataclass(frozen=True)
class OriginOfForm(Query[FormOrigin | None]):
    """Return the session in which a form was made, anyone's, ended or not; None for any other form.

    What was typed before a session ended is not lost: its person signs in beside it and sends it.
    """

    csrf: str
    shows_cases = False

    def permit(self, work: Work) -> None:
        """Permit anyone: only the form's own secret is found."""

    def execute(self, work: Work) -> FormOrigin | None:
        return work.stores.sessions.origin_of_form(self.csrf)


@dataclass(frozen=True)
class SignOut(Command[None]):
    """End the session of a token."""

    token: str

    def permit(self, work: Work) -> None:
        """Permit anyone: only the session's token has an effect."""

    def execute(self, work: Work) -> None:
        work.stores.sessions.end(self.token, work.now)


@dataclass(frozen=True)
class EndSessionsOf(Command[None]):
    """End every session of another person, and forget the devices on which they have signed in. Their ways to sign in
    stay."""

    username: str

    def permit(self, work: Work) -> None:
        require_role(work, Role.ADMINISTRATOR)
        require_proof(work)

    def execute(self, work: Work) -> None:
        person = named(work, self.username)
        shut_out(work, person)
        work.stores.access.log_administration(work.actor, Act.SESSIONS_ENDED, work.now, person.username)


@dataclass(frozen=True)
class NoteRefusal(Command[None]):
    """Log that somebody who is signed in, or a program, was refused a page or an act. Nothing else is known of it."""

    page: str

    def permit(self, work: Work) -> None:
        if work.actor.program_id is None:
            require_staff(work)
        work.is_in_scope = True  # It is no act of the program's, which may have no role at all.

    def execute(self, work: Work) -> None:
        facts = [f"page {self.page[:100]}"]
        work.stores.access.log_administration(work.actor, Act.PAGE_REFUSED, work.now, facts=facts)


@dataclass(frozen=True)
class NoteKeptOut(Command[None]):
    """Log that a person or a program asked for a case that they do not see: in the log of the case, or in their own where
    there is no such case. Either costs the same."""

    case_id: UUID | None

    def permit(self, work: Work) -> None:
        if work.actor.program_id is None:
            require_staff(work)
        work.is_in_scope = True  # As in `NoteRefusal`.

    def execute(self, work: Work) -> None:
        if self.case_id is None:
            work.stores.access.log_list((), work.actor, KEPT_OUT, work.now)
        else:
            work.stores.access.log_case(self.case_id, work.actor, KEPT_OUT, work.now)


@dataclass(frozen=True)
class ChooseShortcuts(Command[None]):
    """Turn the single keys of lists on or off for the actor (WCAG 2.1.4)."""

    has_shortcuts: bool

    def permit(self, work: Work) -> None:
        require_person(work)

    def execute(self, work: Work) -> None:
        work.stores.people.change(require_person(work), has_shortcuts=self.has_shortcuts)


@dataclass(frozen=True)
class ChooseLanguage(Command[None]):
    token: str
    language: str

    def permit(self, work: Work) -> None:
        require_staff(work)

    def execute(self, work: Work) -> None:
        language = self.language if self.language in ("fi", "sv", "en") else "fi"
        work.stores.sessions.speak(self.token, language)
        if work.actor.person_id is not None:
            work.stores.people.change(work.actor.person_id, language=language)
