"""One of each command and query about retention: days, holds, certificates, and the worker's rounds."""

from __future__ import annotations

from collections.abc import Iterator

from engine.commands.legal_holds import LiftHold, PlaceHold
from engine.commands.retention import DueErasures, EraseAgain, EraseDays, EraseDue, SealOlder, SettleKeys
from engine.queries.retention import OpenRetention, ReadCertificate, ReadComingErasures
from tests.support.samples_of_models import UseCase
from tests.support.story import Story

REASON = "Kantelu eduskunnan oikeusasiamiehelle on vireillä."


def of_retention(story: Story) -> Iterator[UseCase]:
    yield OpenRetention(story.reference)
    yield PlaceHold(story.reference, REASON, story.today)
    yield LiftHold(story.reference, REASON)
    yield ReadComingErasures()
    yield ReadCertificate(1)
    yield DueErasures()
    yield EraseDue(story.case.id)
    yield EraseDays()
    yield SettleKeys()
    yield EraseAgain()
    yield SealOlder()
