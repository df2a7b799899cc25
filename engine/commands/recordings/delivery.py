"""An attempt to serve the resolution that failed, and the way it is tried next."""

from __future__ import annotations

from engine.commands.recordings.recording import Recording
from engine.domain.safe_contact import PostNotSafe, safe_ways
from engine.executor import Work
from engine.executor.safe_ways import served


def record_delivery(work: Work, recording: Recording) -> None:
    """A letter is never sent to who has not called post safe, whatever the task chose: someone else may open it.

    Asked of the register as it is today, not of the list of recipients, which may be weeks old.
    """
    if recording.text("delivery_result") != "failed" or recording.text("next_channel") != "letter":
        return
    party = served(work, recording.case, recording.task.business_key)
    if party is None or "post" not in safe_ways(party.contact):
        raise PostNotSafe(field="next_channel")
