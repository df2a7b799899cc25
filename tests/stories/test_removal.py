"""A client leaves the assistance system (746/2011 38 f §): heard, decided, served; the clienthood ends and retention begins."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine.casework.recordings.removal import NothingWished
from engine.commands.retention import SealOlder
from engine.domain.cases import CaseState, Outcome
from engine.domain.clienthood import (
    Clienthood,
    DiedBeforeAdmission,
    HelpEndsBeforeDecision,
    NoClienthood,
    RemovalOpen,
    WrittenAdmissionMissing,
)
from engine.domain.people import SYSTEM
from engine.domain.tasks import FourEyes
from engine.errors import AnswersRejected, Invalid
from engine.queries.case_export import ExportCase
from engine.queries.case_file import ReadDocument
from engine.storage.tables.retention import RETENTION_PLANS
from engine.storage.unit_of_work import UnitOfWork
from engine.texts import day
from tests.stories.test_delivery import BY_POST
from tests.stories.test_opinions import opinion
from tests.stories.test_urgent_calls import until_oral_decision
from tests.support.key_stores import erase_due
from tests.support.pdf import seen
from tests.support.story import Story

UNHEARD = {
    "hearing": "unnecessary",
    "hearing_exception": "needless",
    "hearing_unnecessary_reasons": "Henkilö on itse pyytänyt ratkaisua.",
    **dict.fromkeys(("hearing_due_on", "hearing_told", "hearing_material")),
}
WISH = {
    "removal_cause": "wish",
    "removal_ground": "wish",
    "wished_by": "person",
    "asked_in_private": "yes",
    "present": ["interpreter"],
    "free_will": "yes",
    "wished_how": "Tapaamisessa, tulkin kanssa.",
    **UNHEARD,
    "hearing_exception": "accepted_wish",
}
NOTHING = dict.fromkeys(
    ("removal_ground", "takes_effect", "hearing", "hearing_due_on", "hearing_told", "hearing_material")
)


def client(story: Story, **application: Any) -> Story:
    """Admitted, served, final, and closed: a client."""
    story.applies(**application)
    assert story.ends() is Outcome.ADMITTED_35_1
    return story


def assessed(story: Story, **answers: Any) -> None:
    story.hears("removal_needed")
    story.does("kasittelija", "removal_assessment", **answers)


def signed(story: Story, **answers: Any) -> None:
    assessed(story, **{**UNHEARD, **answers})
    story.does("kasittelija", "prepare_removal")
    story.does("paattaja", "sign_removal")


def final(story: Story) -> None:
    story.passes(days=40)
    story.does("kasittelija", "finality_inquiry")
    assert "removal_final" in story.milestones


def clienthood(story: Story) -> Clienthood:
    found = story.file.clienthood
    assert found is not None
    return found


def letter(story: Story) -> str:
    removals = [each for each in story.file.resolutions if each.kind == "removal" and each.document_id]
    found = removals[-1].document_id
    assert found is not None
    _, content = story.asks(ReadDocument(found))
    return " ".join(seen(content).split())


def planned(story: Story) -> dict[str, date | None]:
    with story.world.engine.database.view() as connection:
        stores = story.world.engine.stores(UnitOfWork(connection))
        return {each.sealing_class: each.destroy_on for each in stores.retention.of_case(story.case.id)}


@pytest.mark.databases
def test_a_client_is_heard_removed_and_served_and_retention_counts_from_the_end(story: Story) -> None:
    client(story)
    since = clienthood(story).since
    assert clienthood(story) == Clienthood(since, "resolution")
    assert set(planned(story).values()) == {None}, "nothing is counted while the clienthood runs"
    assessed(story)
    assert story.case.state is CaseState.PENDING
    assert [each.kind for each in story.file.documents].count("hearing") == 1
    story.until("prepare_removal")
    story.does("kasittelija", "prepare_removal")
    with pytest.raises(FourEyes):
        story.does("kasittelija", "sign_removal")
    story.does("paattaja", "sign_removal")
    written = letter(story)
    decided = "poistaa sinut ihmiskaupan uhrien auttamisjärjestelmästä"
    for words in ("Syntymäaika:", decided, "38 f", "et enää tarvitse", "Valitusosoitus"):
        assert words in written
    assert clienthood(story).runs, "signed is not served"
    story.does("kasittelija", "record_delivery")
    story.passes(minutes=1)
    ended_on = story.today
    assert clienthood(story) == Clienthood(since, "resolution", ended_on, "no_need")
    assert "removal_final" not in story.milestones
    final(story)
    assert story.case.state is CaseState.CLOSED
    assert story.case.outcome is Outcome.ADMITTED_35_1
    assert story.milestones[-2:] == ["removal_final", "retention_set"], "it had ended when it was served"
    plan = planned(story)
    assert plan["narrative"] == ended_on.replace(year=ended_on.year + 5)
    assert plan["engine"] == ended_on.replace(year=ended_on.year + 5)
    assert plan["identity"] == ended_on.replace(year=ended_on.year + 10)
    case_id, engine = story.case.id, story.world.engine
    with engine.database.unit_of_work() as unit:
        identity = {"case_id": case_id, "sealing_class": "identity"}
        unit.update(RETENTION_PLANS, identity, {"destroy_on": None})
    assert engine.perform(SealOlder(), SYSTEM) == 1, "a plan of the version before has no day"
    assert engine.perform(SealOlder(), SYSTEM) == 0
    assert planned(story) == plan


def test_nothing_of_a_client_is_erased_however_long_ago_the_case_was_closed(story: Story) -> None:
    client(story)
    case_id = story.case.id
    with story.world.engine.database.transaction() as connection:
        story.world.engine.stores(UnitOfWork(connection)).retention.set(
            case_id, {"narrative": ("version before", story.today)}, story.world.clock.moment
        )
    story.passes(days=3650)
    assert erase_due(story.world.engine) == 0
    assert set(planned(story).values()) == {None}
    assert "content_erased" not in story.events


def test_who_is_no_client_is_not_removed(story: Story) -> None:
    story.applies()
    with pytest.raises(NoClienthood):
        story.hears("removal_needed")
    assert story.file.clienthood is None
    assert "removal_needed" not in [name for name, _ in story.file.awaited]


def test_two_removals_at_once_are_one(story: Story) -> None:
    client(story)
    story.hears("removal_needed")
    with pytest.raises(RemovalOpen):
        story.hears("removal_needed")
    assert story.forms == ["removal_assessment"]


def test_a_removal_that_is_not_proposed_leaves_the_clienthood_as_it_was(story: Story) -> None:
    client(story)
    assessed(story, removal_proposal="keep", **NOTHING)
    assert "clienthood_continues" in story.milestones
    assert clienthood(story).runs
    assert story.case.state is CaseState.CLOSED
    assert set(planned(story).values()) == {None}


def test_a_wish_after_an_oral_admission_withdraws_nothing_and_leads_to_a_removal(story: Story) -> None:
    until_oral_decision(story)
    story.does("paattaja", "oral_decision")
    assert clienthood(story).by == "oral_decision"
    story.hears("application_withdrawn")
    story.does("kasittelija", "withdraw")
    story.passes(minutes=1)
    assert "wish_to_leave" in story.events
    assert "removal_assessment" in story.forms
    assert "lapsed" not in story.milestones
    story.does("kasittelija", "removal_assessment", **WISH)
    with pytest.raises(WrittenAdmissionMissing):
        story.does("kasittelija", "prepare_removal")
    for form in ("contact_client", "sufficiency", "assessment", "prepare_resolution"):
        if form in story.forms:
            story.does("kasittelija", form)
    story.does("paattaja", "sign_resolution")
    story.does("kasittelija", "prepare_removal")
    story.does("paattaja", "sign_removal")
    assert "Olet itse ilmoittanut, että haluat pois" in letter(story)


def test_a_client_who_withdraws_with_the_code_is_talked_to_and_not_lapsed(story: Story) -> None:
    client(story)
    assert story.withdraws()
    assert story.forms == ["removal_assessment"]
    assert story.withdraws(), "the same answer again, and no second removal"
    assert story.forms == ["removal_assessment"]
    assert story.events.count("wish_to_leave") == 2


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"asked_in_private": "no"}, "asked_in_private"),
        ({"present": ["unsafe"]}, "present"),
        ({"free_will": "unsure", "free_will_reason": "Puoliso puhui."}, "free_will"),
    ],
)
def test_a_wish_to_leave_needs_a_free_will(story: Story, answers: dict[str, Any], field: str) -> None:
    client(story)
    story.withdraws()
    with pytest.raises(Invalid) as raised:
        story.does("kasittelija", "removal_assessment", **{**WISH, **answers})
    assert raised.value.field == field
    assert "removal_assessed" not in story.milestones


def test_not_hearing_has_its_reasons_and_only_a_wish_is_accepted_as_one(story: Story) -> None:
    client(story)
    with pytest.raises(NothingWished):
        assessed(story, **{**UNHEARD, "hearing_exception": "accepted_wish"})
    with pytest.raises(AnswersRejected) as raised:
        story.does("kasittelija", "removal_assessment", **{**UNHEARD, "hearing_unnecessary_reasons": None})
    assert list(raised.value.problems) == ["hearing_unnecessary_reasons"]
    story.does("kasittelija", "removal_assessment", **UNHEARD)
    story.does("kasittelija", "prepare_removal")
    story.does("paattaja", "sign_removal")
    words = letter(story)
    assert "Asianosaista ei kuultu ennen päätöstä: kuuleminen oli muusta syystä ilmeisen tarpeetonta" in words
    assert UNHEARD["hearing_unnecessary_reasons"] in words


def test_returned_post_gives_the_clienthood_back_until_the_decision_is_served_again(story: Story) -> None:
    client(story, **BY_POST)
    signed(story)
    story.does("kasittelija", "post_letter")
    story.passes(days=8)
    ended = clienthood(story)
    assert not ended.runs
    key = next(key for name, key in story.file.awaited if name == "mail_returned")
    story.hears("mail_returned", key=key)
    assert clienthood(story).runs, "nobody has received it"
    story.passes(minutes=1)
    story.does("kasittelija", "choose_delivery_way", next_channel="in_person")
    story.does("kasittelija", "record_delivery")
    story.passes(minutes=1)
    assert clienthood(story).until == story.today
    final(story)
    assert story.case.state is CaseState.CLOSED


def test_a_removal_that_takes_effect_when_final_ends_nothing_before(story: Story) -> None:
    client(story)
    signed(story, takes_effect="when_final")
    story.does("kasittelija", "record_delivery")
    story.passes(days=20)
    assert clienthood(story).runs
    assert "asiakkuutesi päättyy vasta, kun päätös on lainvoimainen" in letter(story).lower()
    final(story)
    assert clienthood(story).until == story.today


@pytest.mark.parametrize("result", ["annulled", "returned", "changed"])
def test_a_court_that_does_not_uphold_the_removal_keeps_the_client(story: Story, result: str) -> None:
    client(story)
    signed(story)
    story.does("kasittelija", "record_delivery")
    story.passes(minutes=1)
    assert not clienthood(story).runs
    story.hears("appeal_received")
    story.does("kasittelija", "appeal_arrival", appealed="removal")
    story.does("kasittelija", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    removal = [each for each in story.file.resolutions if each.kind == "removal"][-1]
    assert removal.signed_at is not None
    assert " ".join(day("fi", removal.signed_at).split()) in opinion(story), "not the admission's day"
    story.does("kasittelija", "send_to_court")
    story.does("kasittelija", "court_decision", court_result=result)
    assert clienthood(story).runs
    assert story.case.outcome is Outcome.ADMITTED_35_1, "the admission is not what the court judged"
    story.passes(minutes=1)
    assert "removal_assessment" in story.forms
    assert "contact_client" not in story.forms
    story.does("kasittelija", "removal_assessment", removal_proposal="keep", **NOTHING)
    if "own_appeal" in story.forms:
        story.does("paattaja", "own_appeal")
    assert story.case.state is CaseState.CLOSED
    assert clienthood(story).runs


def test_a_removal_sent_back_begins_nothing_if_the_admission_is_gone_and_the_case_closes(
    story: Story,
) -> None:
    client(story)
    signed(story)
    story.does("kasittelija", "record_delivery")
    final(story)
    for appealed in ("admission", "removal"):
        story.hears("appeal_received")
        story.does("kasittelija", "appeal_arrival", appealed=appealed)
        story.does("kasittelija", "appeal_opinion")
        story.does("paattaja", "sign_opinion")
        story.does("kasittelija", "send_to_court")
    keys = [each.business_key for each in story.file.tasks if each.form_key == "court_decision"]
    refusal = {"court_result": "changed", "outcome_after": "not_admitted"}
    story.does("kasittelija", "court_decision", key=keys[0], **refusal)
    story.does("kasittelija", "court_decision", key=keys[1], court_result="annulled")
    for key in keys:
        story.does("paattaja", "own_appeal", key=key)
    assert story.case.state is CaseState.PENDING, "a removal is to begin"
    story.passes(minutes=1)
    assert story.forms == [], "nobody is left to be removed"
    assert story.case.state is CaseState.CLOSED
    assert story.case.outcome is Outcome.NOT_ADMITTED


def test_an_appeal_that_the_court_tells_of_and_that_fails_leaves_the_removal_as_it_was(
    story: Story,
) -> None:
    client(story)
    signed(story)
    story.does("kasittelija", "record_delivery")
    story.passes(minutes=1)
    ended = clienthood(story)
    story.passes(days=40)
    story.does("kasittelija", "finality_inquiry", courts_answer="appeal")
    story.passes(minutes=1)
    assert story.forms == ["appeal_arrival"], "its day, way and document are asked next"
    story.does("kasittelija", "appeal_arrival", appealed="removal", arrival_way="court")
    story.does("kasittelija", "appeal_opinion")
    story.does("paattaja", "sign_opinion")
    story.does("kasittelija", "send_to_court")
    story.passes(days=60)
    assert "finality_inquiry" not in story.forms, "the court has it"
    story.does("kasittelija", "court_decision", court_result="discontinued")
    story.passes(minutes=1)
    assert "finality_inquiry" not in story.forms, "leave to appeal can still be asked"
    story.passes(days=40)
    story.does("kasittelija", "finality_inquiry")
    assert clienthood(story) == ended
    assert story.case.state is CaseState.CLOSED


def test_a_client_who_died_is_not_removed_and_retention_counts_from_the_death(story: Story) -> None:
    client(story)
    early = (clienthood(story).since - timedelta(days=1)).isoformat()
    story.passes(days=10)
    died_on = story.today - timedelta(days=3)
    with pytest.raises(DiedBeforeAdmission):
        assessed(story, removal_proposal="died", died_on=early, **NOTHING)
    story.does(
        "kasittelija", "removal_assessment", removal_proposal="died", died_on=died_on.isoformat(), **NOTHING
    )
    assert clienthood(story).until == died_on
    assert clienthood(story).ground == "death"
    assert all(each.kind != "removal" for each in story.file.resolutions)
    assert planned(story)["identity"] == died_on.replace(year=died_on.year + 10)
    assert story.case.state is CaseState.CLOSED


def test_help_goes_on_for_a_time_that_the_letter_names(story: Story) -> None:
    client(story)
    assessed(story, **UNHEARD)
    with pytest.raises(HelpEndsBeforeDecision):
        story.does("kasittelija", "prepare_removal", help_until=(story.today - timedelta(days=1)).isoformat())
    until = story.today + timedelta(days=30)
    story.does("kasittelija", "prepare_removal", help_until=until.isoformat())
    story.does("paattaja", "sign_removal")
    assert f"Saat apua vielä {until.day}.{until.month}.{until.year} asti" in letter(story)


def test_the_export_says_since_when_and_until_when_the_person_is_a_client(story: Story) -> None:
    client(story)
    signed(story)
    story.does("kasittelija", "record_delivery")
    story.passes(minutes=1)
    found = clienthood(story)
    assert found.until is not None
    query = ExportCase(story.reference, "tarkastus")
    exported = story.world.engine.answer(query, story.world.actor("johtaja"))
    assert exported["clienthood"] == {
        "since": found.since.isoformat(),
        "by": "resolution",
        "until": found.until.isoformat(),
        "ground": "no_need",
    }
