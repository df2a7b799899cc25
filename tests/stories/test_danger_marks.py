"""One mark of danger: lists, the inbox, the search and the case's page follow the newest word, whichever form has it."""

from __future__ import annotations

import pytest

from engine.domain.inbox import View
from engine.domain.people import SYSTEM
from engine.models.bundle import Bundle
from engine.queries.all_cases import AllCases
from engine.queries.inbox import OpenInbox
from engine.queries.search import FindCases
from engine.queries.warnings_of_cases import DANGER_FORMS, DANGER_QUESTIONS
from tests.engine.commands.test_statement_budget import counting
from tests.engine.queries.test_sealed_away import SealAway
from tests.stories.test_children import family
from tests.stories.test_corrections import corrects
from tests.support.browsing import signed_in
from tests.support.party_changes import ONLY_PHONE, changes, person
from tests.support.story import Story
from tests.support.world import files_in_use

UNSAFE = [{"part": "other", "name": "Vaara Keksitty", "reason": "Uhkaa."}]
EVERYWHERE = {"inbox", "cases", "search", "pinned"}


def marked(story: Story, who: str = "kasittelija") -> set[str]:
    """Return where the case has the mark."""
    engine, reference = story.world.engine, story.reference
    actor = story.world.actor(who)
    items = [*engine.answer(OpenInbox(View.TEAM), actor).items, *engine.answer(OpenInbox(), actor).items]
    lines = engine.answer(AllCases(), story.world.actor("esihenkilo")).lines
    danger = story.read_by(who).danger
    found = {
        "inbox": any(each.warnings.is_in_danger for each in items if each.reference == reference),
        "cases": any(each.warnings.is_in_danger for each in lines if each.case.reference == reference),
        "search": any(each.warnings.is_in_danger for each in engine.answer(FindCases(reference), actor).hits),
        "pinned": danger is not None and danger.is_now,
    }
    return {place for place, is_marked in found.items() if is_marked}


def tells(story: Story, **heard: str) -> None:
    """A message was withheld, and somebody calls the person about it."""
    changes(story, person(story), ONLY_PHONE)
    story.passes(minutes=10)
    story.does("kasittelija", "tell_withheld", contact_channel="phone", **heard)


@pytest.mark.databases
def test_danger_heard_late_is_marked_everywhere_and_so_is_its_end(story: Story) -> None:
    story.applies(in_danger="no")
    story.does("kirjaaja", "register", in_danger="no")
    assert marked(story) == set()
    tells(story, in_danger="yes", danger_notes="Veli luki kirjeen.", class_raised="no")
    assert marked(story) == EVERYWHERE
    story.until("assessment")
    story.does("kasittelija", "assessment", still_in_danger="no")
    assert marked(story) == set()


def test_a_case_raised_to_urgent_where_danger_is_not_ruled_out_is_marked(story: Story) -> None:
    story.applies(in_danger="no")
    story.does("kirjaaja", "register", in_danger="no")
    tells(story, in_danger="unknown", class_raised="yes")
    assert marked(story) == EVERYWHERE


def test_who_does_not_know_takes_no_danger_away(story: Story) -> None:
    story.applies(in_danger="yes")
    story.does("kirjaaja", "register", in_danger="unknown")
    assert marked(story) == EVERYWHERE


def test_a_corrected_answer_is_the_one_that_counts(story: Story) -> None:
    story.applies(in_danger="no")
    story.does("kirjaaja", "register", in_danger="no")
    story.until("assessment")
    story.does("kasittelija", "assessment", still_in_danger="no")
    assert marked(story) == set()
    corrects(story, "assessment", still_in_danger="yes")
    assert marked(story) == EVERYWHERE


def test_a_childs_own_case_has_the_danger_of_its_parents_until_it_is_asked_itself(story: Story) -> None:
    child = family(story, in_danger="yes")
    assert marked(child, "kirjaaja") == EVERYWHERE
    child.does("kirjaaja", "register", in_danger="no", representative_state="guardian")
    assert marked(child) == set()


