"""Links to questions that wrong codes have locked: who learns of it, and what opens the question again."""

from __future__ import annotations

from datetime import timedelta

from engine.commands.links import RenewLink
from engine.commands.requests import KeepReply, OpenRequest, ReadRequest
from engine.domain.people import PUBLIC
from engine.domain.waits import WaitKind
from engine.queries.my_cases import MyCases
from tests.stories.test_refusals import KEY, asked
from tests.support.browsing import signed_in
from tests.support.story import Story


def locks(story: Story, link: str, code: str) -> None:
    wrong = "".join(str((int(digit) + 1) % 10) if digit.isdigit() else digit for digit in code)
    for _ in range(5):
        assert story.world.engine.perform(OpenRequest(link, wrong, KEY), PUBLIC) is None


def renews(story: Story) -> str | None:
    renewal = RenewLink(story.reference, story.file.requests[0].reference)
    return story.world.engine.perform(renewal, story.world.actor("kasittelija"))


def mails_to_referrer(story: Story) -> list[tuple[str, bool]]:
    """Each with whether it holds the address that works now."""
    link = story.link_of(story.file.requests[0])
    sent = [each for each in story.mails if each.recipient["email"] == "raimo@example.invalid"]
    return [(each.kind, link in str(each.template_values)) for each in sent if each.kind != "mail_receipt"]


def waits_for_link(story: Story) -> list[bool]:
    (line,) = story.world.engine.answer(MyCases(), story.world.actor("kasittelija")).lines
    return [line.is_mine] if line.wait.kind is WaitKind.LINK else []


def test_a_link_renewed_after_it_locked_is_reminded_of_at_the_same_address(story: Story) -> None:
    link, code = asked(story)
    assert waits_for_link(story) == []
    locks(story, link, code)
    story.passes(minutes=1)
    assert waits_for_link(story) == [True]
    assert renews(story) is None, "it was mailed"
    assert waits_for_link(story) == []
    story.passes(days=8)
    assert mails_to_referrer(story) == [
        ("mail_request", False),
        ("mail_request", True),
        ("mail_reminder", True),
    ]


def test_a_link_that_was_opened_and_left_and_then_locked_counts_as_locked(story: Story) -> None:
    link, code = asked(story)
    key = story.opens(story.file.requests[0])
    story.passes(minutes=16)
    locks(story, link, code)
    assert waits_for_link(story) == [True]
    story.world.engine.answer(ReadRequest(key), PUBLIC)
    before = mails_to_referrer(story)
    story.passes(days=8)
    assert mails_to_referrer(story) == before, "no reminder of an address that opens nothing"
    assert renews(story) is None, "it was mailed"
    story.passes(minutes=1)
    assert mails_to_referrer(story)[-1] == ("mail_request", True)
    assert waits_for_link(story) == []


def test_a_locked_link_with_a_draft_kept_behind_it_gives_no_new_address(story: Story) -> None:
    """Its address is closed as long as the draft stands, which its own code opens."""
    link, code = asked(story)
    key = story.opens(story.file.requests[0])
    story.passes(minutes=16)
    locks(story, link, code)
    story.world.engine.perform(KeepReply(key, {"answer": ["Kesken."]}, code="12345678"), PUBLIC)
    before = mails_to_referrer(story)
    story.passes(days=8)
    assert mails_to_referrer(story) == before
    assert waits_for_link(story) == [True]


def test_no_reminder_goes_without_an_address_and_the_caseworker_is_asked_to_renew_the_link(
    story: Story,
) -> None:
    link, code = asked(story)
    locks(story, link, code)
    story.passes(minutes=1)
    before = len(story.mails)
    story.passes(days=8)
    assert [each.kind for each in story.mails[before:]] == ["mail_task"]
    assert waits_for_link(story) == [True], "the list says so until a new link is made"
    page = signed_in(story.world, "kasittelija").get("/my-cases/")
    asked_for = "Vastauslinkki lukittui vääristä koodeista. Tee uusi linkki (REQ-1)"
    (step,) = page.tree.xpath("//a[text()=$words]/@href", words=asked_for)
    assert step == f"/cases/{story.reference}#requests"
    assert renews(story) is None
    story.passes(minutes=1)
    assert mails_to_referrer(story)[-1] == ("mail_request", True)
    assert waits_for_link(story) == []


def test_a_new_day_behind_a_locked_link_is_left_to_a_person(story: Story) -> None:
    """The message of a new day to a private person says nothing without its address."""
    link, code = asked(story, referrer_kind="private_person")
    locks(story, link, code)
    story.passes(days=18)
    new_day = (story.today + timedelta(days=14)).isoformat()
    story.does("kasittelija", "request_follow_up", choice="extend", new_due_on=new_day)
    story.passes(minutes=1)
    assert "mail_new_date" not in [kind for kind, _ in mails_to_referrer(story)]
    assert "post_paper" in story.forms
