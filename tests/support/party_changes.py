"""Changes that staff make to the parties of a story, and the mails that follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from engine.casework.party_changes import Effects
from engine.commands.parties import ChangeParty
from engine.domain.parties import Ground, PartyDetails
from engine.queries.party_page import OpenParty, PartyPage
from engine.storage.parties import Party
from tests.support.answers import request
from tests.support.story import Story

CALL = Ground("call", None, "Toinen henkilö lukee hakijan sähköpostia.")
MAILBOX = "aino.keksitty@example.invalid"
ONLY_PHONE = {"safe_channels": ["phone"], "unsafe_channels": ["email"], "phone": "+358 00 0000000"}
NEW_MAILBOX = {"safe_channels": ["email"], "email": "aino.uusi@example.invalid"}


def person(story: Story) -> Party:
    found = story.file.applicant
    assert found is not None
    return found


def code_of(story: Story) -> str:
    assert story.receipt is not None
    return story.receipt.code


def details(party: Party, contact: dict[str, Any] | None = None, **changes: Any) -> PartyDetails:
    """The details as the page sends them: all that it shows."""
    shown = PartyDetails(
        party.kind,
        party.identity,
        {**party.contact, **(contact or {})},
        party.is_unsafe,
        party.is_protected,
        party.powers,
        party.authorised_on,
    )
    return replace(shown, **changes)


def changes(
    story: Story,
    party: Party,
    contact: dict[str, Any] | None = None,
    who: str = "kasittelija",
    letters_address: str = "",
    letters_received: str = "",
    **more: Any,
) -> Effects:
    shown = details(party, contact, **more)
    command = ChangeParty(
        story.reference, party.id, party.version, shown, CALL, letters_address, letters_received
    )
    return story.performs(command, who)


def page_of(story: Story, party: Party) -> PartyPage:
    return story.asks(OpenParty(story.reference, party.id))


def asks(story: Story, *recipients: str) -> None:
    due = story.today + timedelta(days=14)
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    rows = [request(each, due) for each in recipients]
    story.does("kasittelija", "new_information_request", round_reason="Ehdot puuttuvat.", requests=rows)


def to(story: Story, address: str) -> list[str]:
    return [mail.kind for mail in story.mails if mail.recipient["email"] == address]


def addressed(story: Story, address: str = "Toimistokatu 4, 00000 Esimerkkilä") -> None:
    """Somebody looks up the referrer's postal address: letters to them can be posted."""
    referrer = next(each for each in story.file.parties if each.kind == "referrer")
    changes(story, referrer, {"postal_address": address})
