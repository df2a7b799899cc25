"""Cases that are hidden and shown again in the middle of the work, and people who step aside from one."""

from __future__ import annotations

import pytest

from engine.casework.recordings.registration import RestrictionStands
from engine.commands.assignments import AssignTask
from engine.commands.tasks import ClaimTask
from engine.commands.visibility import (
    DeclareDisqualification,
    LiftDisqualification,
    LiftRestriction,
    RecordDisqualification,
    RestrictCase,
)
from engine.domain.inbox import View
from engine.domain.staff_notices import NoticeKind
from engine.errors import Conflict, Forbidden, Invalid, NotFound
from engine.executor import Command
from engine.queries.inbox import OpenInbox
from engine.queries.staff_notices import MyNotices
from engine.queries.visibility import OpenVisibility
from tests.support.administration import log_of
from tests.support.story import Story

REASON = "Entinen työnantaja kysyy henkilöä virastosta."
CHILD = {"given_names": "Eeli", "family_name": "Keksitty", "in_finland": "yes", "born_on": "2018-03-01"}


@pytest.fixture
def begun(story: Story) -> Story:
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(story.world.people["kasittelija"].id))
    return story


def does(story: Story, who: str, command: Command[None]) -> None:
    story.world.engine.perform(command, story.world.actor(who))


def sees(story: Story, who: str) -> bool:
    try:
        story.read_by(who)
    except NotFound:
        return False
    return True


def in_team_list(story: Story, who: str) -> bool:
    inbox = story.world.engine.answer(OpenInbox(View.TEAM), story.world.actor(who))
    return story.reference in {item.reference for item in inbox.items}


@pytest.mark.databases
def test_a_case_is_hidden_and_shown_again_at_any_time_with_a_reason(begun: Story) -> None:
    assert sees(begun, "toinen")
    assert in_team_list(begun, "toinen")
    does(begun, "kasittelija", RestrictCase(begun.reference, REASON))

    assert not sees(begun, "toinen")
    assert not in_team_list(begun, "toinen")
    assert sees(begun, "kasittelija"), "the work goes on"
    begun.until("assessment")

    with pytest.raises(Forbidden):
        does(begun, "kasittelija", LiftRestriction(begun.reference, "Vaara on ohi nyt."))
    does(begun, "esihenkilo", LiftRestriction(begun.reference, "Vaara on ohi nyt."))
    assert sees(begun, "toinen")
    page = begun.world.engine.answer(OpenVisibility(begun.reference), begun.world.actor("toinen"))
    assert [(each.is_restricted, each.reason) for each in page.restrictions] == [
        (False, "Vaara on ohi nyt."),
        (True, REASON),
    ]
    assert {"case_restricted", "restriction_lifted"} <= set(begun.events)


def gives(story: Story, who: str) -> None:
    does(story, "esihenkilo", AssignTask(story.task("register").id, story.world.people[who].id))


def test_registering_a_restricted_case_does_not_open_it(story: Story) -> None:
    story.applies()
    does(story, "johtaja", RestrictCase(story.reference, REASON))
    gives(story, "kirjaaja")
    with pytest.raises(RestrictionStands) as raised:
        story.does("kirjaaja", "register", restricted="no")
    assert raised.value.field == "restricted"
    story.does("kirjaaja", "register", restricted="yes")
    assert story.case.is_restricted
    page = story.world.engine.answer(OpenVisibility(story.reference), story.world.actor("johtaja"))
    assert [(each.is_restricted, each.reason) for each in page.restrictions] == [(True, REASON)]


def test_a_case_that_is_restricted_when_it_is_registered_says_so_and_so_does_the_childs(story: Story) -> None:
    child = {"given_names": "Eeli", "family_name": "Keksitty", "in_finland": "yes", "born_on": "2018-03-01"}
    story.applies(has_children="yes", children=[child])
    registered = {"has_children": "yes", "child_welfare_considered": "not_needed", "restricted": "yes"}
    story.does("kirjaaja", "register", **registered)
    story.passes(minutes=1)
    head = story.world.actor("johtaja")
    for each in (story, story.child()):
        page = story.world.engine.answer(OpenVisibility(each.reference), head)
        assert [found.is_restricted for found in page.restrictions] == [True]
        assert page.restrictions[0].reason
        assert "case_restricted" in each.events
    gives(story.child(), "kirjaaja")
    with pytest.raises(RestrictionStands):
        story.child().does("kirjaaja", "register", restricted="no")


