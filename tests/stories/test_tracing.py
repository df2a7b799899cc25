"""A child alone: somebody to speak for it is applied for at once; its parents are traced once it is a client."""

from __future__ import annotations

import pytest

from engine.casework.tracing import ChildNotAdmitted
from engine.domain.cases import Outcome
from tests.support.browsing import signed_in
from tests.support.party_changes import changes, person
from tests.support.story import Story

BORN = {"is_child": "yes", "born_on": "2011-05-05"}
ALONE = {"case_class": "child", "age_speaker": "applied_for", "child_welfare_considered": "to_be_made"}


def a_child_alone(story: Story, **facts: str) -> None:
    story.applies(is_under_18="yes", born_on="2011-05-05")
    story.does(
        "kirjaaja",
        "register",
        **BORN,
        representative_state="missing",
        child_welfare_considered="to_be_made",
        guardian_say_by=str(story.world.people["johtaja"].id),
        **facts,
    )
    story.passes(minutes=1)


def begun(story: Story) -> dict[str, str]:
    """The notices that began, with the keys of their tasks."""
    events = (each for each in story.file.timeline if each.kind == "notice_begun")
    return {str(each.subject): str(each.facts["business_key"]) for each in events}


def signed(story: Story, **facts: str) -> None:
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", **{"representative_state": "missing", **facts})
    story.until("sign_resolution")
    assert "tracing" not in begun(story), "nobody has admitted the child"
    story.does("paattaja", "sign_resolution")
    story.passes(minutes=1)


def named_on_pages(story: Story, notice: str) -> bool:
    visitor = signed_in(story.world, "kasittelija")
    tasks = [each for each in story.file.tasks if each.form_key == "write_notice"]
    pages = (
        visitor.get("/tasks/?view=team").text,
        visitor.get(f"/cases/{story.reference}").text,
        "".join(visitor.get(f"/tasks/{each.id}").text for each in tasks),
    )
    return all(f"Kirjoita ilmoitus: {notice}" in page for page in pages)


def test_at_registration_a_child_alone_gets_an_application_and_no_tracing(story: Story) -> None:
    a_child_alone(story)
    keys = begun(story)
    assert keys.keys() == {"child_welfare", "guardian_application"}
    assert story.forms.count("write_notice") == 2
    for each in ("lastensuojeluilmoitus", "hakemus edustajan"):
        assert named_on_pages(story, each), "tasks alike, known by what each is for"
    with pytest.raises(ChildNotAdmitted) as refused:
        story.does("kasittelija", "write_notice", keys["guardian_application"], notice="tracing")
    assert refused.value.field == "notice"
    assert "notice_tracing" not in {each.kind for each in story.file.documents}


def test_tracing_is_asked_for_once_the_child_is_admitted_also_when_somebody_speaks_for_it(
    story: Story,
) -> None:
    a_child_alone(story)
    signed(story, representative_state="representative", stay_status="no_right")
    tracing = begun(story)["tracing"]
    assert named_on_pages(story, "pyyntö jäljittää")
    story.does("kasittelija", "write_notice", tracing, notice="tracing")
    story.does("kasittelija", "send_notice", tracing)
    assert "authority_notified" in story.milestones
    assert story.ends() is Outcome.ADMITTED_35_1
    assert [each.subject for each in story.file.timeline if each.kind == "notice_begun"].count("tracing") == 1


def test_an_oral_admission_is_enough(story: Story) -> None:
    a_child_alone(story, in_danger="yes")
    story.until("oral_decision")
    assert "tracing" not in begun(story)
    story.does("paattaja", "oral_decision")
    story.passes(minutes=1)
    assert "tracing" in begun(story)


@pytest.mark.parametrize(
    "facts",
    [
        {"stay_status": "asylum_seeker"},
        {"representative_state": "guardian"},
    ],
)
def test_nothing_is_asked_of_a_child_who_seeks_asylum_or_has_a_guardian_after_all(
    story: Story, facts: dict[str, str]
) -> None:
    a_child_alone(story)
    signed(story, **facts)
    assert "tracing" not in begun(story)


def test_a_client_who_turns_out_to_be_a_child_alone_is_owed_the_same(story: Story) -> None:
    story.applies(born_on="1990-02-01")
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert begun(story) == {}
    changes(story, person(story), identity={"born_on": "2011-05-05"})
    story.passes(minutes=1)
    story.does("kasittelija", "age_change", **ALONE)
    story.passes(minutes=1)
    assert begun(story).keys() == {"child_welfare", "guardian_application", "tracing"}
