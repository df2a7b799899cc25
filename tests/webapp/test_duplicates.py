"""Has the person been here before, as pages ask it: beside the registration, in an urgent call, and on a page of its own."""

from __future__ import annotations

from flask import Flask

from engine.commands.parties import ChangeParty
from engine.commands.visibility import RestrictCase
from engine.domain.parties import Ground, PartyDetails
from engine.queries.access_log import WhoLooked
from tests.support.browsing import Visitor, signed_in
from tests.support.story import Story
from tests.support.world import World
from webapp.http.limits import SEARCHING

NADIA = {"given_names": "Nadia", "family_name": "Kuvitelma", "born_on": "1996-05-12"}
REASON = "Sama puhelin, hän kertoi itse."


def test_the_registrar_sees_who_it_may_be_and_why(world: World, app: Flask, story: Story) -> None:
    story.applies(**NADIA)
    later = Story(world)
    later.applies(**{**NADIA, "given_names": "Nadya"})
    registrar = signed_in(world, "kirjaaja", app)
    address = f"/tasks/{later.task('register').id}"
    registrar.post(f"{address}/claim", {"form_token": registrar.token(registrar.get(address))})

    page = registrar.get(address)
    assert "Onko hän ollut täällä ennen?" in page.text
    assert "Nadia Kuvitelma 12.5.1996" in page.text
    assert "nimi ääntyy samoin, sama syntymäaika" in page.text
    assert f"/cases/{later.reference}/duplicates" in page.links()


def test_the_page_links_joins_and_parts_with_what_was_typed_kept(
    world: World, app: Flask, story: Story
) -> None:
    story.applies(**NADIA)
    other = Story(world)
    other.applies(**NADIA)
    caseworker = signed_in(world, "kasittelija", app)
    address = f"/cases/{story.reference}/duplicates"
    token = {"form_token": caseworker.token(caseworker.get(address))}

    chosen = caseworker.get(f"{address}?other={other.reference}")
    assert f"{address}?other={other.reference}#link-title" in chosen.links()
    assert chosen.tree.xpath("//input[@id='link-other']/@value") == [other.reference]

    refused = caseworker.post(
        f"/cases/{story.reference}/links",
        {**token, "link-other": "2026-999999", "link-reason": REASON, "kind": "family"},
    )
    assert (refused.status, len(refused.problems)) == (422, 1)
    assert refused.tree.xpath("//textarea[@id='link-reason']")[0].text == REASON
    assert refused.tree.xpath("//input[@value='family']/@checked")
    nothing = caseworker.post(f"/cases/{story.reference}/links", {**token, "link-other": other.reference})
    assert nothing.problems == ["Valitse, miten asiat liittyvät toisiinsa."]

    sent = {**token, "link-other": other.reference, "link-reason": REASON, "kind": "same_person"}
    assert caseworker.post(f"/cases/{story.reference}/links", sent).goes_to == address
    assert caseworker.post(f"/cases/{story.reference}/links", sent).status == 409
    joining = {**token, "together-other": other.reference, "together-reason": REASON}
    assert caseworker.post(f"/cases/{story.reference}/together", joining).goes_to == address
    for page in (caseworker.get(f"/cases/{story.reference}"), caseworker.get(f"/cases/{other.reference}")):
        assert "Käsitellään yhdessä" in page.text
        assert "Sama ihminen" in page.text

    (link,) = story.file.relations.links
    parting = {**token, "apart-reason": "Toinen viivästyisi."}
    assert caseworker.post(f"/cases/{story.reference}/apart", parting).goes_to == address
    undoing = {**token, f"undo-{link.pair_id}-reason": "Eri ihmisiä sittenkin."}
    undo = f"/cases/{story.reference}/links/{link.pair_id}/undo"
    assert caseworker.post(undo, undoing).goes_to == address
    again = caseworker.post(undo, undoing)
    assert (again.status, again.problems) == (409, ["Linkki on jo purettu."])
    assert (
        "Linkki toiseen asiaan purettiin: Sama ihminen"
        in caseworker.get(f"/cases/{other.reference}?events=all").text
    )


