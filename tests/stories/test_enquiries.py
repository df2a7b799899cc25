"""Somebody asks without saying who they are. It is no case, and it is answered."""

from __future__ import annotations

import secrets
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from engine.clock import HELSINKI, day_of
from engine.commands.applications import Receipt
from engine.commands.enquiries import SubmitEnquiry
from engine.commands.enquiry_answers import AnswerEnquiry, UnansweredEnquiries
from engine.commands.nameless_calls import RecordNamelessCall
from engine.domain.people import PUBLIC
from engine.errors import AnswersRejected, Forbidden, Invalid
from engine.queries.status import Status, StatusByCode
from engine.storage.tables.access import ACCESS_ENTRIES
from forms.texts import date_as_typed
from tests.stories.test_urgent_calls import SCARED, UNDECIDED
from tests.stories.test_urgent_night import at_night, call, typed
from tests.support import answers as plain
from tests.support.browsing import signed_in, visitor
from tests.support.story import Story
from tests.webapp.test_public_paths import SEND, to_the_end


def asks(story: Story, key: str = "", **changes: Any) -> Receipt:
    data = plain.merged(plain.enquiry(story.today), changes)
    return story.world.engine.perform(SubmitEnquiry(key or secrets.token_urlsafe(32), data=data), PUBLIC)


def status_of(story: Story, receipt: Receipt) -> Status:
    found = story.world.engine.answer(StatusByCode(receipt.code), PUBLIC)
    assert found is not None
    return found


@pytest.mark.databases
def test_an_enquiry_is_answered_to_the_holder_of_the_code(story: Story) -> None:
    receipt = asks(story)
    assert status_of(story, receipt).stage == "enquiry_open"
    worker = story.world.actor("kirjaaja")
    (enquiry,) = story.world.engine.answer(UnansweredEnquiries(), worker)
    story.world.engine.perform(AnswerEnquiry(enquiry.id, "Voit hakea itse."), worker)
    assert (status_of(story, receipt).stage, status_of(story, receipt).answer) == (
        "enquiry_answered",
        "Voit hakea itse.",
    )
    assert story.world.engine.answer(UnansweredEnquiries(), worker) == ()
    assert story.work_of("kirjaaja") == [], "an enquiry is no case"


def test_an_enquiry_sent_twice_is_one(story: Story) -> None:
    key = secrets.token_urlsafe(32)
    assert asks(story, key) == asks(story, key)
    assert len(story.world.engine.answer(UnansweredEnquiries(), story.world.actor("kasittelija"))) == 1


def test_an_enquiry_with_no_question_is_explained(story: Story) -> None:
    with pytest.raises(AnswersRejected):
        asks(story, question=None)


def test_an_answer_says_something(story: Story) -> None:
    asks(story)
    worker = story.world.actor("paivystaja")
    (enquiry,) = story.world.engine.answer(UnansweredEnquiries(), worker)
    for answer in ("", "  ", "a" * 20_001):
        with pytest.raises(Invalid):
            story.world.engine.perform(AnswerEnquiry(enquiry.id, answer), worker)


def test_only_those_who_answer_see_what_was_asked(story: Story) -> None:
    asks(story)
    for who in ("paattaja", "omistaja", "yllapitaja", "tarkastaja"):
        with pytest.raises(Forbidden):
            story.world.engine.answer(UnansweredEnquiries(), story.world.actor(who))


