"""Information requests: in whose words, by which way, with which link, and when they are over."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.feel.values import to_json
from engine.operations.papers import LetterLacksValues
from engine.storage.requests import InformationRequest
from tests.support.answers import request as row


def hand_in(operate: Any, form: str, answers: dict[str, Any]) -> None:
    operate.read(
        lambda work, case: work.stores.submissions.add(
            case_id=case.id,
            form_key=form,
            deployment_id=case.deployment_id,
            by_class={"narrative": to_json(answers)},
            sent_at=work.now,
        )
    )


def ask(operate: Any, *rows: dict[str, Any]) -> list[dict[str, Any]]:
    """As the form new_information_request was handed in."""
    answers = [{**each, "due_on": date.fromisoformat(each["due_on"])} for each in rows]
    hand_in(operate, "new_information_request", {"requests": answers})
    opened: list[dict[str, Any]] = operate("open_requests")["requests"]
    return opened


def stored(operate: Any, reference: str) -> InformationRequest:
    found: InformationRequest = operate.read(lambda work, case: work.stores.requests.get(case.id, reference))
    return found


def link_of(operate: Any, reference: str) -> str | None:
    token: str | None = operate.read(
        lambda work, case: work.stores.requests.link_of(work.stores.requests.get(case.id, reference))
    )
    return token


def is_usable(operate: Any, token: str | None) -> bool:
    return (
        token is not None
        and operate.read(lambda work, _: work.stores.links.find(token, work.now)) is not None
    )


IN_TWO_WEEKS = date(2026, 11, 16)


def test_each_row_becomes_a_request_and_the_process_learns_no_words(operate: Any) -> None:
    opened = ask(operate, row("applicant", IN_TWO_WEEKS), row("outside_authority", IN_TWO_WEEKS))
    assert [each["id"] for each in opened] == ["REQ-1", "REQ-2"]
    assert set(opened[0]) == {
        "id",
        "kind",
        "recipient",
        "due_at",
        "wants_reminders",
        "is_police",
        "legal_basis",
    }
    assert opened[1]["legal_basis"] == "l615_13_1", "a choice of the form, not its words"
    for private in ("työn ehdoista", "Esimerkkivirasto"):
        assert private not in str(opened)
    assert stored(operate, "REQ-2").legal_basis == "615/2020 13 § 1 momentti"


def test_a_message_holds_a_link_and_a_date_and_nothing_of_the_case(operate: Any) -> None:
    (request,) = ask(operate, row("applicant", IN_TWO_WEEKS))
    operate("send_request", request=request, round=1)
    (mail,) = operate.mails()
    values = str(mail.template_values)
    assert "http://vireille.example/r/" in values
    assert "16.11.2026" in values
    for private in (
        operate.story.reference,
        "Keksitty",
        "Aino",
        "työn ehdoista",
        "Esimerkin vastaanottokeskus",
    ):
        assert private not in values


def test_the_reminder_leads_to_the_same_link(operate: Any) -> None:
    (request,) = ask(operate, row("applicant", IN_TWO_WEEKS))
    operate("send_request", request=request, round=1)
    operate("send_reminder", request=request, due_at=request["due_at"])
    first, second = operate.mails()
    assert first.template_values["link"] == second.template_values["link"]
    assert stored(operate, "REQ-1").state == "reminded"


def test_by_post_a_letter_is_written_and_no_message_sent(operate: Any) -> None:
    (request,) = ask(operate, row("outside_authority", IN_TWO_WEEKS, request_channel="letter"))
    operate("send_request", request=request, round=1)
    assert operate.mails() == []
    assert operate.papers() == ["request_authority"]
    assert stored(operate, "REQ-1").sent_at is None, "a person posts it"


def test_that_an_answer_is_not_needed_is_written_to_those_who_got_the_letter(operate: Any) -> None:
    posted, kept = ask(
        operate,
        row("outside_authority", IN_TWO_WEEKS, request_channel="letter"),
        row("outside_authority", IN_TWO_WEEKS, request_channel="letter"),
    )
    for request in (posted, kept):
        operate("send_request", request=request, round=1)
    operate.read(
        lambda work, case: work.stores.requests.change(
            work.stores.requests.get(case.id, posted["id"]), state="sent", sent_at=work.now
        )
    )
    written = ["request_authority", "request_authority"]
    operate("close_request", request=kept, choice="proceed", reply_state=None)
    assert operate.papers() == written
    operate("close_request", request=posted, choice="proceed", reply_state=None)
    assert operate.papers() == [*written, "request_closed"]


def test_a_person_without_a_safe_address_is_not_written_to(operate: Any) -> None:
    def only_by_phone(work: Any, case: Any) -> None:
        person = work.stores.parties.applicant_of(case.id)
        work.stores.parties.rewrite(person, person.identity, {**person.contact, "safe_channels": ["phone"]})

    operate.read(only_by_phone)
    (request,) = ask(operate, row("applicant", IN_TWO_WEEKS))
    operate("send_request", request=request, round=1)
    assert operate.mails() == []


def test_an_extension_keeps_the_link_and_takes_the_stalled_mark_away(operate: Any) -> None:
    (request,) = ask(operate, row("applicant", IN_TWO_WEEKS))
    operate("send_request", request=request, round=1)
    token = link_of(operate, "REQ-1")
    operate("mark_stalled", request=request)
    assert operate.read(lambda _, case: case.is_stalled)
    operate("extend_request", request=request, choice="extend", new_due_on=date(2026, 12, 7))
    assert not operate.read(lambda _, case: case.is_stalled)
    assert stored(operate, "REQ-1").due_on == date(2026, 12, 7)
    assert is_usable(operate, token)
    assert "7.12.2026" in str(operate.mails()[-1].template_values)


def test_the_case_shows_as_stalled_until_the_last_stalled_request_is_over(operate: Any) -> None:
    first, second = ask(operate, row("applicant", IN_TWO_WEEKS), row("outside_authority", IN_TWO_WEEKS))
    for request in (first, second):
        operate("send_request", request=request, round=1)
        operate("mark_stalled", request=request)
    operate("close_request", request=first, choice="proceed", reply_state=None)
    assert operate.read(lambda _, case: case.is_stalled)
    operate("close_request", request=second, choice="proceed", reply_state=None)
    assert not operate.read(lambda _, case: case.is_stalled)


@pytest.mark.parametrize(
    ("choice", "reply_state", "closed_as", "tells"),
    [
        (None, "answered", "answered", 0),
        ("proceed", None, "proceeded_without", 1),
        ("cancel", None, "cancelled", 1),
    ],
)
def test_a_closed_request_says_how_it_ended_and_its_link_is_dead(
    operate: Any, choice: str | None, reply_state: str | None, closed_as: str, tells: int
) -> None:
    (request,) = ask(operate, row("applicant", IN_TWO_WEEKS))
    operate("send_request", request=request, round=1)
    token = link_of(operate, "REQ-1")
    operate.mails()
    for _ in range(2):
        operate("close_request", request=request, choice=choice, reply_state=reply_state)
    assert stored(operate, "REQ-1").closed_as == closed_as
    assert not is_usable(operate, token)
    assert len(operate.mails()) == tells


def test_going_on_without_the_rest_closes_all_that_is_open(operate: Any) -> None:
    ask(operate, row("applicant", IN_TWO_WEEKS), row("outside_authority", IN_TWO_WEEKS))
    assert operate("close_open_requests") == {"closed": 2}
    assert operate("close_open_requests") == {"closed": 0}


def test_a_hearing_that_does_not_say_what_about_is_not_written(operate: Any) -> None:
    with pytest.raises(LetterLacksValues, match="Mistä henkilöä kuullaan"):
        operate("prepare_hearing", outcome_proposed="not_admitted", hearing_due_on=IN_TWO_WEEKS)
    assert operate.papers() == []


def test_a_hearing_is_written_as_a_letter_and_never_sent_by_link(operate: Any) -> None:
    subject = {"hearing_told": "Työn ehdoista.", "hearing_material": "Työsopimus."}
    hand_in(operate, "assessment", subject)
    request = operate("prepare_hearing", outcome_proposed="not_admitted", hearing_due_on=IN_TWO_WEEKS)[
        "request"
    ]
    assert (request["kind"], request["wants_reminders"]) == ("hearing", True)
    operate.read(
        lambda work, case: work.stores.requests.change(
            work.stores.requests.get(case.id, request["id"]), channel="link"
        )
    )
    operate("send_request", request=request, round=1)
    operate("send_reminder", request=request, due_at=request["due_at"])
    (reminder,) = operate.mails()
    assert reminder.kind == "mail_reminder"
    written = str(reminder.template_values)
    assert "http" not in written
    assert "Työsopimus" not in written, "the day alone, and not the material"
    assert operate.papers() == ["hearing"]
    assert link_of(operate, request["id"]) is None


def test_the_same_form_opens_its_requests_once(operate: Any) -> None:
    opened = ask(operate, row("applicant", IN_TWO_WEEKS))
    assert operate("open_requests")["requests"] == opened
    assert ask(operate, row("applicant", IN_TWO_WEEKS))[0]["id"] == "REQ-2"


def test_a_round_of_a_request_is_sent_once(operate: Any) -> None:
    (request,) = ask(operate, row("applicant", IN_TWO_WEEKS))
    first = operate("send_request", request=request, round=1)
    assert operate("send_request", request=request, round=1) == first
    assert len(operate.mails()) == 1
    operate("send_request", request=request, round=2)
    assert len(operate.mails()) == 1, "another round is another message"


def test_a_hearing_without_a_date_is_refused(operate: Any) -> None:
    with pytest.raises(TypeError):
        operate("prepare_hearing", outcome_proposed="not_admitted", hearing_due_on=None)


def test_who_wants_no_reminders_is_not_reminded_of_a_hearing(operate: Any) -> None:
    operate.story.applies(wants_reminders="no")
    hand_in(operate, "assessment", {"hearing_told": "Työn ehdoista.", "hearing_material": "Työsopimus."})
    opened = operate("prepare_hearing", outcome_proposed="not_admitted", hearing_due_on=IN_TWO_WEEKS)
    assert opened["request"]["wants_reminders"] is False
