"""A meeting names those who are met and the colleague who goes; it is mailed to nobody who is not to come."""

from __future__ import annotations

import pytest

from engine.domain.meetings import CompanyBarred, MeetingAtSameHour, MeetingState, WorkerKeptOut
from engine.domain.staff_notices import NoticeKind
from engine.errors import Invalid
from engine.queries.staff_notices import MyNotices
from tests.stories.test_meetings import MAIL, books, ends, page_of, refusals, to_tell
from tests.support.browsing import signed_in
from tests.support.party_changes import changes, person
from tests.support.story import Story


def notices(story: Story, who: str) -> list[NoticeKind]:
    return [each.kind for each in story.world.engine.answer(MyNotices(), story.world.actor(who)).lines]


def test_a_meeting_says_who_is_met_and_who_goes_and_stands_in_that_workers_list(registered: Story) -> None:
    registered.until("sign_resolution")
    world, goer = registered.world, registered.world.people["toinen"]
    others = "Virve Keksitty, sosiaalityöntekijä, Keksitty kunta"
    first = books(registered, days=1, others=others, worker_id=goer.id)
    assert notices(registered, "toinen") == [NoticeKind.MEETING]
    page = signed_in(world, "kasittelija").get(f"/cases/{registered.reference}")
    (shown,) = page.tree.xpath("//*[@id='meetings']//li[@class='note']")
    words = " ".join(shown.text_content().split())
    assert f"Tavataan: {person(registered).name}; {others}" in words
    assert f"Menee: {goer.name}" in words
    mine = signed_in(world, "toinen").get("/my-cases/")
    assert registered.reference in mine.text
    assert f"Tavataan: {person(registered).name}; {others}. Menee: {goer.name}" in mine.text

    second = books(registered, days=2, others=others, worker_id=world.people["kasittelija"].id, moves=first)
    assert notices(registered, "toinen") == [NoticeKind.MEETING] * 2, "who goes no more is told"
    assert registered.reference not in signed_in(world, "toinen").get("/my-cases/").text
    kept = {each.id: each for each in page_of(registered).meetings}
    assert (kept[first].worker_name, kept[first].others) == (goer.name, others)
    assert list(kept[second].parties.values()) == [person(registered).name]


def test_a_colleague_is_booked_twice_at_one_hour_only_after_a_warning(registered: Story) -> None:
    goer = registered.world.people["toinen"].id
    books(registered, days=3, worker_id=goer)
    other = Story(registered.world)
    other.applies()
    other.does("kirjaaja", "register")
    books(other, days=3)
    assert refusals(other, days=3, hour="15.00", worker_id=goer) == {"hour": MeetingAtSameHour}
    books(other, days=3, hour="15.00", worker_id=goer, despite=True)


def test_a_meeting_with_an_organisation_alone_writes_nothing_to_the_person(registered: Story) -> None:
    registered.until("sign_resolution")
    assert refusals(registered, parties=(), others=" ").keys() == {"parties"}
    alone = books(registered, days=2, parties=(), others="Virve Keksitty, johtaja, Keksitty koti")
    registered.passes(days=2, hours=12)
    assert [mail.kind for mail in registered.mails].count(MAIL) == 0
    page = signed_in(registered.world, "kasittelija").get(f"/cases/{registered.reference}")
    assert "se lähtee vain henkilölle, jonka asia on" in page.text
    with pytest.raises(Invalid, match="ei ollut tulossa ketään"):
        ends(registered, alone, MeetingState.MISSED)
    ends(registered, alone, MeetingState.HELD)
    assert to_tell(registered) == []


def test_nobody_unsafe_or_barred_is_met_whatever_was_seen(registered: Story) -> None:
    assert refusals(registered, barred=person(registered).name, despite=True) == {"parties": CompanyBarred}
    barred = {"barred": "Ali Hassan", "others": "Virve Keksitty\nserkku Ali Hassan, tulkki"}
    assert refusals(registered, **barred, despite=True) == {"others": CompanyBarred}
    stranger = Story(registered.world)
    stranger.applies()
    assert refusals(registered, parties=(person(stranger).id,)).keys() == {"parties"}
    changes(registered, person(registered), is_unsafe=True)
    assert refusals(registered, despite=True) == {"parties": CompanyBarred}


def test_who_does_not_see_the_case_does_not_go(registered: Story) -> None:
    outsider = registered.world.people["yllapitaja"].id
    assert refusals(registered, worker_id=outsider) == {"worker": WorkerKeptOut}
