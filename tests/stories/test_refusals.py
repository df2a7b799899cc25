"""Refusals, none of which changes anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from engine.commands.cases import CorrelateMessage
from engine.commands.consents import ConsentDetails, RecordConsent
from engine.commands.public_drafts import KeepPublicDraft
from engine.commands.requests import AnswerRequest, FindLink, OpenRequest
from engine.commands.tasks import ClaimTask, CompleteTask
from engine.domain.cases import CaseState, Outcome
from engine.domain.people import PUBLIC
from engine.errors import (
    AlreadyCompleted,
    AnswersRejected,
    ClaimedByAnother,
    Forbidden,
    Invalid,
    NotFound,
    NotWaiting,
    Refusal,
    RequestClosed,
    SignedContentChanged,
)
from engine.storage.people import People
from tests.support import answers as plain
from tests.support.story import Story


def test_a_task_is_completed_once(story: Story) -> None:
    story.applies()
    task = story.task("register")
    story.does("kirjaaja", "register")
    before = story.events
    again = CompleteTask(task.id, data=plain.register(story.today))
    with pytest.raises(AlreadyCompleted):
        story.world.engine.perform(again, story.world.actor("kirjaaja"))
    assert story.events == before


def test_a_task_taken_by_one_can_not_be_done_by_another(story: Story) -> None:
    story.applies()
    story.does("kirjaaja", "register")
    task = story.task("triage_override")
    story.world.engine.perform(ClaimTask(task.id), story.world.actor("kasittelija"))
    data = plain.of("triage_override", story.today, story.world)
    with pytest.raises(ClaimedByAnother):
        story.world.engine.perform(CompleteTask(task.id, data=data), story.world.actor("toinen"))


def test_only_the_group_does_its_work(story: Story) -> None:
    story.applies()
    for who in ("kasittelija", "paattaja", "esihenkilo"):
        with pytest.raises(Forbidden):
            story.does(who, "register")
    assert story.case.state is CaseState.SUBMITTED


def test_another_text_than_the_signer_saw_is_not_signed(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    task, signer = story.task("sign_resolution"), story.world.actor("paattaja")
    data = plain.of("sign_resolution", story.today, story.world)
    with pytest.raises(SignedContentChanged):
        story.world.engine.perform(CompleteTask(task.id, data=data, seen="0" * 64), signer)
    assert story.case.outcome is None
    assert story.file.resolutions[-1].state == "prepared"


def test_a_letter_that_says_something_else_than_was_prepared_is_not_signed(story: Story) -> None:
    """The phone number of the contact person in it has changed meanwhile."""
    story.applies()
    story.until("sign_resolution")
    with story.world.engine.database.unit_of_work() as unit:
        People(unit).change(story.world.people["kasittelija"].id, phone="000 000 0009")
    with pytest.raises(SignedContentChanged):
        story.does("paattaja", "sign_resolution")
    assert story.file.resolutions[-1].state == "prepared"


FUTURE: dict[str, Callable[[Story, str], None]] = {
    "pending_on": lambda story, day: story.does("kirjaaja", "register", pending_on=day),
    "consent_on": lambda story, day: _consent(story, day),
    "served_on": lambda story, day: _delivery(story, day),
}


def _consent(story: Story, day: str) -> None:
    story.is_referred()
    story.until("verify_consent")
    story.does("kasittelija", "verify_consent", consent_on=day)


def _delivery(story: Story, day: str) -> None:
    story.until("record_delivery")
    story.does("kasittelija", "record_delivery", served_on=day)


@pytest.mark.parametrize("field", FUTURE)
def test_nothing_that_has_happened_is_dated_tomorrow(story: Story, field: str) -> None:
    story.applies()
    with pytest.raises(AnswersRejected) as rejected:
        FUTURE[field](story, (story.today + timedelta(days=1)).isoformat())
    assert list(rejected.value.problems) == [field]


@pytest.mark.parametrize("day", ["2026-02-30", "30.2.2026", "ei tiedossa", "9999999-01-01", "1800-01-01"])
def test_a_birth_date_that_is_none_is_explained(story: Story, day: str) -> None:
    with pytest.raises(AnswersRejected) as rejected:
        story.applies(born_on=day)
    assert list(rejected.value.problems) == ["born_on"]


def test_three_hundred_kilobytes_are_explained_and_not_stored(story: Story) -> None:
    for length, where in ((20_001, "what_happened"), (300_000, "")):
        with pytest.raises(AnswersRejected) as rejected:
            story.applies(what_happened="a" * length)
        assert list(rejected.value.problems) == [where]
    assert story.work_of("kirjaaja") == []
    with pytest.raises(Invalid):
        story.world.engine.perform(
            KeepPublicDraft("t" * 43, "application", {"what_happened": "a" * 300_001}), PUBLIC
        )


HOSTILE = [
    '{"typename": "datetime.timedelta", "days": 1}',
    "=1/0",
    "${7*7}",
    "'; drop table cases; --",
    "\u202e",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_is_only_a_text_all_the_way(story: Story, text: str) -> None:
    story.applies(what_happened=text, family_name=text)
    story.until("record_delivery")
    narratives = [each.answers.get("what_happened") for each in story.file.submissions]
    assert text in narratives


@pytest.mark.parametrize("value", [{"typename": "x"}, ["a"], 7, True, {"$": "decimal", "v": "1"}])
def test_an_answer_of_another_kind_is_explained(story: Story, value: Any) -> None:
    with pytest.raises(AnswersRejected):
        story.applies(what_happened=value)
    assert story.work_of("kirjaaja") == []


def test_a_field_that_no_form_has_is_explained(story: Story) -> None:
    with pytest.raises(AnswersRejected):
        story.applies(case_class="urgent")


def test_a_message_that_nobody_waits_for_is_refused_with_the_reason(story: Story) -> None:
    story.applies()
    for name in ("appeal_received", "mail_returned", "proceed_without_rest"):
        with pytest.raises(NotWaiting):
            story.hears(name)
    with pytest.raises(Forbidden):
        story.hears("parent_decided", parent_outcome="admitted_35_1")


def test_a_closed_case_hears_nothing(story: Story) -> None:
    story.applies()
    story.ends()
    narratives = CorrelateMessage(story.reference, "new_fact")
    with pytest.raises(NotFound):
        story.world.engine.perform(narratives, story.world.actor("kasittelija"))
    assert story.withdraws(), "a client may wish to leave (746/2011 38 f §)"
    story.passes(minutes=1)
    assert story.forms == ["removal_assessment"]


KEY = "k" * 43
"""The key that the page opening a link carries on."""


def asked(story: Story, **referral: str) -> tuple[str, str]:
    """Send a request to the referrer; return its link and its code, which goes another way."""
    story.is_referred(**referral)
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", missing="Työn ehdot")
    row = plain.request("referrer", story.today + timedelta(days=14))
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")
    request = story.file.requests[0]
    return story.link_of(request), story.code_of(request)


def test_a_forged_link_and_an_expired_one_look_the_same(story: Story) -> None:
    link, _ = asked(story)
    assert story.world.engine.answer(FindLink(link), PUBLIC).expires_at > story.world.clock.moment
    refusals = []
    for token in (link[:-1] + ("a" if link[-1] != "a" else "b"), "x" * 43, ""):
        with pytest.raises(NotFound) as refused:
            story.world.engine.answer(FindLink(token), PUBLIC)
        refusals.append(refused.value.message)
    story.world.clock.passes(days=75)
    with pytest.raises(NotFound) as refused:
        story.world.engine.answer(FindLink(link), PUBLIC)
    assert {*refusals, refused.value.message} == {refused.value.message}


def test_a_wrong_code_is_counted_and_the_fifth_locks_the_link(story: Story) -> None:
    link, code = asked(story)
    wrong = "".join(str((int(digit) + 1) % 10) if digit.isdigit() else digit for digit in code)
    for _ in range(5):
        assert story.world.engine.perform(OpenRequest(link, wrong, KEY), PUBLIC) is None
    with pytest.raises(NotFound):
        story.world.engine.perform(OpenRequest(link, code, KEY), PUBLIC)
    assert story.events[-1] == "request_link_guessed_at", "the case tells those who work on it"
    before = len(story.mails)
    story.passes(minutes=1)
    assert "mail_task" in [mail.kind for mail in story.mails[before:]], "somebody has to renew the link"
    assert story.forms == ["information_reply"], "the answer can still come another way"
    story.does("kasittelija", "information_reply")
    assert story.forms == ["review_reply"]


def test_an_answer_without_the_code_is_no_answer(story: Story) -> None:
    link, _ = asked(story)
    for factor in ("", "000000", story.receipt.code if story.receipt else ""):
        assert story.world.engine.perform(OpenRequest(link, factor, KEY), PUBLIC) is None
        for key in (KEY, link):
            with pytest.raises(NotFound):
                story.world.engine.perform(AnswerRequest(key, data={"answer": "x"}), PUBLIC)
    assert story.file.requests[0].state == "sent"


def test_the_slip_of_the_person_opens_no_link_of_anybody_else(story: Story) -> None:
    """With it and the mail of the authority one would see the questions, the name and the birth date."""
    code = story.applies().code
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", missing="Työn ehdot")
    rows = [
        plain.request(each, story.today + timedelta(days=14))
        for each in ("applicant", "referrer", "outside_authority")
    ]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Ehdot puuttuvat.")
    story.passes(minutes=1)
    opened = {
        each.recipient_role: story.world.engine.perform(
            OpenRequest(story.link_of(each), code, f"{number}" * 43), PUBLIC
        )
        for number, each in enumerate(story.file.requests)
    }
    assert {role for role, page in opened.items() if page is not None} == {"applicant"}
    assert len(opened) == 3


def test_a_second_answer_and_an_answer_to_a_closed_request_are_refused(story: Story) -> None:
    asked(story)
    key = story.opens(story.file.requests[0])
    first = story.world.engine.perform(AnswerRequest(key, data={"answer": "Tässä vastaus."}), PUBLIC)
    story.world.clock.passes(minutes=1)
    again = story.world.engine.perform(AnswerRequest(key, data={"answer": "Tässä vastaus."}), PUBLIC)
    assert again == first, "the receipt of the first"
    with pytest.raises(RequestClosed):
        story.world.engine.perform(AnswerRequest(key, data={"answer": "toinen"}), PUBLIC)
    assert [each.answers["answer"] for each in story.file.submissions if "answer" in each.answers] == [
        "Tässä vastaus."
    ]


def test_no_refusal_moves_a_case(story: Story) -> None:
    story.applies()
    before = (story.case.version, story.forms, story.events)
    for change in ({"competence": "theirs"}, {"pending_on": "huomenna"}, {"x": 1}):
        with pytest.raises(Refusal):
            story.does("kirjaaja", "register", **change)
    after = (story.case.version, story.forms, [each for each in story.events if each != "task_claimed"])
    assert after == before


TO_THE_POLICE = {"competence": "transfer", "transfer_to": "police", "transfer_reason": "Kuuluu poliisille."}


def test_nothing_is_transferred_to_the_police_by_the_registrar_alone(story: Story) -> None:
    story.applies()
    with pytest.raises(AnswersRejected) as rejected:
        story.does("kirjaaja", "register", **TO_THE_POLICE)
    assert list(rejected.value.problems) == ["transfer_ground"]
    with pytest.raises(Invalid) as refused:
        story.does("kirjaaja", "register", **TO_THE_POLICE, transfer_ground="consent")
    assert refused.value.field == "transfer_ground"
    assert story.case.outcome is None

    keeper = story.world.actor("kasittelija")
    asked = ConsentDetails("information_request", "police", "fi", "phone", story.today)
    story.world.engine.perform(RecordConsent(story.reference, asked, is_given=True), keeper)
    with pytest.raises(Invalid):
        story.does("kirjaaja", "register", **TO_THE_POLICE, transfer_ground="consent")
    details = ConsentDetails("hand_over", "police", "fi", "phone", story.today)
    story.world.engine.perform(RecordConsent(story.reference, details, is_given=True), keeper)
    story.does("kirjaaja", "register", **TO_THE_POLICE, transfer_ground="consent")
    assert story.forms == ["transfer_ground"], "a caseworker judges the ground"
    with pytest.raises(Forbidden):
        story.does("kirjaaja", "transfer_ground")
    story.does("kasittelija", "transfer_ground")
    assert story.case.outcome is None, "nothing has left yet"
    story.does("kasittelija", "send_notice")
    assert story.case.outcome is Outcome.TRANSFERRED
