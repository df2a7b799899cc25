"""Pages on which the limits of a power are proposed, confirmed and read."""

from __future__ import annotations

from datetime import date

from flask import Flask

from engine.commands.people import Appoint
from engine.domain.appointments import Limits
from engine.domain.people import OPERATOR, Power
from tests.support.browsing import signed_in
from tests.support.world import World
from tests.webapp.test_administration import place_of, presses


def test_a_power_is_limited_where_it_is_proposed_and_seen_so_by_who_confirms_it(
    world: World, app: Flask
) -> None:
    administrator, director = signed_in(world, "yllapitaja", app), signed_in(world, "johtaja", app)
    page = administrator.get("/administration/people/paattaja")
    chosen: dict[str, str | list[str]] = {
        "power": "give_oral_decisions",
        "valid_from": "2.11.2026",
        "decisions": ["admitted_35_3", "removal"],
        "teams": ["south"],
        "reason": "Yöpäivystys",
    }
    wrong = presses(administrator, page, "/appointments", **chosen)
    assert wrong.status == 422
    assert "Suullisesti päätetään vain ottamisesta" in wrong.text
    assert wrong.tree.xpath("//details[@open]//input[@name='decisions'][@checked]/@value") == [
        "admitted_35_3",
        "removal",
    ]
    earlier = wrong.tree.xpath("//select[@name='replaces']/option[contains(., 'suullisia')]/@value")[0]
    sent = presses(
        administrator,
        wrong,
        "/appointments",
        **{**chosen, "decisions": ["admitted_35_3"], "replaces": earlier},
    )
    assert sent.status == 303
    limits = "vain ottaminen 35 § 3 momentin nojalla; vain alueella Etelä"
    waiting = director.get("/administration/")
    assert limits in waiting.text
    assert "Aiempi määräys päättyy, kun tämä alkaa: kaikki ratkaisut, koko maa, " in waiting.text
    presses(director, waiting, "/confirm")
    assert limits in director.get("/administration/").text, "the list of people shows it"
    assert limits in director.get("/administration/people/paattaja").text
    entry = director.get("/administration/log").text
    assert "vain ottaminen 35 § 3 momentin nojalla, vain alue Etelä, aiempi määräys päättyy" in entry

    refused = director.submits(
        director.get("/administration/people/paattaja"),
        place=place_of(director.get("/administration/people/paattaja"), "/appointments"),
        power="sign_resolutions",
        valid_from="2.11.2026",
        teams=["kuu"],
        reason="Jonossa",
    )
    assert refused.status == 422, "an unknown limit is no lack of one"


def test_who_confirms_a_power_without_limits_sees_how_far_it_goes_and_what_it_replaces(
    world: World, app: Flask
) -> None:
    limits = Limits(frozenset({"admitted_35_1"}), frozenset({"south"}))
    person, since = world.people["kasittelija"], date(2026, 1, 1)
    given = Appoint(person.id, Power.SIGN_RESOLUTIONS, since, date(2027, 6, 30), limits=limits)
    earlier = world.engine.perform(given, OPERATOR)
    administrator, director = signed_in(world, "yllapitaja", app), signed_in(world, "johtaja", app)
    page = administrator.get("/administration/people/kasittelija")
    wider = {
        "power": "sign_resolutions",
        "valid_from": "2.11.2026",
        "replaces": str(earlier),
        "reason": "Laajemmin",
    }
    assert presses(administrator, page, "/appointments", **wider).status == 303
    for address in ("/administration/", "/administration/people/kasittelija"):
        waiting = " ".join(
            director.get(address)
            .tree.xpath("//section[contains(@class, 'pending')]")[0]
            .text_content()
            .split()
        )
        assert "2.11.2026 alkaen, kaikki ratkaisut, koko maa" in waiting
        assert (
            "päättyy, kun tämä alkaa: vain ottaminen 35 § 1 momentin nojalla; vain alueella Etelä, "
            in waiting
        )
        assert "30.6.2027" in waiting
    entry = director.get("/administration/log").text
    assert "kaikki ratkaisut, koko maa, aiempi määräys päättyy" in entry
    assert "aiempi: vain ottaminen 35 § 1 momentin nojalla, aiempi: vain alue Etelä" in entry


def test_who_proposes_a_power_reads_before_which_proposal_it_closes(world: World, app: Flask) -> None:
    director, address = signed_in(world, "johtaja", app), "/administration/people/paattaja"
    closes = "Ehdotus, joka jo odottaa, ei enää odota"
    page = director.get(address)
    assert closes not in page.text
    typed = {"power": "sign_resolutions", "valid_from": "2.11.2026", "reason": "Jonossa"}
    presses(director, page, "/appointments", **typed)
    page = director.get(address)
    assert closes in page.text
    other = director.follows(presses(director, page, "/appointments", **typed, teams=["south"]))
    assert "Määräys odottaa toista ihmistä." in other.text
    assert "Aiempi ehdotus ei enää odota." not in other.text
    same = director.follows(presses(director, other, "/appointments", **typed))
    assert "Aiempi ehdotus ei enää odota." in same.text


def test_the_register_says_which_decisions_are_left_to_the_director(world: World, app: Flask) -> None:
    director = signed_in(world, "johtaja", app)
    assert "vain johtaja" not in director.get("/administration/").text
    for person in director.get("/administration/").tree.xpath("//a[@class='task-name']/@href"):
        while director.get(person).tree.xpath("//form[contains(@action, '/end')][contains(., 'suullisia')]"):
            page = director.get(person)
            forms = page.tree.xpath("//main//form")
            oral = next(
                place
                for place, each in enumerate(forms)
                if "suullisia" in each.text_content() and "/end" in each.get("action")
            )
            director.submits(page, place=oral)
    children = Limits(frozenset({"admitted_35_3"}), frozenset({"south"}))
    since = world.clock().date()
    given = Appoint(world.people["paattaja"].id, Power.GIVE_ORAL_DECISIONS, since, limits=children)
    world.engine.perform(given, OPERATOR)
    (shown,) = director.get("/administration/").tree.xpath("//p[contains(., 'vain johtaja')]")
    words = " ".join(shown.text_content().split())
    assert words.startswith("Mikään määräys ei kata tänään, vain johtaja: antaa suullisia päätöksiä")
    assert "ottaminen 35 § 1 momentin nojalla, ottaminen 35 § 2 momentin nojalla (koko maa)" in words
    assert "ottaminen 35 § 3 momentin nojalla (Länsi, Itä, Pohjoinen, " in words
    assert "allekirjoittaa" not in words
