"""A day on which a person must leave Finland: on every page of the case, in its open items and in the lists, with its source."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.commands.corrections import ClarifyRecord
from engine.domain.inbox import View
from engine.domain.people import SYSTEM
from engine.models.bundle import Bundle
from engine.queries.all_cases import AllCases
from engine.queries.departures import DEPARTURE_QUESTION, DETENTION_QUESTION
from engine.queries.inbox import OpenInbox
from engine.queries.search import FindCases
from engine.queries.warnings_of_cases import DANGER_FORMS, CaseWarnings
from tests.engine.queries.test_sealed_away import SealAway
from tests.stories.test_children import family
from tests.stories.test_corrections import WRONG_DAY, record
from tests.support.browsing import signed_in
from tests.support.story import Story
from tests.support.world import files_in_use

NEAR = {"removal_known": "yes", "removal_on": "2026-11-10"}
WORDS = "Lähdettävä Suomesta ti 10.11.2026"


def warned(story: Story) -> list[CaseWarnings]:
    """Return what each list warns of in the case."""
    engine, reference = story.world.engine, story.reference
    actor, manager = story.world.actor("kasittelija"), story.world.actor("esihenkilo")
    own = [*engine.answer(OpenInbox(View.TEAM), actor).items, *engine.answer(OpenInbox(), actor).items]
    return [
        *(each.warnings for each in own if each.reference == reference),
        *(
            each.warnings
            for each in engine.answer(AllCases(), manager).lines
            if each.case.reference == reference
        ),
        *(each.warnings for each in engine.answer(FindCases(reference), actor).hits),
    ]


def days(story: Story) -> set[object]:
    return {each.departure and each.departure.on and each.departure.on.isoformat() for each in warned(story)}


@pytest.mark.databases
def test_a_day_to_leave_finland_is_on_every_page_and_in_every_list(story: Story) -> None:
    story.applies(**NEAR, in_danger="no")
    assert days(story) == {"2026-11-10"}, "before anybody has registered it"
    story.does("kirjaaja", "register", **NEAR, in_danger="no")
    assert len(warned(story)) > 2
    assert days(story) == {"2026-11-10"}

    caseworker, decider = signed_in(story.world, "kasittelija"), signed_in(story.world, "paattaja")
    case = caseworker.get(f"/cases/{story.reference}")
    [pinned] = case.tree.xpath("//*[@class='pinned']")
    assert WORDS in pinned.text_content()
    assert "Kirjaaminen, ma 2.11.2026" in pinned.text_content()
    [item] = case.tree.xpath("//*[@id='now']//tr[contains(., 'Lähdettävä Suomesta')]")
    assert "10.11.2026" in item.text_content()
    for page in (
        caseworker.get(f"/cases/{story.reference}/notes"),
        caseworker.get(f"/tasks/{story.task('sufficiency').id}"),
        decider.get(f"/tasks/{story.task('oral_decision').id}"),
        caseworker.get("/tasks/?view=team"),
        caseworker.submits(caseworker.get("/cases/"), q="Keksitty"),
        signed_in(story.world, "esihenkilo").get("/oversight/cases"),
    ):
        assert WORDS in page.text


def test_what_is_known_better_of_the_day_stands_beside_it(story: Story) -> None:
    story.applies(in_danger="no")
    story.does("kirjaaja", "register", **NEAR, in_danger="no")
    ground = replace(WRONG_DAY, source_on=story.today)
    words = "Uusi päivä on 24.11.2026."
    command = ClarifyRecord(story.reference, record(story, "register").id, words, ground)
    story.world.engine.perform(command, story.world.actor("kasittelija"))
    [pinned] = (
        signed_in(story.world, "kasittelija")
        .get(f"/cases/{story.reference}")
        .tree.xpath("//*[@class='pinned']")
    )
    assert WORDS in pinned.text_content()
    assert words in pinned.text_content()


def test_a_day_after_the_target_stands_on_the_page_but_marks_no_list(story: Story) -> None:
    story.applies(in_danger="no")
    story.does("kirjaaja", "register", in_danger="no", removal_known="yes", removal_on="2027-06-01")
    story.until("assessment")
    assert days(story) == {None}
    page = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}")
    assert "Lähdettävä Suomesta ti 1.6.2027" in page.text


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (None, "Lähdettävä Suomesta, päivää ei tiedetä"),
        ({"estimate": "joulun alla"}, "Lähdettävä Suomesta, arvio: joulun alla"),
    ],
)
def test_a_day_that_nobody_knows_exactly_is_marked_too(story: Story, on: object, words: str) -> None:
    story.applies(in_danger="no", removal_known="yes", removal_on=on)
    caseworker = signed_in(story.world, "kasittelija")
    assert words in caseworker.get(f"/cases/{story.reference}").text
    assert {each.departure and each.departure.is_set for each in warned(story)} == {True}


def test_who_does_not_know_takes_no_day_away(story: Story) -> None:
    story.applies(**NEAR, in_danger="no")
    story.does("kirjaaja", "register", in_danger="no", removal_known="unknown", in_detention="unknown")
    assert days(story) == {"2026-11-10"}


def test_detention_is_in_sight_until_it_ends(story: Story) -> None:
    story.applies(in_detention="yes", in_danger="no")
    assert all(each.is_detained for each in warned(story))
    assert "Otettu säilöön" in signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}").text
    story.does("kirjaaja", "register", in_danger="no", in_detention="no")
    assert not any(each.is_detained for each in warned(story))


def test_a_childs_own_case_has_the_day_of_its_parents(story: Story) -> None:
    child = family(story, **NEAR)
    page = signed_in(child.world, "kirjaaja").get(f"/cases/{child.reference}")
    assert WORDS in page.text


def test_what_is_sealed_and_what_is_closed_marks_nothing(story: Story) -> None:
    story.applies(in_danger="no", **NEAR)
    story.does("kirjaaja", "register", in_danger="no", **NEAR)
    story.until("assessment")
    story.world.engine.perform(SealAway(story.reference), SYSTEM)
    assert days(story) == {None}
    assert story.read_by("kasittelija").departure is None


def test_every_form_that_asks_about_the_day_is_read() -> None:
    forms = Bundle(files_in_use()).forms
    for question in (DEPARTURE_QUESTION, DETENTION_QUESTION):
        asking = {key for key, form in forms.items() if question in form.by_key}
        assert asking
        # Enquiries are of no case.
        assert asking - {"enquiry"} <= set(DANGER_FORMS)