def test_only_its_own_caseworker_and_the_heads_hide_a_case(begun: Story) -> None:
    for who in ("toinen", "paattaja", "kirjaaja"):
        with pytest.raises((NotFound, Forbidden)):
            does(begun, who, RestrictCase(begun.reference, REASON))
    assert not begun.case.is_restricted


def test_a_reason_is_asked_and_a_second_time_refused(begun: Story) -> None:
    for reason in ("", "lyhyt", "x" * 501):
        with pytest.raises(Invalid):
            does(begun, "esihenkilo", RestrictCase(begun.reference, reason))
    with pytest.raises(Conflict):
        does(begun, "esihenkilo", LiftRestriction(begun.reference, REASON))
    does(begun, "esihenkilo", RestrictCase(begun.reference, REASON))
    with pytest.raises(Conflict):
        does(begun, "esihenkilo", RestrictCase(begun.reference, REASON))


def test_the_childrens_cases_are_hidden_with_the_parents(story: Story) -> None:
    story.applies(has_children="yes", children=[CHILD])
    story.does("kirjaaja", "register", has_children="yes", child_welfare_considered="not_needed")
    story.passes(minutes=1)
    child = story.child()
    does(story, "esihenkilo", RestrictCase(story.reference, REASON))
    assert not sees(child, "toinen")

    does(story, "esihenkilo", LiftRestriction(story.reference, REASON))
    assert sees(story, "toinen")
    assert not sees(child, "toinen"), "each of them is opened by itself"


@pytest.mark.databases
def test_who_steps_aside_sees_nothing_more_and_their_tasks_wait_for_another(begun: Story) -> None:
    begun.does("kasittelija", "triage_override")
    does(begun, "kasittelija", ClaimTask(begun.file.tasks[0].id))
    own = [task for task in begun.file.tasks if task.assignee_id == begun.world.people["kasittelija"].id]
    assert own
    does(begun, "kasittelija", DeclareDisqualification(begun.reference, "party"))

    assert not sees(begun, "kasittelija")
    assert begun.case.caseworker_id is None
    assert all(task.assignee_id is None for task in begun.file.tasks)
    assert in_team_list(begun, "toinen")
    with pytest.raises(NotFound):
        does(begun, "kasittelija", DeclareDisqualification(begun.reference, "party"))
    page = begun.world.engine.answer(OpenVisibility(begun.reference), begun.world.actor("toinen"))
    assert [(each.name, each.ground) for each in page.kept_away] == [
        (begun.world.people["kasittelija"].name, "party")
    ]


def test_a_head_keeps_another_away(begun: Story) -> None:
    other = begun.world.people["toinen"].id
    with pytest.raises(Forbidden):
        does(begun, "kasittelija", RecordDisqualification(begun.reference, other, "other"))
    with pytest.raises(Invalid):
        does(begun, "esihenkilo", RecordDisqualification(begun.reference, other, "a feeling"))
    does(begun, "esihenkilo", RecordDisqualification(begun.reference, other, "other"))

    assert not sees(begun, "toinen")
    page = begun.world.engine.answer(OpenVisibility(begun.reference), begun.world.actor("esihenkilo"))
    assert other not in {person.id for person in page.people}


def heard(story: Story, who: str) -> list[tuple[NoticeKind, str]]:
    """Return the kinds of the person's notices about disqualification, with the references that they show."""
    lines = story.world.engine.answer(MyNotices(), story.world.actor(who)).lines
    kinds = (NoticeKind.BARRED, NoticeKind.DISQUALIFICATION)
    return [(each.kind, each.reference) for each in lines if each.kind in kinds]


@pytest.mark.databases
def test_who_is_kept_away_and_the_heads_are_notified_and_the_log_names_no_case(begun: Story) -> None:
    other = begun.world.people["toinen"]
    does(begun, "esihenkilo", RecordDisqualification(begun.reference, other.id, "other"))

    assert heard(begun, "toinen") == [(NoticeKind.BARRED, "")], "it does not say which case"
    assert heard(begun, "johtaja") == [(NoticeKind.DISQUALIFICATION, begun.reference)]
    assert heard(begun, "esihenkilo") == [], "who did it"
    (entry,) = log_of(begun.world)
    assert (entry.act, entry.about, entry.actor_name) == ("disqualified", other.name, "Eero Esihenkilö")
    assert begun.reference not in repr(entry)


def test_who_steps_aside_is_notified_of_it_too(begun: Story) -> None:
    """Somebody else may have had their session."""
    does(begun, "kasittelija", DeclareDisqualification(begun.reference, "party"))

    assert heard(begun, "kasittelija") == [(NoticeKind.BARRED, "")]
    assert {who for who in ("esihenkilo", "johtaja") if heard(begun, who)} == {"esihenkilo", "johtaja"}


