"""Replies that are half-written: each stays where its writer left it, and is found from every way that was promised."""

from __future__ import annotations

import pytest

from tests.support.browsing import Page, Visitor, adds, visitor
from tests.support.story import Story
from tests.support.uploads import picture
from tests.support.world import World
from tests.webapp.test_official_requests import asks_person
from tests.webapp.test_replies import Asked, answers_stored, opened
from tests.webapp.test_talking_by_code import has, page_of, presses


@pytest.fixture
def asked(world: World) -> Asked:
    return Asked(world)


def written(page: Page) -> str:
    return (page.tree.xpath("//textarea[@name='answer']")[0].text or "").strip()


def by_code(browser: Visitor, code: str) -> Page:
    return browser.submits(browser.get("/fi/code"), code=code)


def leaves(browser: Visitor, page: Page) -> None:
    (way_out,) = page.tree.xpath("//header//form[@action='/exit']")
    browser.post("/exit", dict(way_out.form_values()))


def reminded(asked: Asked) -> None:
    asked.story.passes(days=8)
    asked.link = asked.story.link_of(asked.request)


def test_the_code_of_a_saved_reply_opens_it_after_a_newer_link_was_opened_and_left(
    browser: Visitor, asked: Asked
) -> None:
    saved = browser.submits(opened(browser, asked), "go=save", answer="Kirjoitin jo paljon.")
    reminded(asked)

    page = opened(browser, asked)
    assert written(page) == "Kirjoitin jo paljon."
    assert written(by_code(browser, saved.code)) == "Kirjoitin jo paljon."
    leaves(browser, page)

    again = by_code(browser, saved.code)
    assert written(again) == "Kirjoitin jo paljon."
    receipt = browser.submits(again, "go=send")
    assert receipt.heading == "Kiitos vastauksesta"
    assert "se koodi ei enää toimi" in receipt.text
    assert browser.submits(browser.get("/fi/code"), code=saved.code).status == 422


def test_a_reply_saved_again_keeps_its_code(browser: Visitor, asked: Asked) -> None:
    saved = browser.submits(opened(browser, asked), "go=save", answer="Kirjoitin jo paljon.")

    again = browser.submits(browser.submits(saved, "go=done"), "go=save", answer="Ja vielä lisää.")

    assert again.code == saved.code
    assert written(by_code(browser, saved.code)) == "Ja vielä lisää."


def test_of_several_earlier_replies_the_newest_with_words_is_brought_and_none_is_lost(
    story: Story, world: World
) -> None:
    story.applies()
    asks_person(story)
    (wanted,) = story.file.requests
    browser = visitor(world)
    pages = []
    for _ in range(3):
        pages.append(presses(browser, page_of(browser, story), "/code/answer"))
        story.passes(minutes=1)
    first = presses(browser, pages[0], "/r/answer", "go=save", answer="Ensimmäinen.")
    second = presses(browser, pages[1], "/r/answer", "go=save", answer="Toinen.")
    files = presses(browser, pages[2], "/r/answer", "go=files")
    assert files.heading

    code_page = browser.get(f"/fi/r/{story.link_of(wanted)}")
    page = browser.submits(code_page, factor=story.code_of(wanted))
    assert written(page) == "Toinen."
    twice = browser.submits(code_page, factor=story.code_of(wanted))
    assert written(twice) == "Toinen.", "the button pressed twice brings nothing over it"
    assert [written(by_code(browser, each.code)) for each in (first, second)] == ["Ensimmäinen.", "Toinen."]


def test_replies_with_files_behind_several_links_open_each_with_its_own(story: Story, world: World) -> None:
    story.applies()
    asks_person(story)
    (wanted,) = story.file.requests
    browser = visitor(world)
    for name in ("eka.jpg", "toka.jpg"):
        story.passes(minutes=1)
        page = presses(browser, page_of(browser, story), "/code/answer")
        adds(browser, presses(browser, page, "/r/answer", "go=files"), (name, picture()))

    code_page = browser.get(f"/fi/r/{story.link_of(wanted)}")
    page = browser.submits(code_page, factor=story.code_of(wanted))

    assert page.status == 200
    assert ("toka.jpg" in page.text, "eka.jpg" in page.text) == (True, False)
    done = browser.submits(page, "go=send", answer="Kuva on mukana.")
    assert "Tiedostoja perillä1" in done.text


