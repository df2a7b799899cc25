"""Sends what waits in the outbox, several messages by one connection, and rests while the mail server is away."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from threading import Event
from typing import Final
from uuid import UUID

from engine.commands.outbox import (
    DueMessages,
    GiveUpMessage,
    MarkSent,
    NoteMailServer,
    PostponeMessage,
    TakeMessage,
)
from engine.domain.people import SYSTEM
from engine.errors import Outdated, Refusal, Unavailable
from engine.executor import Engine
from engine.journal import place_of
from engine.mail import Connection, MailServerAway, MailUnavailable, RecipientNotLetThrough
from engine.storage.outbox import OutboxMessage
from engine.texts import laid_over

log = logging.getLogger("vireille.worker")

MAIL_RESTS: Final = tuple(timedelta(seconds=each) for each in (10, 30, 60, 120, 300))
"""After the first, second … round in a row that found the mail server away; the last for all that follow."""
MAIL_OUTAGE: Final = timedelta(hours=1)
"""A mail server that takes nothing for so long is an incident; a restart of it is nobody's work."""


class Mailing:
    """Remembers between two rounds of mail since when the server is away, and until when the worker rests."""

    def __init__(self, engine: Engine, send_mail: Callable[..., None] | None, stopping: Event) -> None:
        self._engine = engine
        self._send_mail = send_mail
        self._stopping = stopping
        self._outages = 0
        self._away_since: datetime | None = None
        self._rests_until: datetime | None = None
        self._doubtful: dict[UUID, tuple[str, RecipientNotLetThrough]] = {}
        """Messages of this round whose recipient was not let through, before any other was."""

    def send_due(self) -> int:
        """Send the messages that are due, several by one connection. Return how many. Without a mail server they wait.

        The first message that finds the server away ends the round, and the next rounds rest, for longer each time.
        """
        settings = self._engine.settings.mail
        until = self._rests_until
        # A clock that is set back does not lengthen the rest.
        if settings is None or (until is not None and until - MAIL_RESTS[-1] <= self._engine.now() < until):
            return 0
        sent = 0
        self._doubtful.clear()
        with laid_over(self._engine.reviewed_texts.read()), Connection(settings) as connection:
            send = connection.send if self._send_mail is None else partial(self._send_mail, settings)
            try:
                for message_id in self._fresh():
                    if self._send_one(message_id, send, is_first=not sent):
                        sent += 1
                        if sent == 1:
                            self._flows()
            except MailServerAway as away:
                self._settle(is_theirs=False)
                self._rest(away)
        refused = next((each for _, each in self._doubtful.values()), None)
        # It is judged in the first round in which another recipient is let through.
        self._settle(is_theirs=sent > 0)
        if refused is not None and not sent:
            self._rest(refused)
        return sent

    def _fresh(self) -> Iterator[UUID]:
        """Yield the messages that are due, each once a round, until the worker is to end."""
        seen = set[UUID]()
        while fresh := [each for each in self._engine.answer(DueMessages(), SYSTEM) if each not in seen]:
            for message_id in fresh:
                if self._stopping.is_set():
                    return
                seen.add(message_id)
                yield message_id

    def _flows(self) -> None:
        """Note that the mail server takes messages."""
        self._outages, self._away_since, self._rests_until = 0, None, None
        self._engine.perform(NoteMailServer(""), SYSTEM)

    def _rest(self, away: MailServerAway) -> None:
        now = self._engine.now()
        pause = MAIL_RESTS[min(self._outages, len(MAIL_RESTS) - 1)]
        self._outages += 1
        self._rests_until = now + pause
        self._away_since = since = min(self._away_since or now, now)
        log.warning("the mail server is away", extra={"count": self._outages, **place_of(away)})
        if now - since >= MAIL_OUTAGE:
            self._engine.perform(NoteMailServer(sentence_of(away)), SYSTEM)

    def _send_one(self, message_id: UUID, send: Callable[[OutboxMessage], None], *, is_first: bool) -> bool:
        """Send one message. Return True if it was sent. If it can't be opened or sent, open an incident. Raise
        MailServerAway if no other could be sent either; Unavailable, with nothing counted, if no other could be opened.

        An outage is counted against no message, but for one at which a server goes away that took others just before
        (`is_first` is False): it may be that one's fault, and delays no other.
        """
        try:
            message: OutboxMessage | None = self._engine.perform(TakeMessage(message_id), SYSTEM)
            if message is None:
                return False
            send(message)
        except RecipientNotLetThrough as refused:
            self._doubt(
                message_id, str(message.recipient.get("email")) if message else "", refused, is_first=is_first
            )
        except MailUnavailable as failure:
            self._postpone(message_id, failure, is_first=is_first)
        except Unavailable:
            # As with due work: an outage of ours is no fault of a message.
            raise
        except Outdated:
            log.info("a message is in use; a later round takes it", extra={"row": str(message_id)})
        except Exception as failure:  # noqa: BLE001 - last resort: an incident
            log.warning("a message can't go", extra={"row": str(message_id), **place_of(failure)})
            self._engine.perform(GiveUpMessage(message_id, sentence_of(failure)), SYSTEM)
        else:
            self._engine.perform(MarkSent(message_id), SYSTEM)
            return True
        return False

    def _doubt(
        self, message_id: UUID, address: str, refused: RecipientNotLetThrough, *, is_first: bool
    ) -> None:
        """Keep the message until it is known if the server lets anybody through. Raise MailServerAway at the second recipient
        that it refuses in a round in which it let nobody through."""
        self._doubtful[message_id] = address, refused
        if not is_first:
            self._settle(is_theirs=True)
        elif len({each for each, _ in self._doubtful.values()}) > 1:
            raise MailServerAway(str(refused))

    def _settle(self, *, is_theirs: bool) -> None:
        """Let the messages in doubt wait; counted as an attempt if it is their recipient's fault."""
        for message_id, (_, refused) in self._doubtful.items():
            log.info("a message goes later", extra={"row": str(message_id), **place_of(refused)})
            self._engine.perform(PostponeMessage(message_id, sentence_of(refused), is_theirs), SYSTEM)
        self._doubtful.clear()

    def _postpone(self, message_id: UUID, failure: MailUnavailable, *, is_first: bool) -> None:
        log.info("a message goes later", extra={"row": str(message_id), **place_of(failure)})
        is_away = isinstance(failure, MailServerAway)
        is_counted = not (is_away and is_first)
        self._engine.perform(PostponeMessage(message_id, sentence_of(failure), is_counted), SYSTEM)
        if is_away:
            raise failure


def sentence_of(failure: Exception) -> str:
    """Return the text of an incident: a refusal's sentence, else only the kind of failure. Never values of a case."""
    return str(failure)[:1000] if isinstance(failure, Refusal) else type(failure).__name__
