"""A call that somebody asked for by their code: promised only to a safe number, owed until it is made."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.clock import day_of
from engine.commands.by_code import AskCallByCode, RecordCall
from engine.domain.calendar import working_days_later
from engine.domain.people import PUBLIC
from engine.domain.waits import WISHED_CALL
from engine.errors import NotFound
from engine.queries.my_cases import CaseLine, MyCases
from tests.support.browsing import Page, signed_in, visitor
from tests.support.party_changes import changes, person
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.test_talking_by_code import has, page_of, presses


def test_a_call_is_asked_to_the_number_called_safe_and_no_number_is_taken(story: Story, world: World) -> None:
    story.applies(safe_channels=["phone"], phone="+358401234567")
    browser = visitor(world)
    status = page_of(browser, story)
    assert "401234567" not in status.text
    done = presses(browser, status, "/code/call", phone="+358409999999")
    assert done.heading == "Soitamme sinulle"
    assert "Viimeistään ti 3.11.2026" in done.text
    again = page_of(browser, story)
    assert "Viimeistään ti 3.11.2026" in again.text
    presses(browser, status, "/code/call")
    assert story.events.count("call_asked") == 1
    assert "9999999" not in str([each.contact for each in story.file.parties])


def test_a_call_that_was_not_made_in_time_is_late_and_promised_no_more(story: Story, world: World) -> None:
    story.applies(safe_channels=["phone"], phone="+358401234567")
    browser = visitor(world)
    presses(browser, page_of(browser, story), "/code/call")
    world.clock.moment += timedelta(days=2)

    late = page_of(browser, story)

    assert "Soitamme sinulle. Viimeistään" not in late.text
    (way,) = late.tree.xpath("//details[.//button[contains(@formaction,'/code/call')]]")
    assert "Olemme myöhässä. Soita meille heti." in way.text_content()
    assert way.xpath(".//a[starts-with(@href, 'tel:')]")


def test_a_wished_call_is_owed_until_somebody_has_called(story: Story, world: World) -> None:
    """They ask, a day later nobody answers, and the day after they talk."""
    receipt = story.applies(safe_channels=["phone"], phone="000 000 0000")
    story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))

    def owed() -> CaseLine:
        (only,) = world.engine.answer(MyCases(), world.actor("kasittelija")).lines
        return only

    world.engine.perform(AskCallByCode(receipt.code), PUBLIC)
    first = owed()
    assert (first.wait.form_key, first.is_mine) == (WISHED_CALL, True)
    assert day_of(first.wait.until) == working_days_later(story.today, 1)

    def calls(answer: str) -> Page:
        staff = signed_in(world, "kasittelija")
        page = staff.get(f"/cases/{story.reference}")
        assert "Soita hakijalle: hän pyysi sitä" in page.text
        return staff.follows(presses(staff, page, "/call", f"reached={answer}"))

    story.passes(days=1)
    assert has(calls("no"), "/call")
    assert day_of(owed().wait.until) == working_days_later(story.today, 1)
    story.passes(days=1)
    assert not has(calls("yes"), "/call")
    assert owed().wait.form_key != WISHED_CALL
    assert [kind for kind in story.events if kind.startswith("call_")] == [
        "call_asked",
        "call_not_answered",
        "call_made",
    ]


def test_two_who_ring_at_once_both_record_their_call_and_today_s_attempts_are_shown(
    story: Story, world: World
) -> None:
    receipt = story.applies(safe_channels=["phone"], phone="000 000 0000")
    story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    with pytest.raises(NotFound):
        world.engine.perform(RecordCall(story.reference, is_reached=True), world.actor("kasittelija"))
    world.engine.perform(AskCallByCode(receipt.code), PUBLIC)
    first, second = signed_in(world, "kasittelija"), signed_in(world, "toinen")
    world.engine.perform(RecordCall(story.reference, is_reached=False), world.actor("kasittelija"))
    page, other = (each.get(f"/cases/{story.reference}") for each in (first, second))
    tried = f"{world.people['kasittelija'].name}: ei vastannut"
    assert tried in page.text

    assert presses(first, page, "/call", "reached=yes").status == 303
    late = presses(second, other, "/call", "reached=no")
    assert late.status == 303
    assert "Soita uudelleen" not in second.follows(late).text, "nothing is owed any more"
    assert [each for each in story.events if each.startswith("call_")][1:] == [
        "call_not_answered",
        "call_made",
        "call_not_answered",
    ]
    world.engine.perform(AskCallByCode(receipt.code), PUBLIC)
    world.clock.moment += timedelta(days=1)
    assert tried not in signed_in(world, "kasittelija").get(f"/cases/{story.reference}").text, "yesterday's"


def test_a_call_asked_again_after_one_was_made_is_owed_again_on_the_same_day(
    story: Story, world: World
) -> None:
    receipt = story.applies(safe_channels=["phone"], phone="000 000 0000")
    story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    ask = AskCallByCode(receipt.code)
    assert world.engine.perform(ask, PUBLIC) is True
    story.passes(hours=2)
    world.engine.perform(RecordCall(story.reference, is_reached=True), world.actor("kasittelija"))
    story.passes(hours=3)
    sent = len(story.mails)
    assert world.engine.perform(ask, PUBLIC) is True
    assert world.engine.perform(ask, PUBLIC) is True, "pressed twice"
    assert story.events.count("call_asked") == 2
    (line,) = world.engine.answer(MyCases(), world.actor("kasittelija")).lines
    assert line.wait.form_key == WISHED_CALL
    story.passes(seconds=5)
    assert len(story.mails) == sent + 1, "the caseworker hears of it once"


def test_no_call_is_promised_to_a_number_that_is_safe_no_more(story: Story, world: World) -> None:
    story.applies(safe_channels=["phone"], phone="+358401234567")
    story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    browser = visitor(world)
    asked = presses(browser, page_of(browser, story), "/code/call").response.request.path
    presses(browser, page_of(browser, story), "/code/stop", "sure=yes")

    status = page_of(browser, story)
    assert "Emme tiedä numeroa, johon on turvallista soittaa." in status.text
    assert "Soitamme sinulle" not in status.text
    assert "Soitamme sinulle" not in browser.get(asked).text, "nor on a page that was open"

    staff = signed_in(world, "kasittelija")
    case = staff.get(f"/cases/{story.reference}").text
    assert "Hakija pyysi soittamaan, mutta turvallista numeroa ei ole" in case
    assert "Älä soita, ennen kuin hänelle on kirjattu turvallinen numero." in case
    assert "Soita hakijalle" not in case
    assert "Soita hakijalle" not in staff.get("/cases/").text
    (line,) = world.engine.answer(MyCases(), world.actor("kasittelija")).lines
    assert (line.wait.form_key, line.more) == ("triage_override", 1), "what can be done goes first"


@pytest.mark.parametrize("times", [["weekend"], ["weekday_evening", "weekend"]])
def test_no_call_is_promised_to_whom_only_evenings_or_weekends_are_safe(
    story: Story, world: World, times: list[str]
) -> None:
    story.applies(safe_channels=["phone"], phone="+358401234567", safe_times=times)
    browser = visitor(world)

    status = page_of(browser, story)
    (tell,) = status.tree.xpath("//form[@id='tell']")
    answer = browser.post("/fi/code/call", dict(tell.form_values()))

    for page in (status, answer):
        assert "Soitamme vain arkisin kello 8–16" in page.text
        assert "siihen aikaan, jotka kerroit turvallisiksi" not in page.text
        assert page.tree.xpath("//main//a[starts-with(@href, 'tel:')]")
    assert answer.heading == "Soita meille"
    assert story.events.count("call_asked") == 0


def test_a_call_is_promised_where_some_of_the_safe_times_are_in_office_hours(
    story: Story, world: World
) -> None:
    times = ["weekend", "weekday_morning"]
    story.applies(safe_channels=["phone"], phone="+358401234567", safe_times=times)
    browser = visitor(world)

    done = presses(browser, page_of(browser, story), "/code/call")

    assert "Viimeistään ti 3.11.2026" in done.text


def test_a_promised_call_is_promised_no_more_once_only_weekends_are_safe(story: Story, world: World) -> None:
    receipt = story.applies(safe_channels=["phone"], phone="+358401234567")
    world.engine.perform(AskCallByCode(receipt.code), PUBLIC)
    story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    changes(story, person(story), {"safe_times": ["weekend"]})

    status = page_of(visitor(world), story)

    assert "Soitamme sinulle. Viimeistään" not in status.text
    assert "Soitamme vain arkisin kello 8–16" in status.text