def test_a_second_sending_with_other_words_gets_no_receipt_of_the_first(
    browser: Visitor, asked: Asked
) -> None:
    page = opened(browser, asked)
    words = "Työ oli siivousta."
    assert browser.submits(page, "go=send", answer=words).heading == "Kiitos vastauksesta"
    asked.story.passes(minutes=1)

    other = browser.submits(page, "go=send", answer=f"{words} Passini on hänellä.")
    assert other.heading == "Vastauksesi on jo saapunut"
    assert "Mitään ei lähetetty" not in other.text
    assert "Kuittinumero" in other.text
    assert "Siinä ei ole sitä, mitä kirjoitit lähettämisen jälkeen." in other.text
    assert "Voit lähettää loput" not in other.text
    assert [each.text.strip() for each in other.tree.xpath("//main//textarea")] == [
        f"{words} Passini on hänellä."
    ]
    short = browser.submits(page, "go=send", answer="Ei")
    assert [each.text.strip() for each in short.tree.xpath("//main//textarea")] == ["Ei"], (
        "one word is lost too"
    )
    assert browser.submits(page, "go=send", answer=words).heading == "Kiitos vastauksesta"
    assert answers_stored(asked) == [words]


def test_other_words_after_a_part_read_how_to_send_the_rest(browser: Visitor, asked: Asked) -> None:
    page = opened(browser, asked)
    part = {"can_answer": "partly", "answer": "Osa."}
    assert browser.submits(page, "go=send", **part).heading == "Kiitos vastauksesta"
    asked.story.passes(minutes=1)
    other = browser.submits(page, "go=send", **{**part, "answer": "Osa. Lisäksi passi."})
    assert other.heading == "Vastauksesi on jo saapunut"
    assert "Voit lähettää loput myöhemmin samalla tavalla." in other.text
    assert "partly" not in [each.text.strip() for each in other.tree.xpath("//main//textarea")]
    assert opened(browser, asked).tree.xpath("//textarea[@name='answer']"), "the same address takes the rest"


def test_after_a_part_its_page_takes_no_other_words_for_the_part(story: Story, world: World) -> None:
    story.applies()
    asks_person(story)
    browser = visitor(world)
    page = presses(browser, page_of(browser, story), "/code/answer")
    part = {"can_answer": "partly", "answer": "Ensimmäinen osa."}
    assert presses(browser, page, "/r/answer", "go=send", **part).heading == "Kiitos vastauksesta"

    rest = {"can_answer": "yes", "answer": "Ja loput tästä sivusta."}
    assert "Ja loput tästä sivusta." in presses(browser, page, "/r/answer", "go=send", **rest).text


def test_the_questions_are_one_press_away_after_a_quarter_of_an_hour(browser: Visitor, asked: Asked) -> None:
    """Their reader looks for the answer in a register meanwhile, and the browser drops the tab."""
    path = opened(browser, asked).response.request.path
    asked.story.passes(minutes=20)

    over = browser.get(path)
    assert (over.status, over.heading) == (200, "Sivu on suljettu")
    assert "on vielä tallessa" not in over.text, "nothing was kept"
    page = browser.submits(over)
    assert page.heading == "Mitä haluamme tietää"
    files = browser.submits(page, "go=files", answer="Etsin vielä.")
    asked.story.passes(minutes=20)
    over = browser.get(files.response.request.path)
    assert "on vielä tallessa" in over.text
    page = browser.submits(browser.submits(over), "go=done")
    assert written(page) == "Etsin vielä."

    saved = browser.submits(page, "go=save", answer="Etsin vielä.")
    asked.story.passes(minutes=20)
    assert browser.get(page.response.request.path).status == 404, (
        "with a code one comes back by the code alone"
    )
    assert written(by_code(browser, saved.code)) == "Etsin vielä."


@pytest.mark.parametrize("way", ["link", "code"])
def test_a_persons_own_reply_page_is_shut_after_a_quarter_of_an_hour(
    story: Story, world: World, way: str
) -> None:
    """The phone may be in another's hand, and its owner has a code to come back with."""
    story.applies()
    asks_person(story)
    (wanted,) = story.file.requests
    browser = visitor(world)
    if way == "link":
        page = browser.submits(browser.get(f"/fi/r/{story.link_of(wanted)}"), factor=story.code_of(wanted))
    else:
        page = presses(browser, page_of(browser, story), "/code/answer")
    files = presses(browser, page, "/r/answer", "go=files", answer="Pelkään häntä.")
    story.passes(minutes=20)

    for each in (page, files):
        shut = browser.get(each.response.request.path)
        assert (shut.status, shut.heading) == (404, "Sivu on suljettu")
        assert not shut.tree.xpath("//main//form")
    assert has(page_of(browser, story), "/code/answer"), "they answer by the code"


def test_questions_that_were_left_or_answered_open_by_no_press(browser: Visitor, asked: Asked) -> None:
    page = opened(browser, asked)
    asked.story.passes(minutes=20)
    over = browser.get(page.response.request.path)
    leaves(browser, page)
    assert browser.submits(over).status == 404
    assert browser.get(page.response.request.path).status == 404

    reminded(asked)
    page = opened(browser, asked)
    asked.story.passes(minutes=20)
    over = browser.get(page.response.request.path)
    assert browser.submits(page, "go=send", answer="Valmis.").heading == "Kiitos vastauksesta"
    assert browser.submits(over).status == 404


