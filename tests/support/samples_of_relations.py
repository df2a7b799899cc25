"""Samples of the commands and queries about several cases: the search, likely duplicates, links, joint handling."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

from engine.commands import case_links
from engine.queries import duplicates, search, side_by_side
from tests.support.samples_of_models import UseCase
from tests.support.story import Story


def of_relations(new: Story, asked: Story) -> Iterator[UseCase]:
    yield search.FindCases(new.reference)
    yield duplicates.LikelyDuplicates(new.reference)
    yield duplicates.WhoIsLookedFor(new.reference)
    yield side_by_side.CompareCases(new.reference, asked.reference)
    yield duplicates.LikelyDuplicatesOf("Nadia", "Kuvitelma")
    yield case_links.LinkCases(new.reference, asked.reference, "family", "Sama perhe, kertoi itse.")
    yield case_links.UnlinkCases(new.reference, uuid4(), "Ei sittenkään sama perhe.")
    yield case_links.HandleTogether(new.reference, asked.reference, "Samat tapahtumat.")
    yield case_links.HandleApart(new.reference, "Viivyttäisi toista asiaa.")