def test_what_is_sealed_warns_nobody_and_what_is_heard_later_warns_those_who_work_on(story: Story) -> None:
    story.applies(in_danger="yes", born_on=f"{story.today.year - 15}-01-01")
    story.does("kirjaaja", "register", in_danger="yes", unsafe_parties=UNSAFE)
    story.until("assessment")
    engine = story.world.engine

    def unsafe() -> set[tuple[str, ...]]:
        items = engine.answer(OpenInbox(View.TEAM), story.world.actor("kasittelija")).items
        lines = engine.answer(AllCases(), story.world.actor("esihenkilo")).lines
        hits = engine.answer(FindCases(story.reference), story.world.actor("kasittelija")).hits
        assert not any(each.is_minor for each in lines if each.case.content_sealed_at is not None)
        return {
            *(each.warnings.unsafe for each in items),
            *(each.warnings.unsafe for each in lines),
            *(each.warnings.unsafe for each in hits),
        }

    assert marked(story) == EVERYWHERE
    assert unsafe() == {("other",)}
    engine.perform(SealAway(story.reference), SYSTEM)
    assert marked(story) == set()
    assert unsafe() == {()}
    story.passes(minutes=1)
    story.does("kasittelija", "assessment", still_in_danger="yes")
    assert marked(story) == EVERYWHERE


def test_a_page_of_many_costs_one_statement_and_two_where_no_form_has_answered(story: Story) -> None:
    story.applies(in_danger="yes")
    story.does("kirjaaja", "register", in_danger="yes")
    actor = story.world.actor("esihenkilo")

    def asked() -> list[str]:
        with counting(story.world.engine) as found:
            assert story.world.engine.answer(AllCases(), actor).lines
        return [each for each in found.statements if "FROM submissions" in each or "FROM decision_ev" in each]

    assert len(asked()) == 1
    for _each in range(3):
        another = Story(story.world)
        another.applies(in_danger="no")
        another.does("kirjaaja", "register", in_danger="no")
    assert len(asked()) == 1
    Story(story.world).applies(in_danger={"skipped": "dont_want"})
    assert len(asked()) == 2


def test_every_form_that_asks_about_danger_is_read() -> None:
    forms = Bundle(files_in_use()).forms
    asking = {key for key, form in forms.items() if not form.by_key.keys().isdisjoint(DANGER_QUESTIONS)}
    # Enquiries are of no case.
    assert asking - {"enquiry"} == set(DANGER_FORMS)


def test_the_search_shows_both_warnings(story: Story) -> None:
    story.applies(in_danger="yes", family_name="Keksintö")
    story.does("kirjaaja", "register", in_danger="yes", unsafe_parties=UNSAFE)
    caseworker = signed_in(story.world, "kasittelija")
    page = caseworker.submits(caseworker.get("/cases/"), q="Keksintö")
    assert "Vaarassa" in page.text
    assert "Vaarallinen: " in page.text


def test_who_is_dangerous_is_named_to_those_who_may_see_names(story: Story) -> None:
    story.applies(family_name="Keksintö")
    husband = [{"part": "other", "name": "Aviomies", "reason": "Uhkaa."}]
    story.does(
        "kirjaaja", "register", unsafe_parties=husband, caseworker=str(story.world.people["kasittelija"].id)
    )
    caseworker = signed_in(story.world, "kasittelija")
    case = caseworker.get(f"/cases/{story.reference}").text
    assert "Vaarallinen osapuoli: Aviomies, Muu henkilö. Älä ota yhteyttä hänen kauttaan." in case
    assert "Merkittiin vaaralliseksi: Aviomies, Muu henkilö" in case
    assert "Vaarallinen: Aviomies" in caseworker.submits(caseworker.get("/cases/"), q="Keksintö").text
    assert "Vaarallinen: Aviomies" in caseworker.get("/my-cases/").text
    assert "Vaarallinen: Muu henkilö" in caseworker.get("/tasks/?view=team").text, "task lists name nobody"
