"""Events that staff record of a case: nothing starts at one click, and the task that begins opens."""

from __future__ import annotations

from flask import Flask

from tests.stories.test_appeals import served
from tests.support.browsing import signed_in
from tests.support.story import Story
from tests.support.world import World


def test_a_correction_starts_at_a_second_press_and_leads_to_its_task(
    world: World, story: Story, app: Flask
) -> None:
    story.applies()
    served(story)
    caseworker = signed_in(world, "kasittelija", app)
    page = caseworker.get(f"/cases/{story.reference}")
    (form,) = page.tree.xpath("//form[.//input[@value='correction_needed']]")
    (closed,) = form.xpath("ancestor::details[1]")
    assert closed.get("open") is None
    assert "Korjaa päätöstä" in closed.xpath("./summary")[0].text_content()

    sent = {"form_token": caseworker.token(page), "name": "correction_needed"}
    pressed = caseworker.post(f"/cases/{story.reference}/messages", sent)

    begun = max(story.file.tasks, key=lambda each: each.id)
    assert begun.form_key not in {"record_delivery", "post_letter"}
    assert pressed.goes_to == f"/tasks/{begun.id}"
    assert "Asia eteni" in caseworker.follows(pressed).text
