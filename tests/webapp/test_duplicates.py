"""Has the person been here before, as pages ask it: beside the registration, in an urgent call, and on a page of its own."""

from __future__ import annotations

from flask import Flask

from engine.commands.visibility import RestrictCase
from tests.support.browsing import signed_in
from tests.support.story import Story
from tests.support.world import World

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
