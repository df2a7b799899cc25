"""The manager's Monday on the pages: the weeks, an absence, all cases, giving them with a preview, undoing; the figures."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from engine.commands.absences import RecordAbsence
from engine.domain.statistics import SMALLEST, guarded
from engine.storage.tables.cases import CASES
from engine.storage.tables.decisions import RESOLUTIONS
from tests.support.browsing import signed_in
from tests.support.story import Story
from tests.support.world import World
from webapp.oversight.statistics import _cells

REASON = "Sama puhelin, hän kertoi itse."


def test_a_manager_records_an_absence_gives_the_case_and_undoes_it(
    world: World, app: Flask, story: Story
) -> None:
    story.applies()
    story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    eero = signed_in(world, "esihenkilo", app)
    yesterday, until = story.today - timedelta(days=1), story.today + timedelta(days=2)

    page = eero.get("/oversight/absences/kasittelija")
    refused = eero.submits(page, away_from="eilen", away_until="")
    assert (refused.status, refused.problems) == (422, ["Kirjoita päivä muodossa 24.12.2026."])
    assert refused.tree.xpath("//input[@name='away_from']/@value") == ["eilen"]
    days = {"away_from": f"{yesterday:%d.%m.%Y}", "away_until": f"{until:%d.%m.%Y}"}
    assert eero.submits(page, **days).goes_to == "/oversight/weeks"
    weeks = eero.get("/oversight/weeks")
    assert "ei sijaista, asiat näkyvät esihenkilölle" in weeks.text
    assert weeks.tree.xpath("//td[contains(@class, 'is-away')]")
    apart = weeks.tree.xpath("//tr[th/a='Kerttu Käsittelijä'][td]//th/span[@class='second-line']")
    assert [each.text_content().split(":")[0] for each in apart if "Poissaolo" in each.text_content()] == [
        "Poissaolo"
    ]

    cases = eero.get("/oversight/cases?carrier=away&sort=due&class=nonsense")
    assert cases.tree.xpath("//input[@name='case']/@value") == [story.reference]
    assert "Tässä ei ole nyt yhtään asiaa" in eero.get("/oversight/cases?carrier=nobody").text

    giving = eero.get(f"/oversight/give?case={story.reference}")
    nobody = eero.submits(giving, "go=preview")
    assert (nobody.status, len(nobody.problems)) == (422, 2)
    person = {f"person-{story.reference}": str(world.people["toinen"].id)}
    preview = eero.submits(giving, "go=preview", **person, why="absence")
    assert "Mukana siirtyy yksi tehtävä." in preview.text
    assert "1 → 0" in preview.text
    bars = {
        row.xpath("string(th)"): row.xpath(".//rect/@width")
        for row in preview.tree.xpath("//table[contains(@class, 'loads')]/tbody/tr")
    }
    assert bars == {"Kerttu Käsittelijä": [], "Tuomas Toinen": ["100"]}, "as much as each has afterwards"
    assert story.case.caseworker_id == world.people["kasittelija"].id
    assert eero.submits(preview, "go=give").goes_to == "/oversight/given"
    assert story.case.caseworker_id == world.people["toinen"].id

    given_page = eero.get("/oversight/given")
    assert "Kerttu Käsittelijä →" in given_page.text
    assert eero.submits(given_page).goes_to == "/oversight/given"
    after = eero.get("/oversight/given").text
    assert f"Asian {story.reference} siirto on kumottu." in after
    assert "Aloitettu työ jäi" not in after, "nothing was begun"
    assert story.case.caseworker_id == world.people["kasittelija"].id
    again = eero.submits(given_page)
    assert (again.status, "Siirto on jo kumottu." in again.text) == (409, True)
    assert eero.get("/oversight/give").status == 200, "nothing chosen leads back to the list"

    kerttu = signed_in(world, "kasittelija", app)
    lines = kerttu.get("/my-cases/notices").text
    assert "Asian siirto kumottiin" in lines
    assert "Asiasi on nyt toisella käsittelijällä" not in lines, "it is not"
    own = kerttu.get("/my-cases/absence")
    assert kerttu.submits(own, place=0).goes_to == "/my-cases/absence"
    assert not world.people["kasittelija"].is_away(story.today)


def test_an_absence_is_changed_as_it_stands_and_another_is_recorded_beside_it(
    world: World, app: Flask, story: Story
) -> None:
    today = story.today
    first = RecordAbsence("kasittelija", today, today + timedelta(days=4), "toinen")
    world.engine.perform(first, world.actor("esihenkilo"))
    kerttu = signed_in(world, "kasittelija", app)
    page = kerttu.get("/my-cases/absence")
    days = {"away_from": f"{today + timedelta(days=9):%d.%m.%Y}"}
    days["away_until"] = f"{today + timedelta(days=12):%d.%m.%Y}"
    twice = kerttu.submits(page, place=1, **{**days, "away_from": f"{today:%d.%m.%Y}"})
    assert twice.problems == ["Näinä päivinä on jo toinen poissaolo. Muuta sitä, tai valitse muut päivät."]
    assert kerttu.submits(page, place=1, **days).goes_to == "/my-cases/absence"

    both = kerttu.get("/my-cases/absence")
    change, _ = both.tree.xpath("//a[contains(., 'Muuta poissaoloa')]/@href")
    form = kerttu.get(change.partition("#")[0])
    until = today + timedelta(days=4)
    shown = f"{until.day}.{until.month}.{until.year}"
    assert form.tree.xpath("//input[@name='away_until']/@value") == [shown], "the form shows what stands"
    assert form.tree.xpath("//select[@name='deputy']/option[@selected]/@value") == ["toinen"]
    assert kerttu.submits(form, place=2, away_from=shown).goes_to == "/my-cases/absence"
    stands = [(each.away_from, each.deputy) for each in world.people["kasittelija"].absences]
    assert stands == [(until, "toinen"), (today + timedelta(days=9), "")]


def test_two_cases_are_compared_and_handled_together_by_one(world: World, app: Flask, story: Story) -> None:
    nadia = {"given_names": "Nadia", "family_name": "Kuvitelma", "born_on": "1996-05-12"}
    story.applies(**nadia)
    story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    later = Story(world)
    later.applies(**{**nadia, "given_names": "Nadya", "born_on": "1996-12-05"})
    later.does("kirjaaja", "register", caseworker=str(world.people["toinen"].id))
    eero = signed_in(world, "esihenkilo", app)

    address = f"/cases/{later.reference}/compare/{story.reference}"
    assert address in eero.get(f"/cases/{later.reference}/duplicates").links()
    page = eero.get(address)
    for words in ("Nadia Kuvitelma", "Nadya Kuvitelma", "nimi ääntyy samoin", "12.5.1996", "5.12.1996"):
        assert words in page.text
    assert "syntymäajan päivä ja kuukausi vaihtuneet" in page.text
    refused = eero.submits(page, act="together", reason="")
    assert (refused.status, refused.problems) == (422, ["Kirjoita syy, 10–500 merkkiä."])
    assert eero.submits(page, reason=REASON).problems == ["Valitse, mitä asioille tehdään."]
    person = str(world.people["kasittelija"].id)
    assert eero.submits(page, act="together", reason=REASON, caseworker=person).status == 303
    assert {each.case.caseworker_id for each in (story, later)} == {world.people["kasittelija"].id}
    assert "handled_together" in later.events
    assert "together" not in eero.get(address).tree.xpath("//input[@name='act']/@value")
    assert eero.submits(eero.get(address), act="same_person", reason=REASON).status == 303
    assert later.file.relations.links[0].case.reference == story.reference

    for other in (later.reference, "2026-999999"):
        nothing = eero.get(f"/cases/{later.reference}/compare/{other}")
        assert (nothing.status, nothing.heading) == (422, "Asioita ei voi verrata")
    kerttu = signed_in(world, "kasittelija", app)
    shown = kerttu.get(address)
    assert not shown.tree.xpath("//select[@name='caseworker']"), "only a head gives cases"


def test_the_figures_of_a_half_year_hold_nothing_of_a_person(world: World, app: Flask, story: Story) -> None:
    story.applies()
    with world.engine.database.unit_of_work() as unit:
        (row,) = unit.rows(CASES.select())
        for place in range(11):
            unit.insert(CASES, {**row, "id": _id(place), "reference": f"X{place}", "team": "south"})
    eero = signed_in(world, "esihenkilo", app)
    page = eero.get("/oversight/figures")
    assert "Saapuneet alueen mukaan" in page.text
    sheet = eero.client.get("/oversight/figures.csv")
    assert sheet.headers["Content-Disposition"].startswith("attachment")
    text = sheet.data.decode("utf-8-sig")
    assert story.reference not in text
    assert "Saapuneet alueen mukaan;Yhteensä;12" in text
    assert ";1\r\n" not in text, "one case of an unknown region is merged with others"
    assert eero.get("/oversight/figures?half=1999-1").status == 422
    assert eero.get("/oversight/figures.csv?half=x").status == 422


def test_a_decision_counts_in_the_half_year_of_its_signature_while_the_case_goes_on(
    world: World, app: Flask, story: Story
) -> None:
    story.applies()
    story.until("record_delivery")
    with world.engine.database.unit_of_work() as unit:
        (case,), (row,) = unit.rows(CASES.select()), unit.rows(RESOLUTIONS.select())
        unit.insert(CASES, {**case, "id": _id(50), "reference": "X50"})
        for place in range(SMALLEST):
            made = {"id": _id(100 + place), "case_id": _id(50), "number": f"X50-{place}"}
            unit.insert(RESOLUTIONS, {**row, **made, "state": "signed" if place else "recalled"})
    eero = signed_in(world, "esihenkilo", app)
    text = eero.client.get("/oversight/figures.csv").data.decode("utf-8-sig")
    assert f"Allekirjoitetut päätökset ratkaisun mukaan;Yhteensä;{SMALLEST}\r\n" in text
    assert "Päättyneet ratkaisun mukaan;Yhteensä;0" in text
    assert "Saapumisesta päättymiseen, mediaani päivinä;;liian vähän päättyneitä" in text
    assert "Allekirjoitetut päätökset ratkaisun mukaan" in eero.get("/oversight/figures").text


def _id(place: int) -> UUID:
    return UUID(int=place + 1)


def test_a_cell_is_never_a_formula() -> None:
    assert _cells("=1+1", "-2", "@x", "\tx", "3") == ["'=1+1", "'-2", "'@x", "'\tx", "3"]


@given(st.dictionaries(st.text(min_size=1, max_size=3), st.integers(0, 30), max_size=8))
def test_no_small_number_is_shown_or_can_be_calculated(counts: dict[str, int]) -> None:
    found = guarded(counts)
    assert not any(0 < count < SMALLEST for count in found.shown.values())
    assert {**dict.fromkeys(found.merged), **found.shown}.keys() == counts.keys()
    if found.merged_count is not None:
        assert len(found.merged) >= 2
        assert found.merged_count >= SMALLEST
        assert found.total == sum(counts.values())
    elif found.merged:
        assert found.total is None
        assert sum(counts.values()) < SMALLEST
    else:
        assert found.total == sum(counts.values())


def test_all_chosen_cases_are_given_to_one_in_one_choice(world: World, app: Flask) -> None:
    stories = [Story(world) for _ in range(3)]
    for story in stories:
        story.applies()
        story.does("kirjaaja", "register", caseworker=str(world.people["kasittelija"].id))
    eero, toinen = signed_in(world, "esihenkilo", app), str(world.people["toinen"].id)
    address = "/oversight/give?" + "&".join(f"case={each.reference}" for each in stories)
    page = eero.get(address)
    preview = eero.submits(page, "go=preview", person=toinen, why="workload")
    chosen = preview.tree.xpath(
        f"//select[starts-with(@name, 'person-')]/option[@selected and @value='{toinen}']"
    )
    assert len(chosen) == len(stories)
    assert eero.submits(preview, "go=give").goes_to == "/oversight/given"
    assert {each.case.caseworker_id for each in stories} == {world.people["toinen"].id}