def test_danger_in_an_enquiry_is_first_for_the_on_call_worker_and_promised_by_one_hour(story: Story) -> None:
    asks(story)
    story.passes(minutes=5)
    receipt = asks(story, in_danger="yes", concerns_child="yes")
    found = status_of(story, receipt)
    assert receipt.urgent_by == receipt.received_at + timedelta(hours=4)
    assert (found.is_urgent, found.urgent_by, found.is_urgent_late) == (True, receipt.urgent_by, False)
    assert receipt.urgent_by is not None
    assert receipt.expected_on == found.expected_on == day_of(receipt.urgent_by)

    hour = f"klo {receipt.urgent_by.astimezone(HELSINKI):%-H.%M}"
    public = visitor(story.world)
    page = public.submits(public.get("/fi/code"), code=receipt.code).text
    assert f"Hän aloittaa viimeistään ma 2.11.2026 {hour}." in page
    assert "Vastaus tulee tänne viimeistään" not in page

    desk = signed_in(story.world, "paivystaja")
    assert f"{receipt.reference} Vaarassa aloita viimeistään ma 2.11.2026 {hour}" in desk.get("/tasks/").text
    listed = desk.get("/tasks/enquiries/").text
    assert listed.index(receipt.reference) < listed.index("Y2026-00001")
    assert listed.count("Vaarassa") == 1
    story.passes(hours=5)
    assert status_of(story, receipt).is_urgent_late
    assert f"{receipt.reference} Vaarassa myöhässä" in desk.get("/tasks/").text
    overview = shown("esihenkilo", story, "/oversight/")
    assert "Yhteen neuvontapyyntöön ei ole vastattu luvatussa ajassa." in overview, "the other one has days"

    (urgent, _) = story.world.engine.answer(UnansweredEnquiries(), story.world.actor("paivystaja"))
    story.world.engine.perform(AnswerEnquiry(urgent.id, "Soita 112."), story.world.actor("paivystaja"))
    assert receipt.reference not in desk.get("/tasks/").text


def test_the_receipt_of_an_enquiry_in_danger_promises_no_later_day(story: Story) -> None:
    browser = visitor(story.world)
    answers = {"question": "Mitä teen?", "in_danger": "yes", "concerns_child": "yes", "reply_by": "code"}
    receipt = browser.submits(to_the_end(browser, browser.get("/fi/ask/questions"), **answers), SEND)
    assert "Hän aloittaa viimeistään" in receipt.text
    assert "Luemme kysymyksesi" not in receipt.text


def test_a_call_without_consent_is_an_enquiry_with_all_but_who_it_is(story: Story) -> None:
    on_call, perform = story.world.actor("paivystaja"), story.world.engine.perform
    with pytest.raises(Invalid):
        perform(RecordNamelessCall(uuid4(), {"what_happened": ["  "]}), on_call)
    at_night(story, 8, 0)
    yesterday = story.today - timedelta(days=1)
    heard = call(
        story,
        what_happened="Naapuri on peloissaan.",
        called_on=yesterday.isoformat(),
        called_hour="23.50",
        advice_given=["112"],
        others_hear="yes",
        ring_back_phone="000 000 0009",
        safe_channels=["phone"],
        phone="000 000 0001",
        safe_times=["weekday_morning"],
        safe_words="Soita autokorjaamosta",
        where_now="Huoltoasema, Vantaa",
        contact_language="ar",
        region="south",
        interpreter_needed="yes",
    )
    promised = typed(
        {"decided": "no", "promised": "Soitamme tulkin kanssa", "promised_on": story.today.isoformat()}
    )
    receipt = perform(RecordNamelessCall(uuid4(), heard, promised), on_call)
    assert receipt.reference.startswith("Y")
    assert receipt.is_urgent
    (enquiry,) = story.world.engine.answer(UnansweredEnquiries(), on_call)
    assert f"{enquiry.received_at.astimezone(HELSINKI):%Y-%m-%d %H.%M}" == f"{yesterday} 23.50"
    assert (enquiry.language, enquiry.content["contact_language"], enquiry.content["region"]) == (
        "ar",
        "ar",
        "south",
    )
    assert enquiry.content["phone"] == "000 000 0009"
    question = str(enquiry.content["question"])
    assert question.startswith("Naapuri on peloissaan.")
    for kept in (
        "Mitä luvattiin? Soitamme tulkin kanssa",
        f"Milloin siihen palataan? {date_as_typed(story.today)}",
        "Mitä neuvottiin heti? ",
        "Kuuleeko joku muu puhelun? Kyllä",
        "Mitä sanomme, jos joku muu vastaa? Soita autokorjaamosta",
        "Milloin voimme soittaa hänelle? ",
        "Puhelinnumero 000 000 0001",
        "Missä hän on nyt? Huoltoasema, Vantaa",
        "Tarvitseeko hän tulkin? Kyllä",
    ):
        assert kept in question
    for who in ("given_names", "family_name"):
        assert heard[who][0] not in question


