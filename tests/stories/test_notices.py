"""Others learn of a person by a document that somebody sent, on a lawful ground, and no word more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.errors import Invalid
from engine.queries.case_file import ReadDocument
from tests.stories.test_contact import admitted
from tests.support.pdf import shown
from tests.support.story import Story


class Letter(str):
    """The printed words, compared without spaces: a line may break anywhere."""

    __slots__ = ()

    def __contains__(self, words: object) -> bool:
        return "".join(str(words).split()) in "".join(self.split())


def papers(story: Story, kind: str) -> list[Letter]:
    """The documents of that kind."""
    actor = story.world.actor("kasittelija")
    found = [each for each in story.file.documents if each.kind == kind]
    return [Letter(shown(story.world.engine.answer(ReadDocument(each.id), actor)[1])) for each in found]


def reflection_signed(story: Story) -> None:
    admitted(story)
    story.does("kasittelija", "contact_client", stay_status="no_right")
    story.does("kasittelija", "reflection_period")
    story.does("paattaja", "sign_reflection_period")


@pytest.mark.databases
def test_the_police_get_the_reflection_decision_and_no_word_more(story: Story) -> None:
    reflection_signed(story)
    (letter,) = papers(story, "notice_police_reflection")
    assert "52 c §" in letter
    assert "Keksitty" in letter
    for secret in ("pakotettiin", "aino.keksitty@example.invalid", "Perustelut"):
        assert secret not in letter
    assert "police_notified" not in story.milestones
    story.does("kasittelija", "send_notice")
    assert "police_notified" in story.milestones
    assert "record_delivery" in story.forms, "served or not"


def test_a_notice_that_does_not_leave_is_made_anew_because_the_law_wants_it(story: Story) -> None:
    reflection_signed(story)
    story.does(
        "kasittelija",
        "send_notice",
        notice_state="not_sent",
        not_sent_reason="Väärä osoite.",
        notice_recipient=None,
        notice_channel=None,
        sent_on=None,
    )
    assert "police_notified" not in story.milestones
    assert "send_notice" in story.forms


def test_a_notice_does_not_leave_before_it_was_made(story: Story) -> None:
    reflection_signed(story)
    with pytest.raises(Invalid) as refused:
        story.does("kasittelija", "send_notice", sent_on=(story.today - timedelta(days=1)).isoformat())
    assert refused.value.field == "sent_on"


def test_a_forgotten_notice_reminds_and_reaches_the_manager(story: Story) -> None:
    reflection_signed(story)
    reminded, reported = story.events.count("assignee_notified"), story.events.count("manager_notified")
    story.passes(days=2)
    assert story.events.count("assignee_notified") == reminded + 1
    story.passes(days=2)
    assert story.events.count("manager_notified") == reported + 1


def test_the_organiser_of_help_gets_the_need_and_only_the_safe_ways(story: Story) -> None:
    admitted(story)
    story.does("kasittelija", "contact_client", service_organiser="county", first_needs="Asunto ja lääkäri.")
    assert "service_needs_handed_over" not in story.milestones
    (letter,) = papers(story, "notice_service_handover")
    assert "Asunto ja lääkäri." in letter
    assert "58 §" in letter
    assert "aino.keksitty@example.invalid" in letter
    assert "pakotettiin" not in letter
    story.does("kasittelija", "send_notice")
    assert "service_needs_handed_over" in story.milestones


def test_help_that_we_organise_ourselves_is_handed_to_nobody(story: Story) -> None:
    admitted(story)
    story.does("kasittelija", "contact_client", service_organiser="nas")
    assert "send_notice" not in story.forms
    assert papers(story, "notice_service_handover") == []
