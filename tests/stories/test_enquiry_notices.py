"""An enquiry tells of a child in need of protection. The authority is notified at once, and nobody is invented for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clock import day_of
from engine.commands.cases import CorrelateMessage
from engine.commands.enquiry_answers import AnswerEnquiry, ReadEnquiry, UnansweredEnquiries
from engine.commands.legal_holds import PlaceHold
from engine.commands.notices import BeginEnquiryNotice
from engine.domain.cases import CaseState, Channel
from engine.domain.people import PUBLIC
from engine.errors import Forbidden, NotWaiting
from engine.queries.access_log import SearchAccessLog
from engine.queries.enquiry_notices import NoticesOfEnquiry
from engine.queries.oversight import WatchOver
from engine.queries.status import StatusByCode
from engine.storage.enquiries import Enquiry
from tests.stories.test_enquiries import asks
from tests.stories.test_notices import papers
from tests.stories.test_who_sees import disqualified
from tests.support.browsing import signed_in
from tests.support.key_stores import erase_due
from tests.support.story import Story

ASKED = "Naapurin lasta lyödään, sanoi Pirkko Kysyjä."
PHONE = "+358401234567"


def enquiry_of(story: Story) -> Enquiry:
    (enquiry,) = story.world.engine.answer(UnansweredEnquiries(), story.world.actor("paivystaja"))
    return enquiry


def begins(story: Story, who: str = "paivystaja") -> Enquiry:
    """Somebody asks without a name, and a worker who has read it begins a notice."""
    asks(story, question=ASKED, reply_by="phone", phone=PHONE, concerns_child="yes")
    enquiry = enquiry_of(story)
    begins_from(story, enquiry, who)
    return enquiry


def begins_from(story: Story, enquiry: Enquiry, who: str = "paivystaja") -> None:
    story.world.engine.perform(BeginEnquiryNotice(enquiry.reference), story.world.actor(who))
    (found,) = story.world.engine.answer(NoticesOfEnquiry(enquiry.id), story.world.actor(who))
    story.reference = found.reference


@pytest.mark.databases
@pytest.mark.parametrize("who", ["kirjaaja", "paivystaja", "kasittelija"])
def test_each_who_reads_an_enquiry_notifies_child_welfare_without_approval(story: Story, who: str) -> None:
    enquiry = begins(story, who)
    assert story.forms == ["write_enquiry_notice"]
    story.does(who, "write_enquiry_notice")
    assert "authority_notified" not in story.milestones
    (letter,) = papers(story, "notice_child_welfare")
    assert "417/2007" in letter
    assert "jonka nimi ei ole tiedossa" in letter
    story.does(who, "send_notice", notice_channel="post")
    assert "authority_notified" in story.milestones
    assert story.case.state is CaseState.CLOSED
    (found,) = story.world.engine.answer(NoticesOfEnquiry(enquiry.id), story.world.actor("kirjaaja"))
    assert found.tasks == ()
    assert found.sent == (("child_welfare", story.today),)


def test_nobody_is_invented_and_the_one_who_asked_is_not_named(story: Story) -> None:
    begins(story)
    story.does("paivystaja", "write_enquiry_notice", notice_facts="Lasta lyödään.")
    file = story.file
    assert (file.parties, file.consents, file.requests, file.case.outcome) == ((), (), (), None)
    (letter,) = papers(story, "notice_child_welfare")
    assert "Lasta lyödään." in letter
    assert "jossa nimiä ei kysytty" in letter
    assert "asiointi meillä" not in letter
    for secret in ("Pirkko", "Naapurin", PHONE):
        assert secret not in letter
        assert secret not in str(file.submissions)


def test_a_name_that_was_heard_stands_in_the_notice(story: Story) -> None:
    begins(story)
    story.does("paivystaja", "write_enquiry_notice", concerned_name="Lumi Keksitty")
    (letter,) = papers(story, "notice_child_welfare")
    assert "Lumi Keksitty" in letter
    assert "jonka nimi ei ole tiedossa" not in letter
    assert story.file.parties == ()


@pytest.mark.parametrize(
    ("answers", "ground", "milestone"),
    [
        ({"police_ground": "child_offence", "offence_limb": "sexual"}, "20 luvussa", "child_offence_duty"),
        ({"police_ground": "child_offence", "offence_limb": "bodily"}, "21 luvussa", "child_offence_duty"),
        ({"police_ground": "preventable_offence"}, "15 luku 10 §", "preventable_offence_duty"),
    ],
)
def test_the_police_are_notified_on_a_duty_of_law(
    story: Story, answers: dict[str, str], ground: str, milestone: str
) -> None:
    begins(story)
    given = {"notice": "police", "notice_addressee": "Esimerkin poliisilaitos", **answers}
    story.does("paivystaja", "write_enquiry_notice", **given)
    assert ground in papers(story, "notice_police")[0]
    assert "police_notified" not in story.milestones
    story.does("paivystaja", "send_notice")
    assert [each for each in story.milestones if each in (milestone, "notice_sent", "police_notified")] == [
        milestone,
        "notice_sent",
        "police_notified",
    ]
    story.passes(minutes=1)
    owed = ["write_enquiry_notice"] if milestone == "child_offence_duty" else []
    assert story.forms == owed, "an offence against a child is notified to child welfare as well"


def test_a_notice_that_is_not_written_or_not_sent_reminds_and_reaches_the_manager(story: Story) -> None:
    begins(story)
    story.passes(days=1, minutes=1)
    assert story.events.count("assignee_notified") == 1
    story.passes(days=1)
    assert story.events.count("manager_notified") == 1
    story.does("paivystaja", "write_enquiry_notice")
    story.passes(days=3)
    assert story.events.count("assignee_notified") == 2
    assert story.events.count("manager_notified") == 2


@pytest.mark.parametrize("to", ["child_welfare", "police"])
def test_a_notice_that_does_not_leave_is_not_recorded_as_made(story: Story, to: str) -> None:
    begins(story)
    given = {"notice": to, **({"police_ground": "preventable_offence"} if to == "police" else {})}
    story.does("paivystaja", "write_enquiry_notice", **given)
    story.does(
        "paivystaja",
        "send_notice",
        notice_state="not_sent",
        not_sent_reason="Sama ilmoitus oli jo tehty.",
        notice_recipient=None,
        notice_channel=None,
        sent_on=None,
    )
    assert {"authority_notified", "police_notified", "notice_sent"}.isdisjoint(story.milestones)
    assert "notice_not_sent" in story.events


def test_a_notice_begun_in_vain_ends_with_its_reason(story: Story) -> None:
    begins(story)
    story.does(
        "paivystaja",
        "write_enquiry_notice",
        notice="none",
        notice_addressee=None,
        notice_facts=None,
        no_notice_reason="Ilmoitus oli jo tehty.",
    )
    assert story.case.state is CaseState.CLOSED
    assert "notice_sent" not in story.events


def test_an_enquirys_notices_stand_in_one_case(story: Story) -> None:
    enquiry = begins(story)
    first = story.reference
    begins_from(story, enquiry, "kirjaaja")
    assert story.forms == ["write_enquiry_notice"], "one that is not written yet is gone on with"
    story.does("paivystaja", "write_enquiry_notice")
    story.does("paivystaja", "send_notice")
    assert story.case.state is CaseState.CLOSED
    begins_from(story, enquiry, "kasittelija")
    assert story.reference == first
    assert story.case.state is CaseState.PENDING
    assert story.forms == ["write_enquiry_notice"]


def test_it_is_no_application_in_any_count(story: Story) -> None:
    story.applies()
    application = story.reference
    before = story.world.engine.answer(WatchOver(), story.world.actor("esihenkilo"))
    begins(story)
    assert story.reference.startswith("V")
    watched = story.world.engine.answer(WatchOver(), story.world.actor("esihenkilo"))
    assert (watched.open_cases, watched.received_last_30_days) == (1, 1)
    assert (before.open_cases, before.received_last_30_days) == (1, 1)
    story.applies()
    assert int(story.reference[-6:]) == int(application[-6:]) + 1


def test_nothing_of_an_application_reaches_it(story: Story) -> None:
    begins(story)
    for message in ("application_withdrawn", "new_fact", "appeal_received"):
        command = CorrelateMessage(story.reference, message)
        with pytest.raises(NotWaiting):
            story.world.engine.perform(command, story.world.actor("kasittelija"))
    assert story.file.awaited == ()


def test_the_one_who_asked_learns_nothing_of_it_by_the_code(story: Story) -> None:
    receipt = asks(story)
    seen = story.world.engine.answer(StatusByCode(receipt.code), PUBLIC)
    begins_from(story, enquiry_of(story))
    assert story.world.engine.answer(StatusByCode(receipt.code), PUBLIC) == seen


def test_only_those_who_read_enquiries_begin_it(story: Story) -> None:
    asks(story)
    enquiry = enquiry_of(story)
    for who in ("paattaja", "omistaja", "yllapitaja", "tarkastaja"):
        for act in (
            lambda actor: story.world.engine.perform(BeginEnquiryNotice(enquiry.reference), actor),
            lambda actor: story.world.engine.answer(NoticesOfEnquiry(enquiry.id), actor),
        ):
            with pytest.raises(Forbidden):
                act(story.world.actor(who))


def test_the_log_names_the_enquiry_and_the_case(story: Story) -> None:
    enquiry = begins(story)
    begins_from(story, enquiry, "kirjaaja")
    auditor = story.world.actor("tarkastaja")
    log = story.world.engine.answer(SearchAccessLog(), auditor)
    assert sum(each.action == "begin_notice" for each in log.entries) == 3, "the enquiry twice, its case once"
    assert any(each.action == "enquiry_notices" for each in log.entries)
    assert "begun_from_enquiry" in story.events


def test_it_is_erased_in_its_time(story: Story) -> None:
    begins(story)
    story.does("paivystaja", "write_enquiry_notice", concerned_name="Lumi Keksitty")
    story.does("paivystaja", "send_notice")
    assert "Lumi" in str(story.file.submissions)
    ends = day_of(story.world.clock.moment).replace(year=story.today.year + 5)
    story.world.clock.moment += timedelta(days=(ends - story.today).days - 1)
    erase_due(story.world.engine)
    assert "Lumi" in str(story.file.submissions)
    story.world.clock.moment += timedelta(days=1)
    erase_due(story.world.engine)
    assert "Lumi" not in str(story.file.submissions)
    assert "content_erased" in story.events


def test_a_region_of_swedish_authorities_gets_its_notice_in_swedish(story: Story) -> None:
    asks(story, region="aland")
    begins_from(story, enquiry_of(story))
    story.does("paivystaja", "write_enquiry_notice")
    (letter,) = papers(story, "notice_child_welfare")
    assert "BARNSKYDDSANMÄLAN" in letter
    assert story.case.channel is Channel.ENQUIRY


def test_an_enquiry_whose_notices_one_may_not_see_reads_as_one_without(story: Story) -> None:
    """A page that is refused would say that there are some."""
    asks(story, question=ASKED)
    without = enquiry_of(story)
    asks(story, question=ASKED, concerns_child="yes")
    enquiry = next(
        each
        for each in story.world.engine.answer(UnansweredEnquiries(), story.world.actor("kirjaaja"))
        if each.id != without.id
    )
    begins_from(story, enquiry)
    disqualified(story, "kirjaaja")
    browser = signed_in(story.world, "kirjaaja")

    pages = [browser.get(f"/tasks/enquiries/{each.id}") for each in (enquiry, without)]

    assert [page.status for page in pages] == [200, 200]
    assert story.reference not in pages[0].text
    shown = story.world.engine.answer(NoticesOfEnquiry(enquiry.id), story.world.actor("kasittelija"))
    assert [each.reference for each in shown] == [story.reference]


def test_who_may_not_see_the_notices_of_an_enquiry_begins_in_a_case_of_their_own(story: Story) -> None:
    """A press that is refused would say that there are some."""
    enquiry = begins(story)
    hidden = story.reference
    disqualified(story, "kirjaaja")

    begins_from(story, enquiry, "kirjaaja")

    own = story.reference
    assert own != hidden
    begins_from(story, enquiry, "kirjaaja")
    assert story.reference == own, "and goes on with it"
    every = story.world.engine.answer(NoticesOfEnquiry(enquiry.id), story.world.actor("kasittelija"))
    assert [each.reference for each in every] == [hidden, own]


@pytest.mark.parametrize("place", [0, 1])
def test_an_enquiry_is_held_with_each_case_of_its_notices(story: Story, place: int) -> None:
    enquiry = begins(story)
    answer = AnswerEnquiry(enquiry.id, "Ilmoitamme.", call="called")
    story.world.engine.perform(answer, story.world.actor("paivystaja"))
    references = [story.reference]
    disqualified(story, "kirjaaja")
    begins_from(story, enquiry, "kirjaaja")
    references.append(story.reference)
    kept = timedelta(days=31 * story.world.engine.settings.enquiries_kept)
    story.world.clock.moment += kept - timedelta(days=60)
    held_until = story.today + timedelta(days=200)
    hold = PlaceHold(references[place], "Tuomioistuin pyysi säilyttämään asian.", held_until)
    story.world.engine.perform(hold, story.world.actor("johtaja"))
    for days, is_there in ((100, True), (101, False)):
        story.world.clock.moment += timedelta(days=days)
        erase_due(story.world.engine)
        found = story.world.engine.answer(ReadEnquiry(enquiry.id), story.world.actor("paivystaja"))
        assert (ASKED in str(found.content)) is is_there