def test_a_call_is_looked_up_while_it_is_written_down(world: World, app: Flask, story: Story) -> None:
    story.applies(**NADIA)
    on_call = signed_in(world, "paivystaja", app)
    page = on_call.get("/tasks/urgent/")

    found = on_call.submits(page, "go=look", given_names="Nadya", family_name="Kuvitelma")
    assert found.status == 200
    assert story.reference in found.text
    assert found.tree.xpath("//input[@name='given_names']/@value") == ["Nadya"]
    nobody = on_call.submits(page, "go=look", given_names="Aatos", family_name="Muu")
    assert "Samannäköistä henkilöä ei löytynyt" in nobody.text


def test_the_search_page_says_what_it_did_not_understand_and_whom_to_ask(
    world: World, app: Flask, story: Story
) -> None:
    story.applies(**NADIA)
    caseworker = signed_in(world, "toinen", app)
    page = caseworker.get("/cases/")
    assert "Nadia Kuvitelma" in caseworker.submits(page, q="Nadya", whom="person", state="open").text
    for typed in ("", "%"):
        assert "Kirjoita vähintään kaksi kirjainta" in caseworker.submits(page, q=typed).text
    world.engine.perform(
        RestrictCase(story.reference, "Entinen työnantaja kysyy."), world.actor("esihenkilo")
    )
    asked = caseworker.submits(page, q="Nadia Kuvitelma")
    assert "Kysy esihenkilöltä." in asked.text
    assert story.reference not in asked.text


def searches(browser: Visitor, times: int) -> None:
    page = browser.get("/cases/")
    assert {browser.submits(page, q="Keksitty").status for _ in range(times)} <= {200}


def looks_at(story: Story) -> int:
    entries = story.world.engine.answer(WhoLooked(story.reference), story.world.actor("tarkastaja"))
    return [each["action"] for each in entries].count("likely_duplicates")


def renames(story: Story, given_names: str) -> None:
    (party,) = (each for each in story.file.parties if each.kind == "applicant")
    identity = {**party.identity, "given_names": given_names}
    details = PartyDetails(party.kind, identity, dict(party.contact))
    ground = Ground("call", story.today, "Puhelussa saatu tieto.")
    command = ChangeParty(story.reference, party.id, party.version, details, ground)
    story.world.engine.perform(command, story.world.actor("kasittelija"))


def test_a_name_that_is_changed_to_look_for_somebody_counts_as_a_search(
    world: World, app: Flask, story: Story
) -> None:
    story.applies(**NADIA)
    other = Story(world)
    other.applies(**{**NADIA, "given_names": "Farida"})
    caseworker = signed_in(world, "kasittelija", app)
    address, found = f"/cases/{story.reference}/duplicates", f"/cases/{other.reference}"
    renames(story, "Farida")
    assert all(found in caseworker.get(address).links() for _ in range(3)), "the same details count once"
    renames(story, "Nadia")
    caseworker.get(address)
    searches(caseworker, SEARCHING.times - 2)
    looks = looks_at(other)

    renames(story, "Faride")
    refused = caseworker.get(address)
    assert refused.status == 200
    assert "Voit hakea taas klo" in refused.text
    assert found not in refused.links()
    assert "ei löytynyt muista asioista" not in refused.text
    assert "Linkitä toiseen asiaan" in refused.text
    assert looks == looks_at(other)
    renames(story, "Farida")
    assert found in caseworker.get(address).links(), "looked for already today"
    renames(story, "Faride")
    assert found not in caseworker.get(address).links()
    world.clock.passes(minutes=3)
    assert found in caseworker.get(address).links()


def test_a_registration_goes_on_when_the_searches_are_used_up(world: World, app: Flask, story: Story) -> None:
    story.applies(**NADIA)
    later = Story(world)
    later.applies(**NADIA)
    registrar = signed_in(world, "kirjaaja", app)
    searches(registrar, SEARCHING.times)
    address = f"/tasks/{later.task('register').id}"
    registrar.post(f"{address}/claim", {"form_token": registrar.token(registrar.get(address))})

    page = registrar.get(address)
    assert page.status == 200
    assert "Voit hakea taas klo" in page.text
    assert f"/cases/{story.reference}" not in page.links()
    assert page.tree.xpath("//form[@id='work']")
    world.clock.passes(minutes=3)
    page = registrar.get(address)
    assert "Voit hakea taas klo" not in page.text
    assert f"/cases/{story.reference}" in page.links()
