"""A client is heard before a removal: the wish to speak is answered, and signer and letter have the client's words."""

from __future__ import annotations

import pytest

from engine.casework.recordings.preparing import OralUnanswered
from engine.casework.recordings.resolution import CitedUnchecked
from tests.stories.test_removal import assessed, client, letter
from tests.support.browsing import signed_in
from tests.support.oral_requests import refused
from tests.support.party_changes import person
from tests.support.story import Story


def test_a_wish_to_be_heard_orally_is_answered_and_the_letter_says_how_she_was_heard(story: Story) -> None:
    client(story)
    assessed(story, hearing_material="Hyvinvointialueen ilmoitus")
    story.does("kasittelija", "post_paper", "HEAR-1")
    words = "Tarvitsen yhä tulkin ja turvallisen kodin."
    story.does("kasittelija", "hearing_reply", "HEAR-1", opinion=words, wants_oral_hearing="yes")
    review = signed_in(story.world, "kasittelija").get(f"/tasks/{story.task('review_reply').id}").text
    assert words in review
    assert "Taulukon mukaan" not in review, "what an application lacks is no matter of a removal"
    assert "Näitä tietoja puuttuu vielä" not in review
    story.does("kasittelija", "review_reply", "HEAR-1")
    with pytest.raises(OralUnanswered) as unanswered:
        story.does("kasittelija", "prepare_removal")
    assert unanswered.value.field == "oral_request"
    why = "Kerroit jo kaiken kirjallisesti, eikä suullinen kertomus toisi lisää."
    story.does("kasittelija", "prepare_removal", **refused(person(story), why))
    page = signed_in(story.world, "paattaja").get(f"/tasks/{story.task('sign_removal').id}").text
    for seen_there in (words, "Pyysi saada esittää asiansa suullisesti", why, "Hyvinvointialueen ilmoitus"):
        assert seen_there in page, seen_there
    with pytest.raises(CitedUnchecked):
        story.does("paattaja", "sign_removal", cited_checked=None)
    story.does("paattaja", "sign_removal")
    # A PDF's text has other gaps than its page, and sets what may not break apart before what follows it.
    decision = "".join(letter(story).split())
    for stands in (
        "Kokonaisarvion mukaan et enää tarvitse auttamistoimia (38746/2011f§).",
        "Ratkaisuun vaikuttivat nämä selvitykset: Palvelutarpeen arviointi",
        ", mistä häntä kuullaan: Arvioimme, ettet enää tarvitse auttamistoimia.",
        f"Asianosainen sanoi: {words}",
        f"Pyyntöä ei hyväksytty: {why}",
    ):
        assert "".join(stands.split()) in decision.replace("–", ""), stands
