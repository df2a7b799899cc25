"""A withdrawal is taken back until its lapse is signed: by the code, or through somebody who writes down how and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engine.casework.recordings.withdrawal import ConfirmedTooEarly
from engine.casework.signature_bars import WithdrawalUnconfirmed
from engine.clock import day_of
from engine.commands.cases import WithdrawByCode
from engine.commands.taken_back import RecordTakingBack, RecordWithdrawal, TakeBackByCode
from engine.domain.cases import Outcome
from engine.domain.consents import is_given
from engine.domain.people import PUBLIC
from engine.errors import AnswersRejected, Invalid, NotWaiting
from engine.queries.status import StatusByCode
from engine.texts import day
from tests.stories.test_asking_aloud import asks
from tests.stories.test_consents import newest, referred, takes_back
from tests.support.browsing import signed_in, visitor
from tests.support.story import Story
from tests.webapp.test_talking_by_code import has, page_of, presses


def lapsing(story: Story) -> None:
    assert story.withdraws()
    story.does("kasittelija", "withdraw", withdrawal="confirmed")
    story.until("sign_resolution")


def target(story: Story) -> date | None:
    return next(each.due_on for each in story.file.deadlines if each.name == "target" and each.is_open)


def by_code(story: Story) -> bool:
    return story.world.engine.perform(TakeBackByCode(story.receipt.code), PUBLIC)


@pytest.mark.parametrize("is_early", [False, True])
def test_a_withdrawal_asked_twice_is_recorded_once_and_is_not_refused(
    story: Story, *, is_early: bool
) -> None:
    story.applies()
    if not is_early:
        story.until("sufficiency")
    assert story.receipt is not None
    for _ in range(3):
        assert story.world.engine.perform(WithdrawByCode(story.receipt.code), PUBLIC)
        story.passes(seconds=5)
    assert story.events.count("withdrawal_received") == 1


@pytest.mark.databases
def test_the_person_takes_it_back_by_the_code_before_the_lapse_is_signed(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    assert not by_code(story), "nothing was withdrawn"
    due = target(story)
    lapsing(story)
    seen = story.world.engine.answer(StatusByCode(story.receipt.code), PUBLIC)
    assert seen is not None
    assert (seen.is_lapsing, seen.may_take_back) == (True, True)

    assert by_code(story)

    assert story.forms == ["triage_override"], "what made them withdraw may be a danger"
    story.does("kasittelija", "triage_override")
    assert story.forms == ["sufficiency"], "where the examination was"
    assert target(story) == due, "and in the same time"
    assert [each.state for each in story.file.resolutions] == ["returned"]
    assert {"withdrawal_received", "withdrawal_taken_back"} <= set(story.events)
    assert not by_code(story)
    assert story.ends() is Outcome.ADMITTED_35_1


def test_before_anybody_confirmed_it_nothing_has_moved(story: Story) -> None:
    story.applies()
    story.until("assessment")
    browser, address = signed_in(story.world, "kasittelija"), f"/tasks/{story.task('assessment').id}"
    asked = "On tullut tieto, että hakemus peruutetaan."
    assert asked not in browser.get(address).text
    assert story.withdraws()
    assert "withdraw" in story.forms
    assert asked in browser.get(address).text.split("<form", 3)[-1], "at the head of the task"
    assert asked not in browser.get(f"/tasks/{story.task('withdraw').id}").text
    assert by_code(story)
    assert asked not in browser.get(address).text
    assert story.forms == ["assessment"]
    assert story.withdraws(), "it can be asked again"


def test_nobody_signs_while_a_withdrawal_waits_to_be_confirmed(story: Story) -> None:
    story.applies()
    story.passes(days=1)
    story.until("sign_resolution")
    signer, address = signed_in(story.world, "paattaja"), f"/tasks/{story.task('sign_resolution').id}"
    warning = "eikä peruuttamista ole varmistettu"
    assert warning not in signer.get(address).text
    wish = RecordWithdrawal(
        story.reference, "phone", story.today, "guardian", "Isä, ei valtuutta", "Ei apua."
    )
    for field, wrong in (("how", "rumour"), ("withdrawn_on", None), ("brought_by", ""), ("source", " ")):
        with pytest.raises(Invalid) as refused:
            story.world.engine.perform(replace(wish, **{field: wrong}), story.world.actor("kasittelija"))
        assert refused.value.field == field
    story.world.engine.perform(wish, story.world.actor("kasittelija"))
    assert warning in signer.get(address).text
    waits = story.task("withdraw")
    asks = signed_in(story.world, "kasittelija").get(f"/tasks/{waits.id}").text
    assert "kertoi huoltaja, puhelin" in asks, "who confirms it sees from whom it is known"
    assert waits.due_at is not None
    assert day_of(waits.due_at) == story.today + timedelta(days=3), "as the table reminds of a consent"
    with pytest.raises(WithdrawalUnconfirmed) as unconfirmed:
        story.does("paattaja", "sign_resolution")
    assert unconfirmed.value.field == "signature"

    clerk = "kasittelija"
    tried = {
        "withdrawal": "not_reached",
        "attempts": "Soitettu ma ja ti.",
        "try_again_on": story.today.isoformat(),
    }
    story.does(clerk, "withdraw", **tried)
    assert "withdraw" in story.forms, "nobody decides on a withdrawal that was not talked about"
    with pytest.raises(WithdrawalUnconfirmed):
        story.does("paattaja", "sign_resolution")
    goes_on = {"withdrawal": "not_confirmed", "not_confirmed_reason": "En ole peruuttanut mitään."}
    for field, wrong, refusal in (
        ("spoke_self", "no", Invalid),
        ("confirmed_on", (story.today - timedelta(days=1)).isoformat(), ConfirmedTooEarly),
        ("talk_way", None, AnswersRejected),
    ):
        with pytest.raises(refusal):
            story.does(clerk, "withdraw", **{**goes_on, "present": ["nobody"], field: wrong})
    story.does(clerk, "withdraw", **goes_on)
    story.does("paattaja", "sign_resolution")
    record = signer.get(f"/cases/{story.reference}").text
    assert f"kertoi huoltaja, puhelin, ti {day('fi', wish.withdrawn_on or story.today)}" in record
    assert "Isä, ei valtuutta" in record
    assert "Kirjattiin tieto, että hakemus peruutetaan" in record
    assert "hakija peruuttaa" not in record, "the father's word"
    assert "Ei apua." in record
    assert "Henkilöä ei tavoitettu peruuttamisen varmistamiseksi" in record
    assert "Peruuttamista ei vahvistettu, ja käsittely jatkuu" in record
    assert "puhelimessa, henkilö itse" in record


def test_the_record_says_how_and_with_whom_a_withdrawal_was_confirmed(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    caseworker = signed_in(story.world, "kasittelija")
    address = f"/cases/{story.reference}"
    sent = {
        "form_token": caseworker.token(caseworker.get(address)),
        "how": "phone",
        "brought_by": "applicant",
    }
    refused = caseworker.post(f"{address}/withdrawal", {**sent, "withdrawn_on": "1.1.2099"})
    assert refused.status == 422
    assert "Se ei voi olla tulevaisuudessa" in refused.text
    caseworker.post(f"{address}/withdrawal", {**sent, "withdrawn_on": day("fi", story.today)})
    story.does("kasittelija", "withdraw", withdrawn_how="tavatessa, itse henkilön kanssa")
    record = caseworker.get(address).text
    assert "Peruuttaminen varmistettiin henkilöltä" in record
    assert f"tavatessa, itse henkilön kanssa, ma {day('fi', story.today)}, Kerttu" in record


def test_pressed_twice_a_withdrawal_does_not_outlive_its_taking_back(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    lapsing(story)
    assert not story.withdraws()
    assert by_code(story)
    assert story.forms == ["triage_override"]


def test_staff_write_down_how_and_on_which_day_it_was_taken_back(story: Story) -> None:
    referred(story)
    story.until("sufficiency")
    takes_back(story, newest(story, "referral"))
    story.does("kasittelija", "withdraw", withdrawal="confirmed", applies_self="no")
    caseworker = story.world.actor("kasittelija")
    words = "En tahdo peruuttaa. Äiti pakotti."
    for how, on, by, spoken, field in (
        ("rumour", story.today, "person", words, "how"),
        ("phone", None, "person", words, "taken_back_on"),
        ("phone", story.today + timedelta(days=1), "person", words, "taken_back_on"),
        ("phone", story.today - timedelta(days=1), "person", words, "taken_back_on"),
        ("phone", story.today, "other", words, "by"),
        ("phone", story.today, "speaker", words, "by"),
        ("phone", story.today, "person", " ", "words"),
    ):
        with pytest.raises(Invalid) as refused:
            story.world.engine.perform(RecordTakingBack(story.reference, how, on, by, spoken), caseworker)
        assert refused.value.field == field
    assert "prepare_resolution" in story.forms, "the lapse is being prepared"

    written = RecordTakingBack(story.reference, "phone", story.today, "person", words)
    story.world.engine.perform(written, caseworker)

    assert [each.first.text for each in story.file.notes] == [words]
    assert story.forms == ["triage_override"]
    event = next(each for each in story.file.timeline if each.kind == "withdrawal_taken_back")
    assert (event.facts["channel"], event.facts["on"]) == ("phone", story.today.isoformat())
    assert event.actor_name == caseworker.name
    assert is_given(story.file.consents, "referral"), "it rests on an entry of the ledger again"
    assert story.ends() is Outcome.ADMITTED_35_1


def test_what_lapses_for_another_reason_is_not_taken_back(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    assert story.withdraws()
    story.does("kasittelija", "withdraw", lapse_reason="death")
    assert not by_code(story)
    with pytest.raises(NotWaiting):
        story.world.engine.perform(
            RecordTakingBack(story.reference, "phone", story.today), story.world.actor("kasittelija")
        )


def test_both_pages_offer_it(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    lapsing(story)
    caseworker = signed_in(story.world, "kasittelija")
    address = f"/cases/{story.reference}"
    spoken = {"by": "person", "words": "Tahdon jatkaa."}
    sent = {"form_token": caseworker.token(caseworker.get(address)), "how": "phone", **spoken}
    refused = caseworker.post(f"{address}/withdrawal/taken-back", {**sent, "taken_back_on": "1.1.2099"})
    assert refused.status == 422
    assert "Se ei voi olla tulevaisuudessa" in refused.text
    assert "Tahdon jatkaa." in refused.text, "nothing typed is lost"
    assert has(refused, "/withdrawal/taken-back")

    anybody = visitor(story.world)
    status = page_of(anybody, story)
    assert "voit vielä muuttaa mielesi" in status.text
    assert "Asian käsittely jatkuu" in presses(anybody, status, "/code/withdraw/take-back").text
    assert not has(page_of(anybody, story), "/take-back")
    assert not has(caseworker.get(address), "/withdrawal/taken-back")


def test_the_case_puts_an_unconfirmed_withdrawal_first(story: Story) -> None:
    asks(story)
    story.hears("application_withdrawn")
    assert story.forms == ["ask_aloud", "withdraw"], "the older task would come first"
    page = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}")
    head = " ".join(page.tree.xpath("//p[@class='case-state']")[0].text_content().split())
    assert head.startswith(
        "Peruuttaminen odottaa varmistusta, eikä mitään kysytä ennen sitä. Vuorossa: Varmista peruutus"
    )
    assert page.tree.xpath("//p[@class='now-what']/text()") == ["Varmista peruutus"]
