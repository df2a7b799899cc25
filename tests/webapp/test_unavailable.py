"""The database is locked or away: an honest page with the phone number, and nobody is kept from leaving."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from engine.bootstrap import build_engine
from engine.commands.public_drafts import ReadPublicDraft
from engine.domain.people import PUBLIC
from engine.errors import StorageFull, Unavailable
from engine.storage.tables.cases import CASES
from tests.support.browsing import SETTINGS, Page, Visitor, adds
from tests.support.compiled import application_of
from tests.support.uploads import picture
from tests.support.world import Clock, World, settings_for
from tests.webapp.test_files import at_the_files
from tests.webapp.test_form_steps import SEND, to_the_end


@contextmanager
def locked(world: World) -> Iterator[None]:
    """Somebody else writes, and nobody waits for them."""
    database = world.engine.database
    database.engine.dispose()
    event.listen(database.engine, "connect", _waits_for_nobody)
    with database.transaction():
        yield


def _waits_for_nobody(connection: Any, _record: Any) -> None:
    connection.execute("pragma busy_timeout = 0").close()


def tells_honestly(page: Page) -> None:
    assert page.status == 503
    assert page.heading == "Palvelu ei juuri nyt vastaa"
    assert SETTINGS.help_line in page.text
    assert "Mitään ei lähde kahdesti." in page.text
    assert page.response.headers["Retry-After"] == "60"


def leads_away(page: Page) -> None:
    assert page.status == 200
    assert SETTINGS.leave_url in page.links()
    assert page.response.headers["Clear-Site-Data"]


def test_a_full_disk_has_a_refusal_of_its_own(world: World) -> None:
    database = world.engine.database
    database.engine.dispose()
    event.listen(database.engine, "connect", _grows_no_more)
    with pytest.raises(StorageFull), database.transaction() as connection:
        connection.exec_driver_sql("create table room as select randomblob(10000000) as taken")


def _grows_no_more(connection: Any, _record: Any) -> None:
    connection.execute("pragma max_page_count = 1").close()


def test_unsaved_answers_are_carried_by_the_page_of_the_refusal(browser: Visitor, world: World) -> None:
    second = browser.submits(browser.get("/fi/own/questions"))
    with locked(world):
        answer = browser.submits(second, given_names="Keksitty", family_name='<b>"Rivi"\nToinen')
        tells_honestly(answer)
        answer = browser.submits(answer)
        tells_honestly(answer)

    third = browser.submits(answer)
    assert third.status == 200
    back = browser.submits(third, "go=back")
    assert back.tree.xpath("//input[@name='given_names']/@value") == ["Keksitty"]
    assert back.tree.xpath("//input[@name='family_name']/@value") == ['<b>"Rivi"\nToinen']


def test_leaving_from_the_page_that_says_no_destroys_what_was_kept(browser: Visitor, world: World) -> None:
    second = browser.submits(browser.get("/fi/own/questions"), in_danger="yes")
    with locked(world):
        answer = browser.submits(second, given_names="Keksitty")
    way_out = answer.tree.xpath("//header//form")[0]

    leads_away(browser.post(way_out.get("action"), dict(way_out.form_values())))

    draft = ReadPublicDraft(second.tree.xpath("//main//input[@name='draft']/@value")[0])
    assert world.engine.answer(draft, PUBLIC) is None


def test_a_file_that_could_not_be_taken_costs_no_word_beside_it(browser: Visitor, world: World) -> None:
    page = at_the_files(browser)
    with locked(world):
        answer = adds(browser, page, ("kuva.jpg", picture()), about="Passi")
    assert answer.status == 503

    files_page = browser.submits(answer)

    assert files_page.status == 200
    assert files_page.tree.xpath("//input[@type='file']")


def test_a_password_is_never_carried_by_a_page(browser: Visitor, world: World) -> None:
    page = browser.get("/sign-in")
    with locked(world):
        answer = browser.submits(page, username="kasittelija", password="salasana123")

    assert answer.status == 503
    assert "salasana123" not in answer.response.get_data(as_text=True)


def test_nobody_is_kept_from_leaving(browser: Visitor, world: World) -> None:
    page = browser.get("/fi/own/questions")
    sent = {"form_token": browser.token(page), "draft": page.tree.xpath("//input[@name='draft']/@value")[0]}
    with locked(world):
        left = browser.post("/exit", sent)

    leads_away(left)


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "cross-site"}])
def test_leaving_needs_no_token_and_destroys_only_with_one(browser: Visitor, headers: dict[str, str]) -> None:
    page = browser.submits(browser.get("/fi/own/questions"), in_danger="yes")
    sent = {"draft": page.tree.xpath("//input[@name='draft']/@value")[0]}

    left = browser.post("/exit", sent, headers=headers)

    leads_away(left)
    back = browser.submits(page, "go=back")
    assert back.tree.xpath("//input[@name='in_danger' and @value='yes']/@checked"), (
        "another site can't destroy it"
    )


@pytest.fixture
def away(tmp_path: Path) -> Iterator[Flask]:
    """A PostgreSQL that is not there."""
    engine = build_engine(settings_for(f"postgresql://nobody@/none?host={tmp_path}", tmp_path), now=Clock())
    yield application_of(engine)
    engine.close()


def test_every_page_answers_alike_while_the_database_is_away(away: Flask) -> None:
    browser = Visitor(away)

    for path in ("/fi/own/questions", "/fi/r/x", "/fi/paper"):
        tells_honestly(browser.get(path))
    tells_honestly(
        browser.post("/fi/code", {"form_token": browser.token(browser.get("/fi/code")), "code": "1" * 16})
    )
    assert browser.get("/fi/").status == 200, "what needs no database goes on"


def test_staff_see_the_same_though_their_session_cannot_be_read(away: Flask) -> None:
    browser = Visitor(away)
    browser.client.set_cookie("session", "x" * 43)

    tells_honestly(browser.get("/tasks/"))


def test_a_key_that_proves_wrong_after_the_start_opens_no_page_and_is_described_on_none(world: World) -> None:
    """As where the database was away when the server started: the operator reads the reason in the log."""
    settings = replace(
        world.engine.settings, master_key={1: bytes(32)}, master_key_place="tiedostossa /secret/key"
    )
    engine = build_engine(settings, now=world.clock)
    browser = Visitor(application_of(engine))

    page = browser.get("/fi/own/questions")
    tells_honestly(page)
    answer = browser.client.get("/api/v1/definitions", headers={"Authorization": f"Bearer {'x' * 43}"})
    assert answer.status_code == 503
    for text in (page.text, answer.text):
        assert "/secret/key" not in text
        assert "sormenjälki" not in text
    engine.close()


@pytest.mark.parametrize(
    ("language", "says"), [("fi", "ei juuri nyt vastaa"), ("sv", "svarar inte"), ("en", "not")]
)
def test_while_the_key_store_is_away_nothing_is_taken_and_then_it_can_be_sent_again(
    browser: Visitor, world: World, caplog: pytest.LogCaptureFixture, language: str, says: str
) -> None:
    check = to_the_end(browser, browser.get(f"/{language}/own/questions"))
    file = Path(world.engine.key_store.place)
    hidden = file.rename(file.with_suffix(".hidden"))
    answer = browser.submits(check, SEND)
    assert answer.status == 503
    assert says in answer.heading
    assert "key_store_away" in {getattr(each, "reason", "") for each in caplog.records}
    with world.engine.database.view() as connection:
        assert connection.execute(select(CASES.c.id)).all() == []

    hidden.rename(file)

    receipt = browser.submits(check, SEND)
    assert len(receipt.code) == 16
    with world.engine.database.view() as connection:
        assert len(connection.execute(select(CASES.c.id)).all()) == 1


def test_a_wrong_statement_is_not_called_absence(world: World) -> None:
    with pytest.raises(Exception, match="no such table") as fault, world.engine.database.view() as connection:
        connection.exec_driver_sql("select 1 from nowhere")

    assert not isinstance(fault.value, Unavailable)


def test_a_database_that_takes_the_call_and_says_nothing_is_away_too(tmp_path: Path) -> None:
    """Nobody waits for a page for as long as the network would. The two ways of asking wait side by side."""
    with socket.create_server(("127.0.0.1", 0)) as silent, ThreadPoolExecutor() as pool:
        url = f"postgresql://nobody@127.0.0.1:{silent.getsockname()[1]}/none"
        asked = [
            pool.submit(asks_a_silent_one, f"{url}{own_limit}", tmp_path)
            for own_limit in ("", "?connect_timeout=2")
        ]
        assert [isinstance(each.exception(), Unavailable) for each in asked] == [True, True]


def asks_a_silent_one(url: str, folder: Path) -> None:
    engine = build_engine(settings_for(url, folder), now=Clock())
    try:
        engine.answer(ReadPublicDraft("x"), PUBLIC)
    finally:
        engine.close()
