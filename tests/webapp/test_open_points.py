"""Open points of a case: each has a name of its own and a day; what is over is not shown as it was."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask

from tests.stories.test_notices import begins, to_police
from tests.stories.test_reflection import running
from tests.stories.test_removal import UNHEARD, assessed, client, signed
from tests.support.browsing import signed_in
from tests.support.story import Story
from tests.support.world import World


def now_of(world: World, app: Flask, story: Story) -> str:
    """The words of the part of the case page that shows what is open."""
    page = signed_in(world, "kasittelija", app).get(f"/cases/{story.reference}")
    return " ".join(page.tree.get_element_by_id("now").text_content().split())


def test_two_signatures_and_two_services_of_one_case_have_names_of_their_own(
    world: World, app: Flask, story: Story
) -> None:
    running(story)
    until = (story.today + timedelta(days=120)).isoformat()
    extends = {"reflection_proposal": "extend", "reflection_from": None, "police_explained": "yes"}
    other = dict.fromkeys(
        (
            "interruption_ground",
            "interrupted_from",
            "ground_shown",
            "hearing",
            "hearing_held",
            "hearing_way",
            "hearing_given_on",
            "hearing_until",
            "reflection_opinion",
        )
    )
    story.does("kasittelija", "reflection_period", **{**other, **extends}, reflection_until=until)
    assessed(story, **UNHEARD)
    story.does("kasittelija", "prepare_removal")
    shown = now_of(world, app, story)
    assert "Allekirjoita harkinta-aika" in shown
    assert "Allekirjoita poistaminen" in shown
    story.does("paattaja", "sign_reflection_period")
    story.does("kasittelija", "reflection_told")
    story.does("kasittelija", "send_notice")
    story.does("paattaja", "sign_removal")
    assert story.forms.count("record_delivery") == 2
    shown = now_of(world, app, story)
    assert "Aino Esimerkki Keksitty, Päätös poistamisesta" in shown
    assert "Aino Esimerkki Keksitty, Päätös harkinta-ajasta" in shown
    assert "ei määräaikaa" not in shown
    names = signed_in(world, "kasittelija", app).get("/tasks/?view=team").tree.find_class("task-name")
    served = [" ".join(each.text_content().split()) for each in names if "todiste" in each.text_content()]
    assert sorted(each.partition(": ")[2] for each in served) == [
        "Päätös harkinta-ajasta",
        "Päätös poistamisesta",
    ]


def test_a_notice_has_a_day_before_it_is_written(world: World, app: Flask, story: Story) -> None:
    story.applies()
    begins(story)
    assert story.task("write_notice").due_at is None
    shown = now_of(world, app, story)
    assert "ei määräaikaa" not in shown
    assert "seurantapäivä" in shown
    story.does("kasittelija", "write_notice", **to_police("child_offence", offence_limb="sexual"))


def test_the_badge_of_a_removed_client_does_not_say_admitted(world: World, app: Flask, story: Story) -> None:
    client(story)
    signed(story)
    story.does("kasittelija", "record_delivery")
    story.passes(minutes=1)
    page = signed_in(world, "kasittelija", app).get(f"/cases/{story.reference}")
    marks = page.tree.find_class("case-marks")[0].text_content()
    assert "Asiakkuus päättynyt" in marks
    assert "Otettu auttamisjärjestelmään" not in marks


def test_urgent_measures_stand_in_the_course_of_the_case(world: World, app: Flask, story: Story) -> None:
    story.calls()
    story.until("urgent_measures")
    assert story.task("urgent_measures").name in now_of(world, app, story)
    story.does("paivystaja", "urgent_measures")
    page = signed_in(world, "kasittelija", app).get(f"/cases/{story.reference}").text
    assert "Kiireelliset toimet tehtiin" in page
