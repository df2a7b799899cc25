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
CLOSED_FOR: Final = timedelta(days=1)
"""An address that alone is refused for so long is an incident of its message, also if nobody else was written to."""
NOBODY_LET_THROUGH: Final = "Postipalvelin ei päästä viestejämme yhteenkään osoitteeseen, johon niitä lähtee."


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
        """Messages of this round whose recipient was not let through."""
        self._refused_since: dict[str, datetime] = {}
        """Addresses that are not let through, each with the first round that met it."""
        self._let_through_at: datetime | None = None
        """The last round in which somebody was let through."""

    def send_due(self) -> int:
        """Send the messages that are due, several by one connection. Return how many. Without a mail server they wait.

        The first message that finds the server away ends the round, and the next rounds rest, for longer each time. One whose
        address is refused rests by itself, and delays no other.
        """
        settings = self._engine.settings.mail
        until, now = self._rests_until, self._engine.now()
        # A clock that is set back does not lengthen the rest.
        if settings is None or (until is not None and until - MAIL_RESTS[-1] <= now < until):
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
                            self._let_through_at = now
                            self._flows()
            except MailServerAway as away:
                self._rest(away)
        if self._doubtful:
            self._settle(now)
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
            # It is judged at the end of the round, by what became of the others.
            self._doubtful[message_id] = _address_of(message), refused
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
            self._refused_since.pop(_address_of(message), None)
            return True
        return False

    def _settle(self, now: datetime) -> None:
        """Let the messages wait whose addresses were refused in the round. It is their fault where anybody was let through since
        the first refusal: then it counts as an attempt. Where nobody was, it may be the server's."""
        for address, _ in self._doubtful.values():
            self._refused_since.setdefault(address, now)
        through = self._let_through_at
        unclear = {
            address: since
            for address, since in self._refused_since.items()
            if through is None or since > through
        }
        is_closed = len(unclear) == 1 and min(unclear.values()) <= now - CLOSED_FOR
        for message_id, (address, refused) in self._doubtful.items():
            log.info("a message goes later", extra={"row": str(message_id), **place_of(refused)})
            is_theirs = address not in unclear
            if is_closed and not is_theirs:
                self._engine.perform(GiveUpMessage(message_id, sentence_of(refused)), SYSTEM)
            else:
                rest = min(max(now - self._refused_since[address], MAIL_RESTS[0]), MAIL_RESTS[-1])
                self._engine.perform(
                    PostponeMessage(message_id, sentence_of(refused), is_theirs, rest), SYSTEM
                )
        if len(unclear) > 1:
            log.warning("the mail server lets nobody through", extra={"count": len(unclear)})
            if sorted(unclear.values())[1] <= now - MAIL_OUTAGE:
                self._engine.perform(NoteMailServer(NOBODY_LET_THROUGH), SYSTEM)

    def _postpone(self, message_id: UUID, failure: MailUnavailable, *, is_first: bool) -> None:
        log.info("a message goes later", extra={"row": str(message_id), **place_of(failure)})
        is_away = isinstance(failure, MailServerAway)
        is_counted = not (is_away and is_first)
        self._engine.perform(PostponeMessage(message_id, sentence_of(failure), is_counted), SYSTEM)
        if is_away:
            raise failure


def _address_of(message: OutboxMessage | None) -> str:
    return "" if message is None else str(message.recipient.get("email") or "")


def sentence_of(failure: Exception) -> str:
    """Return the text of an incident: a refusal's sentence, else only the kind of failure. Never values of a case."""
    return str(failure)[:1000] if isinstance(failure, Refusal) else type(failure).__name__
