"""Someone who reads their own matter: the code, a browser, and the identification behind them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from secrets import token_urlsafe
from typing import Any

from sqlalchemy import select

from engine.commands.own_access import (
    BeginIdentification,
    ChooseReading,
    OpenOwnLetter,
    OpenReading,
    RecordIdentityCode,
    TakeIdentification,
)
from engine.domain.people import PUBLIC
from engine.queries.own_case import OwnCase, ReadOwnCase
from engine.storage.tables.access import ACCESS_ENTRIES
from tests.support.identity_provider import PEOPLE
from tests.support.story import Story

AINO, EERO = PEOPLE["aino"], PEOPLE["eero"]
AGREED = {"electronic_delivery": "yes"}


@dataclass
class Reader:
    """Someone with the code of a matter, and a browser."""

    story: Story
    code: str
    state: str = field(default_factory=lambda: token_urlsafe(32))
    browser: str = field(default_factory=lambda: token_urlsafe(32))
    key: str = field(default_factory=lambda: token_urlsafe(32))

    def perform(self, command: Any) -> Any:
        return self.story.world.engine.perform(command, PUBLIC)

    def begins(self) -> bool:
        command = BeginIdentification(self.code, self.state, self.browser, "n" * 43, "v" * 64, "fi")
        return bool(self.perform(command))

    def comes_back(self) -> bool:
        return self.perform(TakeIdentification(self.state, self.browser)) is not None

    def opens(self, person: str = AINO) -> bool:
        return bool(self.perform(OpenReading(self.state, self.browser, person, self.key)))

    def identifies(self, person: str = AINO) -> bool:
        assert self.begins()
        assert self.comes_back()
        return self.opens(person)

    def reads(self) -> OwnCase:
        return self.story.world.engine.answer(ReadOwnCase(self.key, "fi"), PUBLIC)

    def opens_letter(self, document_id: Any) -> bytes:
        content: bytes = self.perform(OpenOwnLetter(self.key, document_id))
        return content


def known(story: Story, person: str = AINO) -> None:
    story.world.engine.perform(RecordIdentityCode(story.reference, person), story.world.actor("kasittelija"))


def chooses(story: Story, *, is_open: bool) -> None:
    story.world.engine.perform(
        ChooseReading(story.reference, is_open=is_open), story.world.actor("kasittelija")
    )


def applied(story: Story, **changes: Any) -> Reader:
    receipt = story.applies(**{**AGREED, **changes})
    known(story)
    return Reader(story, receipt.code)


def let_in(reader: Reader) -> None:
    """Past the code and the identification: for matters whose code the person never had."""
    story, moment = reader.story, reader.story.world.clock()
    case_id = story.case.id
    with story.world.engine.database.unit_of_work() as unit:
        sessions = story.world.engine.stores(unit).own_access_sessions
        sessions.open(reader.key, case_id, moment, moment + timedelta(minutes=1))


def entries(story: Story, action: str) -> list[Any]:
    with story.world.engine.database.view() as connection:
        found = select(ACCESS_ENTRIES).where(
            ACCESS_ENTRIES.c.chain_id == story.case.id, ACCESS_ENTRIES.c.action == action
        )
        return list(connection.execute(found).mappings())
