"""A request to an authority: it says who asks and on which ground; whom it concerns only after the code."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.queries.access_log import SearchAccessLog
from engine.texts import day
from tests.support.answers import request
from tests.support.browsing import SETTINGS, Page, Visitor, adds, visitor
from tests.support.story import Story
from tests.support.uploads import picture
from tests.support.world import World
from tests.webapp.test_talking_by_code import has, page_of, presses

WHO = "Esko Esimerkki, tarkastaja"
STATUTE = "(laki henkilötietojen käsittelystä maahanmuuttohallinnossa)"
DUTY = "Tieto annetaan salassapitosäännösten estämättä"


@pytest.fixture
def asked(story: Story) -> Story:
    story.applies(given_names="Aino", family_name="Keksitty")
    story.until("sufficiency")
    story.does(
        "kasittelija", "sufficiency", enough="ask", reason="Työn ehdot puuttuvat.", missing="Työn ehdot"
    )
    rows = [
        {
            **request("outside_authority", story.today + timedelta(days=14)),
            "legal_basis": "l615_13_1",
            "questions": "Milloin lupa annettiin?",
        }
    ]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Lupa puuttuu.")
    return story


def door(browser: Visitor, story: Story) -> Page:
    (wanted,) = story.file.requests
    return browser.get(f"/fi/r/{story.link_of(wanted)}")


def mails(story: Story, kind: str) -> list[tuple[str, str]]:
    found = [each.template_values for each in story.mails if each.kind == kind]
    return [(str(each["subject"]), " ".join(each["paragraphs"])) for each in found]


def test_the_mail_says_who_asks_by_when_and_on_which_ground_and_names_nobody(asked: Story) -> None:
    asked.passes(minutes=1)
    ((subject, text),) = mails(asked, "mail_request")
    assert subject.startswith(f"Tietopyyntö {asked.reference}/REQ-1, vastaa viimeistään")
    assert "615/2020 13 §" in text
    assert DUTY in text
    assert asked.world.engine.settings.authority.name in text
    for secret in ("Aino", "Keksitty", "Milloin lupa", "jos haluat vastata", "jättää sen huomiotta"):
        assert secret not in text + subject


def test_mails_on_a_new_day_and_on_the_end_say_which_request_they_are_about(asked: Story) -> None:
    asked.passes(days=15)
    due = asked.today + timedelta(days=10)
    asked.does(
        "kasittelija",
        "request_follow_up",
        "REQ-1",
        choice="extend",
        new_due_on=due.isoformat(),
        reason="Vastaaja pyysi lisäaikaa.",
    )
    assert asked.hears("proceed_without_rest")
    asked.passes(minutes=1)
    reference = f"{asked.reference}/REQ-1"
    (new_date,), (closed,) = mails(asked, "mail_new_date"), mails(asked, "mail_message_closed")
    assert new_date[0] == f"Lisää aikaa: tietopyyntö {reference}, vastaa viimeistään {day('fi', due)}"
    assert closed[0] == f"Tietopyyntö {reference}: vastausta ei enää tarvita"
    assert "/r/" in new_date[1]
    for _, text in (new_date, closed):
        assert asked.world.engine.settings.authority.name in text
        assert "615/2020 13 §" in text
        assert "jättää sen huomiotta" not in text


def test_a_reminder_says_that_it_is_one(asked: Story) -> None:
    asked.passes(days=8)
    ((subject, text),) = mails(asked, "mail_reminder")
    assert subject.startswith("Muistutus: tietopyyntö")
    assert "Tämä on muistutus" in text
    assert "Jos olet jo saanut koodin" in text, "nobody has read it to them yet"


def test_past_its_day_the_page_says_that_an_answer_is_still_taken(asked: Story, world: World) -> None:
    browser = visitor(world)
    assert "Määräpäivä on mennyt" not in door(browser, asked).text
    asked.passes(days=16)
    assert "Määräpäivä on mennyt. Voit silti vastata." in door(browser, asked).text


def test_the_person_is_named_only_after_the_code(asked: Story, world: World) -> None:
    browser = visitor(world)
    before = door(browser, asked)
    assert "sama osoite ei enää toimi" not in before.text, "it opens again where nothing was kept"
    assert before.heading == "Tietopyyntö viranomaiselle"
    assert f"615/2020 13 § 1 momentti {STATUTE}" in before.text
    assert f"{asked.reference}/REQ-1" in before.text
    for secret in ("Aino", "Keksitty", "Milloin lupa annettiin?"):
        assert secret not in before.text
    log = world.engine.answer(SearchAccessLog(), world.actor("tarkastaja"))
    assert "show_request" in [each.action for each in log.entries], "a read of a case leaves its entry"

    (wanted,) = asked.file.requests
    page = browser.submits(before, factor=asked.code_of(wanted))
    assert "Aino Keksitty" in page.text
    assert "Milloin lupa annettiin?" in page.text
    assert "Älä ota henkilöön yhteyttä" in page.text
    assert not page.tree.xpath("//*[@name='contact_changed']"), "an authority chooses its own ways"
    receipt = browser.submits(page, "go=send", can_answer="yes", answer="Toukokuussa.", answered_by=WHO)
    assert receipt.heading == "Kiitos vastauksesta"
    assert f"{asked.reference}/REQ-1" in receipt.text
    assert STATUTE in receipt.text
    assert f"Pyytäjä{world.engine.settings.authority.name}" in receipt.text
    assert f"Kuka vastasi{WHO}" in receipt.text
    for shown in (before, page, receipt):
        numbers = shown.tree.xpath("//a[starts-with(@href, 'tel:')]")
        assert not numbers, "the number is to be looked up elsewhere"
    assert "Aino" not in receipt.text
    (reply,) = [each for each in asked.file.submissions if each.form_key == "information_reply"]
    assert reply.answers["answered_by"] == WHO


def test_who_answers_alone_is_no_answer(asked: Story, world: World) -> None:
    browser = visitor(world)
    (wanted,) = asked.file.requests
    page = browser.submits(door(browser, asked), factor=asked.code_of(wanted))
    refused = browser.submits(page, "go=send", answered_by=WHO)
    assert refused.status == 422


def test_an_authority_names_who_answers_and_reads_no_words_meant_for_the_person(
    asked: Story, world: World
) -> None:
    browser = visitor(world)
    page = opened(browser, asked)
    for words in ("omalla kielelläsi", "En halua vastata", "vaikka et vastaisi"):
        assert words not in page.text
    refused = browser.submits(page, "go=send", can_answer="yes", answer="Toukokuussa.")
    assert refused.tree.xpath("//*[contains(@class, 'field-error')]//input/@name") == ["answered_by"]
    done = browser.submits(refused, "go=send", answered_by=WHO)
    assert done.heading == "Kiitos vastauksesta"


def test_the_person_may_still_say_that_they_do_not_want_to_answer(story: Story, world: World) -> None:
    story.applies()
    asks_person(story)
    browser = visitor(world)
    page = presses(browser, page_of(browser, story), "/code/answer")
    for words in ("omalla kielelläsi", "En halua vastata"):
        assert words in page.text


def short(day: date) -> str:
    return f"{('ma', 'ti', 'ke', 'to', 'pe', 'la', 'su')[day.weekday()]} {day:%-d.%-m.%Y}"


def asks_person(story: Story) -> None:
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    rows = [request("applicant", story.today + timedelta(days=14))]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Ehdot puuttuvat.")


def opened(browser: Visitor, asked: Story) -> Page:
    (wanted,) = asked.file.requests
    return browser.submits(door(browser, asked), factor=asked.code_of(wanted))


def test_can_answer_without_an_answer_is_refused_beside_the_field(asked: Story, world: World) -> None:
    browser = visitor(world)
    page = opened(browser, asked)
    refused = browser.submits(page, "go=send", can_answer="yes", answered_by=WHO)
    assert refused.status == 422
    assert refused.tree.xpath("//*[contains(@class, 'field-error')]//textarea/@name") == ["answer"]
    done = browser.submits(refused, "go=send", can_answer="yes", answer="Toukokuussa.")
    assert done.heading == "Kiitos vastauksesta"


def test_after_a_part_the_same_link_and_code_take_the_rest(asked: Story, world: World) -> None:
    browser = visitor(world)
    page = opened(browser, asked)
    until = asked.today + timedelta(days=20)
    files = adds(browser, browser.submits(page, "go=files"), ("lupa.jpg", picture()))
    page = browser.submits(files, "go=done")
    part = browser.submits(
        page,
        "go=send",
        can_answer="partly",
        answer="Ensimmäinen.",
        more_time="yes",
        more_time_until=f"{until:%-d.%-m.%Y}",
        answered_by=WHO,
    )
    assert "Voit lähettää loput samasta linkistä. Koodi on samat kuusi numeroa kuin nyt." in part.text
    assert f"Pyysit lisää aikaa {short(until)} asti." in part.text
    assert "Linkki ei enää toimi" not in part.text
    assert "Tiedostoja perillä1" in part.text
    assert asked.forms == ["review_reply"], "staff see the part at once"

    asked.passes(minutes=5)
    rest = browser.submits(
        opened(browser, asked), "go=send", can_answer="yes", answer="Toinen.", answered_by=WHO
    )
    assert "Linkki ei enää toimi" in rest.text
    assert "Tiedostoja perillä" not in rest.text, "none came with the rest"
    replies = [each for each in asked.file.submissions if each.form_key == "information_reply"]
    assert [each.answers["answer"] for each in replies] == ["Ensimmäinen.", "Toinen."]
    assert door(browser, asked).status == 404


def test_no_page_of_a_professional_vouches_for_itself_with_a_number(asked: Story, world: World) -> None:
    browser = visitor(world)
    page = opened(browser, asked)
    files = browser.submits(page, "go=files")
    kept = browser.submits(browser.submits(files, "go=done"), "go=save", can_answer="partly")

    assert [each.heading for each in (files, kept)] == ["Tiedostot", "Voit jatkaa, kun haluat"]
    for each in (page, files, kept):
        assert not each.tree.xpath("//p[@class='call-line'] | //footer//a[starts-with(@href, 'tel:')]"), (
            each.heading
        )
    assert "Älä ota riskiä" not in files.text, "the warning is for a person in danger"


def test_one_comes_back_from_the_files_to_where_they_stand(asked: Story, world: World) -> None:
    browser = visitor(world)
    files = browser.submits(opened(browser, asked), "go=files")
    (key,) = files.tree.xpath("//form[@id='files']//input[@name='key']/@value")

    back = browser.client.post(
        "/fi/r/files", data={"form_token": browser.token(files), "key": key, "go": "done"}
    )

    assert back.status_code == 303, back.text
    assert back.headers["Location"].endswith("#files-title")
    assert browser.get(back.headers["Location"].partition("#")[0]).tree.xpath("//*[@id='files-title']")


def test_who_comes_back_sees_what_was_sent_before_without_its_content(asked: Story, world: World) -> None:
    browser = visitor(world)
    page = opened(browser, asked)
    assert "Lähetetty aiemmin" not in page.text
    until = asked.today + timedelta(days=20)
    files = adds(browser, browser.submits(page, "go=files"), ("lupa.jpg", picture()))
    part = {"can_answer": "partly", "answer": "Ensimmäinen.", "answered_by": WHO}
    wish = {"more_time": "yes", "more_time_until": f"{until:%-d.%-m.%Y}"}
    browser.submits(browser.submits(files, "go=done"), "go=send", **part, **wish)
    sent_on = asked.today
    assert "Lähetetty aiemmin" not in door(browser, asked).text, "before the code nobody learns of it"

    asked.passes(minutes=5)
    again = opened(browser, asked)
    (item,) = again.tree.xpath("//form[@id='reply']//ul[@class='latest']/li")
    shown = " ".join(item.text_content().split())
    assert shown.startswith(f"{short(sent_on)} klo 9.00, {WHO}")
    assert "Osa vastauksesta. Tiedostoja perillä: 1." in shown
    assert f"Lisää aikaa pyydettiin {short(until)} asti. Lisäajasta ei ole vielä päätetty." in shown
    for content in ("Ensimmäinen", "lupa.jpg"):
        assert content not in again.text

    asked.passes(minutes=1)
    browser.submits(again, "go=send", **{**part, "answer": "Toinen.", "answered_by": "Toinen tarkastaja"})
    first, second = opened(browser, asked).tree.xpath("//form[@id='reply']//ul[@class='latest']/li")
    assert "päätetty" not in first.text_content(), "the newest says what is wished for now"
    assert "Toinen tarkastaja" in second.text_content()
    assert "Tiedostoja" not in second.text_content()


def test_more_time_that_was_given_says_until_when(asked: Story, world: World) -> None:
    browser = visitor(world)
    until = asked.today + timedelta(days=20)
    wish = {"more_time": "yes", "more_time_until": f"{until:%-d.%-m.%Y}"}
    part = {"can_answer": "partly", "answer": "Ensimmäinen.", "answered_by": WHO}
    browser.submits(opened(browser, asked), "go=send", **part, **wish)
    given = asked.today + timedelta(days=18)
    again = {"reply_enough": "ask_again", "new_questions": "Milloin?", "new_due_on": given.isoformat()}
    asked.does("kasittelija", "review_reply", **again)
    shown = opened(browser, asked).text
    assert f"pyydettiin {short(until)} asti. Määräpäivä on nyt {short(given)}." in shown


def test_of_a_reply_that_staff_wrote_down_the_link_says_nothing(asked: Story, world: World) -> None:
    again = {"reply_enough": "ask_again", "new_questions": "Milloin?"}
    due = (asked.today + timedelta(days=18)).isoformat()
    asked.does("kasittelija", "information_reply")
    asked.does("kasittelija", "review_reply", **again, new_due_on=due)
    assert "Lähetetty aiemmin" not in opened(visitor(world), asked).text


@pytest.mark.parametrize("is_recorded", [False, True])
def test_words_that_come_too_late_from_an_authority_hide_our_phone_number(
    asked: Story, world: World, *, is_recorded: bool
) -> None:
    browser = visitor(world)
    page = opened(browser, asked)
    words = {"can_answer": "yes", "answer": "Toukokuussa.", "answered_by": WHO}
    if is_recorded:
        asked.does("kasittelija", "information_reply")
    else:
        assert browser.submits(page, "go=send", **words).heading == "Kiitos vastauksesta"
    late = browser.submits(page, "go=send", **{**words, "answer": "Kesällä."})
    assert (late.heading == "Vastauksesi on jo saapunut") is not is_recorded
    assert (f"{asked.reference}/REQ-1" in late.text) is not is_recorded
    assert [each.text.strip() for each in late.tree.xpath("//main//textarea")] == ["Kesällä.", WHO]
    assert not [each for each in late.tree.xpath("//a/@href") if each.startswith("tel:")]


def test_once_staff_have_closed_the_request_the_rest_is_not_taken(asked: Story, world: World) -> None:
    browser = visitor(world)
    part = {"can_answer": "partly", "answer": "Ensimmäinen.", "answered_by": WHO}
    browser.submits(opened(browser, asked), "go=send", **part)
    asked.does("kasittelija", "review_reply")
    assert door(browser, asked).status == 404


def test_the_person_sends_the_rest_by_the_code(story: Story, world: World) -> None:
    story.applies()
    asks_person(story)
    browser = visitor(world)
    part = presses(
        browser,
        presses(browser, page_of(browser, story), "/code/answer"),
        "/r/answer",
        "go=send",
        can_answer="partly",
        answer="Ensimmäinen.",
    )
    assert "Voit lähettää loput myöhemmin samalla tavalla." in part.text
    again = presses(browser, page_of(browser, story), "/code/answer")
    assert "Lähetetty aiemmin" not in again.text, "others may hold the code too"
    presses(browser, again, "/r/answer", "go=send", can_answer="yes", answer="Toinen.")
    assert not has(page_of(browser, story), "/code/answer")


def test_the_saved_page_names_the_button_as_the_front_page_does(asked: Story, world: World) -> None:
    browser = visitor(world)
    saved = browser.submits(opened(browser, asked), "go=save", answer="Osa.")
    assert "valitse ”Minulla on koodi”" in saved.text
    assert SETTINGS.base_url in saved.text, "where to go on without the link"
    assert "Minulla on koodi" in browser.get("/fi/").response.text


def test_a_link_that_was_opened_or_answered_says_what_may_have_happened(asked: Story, world: World) -> None:
    browser = visitor(world)
    page = opened(browser, asked)
    browser.submits(page, "go=send", can_answer="yes", answer="Toukokuussa.", answered_by=WHO)
    assert "Siihen on jo vastattu" in door(browser, asked).text


def test_a_page_that_was_closed_opens_again_at_once_with_what_was_typed(asked: Story, world: World) -> None:
    """Also after the button was pressed too early: nobody was given a code to come back by."""
    browser = visitor(world)
    closed = opened(browser, asked)
    browser.submits(closed, "go=send", answer="Kirjoitin jo puolet.")
    again = opened(browser, asked)
    assert "Kirjoitin jo puolet." in again.text
    late = browser.submits(closed, "go=send", answer="Vanhalta sivulta.")
    assert "Vanhalta sivulta." in late.text, "the newest page goes on, and the words stay on the older"
    saved = browser.submits(again, "go=save", answer="Tallennan.", answered_by=WHO)
    assert "myös saamastasi linkistä" in saved.text
    assert "Tallennan." in opened(browser, asked).text
    assert "Tallennan." in browser.submits(browser.get("/fi/code"), code=saved.code).text


def test_a_basis_reads_from_left_to_right_as_a_whole_in_a_language_from_the_right(
    asked: Story, world: World
) -> None:
    (wanted,) = asked.file.requests
    page = visitor(world).get(f"/ar/r/{asked.link_of(wanted)}")
    isolated = [each.text_content() for each in page.tree.xpath("//dl//bdi")]
    assert f"615/2020 13 § 1 momentti {STATUTE}" in isolated, "brackets apart from their words turn around"
    assert any(DUTY in each for each in isolated)
