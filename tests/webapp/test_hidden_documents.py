"""The pages that hide what was registered in error, and that move it on: nobody reads its words there."""

from __future__ import annotations

from flask import Flask

from engine.domain.arrivals import ArrivalKind
from tests.stories.test_hidden_documents import hides
from tests.stories.test_registry import LETTER, arrives, register
from tests.support.browsing import Visitor, signed_in
from tests.support.story import Story
from tests.webapp.test_printed_file import printed
from tests.webapp.test_registry import clerk as clerk
from tests.webapp.test_registry import letter, sends
from tests.webapp.test_registry import registered as registered


def test_a_letter_registered_in_error_is_hidden_with_a_reason_and_shown_again(
    registered: Story, clerk: Visitor, app: Flask
) -> None:
    page = clerk.get(f"/cases/{registered.reference}/arrivals")
    typed = {"kind": "court", "who": "other", "sender": "Oikeus", "way": "post", "about": "Kirje toiselle"}
    case = clerk.follows(sends(clerk, page, **typed, file=letter()))
    (link,) = {each for each in case.links() if each.endswith("/hidden") and "kirje.png" not in each} & {
        f"/cases/{registered.reference}/registered/{register(registered).arrivals[0].id}/hidden"
    }
    other = signed_in(registered.world, "paattaja", app)
    assert "Asiakirjan piilottaa tai palauttaa se" in other.get(link).text
    hiding = clerk.get(link)
    assert "Kirje toiselle" in hiding.text
    unsaid = clerk.submits(hiding)
    assert unsaid.problems == ["Kirjoita syy."]
    listed = clerk.follows(clerk.submits(unsaid, reason="Väärä asia."))
    (row,) = listed.tree.xpath("//*[@id='hidden']//li")
    words = " ".join(row.text_content().split())
    assert "Tuomioistuimen kirje" in words
    assert "Väärä asia." in words
    pages = [clerk.get(f"/cases/{registered.reference}{each}").text for each in ("", "/arrivals")]
    for shown in (*pages, printed(clerk, registered)[0]):
        assert "Kirje toiselle" not in shown
        assert "kirje.png" not in shown
        assert "Väärä asia." in shown
    (again,) = {each for each in listed.links() if each.endswith("/hidden")}
    showing = clerk.get(again)
    assert "Kirje toiselle" not in showing.text
    clerk.follows(clerk.submits(showing, reason="Kuului tähän."))
    assert "Kirje toiselle" in clerk.get(f"/cases/{registered.reference}").text


def test_back_to_the_page_of_a_file_that_is_hidden_now_shows_what_the_register_keeps(
    registered: Story, clerk: Visitor
) -> None:
    first = arrives(registered, ArrivalKind.OTHER, file=LETTER, about="Kirje toiselle")
    second = arrives(registered, ArrivalKind.OTHER, again=first.id, about="Kirje toiselle")
    case = f"/cases/{registered.reference}"
    hiding = f"{case}/registered/{first.attachment_id}/hidden"
    hides(registered, second.id, reason="Kahdesti.")
    clerk.follows(clerk.submits(clerk.get(hiding), reason="Väärä asia."))
    back = clerk.get(hiding)
    assert back.status == 200
    assert "Väärä asia." in back.text
    assert "Kirje toiselle" not in back.text
    assert clerk.follows(clerk.submits(back, reason="Kuului tähän.")).status == 200
    assert len(registered.file.arrivals) == 1, "the one that was read of"


def test_a_hidden_letter_moves_with_words_that_nobody_reads_on_the_way(
    registered: Story, clerk: Visitor
) -> None:
    other = Story(registered.world)
    other.applies(given_names="Toinen", born_on="1990-01-02")
    other.does("kirjaaja", "register", caseworker=str(other.world.people["kasittelija"].id))
    wrong = arrives(registered, ArrivalKind.COURT, file=LETTER, about="Kirje toiselle", sender="Oikeus X")
    hides(registered, wrong.id)
    finding = clerk.get(f"/cases/{registered.reference}/arrivals/{wrong.id}/elsewhere")
    form = clerk.follows(clerk.submits(finding, reference=other.reference))
    unsaid = sends(clerk, form)
    for page in (finding, form, unsaid):
        assert "Tuomioistuimen kirje" in page.text
        for word in ("Kirje toiselle", "Oikeus X", "kirje.pdf"):
            assert word not in page.text
    assert unsaid.problems == ["Kirjoita, miksi asiakirja ei kuulu asiaan, johon se kirjattiin."]
    moved = clerk.follows(sends(clerk, unsaid, reason="Väärä viite.")).text
    for word in ("Kirje toiselle", "Oikeus X", "kirje.pdf"):
        assert word in moved


def test_what_a_decision_names_is_hidden_and_moved_by_a_head_who_ticks_it(
    registered: Story, app: Flask
) -> None:
    other = Story(registered.world)
    other.applies(given_names="Toinen", born_on="1990-01-02")
    paper = arrives(registered, ArrivalKind.OTHER, about="Palkkalaskelma")
    registered.until("prepare_resolution")
    registered.does("kasittelija", "prepare_resolution", clarifications="Palkkalaskelma 3/2026")
    registered.does("paattaja", "sign_resolution")
    case = f"/cases/{registered.reference}"
    moving = f"/cases/{other.reference}/arrivals?wrong={registered.reference}&misfiled={paper.id}"
    hiding = f"{case}/registered/{paper.id}/hidden"
    caseworker, head = (signed_in(registered.world, who, app) for who in ("kasittelija", "johtaja"))
    for link in (moving, hiding):
        page = caseworker.get(link)
        assert "Vain esihenkilö tai johtaja voi" in page.text
        assert not page.tree.xpath("//input[@name='though_cited']")
    assert caseworker.submits(caseworker.get(hiding), reason="Väärä.").status == 409
    head.follows(head.submits(head.get(hiding), reason="Väärä.", though_cited="yes"))
    unticked = sends(head, head.get(moving), reason="Väärä.")
    assert "Vain esihenkilö tai johtaja voi" in unticked.problems[0]
    head.follows(sends(head, unticked, though_cited="yes"))
    assert "Allekirjoitettu päätös mainitsee asiakirjan, joka silti" in head.get(case).text
