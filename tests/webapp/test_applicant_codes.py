"""A code given to the applicant on the case page: shown once, with a slip to take along."""

from __future__ import annotations

from tests.support.browsing import Page, Visitor, signed_in
from tests.support.party_changes import changes
from tests.support.story import Story


def gives(worker: Visitor, story: Story) -> tuple[Page, Page]:
    """The case page, and the page that came."""
    case = worker.get(f"/cases/{story.reference}")
    place = [each.get("action") for each in case.tree.xpath("//main//form")].index(
        f"/cases/{story.reference}/code"
    )
    return case, worker.submits(case, place=place)


def test_the_code_is_shown_once_and_opens_where_the_matter_stands(browser: Visitor, story: Story) -> None:
    story.is_referred()
    worker = signed_in(story.world, "kasittelija")

    _, page = gives(worker, story)

    status = browser.submits(browser.get("/fi/code"), code=page.code)
    assert status.heading == "Hakemuksesi on meillä"
    assert "Set-Cookie" not in page.response.headers
    after = worker.get(f"/cases/{story.reference}")
    assert page.code not in after.response.get_data(as_text=True)
    assert "Hakijalle annettiin uusi koodi" in after.text
    readers = signed_in(story.world, "johtaja").get(f"/cases/{story.reference}/readers").text
    assert "antoi hakijalle uuden koodin" in readers


def test_the_slip_says_nothing_but_the_code(story: Story) -> None:
    story.is_referred()
    worker = signed_in(story.world, "kasittelija")
    _, page = gives(worker, story)

    slip = worker.submits(page)

    assert slip.response.mimetype == "application/pdf"
    assert slip.response.headers["Content-Disposition"] == "attachment; filename=muistilappu.pdf"


def test_a_page_sent_again_later_takes_no_newer_code_away(browser: Visitor, story: Story) -> None:
    story.is_referred()
    worker = signed_in(story.world, "kasittelija")
    case, _ = gives(worker, story)
    _, newer = gives(worker, story)
    (old,) = [each for each in case.tree.xpath("//main//form") if each.get("action").endswith("/code")]

    again = worker.post(old.get("action"), dict(old.form_values()))

    assert again.status == 409
    assert browser.submits(browser.get("/fi/code"), code=newer.code).status == 200
    assert worker.post(old.get("action"), {**dict(old.form_values()), "given": "x"}).status == 404


def test_those_whose_work_it_is_not_are_offered_none(story: Story) -> None:
    story.is_referred()

    page = signed_in(story.world, "paattaja").get(f"/cases/{story.reference}")

    assert "Anna uusi koodi" not in page.text


def test_the_case_says_that_a_code_is_owed_until_it_is_given(story: Story) -> None:
    story.applies_for_children()
    sender = next(each for each in story.file.parties if each.kind == "guardian")
    changes(story, sender, is_unsafe=True)
    worker = signed_in(story.world, "kasittelija")

    assert "Anna uusi koodi sille, joka nyt puhuu lapsen puolesta" in gives(worker, story)[0].text

    after = worker.get(f"/cases/{story.reference}").text
    assert "Anna uusi koodi sille, joka nyt puhuu" not in after
    assert "Jos hän voi tietää koodin, anna uusi." in after
