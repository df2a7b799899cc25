"""Addresses of information requests that lead nowhere any more, each for a reason of its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from engine.commands.links import RevokeLink
from engine.commands.requests import AnswerRequest, OpenRequest
from engine.domain.people import PUBLIC
from engine.storage.links import Links
from tests.support import answers as plain
from tests.support.story import Story
from tests.support.world import World


@dataclass(frozen=True)
class DeadLink:
    why: str
    token: str
    code: str
    """Which would have opened it."""


def until_asked(story: Story) -> None:
    """An application whose sender is asked one thing, with a date."""
    story.applies()
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Työn ehdot puuttuvat.", missing="Ehdot")
    story.does(
        "kasittelija",
        "new_information_request",
        requests=[plain.request("applicant", story.today + timedelta(days=14))],
        round_reason="Ehdot puuttuvat.",
    )


def dead_links(world: World) -> list[DeadLink]:
    """One of each, and one that never was."""
    expired = _link(world, "expired", lambda *_: None)
    world.clock.passes(days=400)
    return [
        DeadLink("unknown", secrets.token_urlsafe(32), "123456"),
        expired,
        _link(world, "opened", _open),
        _link(world, "answered", _answer),
        _link(world, "revoked", _revoke),
        _link(world, "guessed out", _guess),
    ]


def _link(world: World, why: str, end: Callable[[World, Story, str], None]) -> DeadLink:
    story = Story(world)
    until_asked(story)
    (request,) = story.file.requests
    token = story.link_of(request)
    end(world, story, token)
    return DeadLink(why, token, story.code_of(request))


def _open(_world: World, story: Story, _token: str) -> None:
    story.opens(story.file.requests[0])


def _answer(world: World, story: Story, _token: str) -> None:
    key = story.opens(story.file.requests[0])
    world.engine.perform(AnswerRequest(key, data={"answer": "Vastaus."}), PUBLIC)


def _revoke(world: World, story: Story, _token: str) -> None:
    world.engine.perform(
        RevokeLink(story.reference, story.file.requests[0].reference), world.actor("kasittelija")
    )


def _guess(world: World, _story: Story, token: str) -> None:
    for _ in range(Links.MAX_ATTEMPTS):
        world.engine.perform(OpenRequest(token, "x", "k" * 43), PUBLIC)
