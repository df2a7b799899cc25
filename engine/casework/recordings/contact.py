"""Contacting the person: by a way that they have called safe, or by meeting them."""

from __future__ import annotations

from engine.casework.contact_channels import allowed_contact, open_ways
from engine.casework.recordings.recording import Recording
from engine.domain.safe_contact import PartyNotSafe, WayNotSafe, may_ask_by
from engine.executor import Work


def record_contact(work: Work, recording: Recording) -> None:
    """Raise WayNotSafe if the chosen way is not safe today. A form without the question passes."""
    way = recording.text("contact_channel")
    if way and way not in allowed_contact(work, recording.case):
        raise WayNotSafe(field="contact_channel")


def record_requests(work: Work, recording: Recording) -> None:
    """Raise WayNotSafe or PartyNotSafe if a row's way or recipient is not safe. Authorities choose their own ways."""
    parties = work.stores.parties.of_case(recording.case.id)
    safe = open_ways(parties)
    referrer = next((each for each in parties if each.kind == "referrer"), None)
    for place, row in enumerate(recording.rows("requests")):
        recipient, way = str(row.get("recipient")), str(row.get("request_channel") or "link")
        if recipient == "referrer" and referrer is not None and referrer.is_unsafe:
            raise PartyNotSafe(field=f"requests.{place}.recipient")
        if recipient == "applicant" and not may_ask_by(way, safe):
            raise WayNotSafe(field=f"requests.{place}.request_channel")
