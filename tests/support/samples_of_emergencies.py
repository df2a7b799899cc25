"""One of each command and query about who sees a case: emergencies, restrictions, disqualification."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from engine.commands.emergencies import CloseEmergency, OpenInEmergency, ReviewEmergency
from engine.commands.visibility import (
    DeclareDisqualification,
    LiftDisqualification,
    LiftRestriction,
    RecordDisqualification,
    RestrictCase,
)
from engine.domain.emergencies import LASTS, Emergency, Ground
from engine.queries.emergencies import ListEmergencies, OpenEmergencyFile
from engine.queries.visibility import OpenVisibility
from engine.storage.database import new_id
from tests.support.samples_of_models import UseCase
from tests.support.story import Story

REASON = "Hakija soittaa asemalta eikä uskalla palata majoitukseen. Tarvitsen turvallisen paikan."


def of_emergencies(story: Story) -> Iterator[UseCase]:
    yield OpenInEmergency(story.reference, "", Ground.DANGER, REASON)
    yield CloseEmergency(story.reference)
    yield OpenEmergencyFile(story.reference)
    yield ListEmergencies()
    yield OpenVisibility(story.reference)
    yield RestrictCase(story.reference, REASON)
    yield LiftRestriction(story.reference, REASON)
    yield DeclareDisqualification(story.reference, "other")
    yield RecordDisqualification(story.reference, story.world.people["toinen"].id, "other")
    yield LiftDisqualification(story.reference, story.world.people["toinen"].id, REASON)
    yield ReviewEmergency(opened(story, story.world.people["paivystaja"].id), "justified")


def opened(story: Story, person_id: UUID) -> UUID:
    case_id, now = story.case.id, story.world.clock()
    emergency = Emergency(
        new_id(),
        case_id,
        person_id,
        Ground.DANGER,
        now,
        now + LASTS,
        None,
        now.date(),
        None,
        None,
        None,
        None,
    )
    with story.world.engine.database.unit_of_work() as unit:
        story.world.engine.stores(unit).emergencies.add(emergency, REASON)
    return emergency.id
