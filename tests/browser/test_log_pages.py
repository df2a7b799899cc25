"""The auditor asks whether the log is whole, and sees the answer when the worker has found it; every state is accessible."""

from __future__ import annotations

from engine.commands.access_log import SignCheckpoint
from engine.domain.people import SYSTEM
from engine.worker import Worker
from tests.support.axe import faults
from tests.support.chromium import follow
from tests.support.story import Story


def test_the_log_is_asked_about_found_whole_and_found_broken(world, sign_in):
    story = Story(world)
    story.applies()
    for who in ("kirjaaja", "kasittelija", "esihenkilo"):
        story.read_by(who)
    world.engine.perform(SignCheckpoint(), SYSTEM)
    found = {}

    page = sign_in("tarkastaja")
    page.goto("/audit/chain")
    page.get_by_role("heading", name="Lokia ei ole vielä tarkistettu").wait_for()
    found["never verified"] = faults(page)
    page.get_by_role("button", name="Tarkista nyt").click()
    page.get_by_role("status").filter(has_text="Tarkistus on pyydetty").wait_for()
    found["asked"] = faults(page)

    Worker(world.engine).verify_log()
    follow(page.get_by_role("link", name="Katso, onko se valmis"))
    page.get_by_role("heading", name="Loki on ehjä").wait_for()
    found["whole"] = faults(page)

    world.engine.settings.checkpoints.file.unlink()
    page.get_by_role("button", name="Tarkista nyt").click()
    page.get_by_role("status").filter(has_text="Tarkistus on pyydetty").wait_for()
    Worker(world.engine).verify_log()
    follow(page.get_by_role("link", name="Katso, onko se valmis"))
    page.get_by_role("heading", name="Loki ei ole ehjä").wait_for()
    assert "tarkistuspisteitä ei ole" in page.get_by_role("table").inner_text()
    found["broken"] = faults(page)
    page.goto("/audit/")
    page.get_by_text("Loki ei ole ehjä.").wait_for()
    found["search"] = faults(page)

    assert {state: lines for state, lines in found.items() if lines} == {}


def test_an_extract_for_the_person_is_taken_from_the_readers(world, sign_in):
    story = Story(world)
    story.applies()
    story.read_by("kasittelija")
    page = sign_in("esihenkilo")
    page.goto(f"/cases/{story.reference}/readers")
    follow(page.get_by_role("link", name="Tee ote henkilölle itselleen"))
    page.get_by_role("heading", name="Kuka on katsonut tietojasi").wait_for()
    assert "Kerttu" not in page.get_by_role("main").inner_text()
    assert faults(page) == []
    page.emulate_media(media="print")
    assert not page.get_by_text("Anna ote vain henkilölle itselleen").is_visible()
    assert page.get_by_role("table").first.is_visible()
