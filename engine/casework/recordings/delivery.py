"""An attempt to serve the resolution: how it was made and, if it failed, how the next one is made."""

from __future__ import annotations

from engine.casework.contact_channels import POSTED, post_is_safe, was_posted
from engine.casework.recordings.recording import Recording
from engine.domain.safe_contact import PostNotSafe
from engine.executor import Work


def record_delivery(work: Work, recording: Recording) -> None:
    """Raise PostNotSafe for a letter to a person who has not called post safe: someone else may open it.

    The register as it is today decides, not the list of recipients, which may be weeks old.
    """
    goes_next = recording.text("delivery_result") == "failed" and recording.text("next_channel") == "letter"
    was_sent = recording.text("delivery_channel") in POSTED
    if not (goes_next or was_sent) or post_is_safe(work, recording.case, recording.task.business_key):
        return
    if goes_next:
        raise PostNotSafe(field="next_channel")
    if not was_posted(work, recording.case, recording.task.business_key):
        raise PostNotSafe(field="delivery_channel")
