"""A copy of the case file given out: who asked is known, what is withheld is gone from the PDF, the record stays whole."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.commands.given_copies import BeginCopy
from engine.domain.given_copies import (
    CopyDetails,
    CopyGround,
    CopyRejected,
    IdentityProof,
    Piece,
    Withholding,
    redacted,
)
from engine.letters.reading import lines
from engine.queries.case_export import ExportCase
from engine.queries.case_file import ReadDocument
from tests.support.browsing import Page, signed_in
from tests.support.party_changes import changes, person
from tests.support.story import Story

SAYS = "Pekka Pahamies asuu osoitteessa Keksitie 3 ja uhkasi minua."
SEEN = {"recipient": "Aino Keksitty", "ground": "own", "proof": "document", "proof_words": "passi"}
THREATENED = "621/1999 11 § 2 mom. 7 k."


@pytest.fixture
def asked(story: Story) -> Story:
    story.applies(given_names="Aino", family_name="Keksitty", what_happened=SAYS)
    story.does("kirjaaja", "register")
    return story


def test_a_page_that_was_gone_back_to_begins_the_copy_of_another(asked: Story) -> None:
    worker = signed_in(asked.world, "kasittelija")
    asking = worker.get(f"/cases/{asked.reference}/copies")
    sent = {**SEEN, "asked_on": f"{asked.today:%-d.%-m.%Y}"}
    first, again = (worker.submits(asking, **sent).goes_to for _ in range(2))
    other = worker.submits(asking, **{**sent, "recipient": "Toinen"})
    assert first == again
    assert "Toinen" in worker.follows(other).text


def test_a_copy_is_redacted_given_and_stands_in_the_case_with_what_was_withheld(asked: Story) -> None:
    worker = signed_in(asked.world, "kasittelija")
    asking = worker.get(f"/cases/{asked.reference}/copies")
    refused = worker.submits(asking, proof_words="", asked_on=f"{asked.today + timedelta(days=1):%-d.%-m.%Y}")
    for sentence in (
        "Valitse, miten varmistit",
        "mikä asiakirja nähtiin",
        "Päivä ei voi olla tulevaisuudessa",
    ):
        assert sentence in refused.text
    copy = worker.follows(worker.submits(asking, **SEEN, asked_on=f"{asked.today:%-d.%-m.%Y}"))
    assert SAYS in copy.text, "the record as it stands, before anything is taken out"

    for wrong, sentence in (
        ({"passage": "Näitä ei ole"}, "Näitä sanoja ei ole jäljennöksessä"),
        ({"passage": "Pahamies", "reason": "Pahamies on vaarallinen."}, "ilman poistettavia sanoja"),
        ({"passage": "Pahamies", "provision": ""}, "Valitse säännös"),
    ):
        sent = {"provision": THREATENED, "reason": "Uhatun turvallisuus.", **wrong}
        assert sentence in worker.submits(copy, "go=withhold", **sent).text
    copy = worker.follows(
        worker.submits(
            copy,
            "go=withhold",
            passage="pekka  pahamies",
            provision=THREATENED,
            reason="Uhatun turvallisuus.",
        )
    )
    assert f"[kohta poistettu: {THREATENED}] asuu osoitteessa Keksitie 3" in copy.text

    made = worker.follows(worker.submits(copy, "go=make", 2))
    assert worker.submits(copy, "go=make", 2).status == 409, "a copy is made once"
    director = asked.world.actor("johtaja")
    (given_out,) = [each for each in asked.file.documents if each.kind == "given_copy"]
    words = " ".join(lines(asked.world.engine.answer(ReadDocument(given_out.id), director)[1]).split())
    assert "Pahamies" not in words
    assert f"[kohta poistettu: {THREATENED}]" in words
    assert f"{THREATENED}: Uhatun turvallisuus." in words
    assert "Saaja: Aino Keksitty" in words
    assert "621/1999 12 §" in words
    assert any(SAYS in str(each.answers) for each in asked.file.submissions), "the original stays"

    assert "Valitse, miten jäljennös annettiin" in worker.submits(made, "go=given").text
    worker.submits(made, "go=given", given_by="in_person")
    assert asked.events[-2:] == ["copy_made", "copy_given"]
    (kept,) = asked.world.engine.answer(ExportCase(asked.reference), director)["given_copies"]
    assert (kept["given_on"], kept["given_by"]) == (asked.today.isoformat(), "in_person")
    assert kept["details"]["proof_words"] == "passi"
    assert [each["provision"] for each in kept["withheld"]] == [THREATENED]


def test_somebody_else_gets_a_copy_with_a_recorded_consent_only(asked: Story) -> None:
    actor = asked.world.actor("kasittelija")
    details = CopyDetails(
        "Tuttu Tutkija",
        CopyGround.CONSENT,
        "tutkimus",
        IdentityProof.STRONG,
        "sähköinen asiointi",
        asked.today,
    )
    begun = BeginCopy(asked.reference, asked.case.id, details)
    with pytest.raises(CopyRejected) as refused:
        asked.world.engine.perform(begun, actor)
    assert set(refused.value.problems) == {"ground"}
    own = replace(details, ground=CopyGround.OWN, proof=IdentityProof.OFFICE)
    with pytest.raises(CopyRejected) as unproved:
        asked.world.engine.perform(BeginCopy(asked.reference, asked.case.id, own), actor)
    assert set(unproved.value.problems) == {"proof"}, "a person proves who they are themselves"


def test_no_copy_shows_an_address_under_a_protection_order(story: Story) -> None:
    """661/2009 36-37 §: from no record of the case, and nobody has to remember to take it out."""
    street = "Salaisentie 7, 00000 Esimerkkilä"
    says = f"Asun osoitteessa {street}."
    story.applies(safe_channels=["post"], email=None, postal_address=street, what_happened=says)
    story.does("kirjaaja", "register")
    worker = signed_in(story.world, "kasittelija")
    asking = worker.get(f"/cases/{story.reference}/copies")
    begun = worker.submits(asking, **SEEN, asked_on=f"{story.today:%-d.%-m.%Y}")
    assert copied(worker.follows(begun)).count(street) > 1, "the person's own address, until it is protected"
    changes(story, person(story), is_protected=True)
    again = copied(worker.follows(begun))
    assert "Salaisentie" not in again
    assert "[kohta poistettu: 661/2009 36–37 §]" in again


def copied(page: Page) -> str:
    """Return what the page shows of the copy. The safe ways pinned above it are for staff."""
    (copy,) = page.tree.find_class("stack-sheets")
    return " ".join(copy.text_content().split())


TEXTS = st.text(alphabet="abAB åä\n1", max_size=60)
PASSAGES = st.lists(
    st.text(alphabet="abAB åä1", min_size=2, max_size=6).filter(lambda each: len("".join(each.split())) > 1),
    max_size=4,
)


@given(heading=TEXTS, text=TEXTS, passages=PASSAGES)
def test_no_withheld_words_are_left_however_they_are_written(
    heading: str, text: str, passages: list[str]
) -> None:
    withheld = [Withholding(str(n), each, "", f"§{n}", "syy") for n, each in enumerate(passages)]
    (piece,) = redacted([Piece("p", heading, text)], withheld, "<{provision}>")
    for left in re.split(r"<§\d>", f"{piece.heading}<§9>{piece.text}"):
        in_one_line = re.sub(r"\s*\n\s*", "", left)
        for each in passages:
            assert not re.search(r"\s*".join(each.split()), in_one_line, re.IGNORECASE)
    assert passages or (piece.heading, piece.text) == (heading, text)


def test_a_name_divided_at_the_end_of_a_line_goes_whole() -> None:
    pieces = [Piece("a", "", "Siellä oli Paha-\nmies ja Virtanen-\nMäki.")]
    names = ("Pahamies", "Virtanen-Mäki")
    withheld = [Withholding(each, each, "", "7 k.", "syy") for each in names]
    (piece,) = redacted(pieces, withheld, "[{provision}]")
    assert piece.text == "Siellä oli [7 k.] ja [7 k.]."


def test_words_that_overlap_go_together_and_a_whole_piece_goes_with_its_heading() -> None:
    pieces = [Piece("a", "Otsikko", "Aino Esimerkki Keksitie"), Piece("b", "Ilmoitus poliisille", "teksti")]
    withheld = [
        Withholding("1", "Aino Esimerkki", "", "7 k.", "syy"),
        Withholding("2", "Esimerkki Keksitie", "", "1 k.", "syy"),
        Withholding("3", "", "b", "24 §", "syy"),
    ]
    first, second = redacted(pieces, withheld, "[{provision}]")
    assert first.text == "[7 k.][1 k.]"
    assert (second.heading, second.text) == ("", "[24 §]")
