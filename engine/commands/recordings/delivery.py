"""An attempt to serve the resolution that failed, and the way it is tried next."""

from __future__ import annotations

from engine.commands.recordings.recording import Recording
from engine.errors import Invalid
from engine.executor import Work


class PostNotSafe(Invalid):
    """Henkilö ei ole sanonut, että posti on turvallinen. Luovuta päätös henkilökohtaisesti, tai kysy häneltä ja kirjaa vastaus ensin."""


def record_delivery(work: Work, recording: Recording) -> None:
    """A letter is never sent to who has not called post safe, whatever the task chose: someone else may open it.

    Asked of the register as it is today, not of the list of recipients, which may be weeks old.
    """
    if recording.text("delivery_result") != "failed" or recording.text("next_channel") != "letter":
        return
    attempt = work.stores.deliveries.latest(recording.case.id, recording.task.business_key)
    served = attempt.party_id if attempt else None
    party = next((each for each in work.stores.parties.of_case(recording.case.id) if each.id == served), None)
    channels = party.contact.get("safe_channels") if party else None
    if not isinstance(channels, list) or "post" not in channels:
        raise PostNotSafe(field="next_channel")