def test_nobody_is_kept_away_without_whom_nobody_is_left_to_decide(begun: Story) -> None:
    def kept_away(who: str) -> None:
        person = begun.world.people[who]
        does(begun, "esihenkilo", RecordDisqualification(begun.reference, person.id, "other"))

    kept_away("paattaja")
    for who in ("kaksoisrooli", "johtaja"):
        with pytest.raises(Invalid, match="Kukaan muu"):
            kept_away(who)
        assert sees(begun, who)

    does(begun, "johtaja", DeclareDisqualification(begun.reference, "party"))
    assert not sees(begun, "johtaja"), "whoever is disqualified steps aside all the same (434/2003 27 §)"


@pytest.mark.parametrize("who", ["esihenkilo", "johtaja", "paattaja"])
def test_at_registration_only_a_head_keeps_heads_and_signers_away(story: Story, who: str) -> None:
    story.applies()
    barred = {
        "disqualified_staff": "yes",
        "disqualified_person": str(story.world.people[who].id),
        "disqualified_reason": "Sukulainen.",
    }
    with pytest.raises(Invalid, match="Pyydä esihenkilöä") as refused:
        story.does("kirjaaja", "register", **barred)
    assert refused.value.field == "disqualified_person"
    story.does(
        "kirjaaja", "register", **(barred | {"disqualified_person": str(story.world.people["toinen"].id)})
    )
    assert heard(story, "toinen") == [(NoticeKind.BARRED, "")]


MISTAKE = "Kirjattiin väärä henkilö: samannimisiä on kaksi."


@pytest.mark.databases
def test_another_head_lets_back_who_was_kept_away_by_mistake(begun: Story) -> None:
    other = begun.world.people["toinen"]
    does(begun, "esihenkilo", RecordDisqualification(begun.reference, other.id, "other"))
    lift = LiftDisqualification(begun.reference, other.id, MISTAKE)

    with pytest.raises(Conflict, match="toinen esihenkilö"):
        does(begun, "esihenkilo", lift)
    with pytest.raises(Invalid):
        does(begun, "johtaja", LiftDisqualification(begun.reference, other.id, "lyhyt"))
    does(begun, "johtaja", lift)

    assert sees(begun, "toinen")
    assert heard(begun, "toinen") == []
    assert heard(begun, "esihenkilo") == [(NoticeKind.DISQUALIFICATION, begun.reference)]
    page = begun.world.engine.answer(OpenVisibility(begun.reference), begun.world.actor("toinen"))
    assert page.kept_away == ()
    assert [(each.name, each.reason, each.lifted_by) for each in page.let_back] == [
        (other.name, MISTAKE, "Jaana Johtaja")
    ]
    assert begun.events[-1] == "disqualification_lifted"
    assert [each.act for each in log_of(begun.world)] == ["disqualified", "disqualification_lifted"]
    with pytest.raises(Conflict, match="ei ole"):
        does(begun, "johtaja", lift)


def test_a_head_who_is_kept_away_is_let_back_by_another_only(begun: Story) -> None:
    manager = begun.world.people["esihenkilo"].id
    does(begun, "johtaja", RecordDisqualification(begun.reference, manager, "other"))
    lift = LiftDisqualification(begun.reference, manager, MISTAKE)

    with pytest.raises(NotFound):
        does(begun, "esihenkilo", lift)
    with pytest.raises(Forbidden):
        does(begun, "kasittelija", lift)
    with pytest.raises(Conflict):
        does(begun, "johtaja", lift)
    assert not sees(begun, "esihenkilo")


def test_a_childs_case_is_opened_by_itself_and_not_by_who_kept_away_from_the_parents(story: Story) -> None:
    other = story.world.people["toinen"].id
    story.applies(has_children="yes", children=[CHILD])
    does(story, "esihenkilo", RecordDisqualification(story.reference, other, "other"))
    story.does("kirjaaja", "register", has_children="yes", child_welfare_considered="not_needed")
    story.passes(minutes=1)
    child = story.child()
    does(story, "johtaja", LiftDisqualification(story.reference, other, MISTAKE))
    assert (sees(story, "toinen"), sees(child, "toinen")) == (True, False)

    with pytest.raises(Conflict):
        does(story, "esihenkilo", LiftDisqualification(child.reference, other, MISTAKE))
    does(story, "johtaja", LiftDisqualification(child.reference, other, MISTAKE))
    assert sees(child, "toinen")
