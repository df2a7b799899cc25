"""An application that staff write down is kept as one types, found again, gone on with by a colleague, and ends when it is sent
or thrown away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from engine.commands.public_drafts import DestroyExpired
from engine.domain.people import SYSTEM
from engine.storage.tables.cases import PUBLIC_DRAFTS
from tests.support.browsing import Page, Visitor, signed_in
from tests.support.world import World
from tests.webapp.test_intake import CAME, NAMES

FORM = "/tasks/intake/application"
REFERRAL = "/tasks/intake/referral"
NAME = "Paperi"


@pytest.fixture
def desk(world: World) -> Visitor:
    return signed_in(world, "kirjaaja")


def presses(desk: Visitor, page: Page, go: str, **typed: str) -> Page:
    return desk.post(page.form(0).get("action"), _written(page, go, **typed))


def keeps(desk: Visitor, page: Page, **typed: str) -> int:
    """Send what is typed as the script does, which then holds what is saved. Return the status of the answer, which has no
    page."""
    answer = desk.client.post(page.form(0).get("action"), data=_written(page, "quietly", **typed))
    if "Draft-Saved" in answer.headers:
        page.form(0).fields["draft_seen"] = answer.headers["Draft-Saved"]
    return answer.status_code


def _written(page: Page, go: str, **typed: str) -> dict[str, str]:
    return {**dict(page.form(0).form_values()), **CAME, **NAMES, **typed, "go": go}


def drafts(desk: Visitor, form: str = FORM) -> list[str]:
    return [each for each in listed(desk, form) if not each.endswith("?drop=ask")]


def listed(desk: Visitor, form: str = FORM) -> list[str]:
    """Return the links of the list: to each draft of one's own, and to the question whether to delete it."""
    return [each for each in desk.get("/tasks/intake/").links() if each.startswith(f"{form}/")]


def names(page: Page) -> list[str]:
    return [str(each) for each in page.tree.xpath("//input[@name='given_names']/@value")]


def kept(world: World) -> int:
    with world.engine.database.view() as connection:
        return int(connection.exec_driver_sql("select count(*) from public_drafts").scalar() or 0)


@pytest.mark.databases
def test_what_is_typed_is_found_again_after_signing_out_and_ends_when_it_is_sent(
    desk: Visitor, world: World
) -> None:
    page = desk.get(FORM)
    assert keeps(desk, page) == 204
    assert keeps(desk, page, born_on="1.1") == 204
    desk = signed_in(world, "kirjaaja")
    (address,) = drafts(desk)
    found = desk.get(address)
    assert names(found) == [NAME]
    assert found.tree.xpath("//input[@name='born_on']/@value") == ["1.1"]
    assert "Luonnos tallennettu" in found.text
    assert presses(desk, found, "send", born_on="").heading == "Hakemus on kirjattu"
    assert drafts(desk) == []
    assert kept(world) == 0
    assert keeps(desk, found) == 409, "a page that is still open keeps it no more"
    assert kept(world) == 0


def test_time_alone_destroys_no_draft(desk: Visitor, world: World) -> None:
    keeps(desk, desk.get(FORM))
    for _ in range(5):
        world.clock.moment += timedelta(days=10)
        world.engine.perform(DestroyExpired(), SYSTEM)
    desk = signed_in(world, "kirjaaja")
    (address,) = drafts(desk)
    assert names(desk.get(address)) == [NAME]


def test_a_draft_is_thrown_away_only_after_a_second_press(desk: Visitor, world: World) -> None:
    kept_page = desk.follows(presses(desk, desk.get(FORM), "save"))
    asked = presses(desk, kept_page, "drop")
    assert "Poistetaanko luonnos?" in asked.text
    assert kept(world) == 1
    assert desk.follows(presses(desk, asked, "drop-sure")).heading == "Kirjaa hakemus"
    assert (drafts(desk), kept(world)) == ([], 0)


def test_what_was_refused_is_kept(desk: Visitor) -> None:
    refused = presses(desk, desk.get(FORM), "send", arrived_on="")
    assert refused.status == 422
    (address,) = drafts(desk)
    assert names(desk.get(address)) == [NAME]


