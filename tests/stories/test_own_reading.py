"""Reading one's own matter is shut unless all of it fits: the person, the browser, the moment, and that it is safe for them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.commands.own_access import (
    ChooseReading,
    CloseReadingByCode,
    EndReading,
    NotAnIdentityCode,
    RecordIdentityCode,
)
from engine.commands.public_drafts import DestroyExpired
from engine.domain.identity_code import normal_form
from engine.domain.own_reading import OwnReading
from engine.domain.people import SYSTEM
from engine.errors import Forbidden, NotFound
from engine.storage.tables import METADATA
from engine.storage.tables.readings import IDENTIFICATIONS, READINGS
from tests.stories.test_referrals import REFUSED
from tests.support.reader import AGREED, AINO, EERO, Reader, applied, chooses, entries, known
from tests.support.story import Story


def test_someone_else_with_the_code_learns_nothing_and_the_caseworker_does(story: Story) -> None:
    reader = applied(story)

    assert not reader.identifies(EERO)

    with pytest.raises(NotFound):
        reader.reads()
    assert [each.subject for each in story.file.timeline if each.kind == "own_reading_refused"] == [
        "another_person"
    ]
    assert entries(story, "own_case") == []


@pytest.mark.parametrize("typed", ["131052-902y", " 131052-902Y "])
def test_a_code_is_the_same_however_it_is_typed(story: Story, typed: str) -> None:
    receipt = story.applies(**AGREED)
    known(story, typed)

    assert Reader(story, receipt.code).identifies("131052-902y")


def test_texts_that_are_no_identity_codes() -> None:
    wrong = ("131052-902X", "131352-902Y", "1310529-02Y", "", "131052A902Y0", "131052-001L", "131052–902Y")
    assert {each: normal_form(each) for each in wrong} == dict.fromkeys(wrong)
    assert normal_form("131052-902Y") == "131052-902Y"
    assert normal_form("010190Y901R") == "010190Y901R"


def test_a_text_that_is_no_identity_code_is_not_recorded(story: Story) -> None:
    story.applies(**AGREED)

    with pytest.raises(NotAnIdentityCode):
        known(story, "131052-902X")


# ---------------------------------------------------------------- what keeps it shut


def test_it_is_shut_unless_the_person_agreed(story: Story) -> None:
    for answers in ({"electronic_delivery": "no"}, {"electronic_delivery": None}):
        other = Story(story.world)
        reader = applied(other, **answers)
        assert other.file.own_reading is OwnReading.NOT_AGREED
        assert not reader.identifies()


def test_it_is_shut_until_somebody_has_written_down_whose_it_is(story: Story) -> None:
    receipt = story.applies(**AGREED)

    assert story.file.own_reading is OwnReading.NO_CODE
    assert not Reader(story, receipt.code).identifies()


def test_a_caseworker_opens_and_closes(story: Story) -> None:
    reader = applied(story, electronic_delivery="no")
    chooses(story, is_open=True)
    assert story.file.own_reading is OwnReading.OPEN_BY_STAFF
    assert reader.identifies()
    reader.reads()

    chooses(story, is_open=False)

    assert story.file.own_reading is OwnReading.CLOSED_BY_STAFF
    with pytest.raises(NotFound):
        reader.reads()
    assert not Reader(story, reader.code).identifies()
    chooses(story, is_open=True)
    with pytest.raises(NotFound):
        reader.reads()


@pytest.mark.databases
def test_the_person_closes_it_with_the_code_and_not_even_they_open_it(story: Story) -> None:
    reader = applied(story)
    reader.identifies()

    assert reader.perform(CloseReadingByCode(reader.code))

    assert story.file.own_reading is OwnReading.CLOSED_BY_PERSON
    with pytest.raises(NotFound):
        reader.reads()
    assert not Reader(story, reader.code).identifies()
    assert not reader.perform(CloseReadingByCode("1" * 16))


def test_a_childs_matter_is_opened_by_a_caseworker_alone(story: Story) -> None:
    reader = applied(story, is_under_18="yes", born_on=(story.today - timedelta(days=16 * 366)).isoformat())

    assert story.file.own_reading is OwnReading.OF_A_CHILD
    assert not reader.identifies()
    chooses(story, is_open=True)
    assert Reader(story, reader.code).identifies()


def test_a_newly_known_danger_ends_the_reading(story: Story) -> None:
    """Nobody closed it: the person turns out to be a child."""
    reader = applied(story)
    reader.identifies()
    person = next(each for each in story.file.parties if each.kind == "applicant")
    with story.world.engine.database.unit_of_work() as unit:
        story.world.engine.stores(unit).parties.change(person, is_minor=True)

    with pytest.raises(NotFound):
        reader.reads()


def test_a_sealed_matter_is_shut_to_the_person_too(story: Story) -> None:
    story.is_referred()
    story.until("verify_consent")
    known(story)
    chooses(story, is_open=True)
    story.does("kasittelija", "verify_consent", **REFUSED)
    story.until("sign_resolution")

    assert story.file.own_reading is OwnReading.SEALED


def test_only_those_whose_case_it_is_record_and_choose(story: Story) -> None:
    story.applies(**AGREED)

    for who in ("kirjaaja", "paattaja", "tarkastaja"):
        for command in (
            RecordIdentityCode(story.reference, AINO),
            ChooseReading(story.reference, is_open=True),
        ):
            with pytest.raises(Forbidden):
                story.world.engine.perform(command, story.world.actor(who))


# ---------------------------------------------------------------- the way there and back


@pytest.mark.databases
def test_coming_back_counts_once_in_the_same_browser_and_in_time(story: Story) -> None:
    reader = applied(story)
    reader.begins()
    elsewhere = Reader(story, reader.code, state=reader.state)
    assert not elsewhere.comes_back()
    assert reader.comes_back()
    assert not reader.comes_back()
    assert reader.opens()
    with pytest.raises(NotFound):
        reader.opens()

    late = Reader(story, reader.code)
    late.begins()
    story.world.clock.passes(minutes=16)
    assert not late.comes_back()


@pytest.mark.databases
def test_of_many_who_come_back_at_once_one_is_let_in(story: Story) -> None:
    reader = applied(story)
    for _ in range(5):
        again = Reader(story, reader.code)
        again.begins()
        with ThreadPoolExecutor(8) as pool:
            came = list(pool.map(lambda _, one=again: one.comes_back(), range(8)))
        assert sum(came) == 1


def test_no_identity_code_stands_in_clear_anywhere(story: Story) -> None:
    reader = applied(story)
    reader.identifies()
    reader.reads()
    reader.begins()
    with story.world.engine.database.view() as connection:
        rows = [
            str(row).encode() + b"".join(each for each in row if isinstance(each, bytes))
            for table in METADATA.sorted_tables
            for row in connection.execute(select(table))
        ]

    clear = [AINO, reader.key, reader.browser, "n" * 43, reader.code]
    assert not [row for row in rows if any(answers.encode() in row for answers in clear)]
    assert any(story.reference.encode() in row for row in rows), "the search sees what stands in clear"


def test_nobody_opens_without_having_come_back(story: Story) -> None:
    reader = applied(story)
    reader.begins()

    with pytest.raises(NotFound):
        reader.opens()
    with pytest.raises(NotFound):
        Reader(story, reader.code).opens()


def test_other_codes_begin_nothing(story: Story) -> None:
    referral = story.is_referred()

    assert not Reader(story, referral.code).begins()
    assert not Reader(story, "1" * 16).begins()


@pytest.mark.databases
def test_a_reading_ends_by_itself_and_by_leaving(story: Story) -> None:
    reader, other = applied(story), Reader(story, "")
    reader.identifies()
    other.code = reader.code
    other.identifies()
    other.perform(EndReading(other.key))
    with pytest.raises(NotFound):
        other.reads()
    reader.reads()

    story.world.clock.passes(minutes=21)
    with pytest.raises(NotFound):
        reader.reads()

    story.world.engine.perform(DestroyExpired(), SYSTEM)
    with story.world.engine.database.view() as connection:
        assert connection.execute(select(READINGS)).all() == []
        assert connection.execute(select(IDENTIFICATIONS)).all() == []


def test_recording_another_identity_code_ends_the_reading(story: Story) -> None:
    reader = applied(story)
    reader.identifies()

    known(story, EERO)

    with pytest.raises(NotFound):
        reader.reads()
