"""Contacting the person: by a way that they have called safe, or by meeting them."""

from __future__ import annotations

from engine.casework.contact_channels import allowed_contact, open_ways
from engine.casework.party_changes import release
from engine.casework.recordings.recording import Recording
from engine.domain.consents import ASK_WITH_CONSENT, is_withdrawn
from engine.domain.parties import Ground
from engine.domain.safe_contact import PartyNotSafe, WayNotSafe, may_ask_by
from engine.errors import Invalid
from engine.executor import Work


def record_contact(work: Work, recording: Recording) -> None:
    """Raise WayNotSafe if the chosen way is not safe today. A form without the question passes."""
    way = recording.text("contact_channel")
    if way and way not in allowed_contact(work, recording.case):
        raise WayNotSafe(field="contact_channel")


class ConsentWithdrawn(Invalid):
    sentence = "Henkilö on perunut suostumuksensa tähän. Kysy häneltä uudelleen, tai käytä muuta perustetta."


class StillHeld(Invalid):
    sentence = "Henkilön uusia tapoja ei ole vielä kirjattu. Kirjaa ne ensin asian sivulla: Henkilö ja perhe, Muuta tietoja."


def record_contact_change(work: Work, recording: Recording) -> None:
    """The ways have been recorded on the person's page; or they are as they were, and everything to the person goes on."""
    held = [each for each in work.stores.parties.of_case(recording.case.id) if each.held_at is not None]
    if held and recording.text("contact_outcome") == "recorded":
        raise StillHeld(field="contact_outcome")
    if recording.text("contact_outcome") == "same":
        ground = Ground("call", work.today, recording.text("contact_confirmed_how"))
        for party in held:
            release(work, recording.case, party, party, ground)
            work.record(recording.case.id, "contact_confirmed", party.kind)


def record_requests(work: Work, recording: Recording) -> None:
    """Raise WayNotSafe or PartyNotSafe if a row's way or recipient is not safe. Authorities choose their own ways."""
    parties = work.stores.parties.of_case(recording.case.id)
    safe = open_ways(parties)
    referrer = next((each for each in parties if each.kind == "referrer"), None)
    consents = work.stores.consents.of_case(recording.case.id)
    for place, row in enumerate(recording.rows("requests")):
        recipient, way = str(row.get("recipient")), str(row.get("request_channel") or "link")
        if recipient == "referrer" and referrer is not None and referrer.is_unsafe:
            raise PartyNotSafe(field=f"requests.{place}.recipient")
        if row.get("legal_basis") == "consent" and is_withdrawn(consents, ASK_WITH_CONSENT, recipient):
            raise ConsentWithdrawn(field=f"requests.{place}.legal_basis")
        if recipient == "applicant" and not may_ask_by(way, safe):
            raise WayNotSafe(field=f"requests.{place}.request_channel")