@pytest.mark.databases
def test_a_colleague_is_named_and_goes_on_with_what_was_left(desk: Visitor, world: World) -> None:
    page = desk.get(FORM)
    keeps(desk, page)
    colleague = signed_in(world, "kasittelija")
    choosing = colleague.get("/tasks/intake/")
    assert "Kaisa Kirjaaja" in choosing.text
    assert NAME not in choosing.text
    assert not choosing.tree.xpath("//main//form[contains(@action, '/take')]"), "Kaisa writes just now"

    world.clock.moment += timedelta(minutes=31)
    desk, colleague = signed_in(world, "kirjaaja"), signed_in(world, "kasittelija")
    (address,) = drafts(desk)
    page = desk.get(address)
    choosing = colleague.get("/tasks/intake/")
    taken = colleague.follows(colleague.submits(choosing, place=0))
    assert names(taken) == [NAME]

    assert keeps(desk, page, given_names="Toinen") == 409
    own = desk.follows(presses(desk, page, "send", given_names="Toinen"))
    assert "kollega jatkaa sitä" in own.text
    assert names(own) == ["Toinen"], "the text stays, as a draft of its own"
    assert len(drafts(desk)) == 1
    assert len(drafts(colleague)) == 1


def test_of_a_referral_without_consent_nothing_is_kept(desk: Visitor, world: World) -> None:
    page = desk.get(REFERRAL)
    assert keeps(desk, page, consent_given="yes") == 204
    assert keeps(desk, page, consent_given="no") == 422
    (address,) = drafts(desk, REFERRAL)
    assert names(desk.get(address)) in ([], [""])


@pytest.mark.databases
def test_a_draft_open_on_two_pages_opens_one_case(desk: Visitor, world: World) -> None:
    keeps(desk, desk.get(FORM))
    (address,) = drafts(desk)
    first, second, third = desk.get(address), desk.get(address), desk.get(address)
    assert presses(desk, first, "send").heading == "Hakemus on kirjattu"
    again = desk.follows(presses(desk, second, "send"))
    assert "Luonnos oli jo lähetetty" in again.text
    assert names(again) == [NAME], "it may be the next application: the text stays, as a draft of its own"
    dropped = desk.follows(presses(desk, third, "drop-sure"))
    assert "Luonnos on jo lähetetty tai poistettu" in dropped.text
    assert "Luonnos on poistettu." not in dropped.text


@pytest.mark.databases
@pytest.mark.parametrize("go", ["save", "send", "drop"])
def test_an_older_page_takes_the_place_of_no_newer_words(desk: Visitor, world: World, go: str) -> None:
    older = desk.get(FORM)
    keeps(desk, older)
    (address,) = drafts(desk)
    older = desk.get(address)
    world.clock.moment += timedelta(minutes=1)
    newer = desk.follows(presses(desk, desk.get(address), "save", given_names="Uudempi"))
    world.clock.moment += timedelta(minutes=1)

    assert keeps(desk, older, given_names="Vanhempi") == 409, "nothing says saved"
    anew = desk.follows(presses(desk, older, go, given_names="Vanhempi"))
    assert "Luonnokseen on kirjoitettu toisella sivulla" in anew.text
    assert names(anew) == ["Vanhempi"]
    assert names(desk.get(address)) == ["Uudempi"]
    assert len(drafts(desk)) == 2
    desk.follows(presses(desk, older, "drop-sure"))
    assert names(desk.get(address)) == ["Uudempi"]
    assert keeps(desk, newer, given_names="Uusin") == 204


def test_a_page_that_goes_away_replaces_its_own_draft_and_no_other_pages(desk: Visitor, world: World) -> None:
    """The answer to the draft before has not come yet: the page knows of no newer moment than that of its own making."""
    page = desk.get(FORM)
    assert keeps(desk, page, given_names="Ensimm", draft_page="a") == 204
    (address,) = drafts(desk)
    world.clock.moment += timedelta(minutes=1)
    older = desk.get(address)
    seen = dict(older.form(0).form_values())["draft_seen"]
    assert keeps(desk, older, given_names="Ensimmäinen", draft_page="a") == 204
    world.clock.moment += timedelta(minutes=1)
    going = {"draft_seen": seen, "draft_page": "a", "draft_over": "a"}
    assert keeps(desk, older, given_names="Ensimmäinen ja", **going) == 204
    other = {"draft_seen": seen, "draft_page": "b", "draft_over": "b"}
    assert keeps(desk, older, given_names="Toisen sivun", **other) == 409
    assert names(desk.get(address)) == ["Ensimmäinen ja"]


