"""Reaching the person: by a way they have called safe, or by meeting them."""

from __future__ import annotations

from engine.casework.contact_channels import allowed_contact, open_ways
from engine.casework.recordings.recording import Recording
from engine.domain.safe_contact import PartyNotSafe, WayNotSafe, may_ask_by
from engine.errors import Invalid
from engine.executor import Work

POLICE_BASES = frozenset({"consent", "l615_11", "l615_13_1", "l615_13_4_3", "l746_58"})
"""Bases on which the police may be asked: the question alone reveals the person."""


class NoGroundToAskPolice(Invalid):
    sentence = "Poliisilta ei kysytä tällä perusteella. Kysymys jo paljastaa henkilön: valitse lain peruste tai henkilön suostumus."


def record_contact(work: Work, recording: Recording) -> None:
    """A form redrawn without the question has nothing to check."""
    way = recording.text("contact_channel")
    if way and way not in allowed_contact(work, recording.case):
        raise WayNotSafe(field="contact_channel")


def record_requests(work: Work, recording: Recording) -> None:
    """Check that each row uses a way that is safe for its recipient. Authorities choose their own ways."""
    parties = work.stores.parties.of_case(recording.case.id)
    safe = open_ways(parties)
    referrer = next((each for each in parties if each.kind == "referrer"), None)
    for place, row in enumerate(recording.rows("requests")):
        recipient, way = str(row.get("recipient")), str(row.get("request_channel") or "link")
        if recipient == "referrer" and referrer is not None and referrer.is_unsafe:
            raise PartyNotSafe(field=f"requests.{place}.recipient")
        if row.get("is_police") == "yes" and row.get("legal_basis") not in POLICE_BASES:
            raise NoGroundToAskPolice(field=f"requests.{place}.legal_basis")
        if recipient == "applicant" and not may_ask_by(way, safe):
            raise WayNotSafe(field=f"requests.{place}.request_channel")
