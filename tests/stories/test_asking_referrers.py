"""The referrer is asked on a ground that the letter names, and as the police where they are of the police."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.casework.consents_given_anew import ConsentEnded
from engine.casework.official_requests import NamesPolice
from engine.casework.recordings.contact import ConsentWithdrawn, NoConsentToAsk
from engine.domain.chronology import DatesRejected
from engine.errors import AnswersRejected, NotFound
from tests.stories.test_consents import takes_back
from tests.stories.test_consents_to_ask import TALK, says
from tests.stories.test_notices import papers
from tests.support.answers import request
from tests.support.story import Story

NO_TALK = dict.fromkeys(("consent_on", *TALK))


def until_requests(story: Story, **referral: str) -> None:
    story.is_referred(**referral)
    story.does("kirjaaja", "register")
    story.does("kasittelija", "triage_override")
    story.does("kasittelija", "verify_consent")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")


def asks_the_referrer(story: Story, **changes: str) -> None:
    due = story.today + timedelta(days=14)
    row = {**request("referrer", due, request_channel="letter"), **NO_TALK, **changes}
    story.does("kasittelija", "new_information_request", requests=[row], round_reason="Ehdot puuttuvat.")


@pytest.mark.parametrize(
    ("basis", "stands"),
    [
        ("l615_13_1", "615/2020 13 § 1 momentti"),
        ("l615_11", "Tieto annetaan salassapitosäännösten estämättä ja maksutta."),
    ],
)
def test_a_referrer_asked_by_law_reads_the_law_and_of_no_consent(
    story: Story, basis: str, stands: str
) -> None:
    until_requests(story)
    asks_the_referrer(story, legal_basis=basis)
    (letter,) = papers(story, "request_referrer")
    assert stands in letter
    assert "suostumuksellaan" not in letter


def test_a_referrer_asked_with_consent_reads_of_it_and_of_no_law(story: Story) -> None:
    until_requests(story)
    asks_the_referrer(story, **TALK, consent_on=story.today.isoformat())
    (letter,) = papers(story, "request_referrer")
    assert "Kysymme sinulta lisää hänen suostumuksellaan." in letter
    assert "Oikeusperuste" not in letter


def test_a_referrer_of_the_police_is_asked_as_the_police(story: Story) -> None:
    until_requests(story, referrer_organisation="Esimerkin poliisilaitos")
    says(story, "police", is_given=False)
    with pytest.raises(NamesPolice) as named:
        asks_the_referrer(story, legal_basis="l615_13_1")
    assert named.value.field == "requests.0.is_police"
    police = {"is_police": "yes"}
    with pytest.raises(AnswersRejected) as untold:
        asks_the_referrer(story, **police, legal_basis="l615_13_1")
    assert list(untold.value.problems) == ["requests.0.told_person_on"]
    police |= {"told_person_on": story.today.isoformat()}
    with pytest.raises(NoConsentToAsk):
        asks_the_referrer(story, **police)
    asks_the_referrer(story, **police, legal_basis="l615_13_1", request_channel="link")
    assert "police_asked" in story.milestones


@pytest.mark.parametrize("refused", ["police", "referrer"])
def test_a_referrer_of_the_police_is_asked_no_more_once_the_person_says_no(
    story: Story, refused: str
) -> None:
    until_requests(story)
    police = {"is_police": "yes", "told_person_on": story.today.isoformat()}
    says(story, refused, is_given=False)
    story.passes(days=1)
    says(story, "police")
    if refused == "referrer":
        with pytest.raises(ConsentWithdrawn):
            asks_the_referrer(story, **police)
        says(story, "referrer")
    asks_the_referrer(story, **police, request_channel="link")
    story.passes(minutes=1)
    assert story.opens(story.file.requests[0])
    says(story, refused, is_given=False)
    with pytest.raises(NotFound):
        story.opens(story.file.requests[0])


@pytest.mark.parametrize("is_refusal", [True, False])
def test_a_referrer_of_the_police_is_asked_with_a_consent_of_a_later_day_than_the_no(
    story: Story, *, is_refusal: bool
) -> None:
    until_requests(story)
    police = {"is_police": "yes", "told_person_on": story.today.isoformat(), "request_channel": "link"}
    given, first = says(story, "referrer", is_given=not is_refusal), story.today
    story.passes(days=1)
    if not is_refusal:
        takes_back(story, given)
    no = first if is_refusal else story.today
    story.passes(days=1)
    with pytest.raises(ConsentEnded) as ended:
        asks_the_referrer(story, **police, **TALK, consent_on=(no - timedelta(days=1)).isoformat())
    assert ended.value.field == "requests.0.consent_on"
    with pytest.raises(DatesRejected):
        asks_the_referrer(story, **police, **TALK, consent_on=no.isoformat())

    asks_the_referrer(story, **police, **TALK, consent_on=story.today.isoformat())

    assert [each.recipient for each in story.file.consents[-2:]] == ["police", "referrer"]
    assert story.opens(story.file.requests[0])