def test_each_answer_says_which_words_the_page_holds(desk: Visitor, world: World) -> None:
    page = desk.get(FORM)
    for typed in ("Yksi", "Kaksi"):
        world.clock.moment += timedelta(minutes=1)
        assert keeps(desk, page, given_names=typed) == 204
    for go, changed in (("send", "Kolme"), ("drop", "Neljä"), ("save", "Viisi")):
        world.clock.moment += timedelta(minutes=1)
        page = presses(desk, page, go, given_names=changed, arrived_on="")
        if go == "save":
            page = desk.follows(page)
        assert keeps(desk, page, given_names=changed + " kesken") == 204
    assert len(drafts(desk)) == 1


NOT_OPENED = "aiemmin kirjoitettua ei voida avata"
UNOPENABLE = b"\x01 of a day whose key is gone"


@pytest.fixture
def unopenable(desk: Visitor, world: World) -> str:
    """The address of a draft of which an older copy of the database opens no word."""
    keeps(desk, desk.get(FORM))
    with world.engine.database.transaction() as connection:
        connection.execute(update(PUBLIC_DRAFTS).values(typed=UNOPENABLE))
    return drafts(desk)[0]


def test_a_draft_that_does_not_open_is_written_anew_or_dropped_by_its_writer(
    desk: Visitor, unopenable: str
) -> None:
    page = desk.get(unopenable)
    assert NOT_OPENED in page.text
    assert "Luonnos tallennettu" not in page.text
    written = desk.follows(presses(desk, page, "save"))
    assert names(written) == [NAME]
    assert NOT_OPENED not in written.text


def test_a_colleague_who_takes_a_draft_that_does_not_open_destroys_no_word_of_it(
    desk: Visitor, world: World, unopenable: str
) -> None:
    world.clock.moment += timedelta(minutes=31)
    colleague = signed_in(world, "kasittelija")
    taken = colleague.follows(colleague.submits(colleague.get("/tasks/intake/"), place=0))
    assert NOT_OPENED in taken.text
    assert names(colleague.follows(presses(colleague, taken, "save"))) == [NAME]
    with world.engine.database.view() as connection:
        kept_words = [bytes(each) for each in connection.execute(select(PUBLIC_DRAFTS.c.typed)).scalars()]
    assert UNOPENABLE in kept_words, "the key of its day may come back"


def test_a_draft_whose_words_are_gone_is_dropped_from_the_list(
    desk: Visitor, world: World, unopenable: str
) -> None:
    world.clock.moment += timedelta(days=15)
    world.engine.perform(DestroyExpired(), SYSTEM)
    desk = signed_in(world, "kirjaaja")
    assert NOT_OPENED in desk.get(unopenable).text
    assert f"{unopenable}?drop=ask" in listed(desk)
    asked = desk.get(f"{unopenable}?drop=ask")
    assert "Poistetaanko luonnos?" in asked.text
    desk.follows(desk.submits(asked, "go=drop-sure"))
    assert listed(desk) == []


def test_a_page_that_holds_other_words_than_a_draft_that_does_not_open_keeps_both(
    desk: Visitor, world: World, unopenable: str
) -> None:
    page = desk.get(unopenable)
    page.form(0).fields["draft_seen"] = ""
    assert keeps(desk, page) == 409


def holds_unkept_words(page: Page) -> bool:
    """Return True if the browser asks before it leaves the page."""
    return bool(page.tree.xpath("//form[@data-draft and @data-unsaved]"))


@pytest.mark.parametrize("go", ["save", "send", "drop"])
def test_a_page_with_too_much_for_a_draft_knows_that_it_is_not_kept(
    desk: Visitor, world: World, go: str
) -> None:
    page = presses(desk, desk.get(FORM), go, given_names="a" * 300_001)
    assert page.status == 422
    assert holds_unkept_words(page)
    assert kept(world) == 0


def test_a_referral_refused_without_consent_knows_that_it_is_not_kept(desk: Visitor) -> None:
    page = presses(desk, desk.get(REFERRAL), "send", consent_given="no")
    assert page.status == 422
    assert holds_unkept_words(page)
    assert "mitään ei tallennettu luonnokseksi" in page.text


def test_words_are_kept_before_the_question_whether_to_delete_them(desk: Visitor, world: World) -> None:
    asked = presses(desk, desk.get(FORM), "drop")
    assert "Poistetaanko luonnos?" in asked.text
    assert not holds_unkept_words(asked)
    (address,) = drafts(desk)
    assert names(desk.get(address)) == [NAME]


def test_a_page_whose_words_are_kept_or_not_yet_typed_says_nothing_of_the_kind(desk: Visitor) -> None:
    page = desk.get(FORM)
    assert not holds_unkept_words(page)
    assert not holds_unkept_words(presses(desk, page, "send", arrived_on=""))
