"""One of each use case of copies of a case file."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from engine.commands import given_copies
from engine.domain.given_copies import CopyDetails, CopyGround, IdentityProof
from engine.queries import given_copies as given_copies_query
from tests.support.samples_of_models import UseCase
from tests.support.story import Story


def of_copies(new: Story) -> Iterator[UseCase]:
    details = CopyDetails("Aino", CopyGround.OWN, "", IdentityProof.DOCUMENT, "passi", new.today)
    begun = given_copies.BeginCopy(new.reference, uuid4(), details)
    new.world.engine.perform(begun, new.world.actor("johtaja"))
    yield begun
    yield given_copies.WithholdFromCopy(new.reference, begun.copy_id, "", "", "", "")
    yield given_copies.ShowInCopy(new.reference, begun.copy_id, "")
    yield given_copies.MakeCopy(new.reference, begun.copy_id, "")
    yield given_copies.EndCopy(new.reference, begun.copy_id, None)
    yield given_copies_query.OpenCopies(new.reference)
    yield given_copies_query.OpenCopy(new.reference, begun.copy_id)