def test_an_hour_to_come_a_bad_number_and_a_decision_stop_a_call_without_consent(story: Story) -> None:
    on_call = story.world.actor("paivystaja")
    today = date_as_typed(story.today)
    for heard, spoken, field in (
        ({"called_on": [today], "called_hour": ["23.59"]}, UNDECIDED, "called_hour"),
        ({"called_on": [today]}, UNDECIDED, "called_hour"),
        ({"ring_back_phone": ["ei ole"]}, UNDECIDED, "ring_back_phone"),
        ({}, {"decided": ["yes"]}, "decided"),
    ):
        with pytest.raises(Invalid) as refused:
            story.world.engine.perform(RecordNamelessCall(uuid4(), {**SCARED, **heard}, spoken), on_call)
        assert field in (refused.value.field, *getattr(refused.value, "problems", ()))


def shown(who: str, story: Story, address: str) -> str:
    return signed_in(story.world, who).get(address).text


def mails_to(who: str, story: Story) -> list[str]:
    return [mail.kind for mail in story.mails if mail.recipient["email"] == f"{who}@example.invalid"]


def test_however_many_enquiries_are_late_each_hears_of_them_once_a_working_day(story: Story) -> None:
    expected, *_ = (asks(story).expected_on for _ in range(3))
    assert expected is not None
    story.passes(days=(expected - story.today).days)
    assert mails_to("paivystaja", story) == mails_to("kirjaaja", story) == ["mail_task"]

    for _ in range(7):
        story.passes(days=1)
    assert len(mails_to("kirjaaja", story)) == 1 + 5, "not on a day of rest"


@pytest.mark.databases
def test_an_enquiry_whose_promised_day_comes_and_passes_is_seen_by_all_who_could_answer(story: Story) -> None:
    receipt = asks(story)
    assert receipt.expected_on is not None
    public = visitor(story.world)
    assert "Neuvontapyynnöt1" in shown("kirjaaja", story, "/tasks/")
    assert receipt.reference not in shown("kirjaaja", story, "/tasks/"), "nothing presses yet"
    assert not mails_to("paivystaja", story)

    story.passes(days=(receipt.expected_on - story.today).days)
    assert mails_to("paivystaja", story) == mails_to("kirjaaja", story) == ["mail_task"], "on its day"
    assert receipt.reference not in shown("kirjaaja", story, "/tasks/")
    asked = public.submits(public.get("/fi/code"), code=receipt.code).text
    assert "Vastaus tulee tänne viimeistään" in asked

    story.passes(days=1)
    assert mails_to("paivystaja", story) == ["mail_task"] * 2, "once a day"
    late = shown("kirjaaja", story, "/tasks/")
    assert f"{receipt.reference} " in late
    listed = signed_in(story.world, "kirjaaja").get("/tasks/enquiries/")
    assert "työpäivän myöhässä" in listed.text
    (link,) = [each for each in listed.links() if each.startswith("/tasks/enquiries/") and len(each) > 40]
    assert "työpäivän myöhässä" in shown("kirjaaja", story, link)
    assert "Vaarassa" not in late
    assert "Yhteen neuvontapyyntöön ei ole vastattu luvatussa ajassa." in shown(
        "esihenkilo", story, "/oversight/"
    )
    asked = public.submits(public.get("/fi/code"), code=receipt.code).text
    assert "Olemme myöhässä" in asked
    assert "viimeistään" not in asked

    worker = story.world.actor("kirjaaja")
    (enquiry,) = story.world.engine.answer(UnansweredEnquiries(), worker)
    story.world.engine.perform(AnswerEnquiry(enquiry.id, "Voit hakea itse."), worker)
    story.passes(days=2)
    assert mails_to("paivystaja", story) == ["mail_task"] * 2
    assert receipt.reference not in shown("kirjaaja", story, "/tasks/")
    assert "neuvontapyyntöön ei ole vastattu" not in shown("esihenkilo", story, "/oversight/")


