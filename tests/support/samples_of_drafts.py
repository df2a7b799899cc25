"""Samples of the commands and queries about drafts of people outside, and the addresses of their pages."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from engine.casework.incoming_files import ExaminedFile
from engine.commands import attachments, page_addresses, public_drafts
from engine.domain.people import PUBLIC
from tests.support.samples_of_models import Sample, UseCase
from tests.support.world import World


def of_drafts(world: World) -> Iterator[UseCase | Sample]:
    yield public_drafts.KeepPublicDraft("k" * 32, "application", {})
    yield public_drafts.ReadPublicDraft("k" * 32)
    yield public_drafts.FindPublicDraft("1" * 16)
    yield public_drafts.TakeUpPublicDraft("1" * 16, "k" * 32)
    yield from _of_files(world)
    yield public_drafts.DestroyPublicDraft("k" * 32)
    yield public_drafts.LeavePublicDraft("k" * 32)
    yield page_addresses.IssueAddress("step", "k" * 32)
    yield page_addresses.ReadAddress("t" * 32)
    yield page_addresses.LeavePage("t" * 32)


def _of_files(world: World) -> Iterator[UseCase | Sample]:
    token = "d" * 32
    file = ExaminedFile("a.pdf", "application/pdf", b"x", "clean")
    world.engine.perform(public_drafts.KeepPublicDraft(token, "application", {}), PUBLIC)
    yield Sample(attachments.AttachToDraft(token, file), "(of a draft that is there)")
    yield Sample(attachments.AttachToDraft("e" * 32, file), "(of none)")
    yield attachments.DraftFiles(token)
    yield attachments.DescribeDraftFile(token, uuid4(), "")
    yield attachments.RemoveDraftFile(token, uuid4())
