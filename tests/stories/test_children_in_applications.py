"""Words of a parent about a child reach the child's own case: its registration, its pages, and nobody who may not read it."""

from __future__ import annotations

from typing import Any

from engine.queries.access_log import WhoLooked
from engine.queries.task_page import OpenTaskPage
from tests.stories.test_children import PARENT, REGISTERED_CHILD
from tests.support.browsing import signed_in
from tests.support.story import Story

_CHILD = {"family_name": "Keksitty", "in_finland": "yes"}
ILL = {**_CHILD, "given_names": "Eeli", "born_on": "2018-03-01", "help_needed": ["health"]}
WITNESS = {**_CHILD, "given_names": "Lumi", "born_on": "2016-02-03", "account": "Näki väkivaltaa kotona."}
SPOKEN = {"contact_language": "ro", "interpreter_needed": "yes", "interpreter_wishes": "Mieluiten nainen."}


def family(story: Story) -> tuple[Story, Story]:
    """Return the case of the child who is ill, and of the one who saw violence."""
    story.applies(has_children="yes", children=[ILL, WITNESS], **SPOKEN)
    story.does("kirjaaja", "register", **PARENT, **SPOKEN)
    story.passes(minutes=1)
    opened = [story.child(place) for place in range(2)]
    by_name = {each.file.applicant.name.split()[0]: each for each in opened if each.file.applicant}
    return by_name["Eeli"], by_name["Lumi"]


def prefilled(story: Story, form_key: str, who: str) -> dict[str, Any]:
    page = OpenTaskPage(story.task(form_key).id)
    return dict(story.world.engine.answer(page, story.world.actor(who)).prefilled)


def test_a_childs_registration_begins_from_what_the_parent_wrote_of_that_child(story: Story) -> None:
    ill, witness = family(story)
    known = prefilled(ill, "register", "kirjaaja")
    assert known["help_need_known"] == "yes"
    assert "account_known" not in known, "nobody wrote that nothing is known"
    assert {name: known[name] for name in SPOKEN} == SPOKEN
    known = prefilled(witness, "register", "kirjaaja")
    assert known["account_known"] == "yes"
    assert "help_need_known" not in known

    witness.does("kirjaaja", "register", **REGISTERED_CHILD)
    witness.does("kasittelija", "triage_override", case_class="child")
    witness.does("kasittelija", "sufficiency", representative_state="guardian")
    assert prefilled(witness, "assessment", "kasittelija")["parent_reference"] == story.reference


def test_the_words_about_a_child_are_read_beside_the_childs_tasks(story: Story) -> None:
    ill, witness = family(story)
    clerk = signed_in(story.world, "kirjaaja")
    page = clerk.get(f"/tasks/{witness.task('register').id}")
    words = page.tree.xpath("//section[@aria-labelledby='submissions-title']")[0].text_content()
    assert "Näki väkivaltaa kotona." in words
    assert story.reference in words
    assert "Lääkäri" not in words, "her brother's need is his"
    about_brother = clerk.get(f"/tasks/{ill.task('register').id}").text
    assert "Lääkäri" in about_brother
    assert "Näki väkivaltaa" not in about_brother
    looks = story.world.engine.answer(WhoLooked(story.reference), story.world.actor("tarkastaja"))
    assert "Kaisa Kirjaaja" in {each["actor_name"] for each in looks}, "the parent's words were read"
