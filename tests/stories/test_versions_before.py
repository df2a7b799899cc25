"""A case that stays on a version from before letters were posted by a person: it comes to its end, and the record is true."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from engine.bootstrap import shipped_files
from engine.commands.deployments import DeployProcesses
from engine.domain.people import OPERATOR
from tests.stories.test_delivery import BY_POST
from tests.support.story import Story


def before_posting(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The shipped models without the form by which the program knows that a person posts letters."""
    form, renamed = b"post_paper", b"send_paper"
    return {
        path.replace("post_paper.form", "send_paper.form"): data.replace(
            b'value="%s"' % form, b'value="%s"' % renamed
        ).replace(b'"id": "%s"' % form, b'"id": "%s"' % renamed)
        for path, data in files.items()
    }


def test_a_letter_that_arrived_is_recorded_where_a_decision_is_handed_over(story: Story) -> None:
    story.world.engine.perform(DeployProcesses(before_posting(shipped_files()), "Ennen postitusta"), OPERATOR)
    story.applies(**BY_POST)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert "post_letter" not in story.forms
    assert "resolution_dispatched" not in story.events, "nobody has posted anything"
    story.passes(days=6)
    arrived = (story.today - timedelta(days=1)).isoformat()
    story.does(
        "kasittelija",
        "record_delivery",
        delivery_channel="acknowledgement",
        proof="receipt",
        served_on=arrived,
        handed_by=None,
        handed_where=None,
    )
    (delivery,) = story.file.deliveries
    assert (delivery.channel, delivery.state, delivery.served_on) == (
        "acknowledgement",
        "served",
        story.today - timedelta(days=1),
    )
