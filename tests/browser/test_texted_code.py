"""The code of a request by text message: a caseworker lets it go, an authority asks for it and answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import Page

from engine.settings import MailSettings
from tests.support.axe import faults
from tests.support.chromium import PHONE
from tests.support.story import Story
from tests.support.world import World
from tests.webapp.test_texted_codes import GATEWAY, NUMBER, asks_authority, code_in, link_of, texts


@pytest.fixture
def world(world: World) -> World:
    mail = MailSettings("mail.example", 25, "", "", "starttls", "viesti@example.invalid")
    world.engine.settings = replace(world.engine.settings, sms_gateway=GATEWAY, mail=mail)
    return world


def test_an_authority_gets_its_code_by_text_message_and_answers(
    story: Story, visit: Callable[..., Page], sign_in: Callable[..., Page]
) -> None:
    asks_authority(story)
    staff = sign_in("kasittelija")
    staff.goto(f"/cases/{story.reference}/requests/REQ-1/code")
    assert faults(staff) == []
    staff.get_by_label("Numero, johon soitat").fill(NUMBER)
    staff.get_by_label("Vaihde").check()
    staff.get_by_label("Tarkka lähde").fill("Keksilän vaihde")
    staff.get_by_role("button", name="Anna koodin mennä tekstiviestinä").click()
    staff.get_by_text("Tekstiviestinä", exact=False).first.wait_for()
    assert faults(staff) == []

    official = visit(size=PHONE)
    official.goto(f"/fi/r/{link_of(story)}")
    assert faults(official) == []
    official.get_by_role("button", name="Lähetä koodi tekstiviestinä").click()
    official.get_by_text("Koodi lähetettiin numeroon").wait_for()
    assert faults(official) == []
    (message,) = texts(story)
    official.get_by_label("Koodi", exact=True).fill("000000")
    official.get_by_role("button", name="Jatka").click()
    official.locator(".field-error").first.wait_for()
    assert faults(official) == []
    official.get_by_label("Koodi", exact=True).fill(code_in(message))
    official.get_by_role("button", name="Jatka").click()
    official.get_by_text("Aino Keksitty").first.wait_for()
    assert faults(official) == []
