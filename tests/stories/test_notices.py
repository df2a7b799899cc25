"""Others learn of a person by a document that somebody sent, on a lawful ground, and no word more."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework.official_requests import NamesPolice
from engine.casework.recordings.preparing import OrganiserWithoutMunicipality
from engine.commands.consents import ConsentDetails, RecordConsent
from engine.commands.notices import BeginNotice
from engine.domain.cases import CaseState, Outcome
from engine.errors import Forbidden, Invalid
from engine.queries.case_file import ReadDocument
from engine.queries.task_page import OpenTaskPage
from tests.stories.test_contact import admitted
from tests.support.browsing import signed_in
from tests.support.party_changes import changes, person
from tests.support.pdf import shown
from tests.support.story import Story

NOT_SENT = {
    "notice_state": "not_sent",
    "not_sent_reason": "Väärä osoite.",
    **dict.fromkeys(("notice_recipient", "notice_channel", "sent_on")),
}


class Letter(str):
    """The printed words, compared without spaces: a line may break anywhere."""

    __slots__ = ()

    def __contains__(self, words: object) -> bool:
        return "".join(str(words).split()) in "".join(self.split())


def papers(story: Story, kind: str) -> list[Letter]:
    """The documents of that kind."""
    found = [each for each in story.file.documents if each.kind == kind]
    return [Letter(shown(story.asks(ReadDocument(each.id))[1])) for each in found]


def reflection_signed(story: Story) -> None:
    admitted(story)
    story.does("kasittelija", "contact_client", stay_status="no_right")
    story.does("kasittelija", "reflection_period")
    story.does("paattaja", "sign_reflection_period")
    story.does("kasittelija", "reflection_told")


@pytest.mark.databases
def test_the_police_get_the_reflection_decision_and_no_word_more(story: Story) -> None:
    reflection_signed(story)
    (letter,) = papers(story, "notice_police_reflection")
    assert "52 c §" in letter
    assert "Keksitty" in letter
    began = story.today
    assert f"{began.day}.{began.month}.{began.year}" in letter, "the first day of the period"
    for secret in ("pakotettiin", "aino.keksitty@example.invalid", "Perustelut"):
        assert secret not in letter
    assert "police_notified" not in story.milestones
    story.does("kasittelija", "send_notice")
    assert "police_notified" in story.milestones
    assert "record_delivery" in story.forms, "served or not"


def test_a_notice_that_does_not_leave_is_made_anew_because_the_law_wants_it(story: Story) -> None:
    reflection_signed(story)
    story.does("kasittelija", "send_notice", **NOT_SENT)
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
    story.applies(safe_channels=["email", "phone"], phone="+358 00 0000007")
    changes(story, person(story), {"safe_channels": ["email"], "unsafe_channels": ["phone"]})
    story.until("prepare_resolution")
    named = {"organiser": "county", "organiser_name": "Esimerkin hyvinvointialue"}
    with pytest.raises(OrganiserWithoutMunicipality) as refused:
        story.does("kasittelija", "prepare_resolution", **named)
    assert refused.value.field == "organiser"
    moving = "Kotikunta on vahvistettu eilen, kirjausta korjataan."
    story.does("kasittelija", "prepare_resolution", **named, organiser_reasons=moving)
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "record_delivery")
    unit = {"service_organiser": "county", "organiser_name": "Esimerkin hyvinvointialue, sosiaalipalvelut"}
    page = story.world.engine.answer(
        OpenTaskPage(story.task("contact_client").id), story.world.actor("kasittelija")
    )
    assert page.prefilled == {"organiser_name": "Esimerkin hyvinvointialue"}, "as the decision names it"
    story.does("kasittelija", "contact_client", **unit, first_needs="Asunto ja lääkäri.")
    assert "service_needs_handed_over" not in story.milestones
    (letter,) = papers(story, "notice_service_handover")
    assert "Esimerkin hyvinvointialue, sosiaalipalvelut" in letter
    assert "Asunto ja lääkäri." in letter
    assert "58 §" in letter
    assert "aino.keksitty@example.invalid" in letter
    assert "0000007" not in letter, "somebody else answers that phone"
    assert "pakotettiin" not in letter
    story.does("kasittelija", "send_notice")
    assert "service_needs_handed_over" in story.milestones


def test_help_that_we_organise_ourselves_is_handed_to_nobody(story: Story) -> None:
    admitted(story)
    story.does("kasittelija", "contact_client", service_organiser="nas")
    assert "send_notice" not in story.forms
    assert papers(story, "notice_service_handover") == []


def test_help_that_the_organiser_never_heard_of_is_not_handed_over(story: Story) -> None:
    admitted(story)
    unit = {
        "service_organiser": "county",
        "organiser_name": "Hyvinvointialue",
        "organiser_changed_reasons": "Henkilö sai eilen kotikunnan.",
    }
    story.does("kasittelija", "contact_client", **unit)
    story.does("kasittelija", "send_notice", **NOT_SENT)
    assert "service_needs_handed_over" not in story.milestones
    assert "notice_not_sent" in story.events


def begins(story: Story, who: str = "kasittelija") -> None:
    """Anybody who works on the case begins a notice, without approval."""
    story.world.engine.perform(BeginNotice(story.reference), story.world.actor(who))
    story.passes(minutes=1)


def test_a_notice_of_another_kind_is_not_addressed_to_the_police(story: Story) -> None:
    story.applies()
    story.until("sufficiency")
    begins(story)
    with pytest.raises(NamesPolice) as refused:
        story.does("kasittelija", "write_notice", notice_addressee="Esimerkin poliisilaitos")
    assert refused.value.field == "notice_addressee"


def to_police(ground: str, **more: str) -> dict[str, object]:
    return {
        "notice": "police",
        "police_ground": ground,
        "notice_addressee": "Esimerkin poliisilaitos",
        "notice_facts": "Epäilty uhkaa lasta tänään.",
        **more,
    }


def test_an_offence_against_a_child_goes_to_the_police_and_to_child_welfare(story: Story) -> None:
    story.applies()
    begins(story, "paivystaja")
    story.does("paivystaja", "write_notice", **to_police("child_offence", offence_limb="sexual"))
    story.passes(minutes=1)
    (letter,) = papers(story, "notice_police")
    assert "417/2007" in letter
    assert "20 luvussa" in letter
    assert "Epäilty uhkaa lasta tänään." in letter
    assert "pakotettiin" not in letter
    assert "police_notified" not in story.milestones
    story.does("paivystaja", "send_notice")
    assert [each for each in story.milestones if each in ("child_offence_duty", "police_notified")] == [
        "child_offence_duty",
        "police_notified",
    ]
    assert "write_notice" in story.forms, "the notification to child welfare is owed as well"


def test_another_offence_against_a_child_is_notified_once_the_first_notification_has_ended(
    story: Story,
) -> None:
    def begun(of: str) -> list[str]:
        events = [each for each in story.file.timeline if each.kind == "notice_begun"]
        return [str(each.facts["business_key"]) for each in events if (each.subject or "") == of]

    def found() -> None:
        begins(story, "paivystaja")
        offence = to_police("child_offence", offence_limb="sexual")
        story.does("paivystaja", "write_notice", begun("")[-1], **offence)
        story.passes(minutes=1)

    story.applies()
    found()
    found()
    assert len(begun("child_welfare")) == 1, "the one that is still to be written serves both"
    (key,) = begun("child_welfare")
    story.does("kasittelija", "write_notice", key, notice="child_welfare")
    story.does("kasittelija", "send_notice", key, **NOT_SENT)
    found()
    assert len(begun("child_welfare")) == 2, "a new offence obliges anew (417/2007 25 §)"


def test_a_threat_is_disclosed_by_the_director_alone(story: Story) -> None:
    story.applies()
    begins(story)
    story.does("kasittelija", "write_notice", **to_police("threat"))
    assert papers(story, "notice_police") == []
    with pytest.raises(Forbidden):
        story.does("paattaja", "sign_disclosure")
    story.does("johtaja", "sign_disclosure")
    (letter,) = papers(story, "notice_police")
    assert "37 §" in letter
    assert "Jaana Johtaja" in letter
    story.does("kasittelija", "send_notice")
    assert story.milestones[-3:] == ["threat_disclosure_signed", "notice_sent", "police_notified"]


def test_consent_to_a_notice_stands_in_the_ledger_before_it_leaves(story: Story) -> None:
    story.applies()
    begins(story)
    story.does(
        "kasittelija",
        "write_notice",
        **to_police(
            "consent",
            police_consent_on=story.today.isoformat(),
            police_consent_how="Puhelimessa, vapaasta tahdosta.",
            consent_language="vi",
        ),
    )
    assert [(each.purpose, each.state, each.language) for each in story.file.consents] == [
        ("crime_report", "given", "vi")
    ]
    assert "henkilön suostumus" in papers(story, "notice_police")[0]


@pytest.mark.parametrize("notice", ["child_welfare", "police"])
def test_a_notice_that_does_not_leave_reaches_nobody(story: Story, notice: str) -> None:
    story.applies()
    begins(story)
    written = to_police("preventable_offence") if notice == "police" else {}
    story.does("kasittelija", "write_notice", **written)
    assert ("preventable_offence_duty" in story.milestones) is (notice == "police")
    story.does("kasittelija", "send_notice", **NOT_SENT)
    assert "notice_not_sent" in story.events
    assert not {"police_notified", "authority_notified", "notice_sent"} & set(story.milestones)


def test_a_disclosure_that_the_director_returns_is_written_anew(story: Story) -> None:
    story.applies()
    begins(story)
    story.does("kasittelija", "write_notice", **to_police("threat"))
    story.does(
        "johtaja", "sign_disclosure", disclosure_signature="return", return_reason="Ei uhkaa, vaan rikos."
    )
    assert papers(story, "notice_police") == []
    story.does("kasittelija", "write_notice", **to_police("preventable_offence"))
    (letter,) = papers(story, "notice_police")
    assert "15 luku 10" in letter
    assert "threat_disclosure_signed" not in story.milestones


def test_a_representative_is_applied_for_by_the_director_alone(story: Story) -> None:
    story.applies()
    begins(story)
    story.does("kasittelija", "write_notice", notice="guardian_application")
    assert papers(story, "notice_guardian_application") == []
    deciding = f"/tasks/{story.task('sign_guardian_application').id}"
    asks = signed_in(story.world, "johtaja").get(deciding).text
    assert "sen vastaanottokeskuksen johtaja, jossa lapsi on rekisteröity" in asks
    with pytest.raises(Forbidden):
        story.does("paattaja", "sign_guardian_application")
    story.does(
        "johtaja",
        "sign_guardian_application",
        disclosure_signature="return",
        return_reason="Rekisteröity muualla.",
    )
    story.does("kasittelija", "write_notice", notice="guardian_application")
    story.does("johtaja", "sign_guardian_application")
    assert "guardian_application_signed" in story.milestones
    assert len(papers(story, "notice_guardian_application")) == 1
    story.does("kasittelija", "send_notice")
    assert "authority_notified" in story.milestones


def test_a_notice_begun_in_vain_ends_with_its_reason(story: Story) -> None:
    story.applies()
    begins(story)
    story.does(
        "kasittelija",
        "write_notice",
        notice="none",
        told_person=None,
        notice_addressee=None,
        notice_facts=None,
        no_notice_reason="Ilmoitus oli jo tehty.",
    )
    assert {"write_notice", "sign_guardian_application"}.isdisjoint(story.forms)
    assert "notice_sent" not in story.events


def test_a_closed_case_ends_no_duty_to_notify(story: Story) -> None:
    transferred(story, "migri")
    story.does("kasittelija", "send_notice")
    story.passes(minutes=1)
    story.does("kasittelija", "post_paper")
    assert story.case.state is CaseState.CLOSED
    begins(story)
    assert story.case.state is CaseState.PENDING
    story.does("kasittelija", "write_notice")
    story.does("kasittelija", "send_notice")
    assert "notice_sent" in story.events
    assert story.case.state is CaseState.CLOSED
    assert story.case.outcome is Outcome.TRANSFERRED


def transferred(story: Story, to: str, **ground: str) -> None:
    story.applies()
    story.does(
        "kirjaaja",
        "register",
        competence="transfer",
        transfer_to=to,
        transfer_reason="Asia kuuluu sinne.",
        **ground,
    )


def test_a_transfer_is_done_when_its_letter_has_left(story: Story) -> None:
    transferred(story, "migri")
    (letter,) = papers(story, "notice_transfer")
    assert "Maahanmuuttovirasto" in letter
    assert "aino.keksitty@example.invalid" in letter
    assert "pakotettiin" not in letter
    assert story.case.outcome is None
    story.does("kasittelija", "send_notice")
    assert story.case.outcome is Outcome.TRANSFERRED
    assert "police_notified" not in story.milestones


def test_a_case_goes_to_the_police_only_on_a_recorded_ground(story: Story) -> None:
    transferred(story, "police", transfer_ground="preventable_offence")
    assert story.forms == ["transfer_ground"]
    story.does(
        "kasittelija",
        "transfer_ground",
        transfer_ground="no_ground",
        transfer_consent_on=None,
        consent_language=None,
        transfer_ground_reasons="Henkilö ei halua.",
    )
    assert story.forms == ["register"], "the case is ours"
    assert papers(story, "notice_transfer") == []
    details = ConsentDetails("hand_over", "police", "fi", "phone", story.today)
    keeper = story.world.actor("kasittelija")
    story.world.engine.perform(RecordConsent(story.reference, details, is_given=True), keeper)
    story.does(
        "kirjaaja",
        "register",
        competence="transfer",
        transfer_to="police",
        transfer_ground="consent",
        transfer_reason="Henkilö haluaa sittenkin.",
    )
    story.does("kasittelija", "transfer_ground")
    assert [(each.purpose, each.state, each.language) for each in story.file.consents] == [
        ("hand_over", "given", "fi"),
        ("crime_report", "given", "en"),
    ]
    story.does("kasittelija", "send_notice")
    order = ["police_transfer_grounded", "notice_sent", "police_notified", "transferred"]
    assert [each for each in story.milestones if each in order] == order


def test_a_case_that_never_left_for_the_police_is_registered_here(story: Story) -> None:
    transferred(story, "police", transfer_ground="preventable_offence")
    story.does(
        "kasittelija",
        "transfer_ground",
        transfer_ground="preventable_offence",
        transfer_consent_on=None,
        consent_language=None,
    )
    assert "police_transfer_grounded" in story.milestones
    story.does("kasittelija", "send_notice", **NOT_SENT)
    assert story.forms == ["register"]
    assert "police_notified" not in story.milestones