@pytest.mark.parametrize("arrived_on", [date(2026, 11, 5), date(2026, 11, 6), date(2026, 11, 7)])
def test_the_promised_day_is_counted_in_working_days(story: Story, arrived_on: date) -> None:
    """A Thursday, a Friday and a Saturday."""
    story.passes(days=(arrived_on - story.today).days)
    promised = asks(story).expected_on
    assert promised == {5: date(2026, 11, 10), 6: date(2026, 11, 11), 7: date(2026, 11, 11)}[arrived_on.day]


def test_who_asked_for_a_call_has_an_answer_once_somebody_has_called(story: Story) -> None:
    receipt = asks(story, reply_by="phone", phone="+358 00 0000000")
    worker = story.world.actor("kirjaaja")
    (enquiry,) = story.world.engine.answer(UnansweredEnquiries(), worker)
    with pytest.raises(Invalid) as refused:
        story.world.engine.perform(AnswerEnquiry(enquiry.id, "Voit hakea itse."), worker)
    assert refused.value.field == "call"
    assert status_of(story, receipt).stage == "enquiry_open", "the call is still owed"

    desk = signed_in(story.world, "kirjaaja")
    page = desk.get(f"/tasks/enquiries/{enquiry.id}")
    again = desk.submits(page, answer="Voit hakea itse.")
    assert again.status == 422
    assert "Voit hakea itse." in again.text
    assert desk.submits(again, call="not_reached").goes_to == "/tasks/enquiries/"

    assert status_of(story, receipt).answer == "Voit hakea itse."
    assert logged(story, "enquiry_not_reached") == 1

    assert logged(story, "enquiry_reached") == 0
    assert desk.submits(again, call="called").goes_to == "/tasks/enquiries/", "they rang back"
    assert (logged(story, "enquiry_reached"), logged(story, "answer_enquiry")) == (1, 1)


def logged(story: Story, action: str) -> int:
    with story.world.engine.database.view() as connection:
        found = select(ACCESS_ENTRIES.c.id).where(ACCESS_ENTRIES.c.action == action)
        return len(connection.execute(found).all())


def test_who_rang_and_was_not_reached_is_still_owed_the_call(story: Story) -> None:
    on_call = story.world.actor("paivystaja")
    receipt = story.world.engine.perform(RecordNamelessCall(uuid4(), SCARED, UNDECIDED), on_call)
    desk = signed_in(story.world, "paivystaja")
    (enquiry,) = story.world.engine.answer(UnansweredEnquiries(), on_call)
    page = desk.get(f"/tasks/enquiries/{enquiry.id}")
    assert "luettavaksi koodilla" not in page.text

    missed = desk.submits(page, answer="Voit hakea itse.", call="not_reached")
    assert (missed.status, "soita uudelleen" in missed.text) == (200, True)
    assert "Voit hakea itse." in missed.text, "no word is lost"
    assert status_of(story, receipt).stage == "enquiry_open"
    assert desk.submits(page, answer="", call="not_reached").status == 200, "an attempt needs no answer"
    assert logged(story, "enquiry_not_reached") == 2
    assert receipt.reference in shown("paivystaja", story, "/tasks/"), "it presses until they are reached"

    assert desk.submits(missed, call="called").goes_to == "/tasks/enquiries/"
    assert status_of(story, receipt).answer == "Voit hakea itse."


def test_who_asked_for_a_mail_is_mailed_without_a_word_of_it(story: Story) -> None:
    asks(story, reply_by="email", email="kysyja@example.invalid")
    worker = story.world.actor("kirjaaja")
    (enquiry,) = story.world.engine.answer(UnansweredEnquiries(), worker)
    story.world.engine.perform(AnswerEnquiry(enquiry.id, "Voit hakea itse."), worker)
    story.passes(minutes=1)
    (mail,) = [each for each in story.mails if each.recipient["email"] == "kysyja@example.invalid"]
    assert mail.kind == "mail_message"
    assert str(mail.template_values["link"]).endswith("/code")
    assert "hakea" not in str(mail.template_values)
