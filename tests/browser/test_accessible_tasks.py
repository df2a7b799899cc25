"""The page of every kind of task, untouched and full of mistakes, wide and narrow: axe finds nothing, nothing sticks out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from engine.commands.parties import StopContactByCode
from engine.commands.tasks import ClaimTask
from engine.domain.people import PUBLIC
from engine.domain.tasks import UserTask
from tests.stories.test_appeals import until_court
from tests.stories.test_decision_corrections import COPY
from tests.stories.test_delivery import BY_POST
from tests.stories.test_enquiry_notices import begins as begins_from_enquiry
from tests.stories.test_notices import begins, to_police
from tests.stories.test_posted_letters import POSTED, asks_by_letter
from tests.stories.test_referrals import NOT_REACHED
from tests.stories.test_removal import assessed, client
from tests.stories.test_restored_decisions import prepared_anew, restored
from tests.stories.test_urgent_night import records
from tests.support import answers as plain
from tests.support.axe import TOO_WIDE, faults
from tests.support.chromium import DESKTOP, PHONE, follow
from tests.support.party_changes import changes, code_of, person
from tests.support.story import Story

FORMS = Path(__file__).resolve().parents[2] / "forms" / "definitions"
NO_TASKS = {
    "application",
    "child_application",
    "arrival",
    "referral",
    "phone_intake",
    "spoken_decision",
    "enquiry",
    "own_addition",
    "open_resolution",
}
"""They begin a case, or the person does them: by their code, or by opening a letter. Their pages are looked at elsewhere."""
ADVERSE = {
    "needs_help": "no",
    "outcome_proposed": "not_admitted",
    "hearing": "needed",
    "hearing_told": "Pidetään kielteistä päätöstä mahdollisena.",
    "hearing_material": "Hakijan oma kertomus",
}
TAKES_NOTHING = {"information_reply"}
"""Answered by silence too: nothing in it is a mistake."""
EMPTIED = """() => document.querySelectorAll("main input, main select, main textarea").forEach(field => {
  if (field.type === "radio" || field.type === "checkbox") field.checked = false;
  else if (field.type !== "hidden") field.value = "";
})"""


@dataclass
class Looked(Story):
    """A story whose tasks are looked at before they are done: one page for each form."""

    open_as: Callable[[str], Page] | None = None
    found: dict[str, list[str]] = field(default_factory=dict)

    def does(self, who: str, form: str, key: str | None = None, **changes: Any) -> None:
        if form not in self.found and self.open_as is not None:
            task = self.task(form, key)
            self.world.engine.perform(ClaimTask(task.id), self.world.actor(who))
            self.found[form] = look(self.open_as(who), task)
        super().does(who, form, key, **changes)


def look(page: Page, task: UserTask) -> list[str]:
    page.goto(f"/tasks/{task.id}")
    untouched = faults(page, sizes=(PHONE,))
    if task.form_key in TAKES_NOTHING:
        return untouched
    page.evaluate(EMPTIED)
    follow(page.get_by_role("button", name="Valmis, lähetä eteenpäin"))
    assert page.title().startswith("Virhe: "), f"{task.form_key} takes no answer for an answer"
    # Wide, and measured in the narrow window too: the mistakes add words to what was looked at there.
    mistaken = faults(page, sizes=(DESKTOP,))
    page.set_viewport_size(PHONE)
    return untouched + mistaken + page.evaluate(TOO_WIDE)


@pytest.mark.slow
def test_the_page_of_every_task_is_accessible(world, sign_in, sign_in_again):
    people: dict[str, tuple[datetime, Page]] = {}

    def open_as(who: str) -> Page:
        """Days pass in these stories, and nobody stays signed in for days."""
        since, page = people.get(who, (None, None))
        if page is None:
            page = sign_in(who)
        elif since != world.clock.moment:
            sign_in_again(page, who)
        people[who] = (world.clock.moment, page)
        return page

    found: dict[str, list[str]] = {}
    for tell in (
        an_answer_and_a_silence,
        a_hearing_and_an_appeal,
        a_letter_that_finds_no_safe_way,
        a_consent_that_nobody_gives,
        a_call,
        contacts_of_every_kind,
        withdrawn,
        recalled,
        a_threat_that_the_police_must_hear_of,
        a_call_for_the_police,
        a_way_that_is_unsafe,
        a_guardian_for_a_child_alone,
        a_letter_that_somebody_posts,
        a_correction_that_the_court_must_hear_of,
        a_client_who_leaves,
        a_notice_from_an_enquiry,
    ):
        tell(Looked(world, open_as=open_as, found=found))

    assert {key: lines for key, lines in found.items() if lines} == {}
    assert set(found) == {file.stem for file in FORMS.glob("*.form")} - NO_TASKS


def a_notice_from_an_enquiry(story: Story) -> None:
    begins_from_enquiry(story)
    story.does("paivystaja", "write_enquiry_notice")


def an_answer_and_a_silence(story: Story) -> None:
    story.is_referred()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", missing="Työn ehdot", reason="Ei voi arvioida.")
    due = story.today + timedelta(days=14)
    rows = [plain.request("applicant", due), plain.request("referrer", due)]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Kumpikin tietää.")
    story.does("kasittelija", "ask_aloud", "REQ-1")
    story.does("kasittelija", "information_reply", "REQ-1")
    story.does("kasittelija", "review_reply", "REQ-1")
    story.passes(days=16)
    more = (story.today + timedelta(days=7)).isoformat()
    story.does("kasittelija", "request_follow_up", "REQ-2", choice="extend", new_due_on=more)
    story.passes(days=20)
    story.does("esihenkilo", "stalled_request", "REQ-2")


def a_hearing_and_an_appeal(story: Story) -> None:
    story.applies()
    story.until("assessment")
    due = (story.today + timedelta(days=14)).isoformat()
    story.does("kasittelija", "assessment", **ADVERSE, hearing_due_on=due)
    story.does("kasittelija", "post_paper", "HEAR-1")
    story.does("kasittelija", "hearing_reply", "HEAR-1")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "other_help")
    story.does("kasittelija", "record_delivery")
    story.passes(days=40)
    story.does("kasittelija", "finality_inquiry")
    story.hears("appeal_received")
    story.does("kasittelija", "appeal_arrival")
    story.does("kasittelija", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    story.does("kasittelija", "send_to_court")
    story.does("kasittelija", "court_decision", court_result="annulled")
    story.does("paattaja", "own_appeal", own_appeal="yes")
    story.does("paattaja", "send_own_appeal")
    story.passes(minutes=1)
    prepared_anew(story)
    story.does("paattaja", "sign_resolution")
    restored(story)
    story.does("paattaja", "restored_decision")


def a_letter_that_finds_no_safe_way(story: Story) -> None:
    story.applies(**BY_POST)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "post_letter")
    story.hears("mail_returned")
    story.does("kasittelija", "choose_delivery_way", next_channel="none")
    story.does("paattaja", "no_safe_service")


def a_consent_that_nobody_gives(story: Story) -> None:
    story.is_referred()
    story.until("verify_consent")
    story.does("kasittelija", "verify_consent", **NOT_REACHED)
    story.does("esihenkilo", "consent_not_reached")
    story.does("paattaja", "consent_without_contact")


def a_call(story: Story) -> None:
    story.calls()
    story.does("paivystaja", "urgent_measures")
    story.does("paivystaja", "register", in_danger="yes", accommodation_needed="yes")
    story.does("paattaja", "oral_decision")


def contacts_of_every_kind(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.passes(days=5)
    story.does("esihenkilo", "contact_overdue", **keep_trying(story))
    story.does("toinen", "contact_client", wants_crime_report_help="yes", stay_status="no_right")
    story.does("kasittelija", "crime_report_support")
    story.does("kasittelija", "reflection_period")
    story.does("paattaja", "sign_reflection_period")
    story.does("kasittelija", "reflection_told")


def keep_trying(story: Story) -> dict[str, str]:
    return {
        "contact_choice": "keep_trying",
        "next_person": str(story.world.people["toinen"].id),
        "next_check_on": (story.today + timedelta(days=5)).isoformat(),
        "reason": "Puhelin on ollut kiinni.",
    }


def withdrawn(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    story.withdraws()
    story.does("kasittelija", "withdraw")


def recalled(story: Story) -> None:
    story.applies()
    story.until("sign_resolution")
    later = (story.today + timedelta(days=3)).isoformat()
    story.does("paattaja", "sign_resolution", hold_until=later)
    story.hears("new_fact")
    story.does("paattaja", "recall_resolution")


def a_threat_that_the_police_must_hear_of(story: Story) -> None:
    story.applies()
    begins(story)
    story.does("kasittelija", "write_notice", **to_police("threat"))
    story.does("johtaja", "sign_disclosure")
    story.does("kasittelija", "send_notice")


def a_call_for_the_police(story: Story) -> None:
    records(story)
    story.does("paattaja", "confirm_spoken", spoken_confirmed="no", spoken_denied_reason="Sanoin toisin.")
    story.passes(minutes=1)
    story.does("paivystaja", "tell_denied")
    story.does(
        "paivystaja",
        "register",
        competence="transfer",
        transfer_to="police",
        transfer_ground="preventable_offence",
        transfer_reason="Kuuluu poliisille.",
    )
    story.does("kasittelija", "transfer_ground", transfer_ground="consent")


def a_way_that_is_unsafe(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    story.world.engine.perform(StopContactByCode(code_of(story)), PUBLIC)
    story.passes(hours=1)
    story.does("kasittelija", "contact_change", contact_outcome="same")
    story.does("kasittelija", "tell_withheld")
    changes(story, person(story), identity={"born_on": "2010-02-01"})
    story.passes(minutes=1)
    story.does("kasittelija", "age_change")


def a_guardian_for_a_child_alone(story: Story) -> None:
    story.applies()
    begins(story)
    story.does("kasittelija", "write_notice", notice="guardian_application")
    story.does("johtaja", "sign_guardian_application")


def a_letter_that_somebody_posts(story: Story) -> None:
    asks_by_letter(story)
    story.does("kasittelija", "post_paper", **POSTED)


def a_correction_that_the_court_must_hear_of(story: Story) -> None:
    until_court(story)
    story.hears("correction_needed")
    story.does("kasittelija", "correct_decision")
    story.passes(minutes=1)
    story.does("kasittelija", "send_correction_notice")
    story.does("kasittelija", "examine_correction", **COPY)
    story.does("paattaja", "sign_correction")


def a_client_who_leaves(story: Story) -> None:
    client(story)
    assessed(story)
    story.until("prepare_removal")
    story.does("kasittelija", "prepare_removal")
    story.does("paattaja", "sign_removal")
