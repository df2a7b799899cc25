"""The search: what finds a case, who is found by nothing, and what goes with the identity."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest
from sqlalchemy import delete, event, func, select, update

from engine.casework.search_keys import keys_of
from engine.commands.codes import GiveCode
from engine.commands.emergencies import OpenInEmergency
from engine.commands.parties import ChangeParty
from engine.commands.search_keys import MakeSearchKeys
from engine.commands.visibility import RestrictCase
from engine.domain.parties import Ground, PartyDetails
from engine.domain.people import SYSTEM
from engine.domain.search_words import understood
from engine.queries.access_log import WhoLooked
from engine.queries.duplicates import LikelyDuplicates, LikelyDuplicatesOf
from engine.queries.search import MOST_FOUND, FindCases, Found, Whom
from engine.storage.sealing import SealingClass
from engine.storage.tables.cases import CASES
from engine.storage.tables.searching import SEARCH_KEYS
from engine.storage.unit_of_work import UnitOfWork
from engine.worker import Worker
from tests.support.finished import finished
from tests.support.key_stores import close_and_plan, erase_due
from tests.support.story import Story
from tests.support.world import World

NADIA = {
    "given_names": "Nadia Amina",
    "family_name": "Kuvitelma",
    "born_on": "1996-05-12",
    "safe_channels": ["phone", "email"],
    "phone": "000 123 4567",
    "email": "nadia@example.invalid",
}


def finds(world: World, text: str, who: str = "kasittelija", **filters: object) -> Found:
    return world.engine.answer(FindCases(text, **filters), world.actor(who))  # type: ignore[arg-type]  # filters by name


def keys_in(world: World, case_id: UUID | None = None) -> int:
    wanted = select(func.count()).select_from(SEARCH_KEYS)
    with world.engine.database.view() as connection:
        return int(
            connection.execute(
                wanted if case_id is None else wanted.where(SEARCH_KEYS.c.case_id == case_id)
            ).scalar_one()
        )


@pytest.fixture
def nadia(story: Story) -> Story:
    story.applies(**NADIA)
    Story(story.world).applies(given_names="Karim", family_name="Toinen", born_on="1980-01-02")
    return story


@pytest.mark.databases
def test_a_person_is_found_by_whatever_is_known_of_them(nadia: Story) -> None:
    assert nadia.receipt is not None
    for typed in (
        "Nadia Kuvitelma", "Kuvitelma Nadia", "Nadya", "нaдия", "نادية", "Kuvit", "kuvitlema", "Nadiya Amina", "Nadia 1996",
        "12.5.1996", "5/1996", "1996", "?.5.1996", "5.12.1996", "+358 00 123 4567", "0001234567", "NADIA@example.invalid",
        nadia.receipt.code[-4:], nadia.receipt.code, nadia.reference, "Nadia 12.5.1996 000 123 4567",
    ):  # fmt: skip
        assert [each.reference for each in finds(nadia.world, typed).cases] == [nadia.reference], typed
    (hit,) = finds(nadia.world, "Nadya").hits
    assert (hit.name, str(hit.born_on)) == ("Nadia Amina Kuvitelma", "1996-05-12")
    for typed in ("Nadia 1997", "Nadine Kuvitelma", "12.5.1995", "000 123 4568", "Nadia Toinen", "Kar"):
        assert nadia.reference not in [each.reference for each in finds(nadia.world, typed).cases], typed


def test_what_means_nothing_is_answered_as_such_and_finds_nobody(nadia: Story) -> None:
    for typed in ("", " ", "%", "_", "%%%", "***", "🙂", "a", "\u202e"):
        found = finds(nadia.world, typed)
        assert (found.hits, found.is_understood, found.has_hidden) == ((), False, False), typed
    assert finds(nadia.world, "Kukaan Sellainen").is_understood


def test_a_name_of_many_readings_asks_for_no_more_than_a_database_takes(story: Story) -> None:
    """Each word may be heard in four ways, and each pair of them in sixteen."""
    name = {
        "given_names": "Ghaxcho Chaxgha Khacoxa Xacogha",
        "family_name": "Chakhoxo Ghacaxo",
        "born_on": "1990-02-03",
    }
    Story(story.world).applies(**name)
    story.applies(**name)
    found = story.world.engine.answer(LikelyDuplicates(story.reference), story.world.actor("kirjaaja"))
    assert len(found.hits) == 1
    assert (
        len(
            finds(
                story.world, " ".join(f"{name['given_names']} {name['family_name']}" for _ in range(4))
            ).hits
        )
        == 2
    )


def test_a_new_code_and_the_one_before_find_the_case(nadia: Story) -> None:
    code = nadia.world.engine.perform(
        GiveCode(nadia.reference, "x" * 32, 0), nadia.world.actor("kasittelija")
    )
    assert nadia.receipt is not None
    for each in (code, nadia.receipt.code):
        assert [case.reference for case in finds(nadia.world, each[-4:]).cases] == [nadia.reference]


def test_filters_and_the_limit(story: Story) -> None:
    story.is_referred(referrer_name="Ritva Ohjaaja", given_names="Sanelma", family_name="Keksitty")
    world = story.world
    assert finds(world, "Ritva Ohjaaja", whom=Whom.OTHERS).hits[0].found_kind == "referrer"
    assert not finds(world, "Ritva Ohjaaja", whom=Whom.PERSON).hits
    assert not finds(world, "Sanelma Keksitty", state="closed").hits
    assert finds(world, "Sanelma Keksitty", state="open").hits
    for number in range(MOST_FOUND + 1):
        Story(world).applies(given_names=f"Aila{'abcdefghijklmnopqrstuvw'[number]}", family_name="Usea")
    found = finds(world, "Usea")
    assert (len(found.hits), found.is_cut) == (MOST_FOUND, True)


@pytest.mark.databases
def test_a_match_in_a_restricted_case_says_so_and_nothing_else(nadia: Story) -> None:
    nadia.does("kirjaaja", "register", caseworker=str(nadia.world.people["kasittelija"].id))
    nadia.world.engine.perform(
        RestrictCase(nadia.reference, "Entinen työnantaja kysyy."), nadia.world.actor("esihenkilo")
    )
    for typed in ("Nadia Kuvitelma", "000 123 4567", "Nadya 1996"):
        assert finds(nadia.world, typed, "toinen") == Found((), has_hidden=True), typed
    for typed in ("Nadia", "1996", nadia.reference):
        assert finds(nadia.world, typed, "toinen") == Found(()), "it takes more than one word to learn that"
    looks = nadia.world.engine.answer(WhoLooked(nadia.reference), nadia.world.actor("tarkastaja"))
    assert [each["action"] for each in looks].count("hidden_match") == 4, "of the search by reference too"
    manager = nadia.world.actor("esihenkilo")
    unproved = replace(manager, proof_ends_at=nadia.world.clock())
    names = [nadia.world.engine.answer(FindCases("Nadya"), each).hits[0].name for each in (manager, unproved)]
    assert names == ["Nadia Amina Kuvitelma", ""], (
        "a restricted case is named to who has just proved who they are"
    )
    again = Story(nadia.world)
    again.applies(**{**NADIA, "given_names": "Nadya"})
    found = nadia.world.engine.answer(LikelyDuplicates(again.reference), nadia.world.actor("toinen"))
    assert (found.hits, found.has_hidden) == ((), True)


def test_who_must_not_be_found_has_no_keys_nor_has_anybody_of_the_case(nadia: Story) -> None:
    case, actor = nadia.case, nadia.world.actor("kasittelija")
    assert keys_in(nadia.world, case.id) > 20

    def marked(*, is_protected: bool) -> None:
        party = next(each for each in nadia.file.parties if each.kind == "applicant")
        details = PartyDetails(
            kind=party.kind,
            is_unsafe=False,
            is_protected=is_protected,
            identity=dict(party.identity),
            contact=dict(party.contact),
        )
        ground = Ground("call", nadia.today, "Turvakielto on voimassa.")
        nadia.world.engine.perform(
            ChangeParty(nadia.reference, party.id, party.version, details, ground), actor
        )

    unsafe = [{"part": "agent", "name": "Vaara Uhkaava", "reason": "Etsii häntä."}]
    nadia.does("kirjaaja", "register", unsafe_parties=unsafe)
    assert not finds(nadia.world, "Vaara Uhkaava").hits, "it would lead to the one who hides"
    marked(is_protected=True)
    assert keys_in(nadia.world, case.id) == 1, "the ending of the code, which only the person has"
    assert not finds(nadia.world, "Nadia Kuvitelma").hits
    marked(is_protected=False)
    assert finds(nadia.world, "Nadia Kuvitelma").hits


@pytest.mark.databases
def test_telephones_go_with_contact_data_and_everything_with_the_identity(nadia: Story) -> None:
    case, world = nadia.case, nadia.world
    before = keys_in(world, case.id)
    others = keys_in(world) - before
    left_by_class = []
    for sealing_class, left in ((SealingClass.CONTACT, ("Nadia Kuvitelma",)), (SealingClass.IDENTITY, ())):
        close_and_plan(nadia, nadia.today, sealing_class)
        assert erase_due(world.engine) == 1
        found = [each for each in ("Nadia Kuvitelma", "000 123 4567") if finds(world, each).hits]
        assert found == list(left)
        left_by_class.append(keys_in(world, case.id))
    assert left_by_class == [before - 2, 0], "the telephone and the e-mail address, then everything"
    assert keys_in(world) == others


@pytest.mark.databases
def test_keys_of_cases_from_before_are_made_in_portions_and_once(nadia: Story) -> None:
    world = nadia.world
    with world.engine.database.transaction() as connection:
        connection.execute(delete(SEARCH_KEYS))
        connection.execute(update(CASES).values(keyed_by=0))
    assert not finds(world, "Nadia").hits
    assert world.engine.perform(MakeSearchKeys(limit=1), SYSTEM) == 1
    assert 0 < keys_in(world, nadia.case.id) == keys_in(world)
    Worker(world.engine).do_chores()
    assert finds(world, "Karim").hits
    assert world.engine.perform(MakeSearchKeys(), SYSTEM) == 0


def test_the_keys_of_a_case_are_those_of_its_people_as_they_stand(world: World) -> None:
    """Wherever the program adds or changes a party, the keys follow."""
    for name, story in finished(world).items():
        with world.engine.database.view() as connection:
            stores = world.engine.stores(UnitOfWork(connection))
            case = stores.cases.by_reference(story.reference)
            kept = keys_of(stores.parties.ever_of_case(case.id))
            digests = {
                (stores.search_keys.digest(key), party) for party, keys in kept.items() for key in keys
            }
            rows = connection.execute(
                select(SEARCH_KEYS.c.digest, SEARCH_KEYS.c.subject_id).where(
                    SEARCH_KEYS.c.case_id == case.id, SEARCH_KEYS.c.subject_id != case.id
                )
            )
            assert {(bytes(digest), party) for digest, party in rows} == digests, name


def test_a_search_costs_the_same_statements_however_many_it_finds(story: Story) -> None:
    """Two for each case that is shown, its entry in the log; the rest are few, two of them for warnings."""
    for number in range(5):
        Story(story.world).applies(given_names="Aino", family_name=f"Usea{'abcde'[number]}")
    engine, counted = story.world.engine, 0

    def count(*_: object) -> None:
        nonlocal counted
        counted += 1

    for text, shown in (("Aino", 5), ("Kukaan Missään", 0), ("Aino Useac", 1)):
        counted = 0
        for each in (engine.database.engine, engine.key_store.database.engine):
            event.listen(each, "before_cursor_execute", count)
        found = finds(story.world, text)
        for each in (engine.database.engine, engine.key_store.database.engine):
            event.remove(each, "before_cursor_execute", count)
        assert len(found.hits) >= shown
        assert counted <= 15 + 2 * max(1, len(found.hits)), text


def test_short_dates_and_numbers_are_understood_and_unknown_names_are_not_found(nadia: Story) -> None:
    for typed in ("12.05.96", "120596", "12.5.96", f"2026-{int(nadia.reference[5:])}"):
        assert [each.reference for each in finds(nadia.world, typed).cases] == [nadia.reference], typed
    for typed in ("Zzzz", "2026-99"):
        found = finds(nadia.world, typed)
        assert (found.hits, found.is_understood) == ((), True), typed


def test_what_is_sealed_is_found_by_its_number_alone(nadia: Story) -> None:
    with nadia.world.engine.database.transaction() as connection:
        sealed = {"content_sealed_at": nadia.world.clock(), "state": "closed"}
        connection.execute(update(CASES).where(CASES.c.reference == nadia.reference).values(**sealed))
    for typed in ("000 123 4567", "Nadia Kuvitelma", "12.5.1996"):
        found = finds(nadia.world, typed)
        assert (found.hits, found.has_hidden) == ((), False), typed
    assert [each.reference for each in finds(nadia.world, nadia.reference).cases] == [nadia.reference]


def test_a_sealed_person_is_met_by_no_call_no_likeness_and_no_emergency(nadia: Story) -> None:
    """All three ask for a name and a birth date, which an abuser knows."""
    world, again = nadia.world, Story(nadia.world)
    again.applies(**{**NADIA, "given_names": "Nadja Amina"})
    call = LikelyDuplicatesOf("Nadia", "Kuvitelma", "12.5.1996", "000 123 4567")
    emergency = OpenInEmergency(
        "Nadia Kuvitelma", "12.5.1996", "danger", "Soittaja pelkää tämän henkilön puolesta nyt."
    )

    def met(who: str) -> set[str]:
        on_call = world.actor("paivystaja")
        likely = world.engine.answer(LikelyDuplicates(again.reference), world.actor(who))
        heard, has_hidden = world.engine.answer(call, on_call)
        shown = (*likely.hits, *likely.family, *likely.same_way, *heard)
        opened = world.engine.perform(emergency, on_call)
        assert (likely.has_hidden, has_hidden) == (False, False)
        assert (opened is not None) == (nadia.reference in {each.case.reference for each in heard})
        return {each.case.reference for each in shown}

    assert met("kirjaaja") == {nadia.reference, again.reference}
    with world.engine.database.transaction() as connection:
        sealed = {"content_sealed_at": world.clock(), "state": "closed"}
        connection.execute(update(CASES).values(**sealed).where(CASES.c.reference == nadia.reference))
    assert met("kirjaaja") == {again.reference}


@pytest.mark.parametrize("typed", ["09 121285", "(09) 121285", "Aalto 09 121285"])
def test_six_digits_after_an_area_code_are_a_telephone(story: Story, typed: str) -> None:
    story.applies(given_names="Aino", family_name="Aalto", phone="09 121285", safe_channels=["phone"])
    Story(story.world).applies(given_names="Aino", family_name="Aalto", born_on="1985-12-12")
    assert [each.reference for each in finds(story.world, typed).cases] == [story.reference]


def test_six_digits_alone_are_a_birth_date_or_a_telephone(story: Story) -> None:
    story.applies(given_names="Aino", family_name="Aalto", phone="121285", safe_channels=["phone"])
    other = Story(story.world)
    other.applies(given_names="Karim", family_name="Toinen", born_on="1985-12-12")
    one, two = story.reference, other.reference
    for typed, wanted in (("121285", {one, two}), ("Aalto 121285", {one}), ("Toinen 121285", {two})):
        assert {each.reference for each in finds(story.world, typed).cases} == wanted, typed
    assert not understood("121285", story.today).is_telling, "many are born on one day"