def test_a_page_that_was_lost_before_anything_was_kept_opens_by_its_address_and_code_again(
    browser: Visitor, asked: Asked
) -> None:
    first = opened(browser, asked)
    assert browser.get(f"/fi/r/{asked.link}").status == 404, "while the first page is open"
    asked.story.passes(minutes=20)

    again = opened(browser, asked)
    assert again.heading == "Mitä haluamme tietää"
    assert browser.get(f"/fi/r/{asked.link}").status == 404
    late = browser.submits(first, "go=send", answer="Ensimmäiseltä sivulta.")
    assert late.heading == "Tästä ei voi enää vastata", "the newer page wins, and the words stay on the older"
    assert "Ensimmäiseltä sivulta." in late.text

    browser.submits(again, "go=stay", answer="Toiselta.")
    asked.story.passes(minutes=20)
    assert browser.get(f"/fi/r/{asked.link}").status == 404, "something was kept"
    assert browser.submits(again, "go=send", answer="Toiselta.").heading == "Kiitos vastauksesta"


def test_a_page_on_which_nothing_was_written_locks_nobody_out(browser: Visitor, asked: Asked) -> None:
    """Enter, another language and a look at the files save the page, and keep nothing."""
    page = opened(browser, asked)
    stayed = browser.submits(browser.submits(page, "go=stay"), "go=stay", answer="Pyyhin tämän pois.")
    emptied = browser.submits(stayed, "go=files", answer=" ")
    browser.submits(emptied, "go=done")
    asked.story.passes(minutes=20)

    again = opened(browser, asked)
    assert (again.heading, written(again)) == ("Mitä haluamme tietää", "")
    files = browser.submits(again, "go=files")
    adds(browser, files, ("kuva.jpg", picture()))
    asked.story.passes(minutes=20)
    assert browser.get(f"/fi/r/{asked.link}").status == 404, "a file was kept"


def test_an_address_whose_page_was_left_opens_its_page_to_the_code_alone(
    browser: Visitor, asked: Asked
) -> None:
    leaves(browser, opened(browser, asked))
    assert browser.get(f"/fi/r/{asked.link}").status == 404
    asked.story.passes(minutes=20)
    assert "Mitä haluamme tietää" not in browser.get(f"/fi/r/{asked.link}").text
    reminded(asked)
    assert opened(browser, asked).heading == "Mitä haluamme tietää"


@pytest.mark.parametrize("has_code", [True, False])
def test_the_address_of_a_persons_question_opens_again_where_nothing_was_kept(
    story: Story, world: World, has_code: bool
) -> None:
    """A referred person has no code of the case until staff give one."""
    if has_code:
        story.applies()
    else:
        story.is_referred(safe_channels=["email", "phone"], email="bela@example.invalid")
    asks_person(story)
    (wanted,) = story.file.requests
    address = f"/fi/r/{story.link_of(wanted)}"
    browser = visitor(world)

    def opens() -> Page:
        return browser.submits(browser.get(address), factor=story.code_of(wanted))

    first = opens()
    assert browser.get(address).status == 404, "while the first page is open"
    story.passes(minutes=20)
    shut = browser.get(first.response.request.path)
    assert (shut.status, bool(shut.tree.xpath("//main//form"))) == (404, False)
    leaves(browser, opens())
    assert browser.get(address).status == 404, "a repeated post that holds the code opens nothing"
    story.passes(minutes=20)

    again = opens()
    assert again.heading == "Mitä haluamme tietää"
    browser.submits(again, "go=stay", answer="Se oli maanantai.")
    story.passes(minutes=20)
    assert browser.get(address).status == 404, "something was kept"
    assert browser.submits(again, "go=send", answer="Se oli maanantai.").heading == "Kiitos vastauksesta"
    assert browser.get(address).status == 404, "it was answered"


def test_a_persons_address_asks_for_the_code_each_time_and_counts_all_wrong_ones_together(
    story: Story, world: World
) -> None:
    """A reader of the mailbox gets no further guesses from its owner's opening the page."""
    story.is_referred(safe_channels=["email", "phone"], email="bela@example.invalid")
    asks_person(story)
    (wanted,) = story.file.requests
    browser = visitor(world)
    door = browser.get(f"/fi/r/{story.link_of(wanted)}")
    wrong = f"{(int(story.code_of(wanted)) + 1) % 1_000_000:06}"
    for _ in range(3):
        assert browser.submits(door, factor=wrong).status == 422
    assert browser.submits(door, factor=story.code_of(wanted)).heading == "Mitä haluamme tietää"
    story.passes(minutes=20)

    door = browser.get(f"/fi/r/{story.link_of(wanted)}")
    assert "Mitä haluamme tietää" not in door.text
    assert browser.submits(door, factor=wrong).status == 422
    browser.submits(door, factor=wrong)
    assert browser.get(f"/fi/r/{story.link_of(wanted)}").status == 404
