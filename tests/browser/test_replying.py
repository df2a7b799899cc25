"""Somebody answers a request from a link on a telephone, with a picture of a paper, in parts; staff find it in the case."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.support import answers as plain
from tests.support.axe import violations
from tests.support.chromium import PHONE, follow
from tests.support.story import Story
from tests.support.uploads import PLACE, telling_jpeg

Visit = Callable[..., Page]


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    file = tmp_path / "vuokrasopimus.jpg"
    file.write_bytes(telling_jpeg())
    return file


@pytest.fixture
def asked(story: Story) -> Story:
    """The person is asked for the terms of their work."""
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    request = plain.request("applicant", story.today + timedelta(days=14))
    story.does("kasittelija", "new_information_request", requests=[request], round_reason="Ehdot puuttuvat.")
    return story


def opens(page: Page, story: Story) -> None:
    (request,) = story.file.requests
    page.goto(f"/r/{story.link_of(request)}")
    page.get_by_label("Koodi").fill(story.code_of(request))
    follow(page.get_by_role("button", name="Jatka"))
    expect(page.get_by_role("heading", name="Mitä haluamme tietää")).to_be_visible()


def test_a_request_is_answered_in_parts_with_a_file_without_script(
    visit: Visit, sign_in: Callable[..., Page], asked: Story, photograph: Path
) -> None:
    page = visit(size=PHONE, scripts=False)
    opens(page, asked)
    assert "/r/" not in page.url.removesuffix("/r"), "the token is out of the address"
    page.get_by_label("Vastauksesi").fill("Siivosin yöllä.")
    follow(page.get_by_role("button", name="Tallenna ja jatka myöhemmin"))
    code = "".join(page.locator(".code").inner_text().split())

    later = visit(size=PHONE, scripts=False)
    later.goto("/fi/code")
    later.get_by_label("Koodi").fill(code)
    follow(later.get_by_role("button", name="Jatka"))
    expect(later.get_by_label("Vastauksesi")).to_have_value("Siivosin yöllä.")
    follow(later.get_by_role("button", name="Lisää tai poista tiedostoja"))
    later.get_by_label("Tiedosto", exact=True).set_input_files(photograph)
    follow(later.get_by_role("button", name="Lisää tämä tiedosto"))
    expect(later.get_by_text("vuokrasopimus.jpg").first).to_be_visible()
    follow(later.get_by_role("button", name="Valmis, takaisin vastaukseen"))
    later.get_by_role("button", name="Lähetä vastaus").click()
    expect(later.get_by_role("heading", name="Kiitos vastauksesta")).to_be_visible()
    assert later.context.cookies() == []

    staff = sign_in("kasittelija")
    staff.goto(f"/cases/{asked.reference}#documents")
    with staff.expect_download() as coming:
        staff.get_by_role("link", name="vuokrasopimus.jpg", exact=True).click()
    assert PLACE not in coming.value.path().read_bytes()


def test_every_page_of_replying_can_be_used_by_everyone(
    visit: Visit, asked: Story, photograph: Path, tmp_path: Path
) -> None:
    page = visit(size=PHONE)
    (request,) = asked.file.requests
    page.goto(f"/r/{asked.link_of(request)}")
    assert violations(page) == []
    page.get_by_label("Koodi").fill("000 000")
    follow(page.get_by_role("button", name="Jatka"))
    assert violations(page) == []
    opens(page, asked)
    page.get_by_label("En voi vastata").check()
    assert violations(page) == []
    follow(page.get_by_role("button", name="Lisää tai poista tiedostoja"))
    assert violations(page) == []
    empty = tmp_path / "tyhja.pdf"
    empty.write_bytes(b"")
    page.get_by_label("Tiedosto", exact=True).set_input_files([photograph, empty])
    follow(page.get_by_role("button", name="Lisää tämä tiedosto"))
    expect(page.get_by_text("Tiedosto on tyhjä").first).to_be_visible()
    assert violations(page) == []
    follow(page.get_by_role("button", name="Valmis, takaisin vastaukseen"))
    follow(page.get_by_role("button", name="Tallenna ja jatka myöhemmin"))
    assert violations(page) == []
    follow(page.get_by_role("button", name="Jatka nyt"))
    follow(page.get_by_role("button", name="Lähetä vastaus"))
    assert violations(page) == []
