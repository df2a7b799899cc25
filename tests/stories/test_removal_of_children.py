"""A child leaves the assistance system: whose wish counts depends on the child's age, and the child's interest is written down."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from engine.casework.recordings.preparing import OralUnanswered
from engine.casework.recordings.removal import ChildInterestMissing
from engine.casework.signature_bars import AssessedAsAdult, PartyUnheard
from engine.commands.parties import AddParty
from engine.domain.chronology import DatesRejected
from engine.domain.clienthood import ChildNeedsGuardian, DiedBeforeAdmission, OwnWillNeeded
from engine.domain.parties import PartyDetails
from engine.errors import AnswersRejected, Invalid
from engine.storage.parties import Party
from tests.stories.test_children import child_until_signature, family
from tests.stories.test_delivery import FAILED
from tests.stories.test_hearings import SILENT
from tests.stories.test_removal import UNHEARD, WISH, assessed, client, clienthood, letter, signed
from tests.support.browsing import signed_in
from tests.support.oral_requests import oral_row, refused
from tests.support.party_changes import CALL, changes, person
from tests.support.story import Story

OF_A_CHILD = {
    "concerns_child": "yes",
    "child_interest": "Lapsi asuu turvassa vanhempansa kanssa.",
    "child_heard": "heard",
}
OF_THIRTEEN = "2013-03-01"


def child_client(story: Story, born_on: str, language: str = "fi") -> Story:
    child = family(story, born_on)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    child_until_signature(child, language=language)
    child.does("paattaja", "sign_resolution")
    return child


@pytest.mark.parametrize(
    ("born_on", "wished_by", "refusal"),
    [
        ("2018-03-01", "person", ChildNeedsGuardian),
        ("2018-03-01", "guardian", None),
        ("2018-03-01", "person_and_guardian", None),
        ("2010-03-01", "guardian", OwnWillNeeded),
        ("2010-03-01", "person", None),
    ],
)
def test_a_childs_wish_is_by_age_the_childs_and_the_guardians(
    story: Story, born_on: str, wished_by: str, refusal: type[Invalid] | None
) -> None:
    child = child_client(story, born_on)
    child.hears("removal_needed")
    wish = {**WISH, "wished_by": wished_by}
    with pytest.raises(ChildInterestMissing):
        child.does("kasittelija", "removal_assessment", **wish)
    wish |= OF_A_CHILD
    if refusal is not None:
        with pytest.raises(refusal):
            child.does("kasittelija", "removal_assessment", **wish)
        return
    child.does("kasittelija", "removal_assessment", **wish)
    child.does("kasittelija", "prepare_removal")
    child.does("paattaja", "sign_removal")
    written = letter(child)
    assert ("lapsen, jota päätös koskee" in written) == (born_on == "2018-03-01")


@pytest.mark.databases
def test_before_a_removal_a_child_of_twelve_is_heard_and_the_signer_sees_how(story: Story) -> None:
    child = child_client(story, OF_THIRTEEN)
    child.hears("removal_needed")
    with pytest.raises(ChildInterestMissing) as refused:
        child.does("kasittelija", "removal_assessment")
    assert refused.value.field == "concerns_child"
    with pytest.raises(AnswersRejected) as unasked:
        child.does("kasittelija", "removal_assessment", **{**OF_A_CHILD, "child_heard": None})
    assert list(unasked.value.problems) == ["child_heard"]
    with pytest.raises(Invalid) as younger:
        child.does("kasittelija", "removal_assessment", **{**OF_A_CHILD, "child_heard": "under_12"})
    assert younger.value.field == "child_heard"
    with pytest.raises(DatesRejected) as too_early:
        child.does("kasittelija", "removal_assessment", **{**OF_A_CHILD, "child_heard_on": "2020-01-01"})
    assert too_early.value.field == "child_heard_on"
    child.does("kasittelija", "removal_assessment", **{**OF_A_CHILD, **UNHEARD})
    child.does("kasittelija", "prepare_removal")
    page = signed_in(child.world, "paattaja").get(f"/tasks/{child.task('sign_removal').id}").text
    assert "lasta on kuultu" in page
    assert "Käsittelijä, kahden lapsen kanssa" in page


def test_a_child_who_has_disappeared_is_not_asked_whether_they_were_heard(story: Story) -> None:
    child = child_client(story, OF_THIRTEEN)
    gone = {**OF_A_CHILD, "removal_ground": "disappeared", "child_heard": None}
    assessed(child, **UNHEARD, **gone)
    assert "prepare_removal" in child.forms


def test_of_a_child_out_of_reach_the_assessment_says_so_and_the_signer_reads_why(story: Story) -> None:
    child = child_client(story, OF_THIRTEEN)
    gone = {**OF_A_CHILD, "removal_ground": "left_country", "child_heard": "unreachable"}
    child.hears("removal_needed")
    with pytest.raises(AnswersRejected) as unreasoned:
        child.does("kasittelija", "removal_assessment", **UNHEARD, **gone, child_unreachable_how=None)
    assert list(unreasoned.value.problems) == ["child_unreachable_how"]
    tried = "Lapsi palautettiin 3.11. Puhelin ei vastaa, eikä osoitetta ole."
    child.does("kasittelija", "removal_assessment", **UNHEARD, **gone, child_unreachable_how=tried)
    child.does("kasittelija", "prepare_removal")
    page = signed_in(child.world, "paattaja").get(f"/tasks/{child.task('sign_removal').id}").text
    assert "lasta ei tavoiteta, eikä häntä ole kuultu" in page
    assert "12 vuotta täyttänyttä lasta ei kuultu" in page
    assert tried in page
    assert "Päivää, tapaa ja kuulijaa ei ole kirjattu" not in page
    child.does("paattaja", "sign_removal")
    assert "poistettu maasta" in letter(child)


def test_a_removal_assessed_as_an_adults_is_not_signed_for_a_child(story: Story) -> None:
    client(story)
    assessed(story, **UNHEARD)
    story.does("kasittelija", "prepare_removal")
    changes(story, person(story), identity={**person(story).identity, "born_on": OF_THIRTEEN})
    gets_a_representative(story)
    story.does("kasittelija", "age_change", age_speaker="representative")
    with pytest.raises(AssessedAsAdult) as refused:
        story.does("paattaja", "sign_removal")
    assert refused.value.field == "removal_signature"
    reassessed = {"removal_signature": "reassess", "return_reason": "Asia koskee lasta."}
    story.does("paattaja", "sign_removal", **reassessed)
    assert "removal_assessment" in story.forms


def guardian_dies(child: Story) -> None:
    """The decision was to be served on the guardian alone."""
    child.does("kasittelija", "record_delivery", **FAILED)
    child.does("kasittelija", "choose_delivery_way", next_channel="none")
    child.does("paattaja", "no_safe_service", no_safe_why="recipient_died", died_on=None)
    child.passes(days=8)


def gets_a_representative(child: Story) -> None:
    shape = PartyDetails("representative", {"given_names": "Edla", "family_name": "Edustaja"}, {})
    child.world.engine.perform(AddParty(child.reference, shape, CALL), child.world.actor("kasittelija"))
    child.passes(minutes=1)


def test_a_guardians_death_ends_neither_the_childs_clienthood_nor_its_service(story: Story) -> None:
    child = child_client(story, "2018-03-01")
    guardian_dies(child)
    assert clienthood(child).runs
    assert "no_service_possible" not in child.milestones
    child.passes(days=30)
    assert "choose_delivery_way" in child.forms, "somebody is still looked for"
    gets_a_representative(child)
    child.does("kasittelija", "record_delivery")
    child.passes(minutes=1)
    assert "resolution_served" in child.milestones


def test_a_removal_does_not_end_with_the_guardians_death(story: Story) -> None:
    child = child_client(story, "2018-03-01")
    child.does("kasittelija", "record_delivery")
    signed(child, **OF_A_CHILD)
    with pytest.raises(DiedBeforeAdmission):
        dies(child, child.today - timedelta(days=400))
    child.does("paattaja", "no_safe_service", no_safe_why="recipient_died", died_on=None)
    child.passes(days=8)
    assert clienthood(child).runs
    assert "removal_stopped" not in child.milestones


def dies(child: Story, died_on: date) -> None:
    if "record_delivery" in child.forms:
        child.does("kasittelija", "record_delivery", **FAILED)
        child.does("kasittelija", "choose_delivery_way", next_channel="none")
    because = {"died_on": "Päivä on väestötiedoista."}
    child.does(
        "paattaja", "no_safe_service", because=because, no_safe_why="dead", died_on=died_on.isoformat()
    )


def test_the_childs_own_death_is_dated_though_it_was_the_guardians_copy(story: Story) -> None:
    child = child_client(story, "2018-03-01")
    child.does("kasittelija", "record_delivery")
    signed(child, **OF_A_CHILD)
    child.passes(days=5)
    died_on = child.today - timedelta(days=3)
    dies(child, died_on)
    child.passes(days=8)
    assert (clienthood(child).until, clienthood(child).ground) == (died_on, "death")


def test_a_removal_reaches_the_child_who_proves_to_be_sixteen_before_it_ends_anything(story: Story) -> None:
    child = child_client(story, "2018-03-01")
    child.does("kasittelija", "record_delivery")
    signed(child, **OF_A_CHILD)
    child.does("kasittelija", "record_delivery")
    child.passes(minutes=1)
    assert clienthood(child).until is not None
    changes(child, person(child), identity={**person(child).identity, "born_on": "2010-03-01"})
    child.passes(minutes=1)
    child.does("kasittelija", "age_change", case_class="child", age_speaker="guardian")
    child.passes(minutes=1)
    assert clienthood(child).runs, "the decision has not reached the child"
    keys = [each.business_key for each in child.file.tasks if each.form_key == "record_delivery"]
    (own,) = [each for each in keys if each is not None and each.startswith("POI")]
    child.passes(days=2)
    child.does("kasittelija", "record_delivery", own)
    child.passes(minutes=1)
    assert clienthood(child).until == child.today


def test_the_childs_words_and_wish_to_speak_are_not_lost_to_the_guardians_silence(story: Story) -> None:
    child = child_client(story, "2010-03-01")
    names = {each.kind: each.name for each in child.file.parties}
    assessed(child, **OF_A_CHILD)
    for reference in ("HEAR-1", "HEAR-2"):
        child.does("kasittelija", "post_paper", reference)
    words = "Tarvitsen yhä tulkin ja turvallisen kodin."
    child.does("kasittelija", "hearing_reply", "HEAR-1", opinion=words, wants_oral_hearing="yes")
    child.does("kasittelija", "review_reply", "HEAR-1")
    child.passes(days=16)
    child.does("kasittelija", "hearing_reply", "HEAR-2", **SILENT)
    child.does("kasittelija", "review_reply", "HEAR-2")

    with pytest.raises(OralUnanswered):
        child.does("kasittelija", "prepare_removal")
    why = "Kerroit jo kaiken kirjallisesti, eikä suullinen kertomus toisi lisää."
    child.does("kasittelija", "prepare_removal", **refused(person(child), why))
    child.does("paattaja", "sign_removal")

    written = "".join(letter(child).split())
    heard_of_it = ", jolle siitä kerrottiin "
    assert "Kuultavinaolivatkaikki" not in written, "who is unsafe was not heard"
    for stands in (
        "Ennen päätöstä seuraaville annettiin tilaisuus tulla kuulluksi. Heille kerrottiin, mistä heitä kuullaan: Arvioimme",
        f"{names['applicant']}{heard_of_it}",
        f"sanoi: {words}",
        f"{names['guardian']}{heard_of_it}",
        "ei vastannut määräajassa.",
        f"Pyyntöä ei hyväksytty: {why}",
    ):
        assert "".join(stands.split()) in written.replace("–", ""), stands
    assert "Asianosaineneivastannut" not in written


def test_the_words_of_a_child_who_proves_to_be_thirteen_stay_with_the_signer(story: Story) -> None:
    child = child_client(story, "2010-03-01")
    assessed(child, **OF_A_CHILD)
    words = {"HEAR-1": "Pelkään isää.", "HEAR-2": "Pärjäämme itse."}
    for reference, opinion in words.items():
        child.does("kasittelija", "post_paper", reference)
        child.does("kasittelija", "hearing_reply", reference, opinion=opinion)
        child.does("kasittelija", "review_reply", reference)
    changes(child, person(child), identity={**person(child).identity, "born_on": OF_THIRTEEN})
    child.passes(minutes=1)
    child.does("kasittelija", "age_change", case_class="child", age_speaker="guardian")
    child.does("kasittelija", "prepare_removal")
    page = signed_in(child.world, "paattaja").get(f"/tasks/{child.task('sign_removal').id}").text
    assert words["HEAR-1"] in page
    child.does("paattaja", "sign_removal")
    written = letter(child)
    assert words["HEAR-2"] in written
    assert words["HEAR-1"] not in written
    assert "sai kertoa mielipiteensä" in written


def test_beside_the_answer_of_a_child_of_sixteen_it_says_who_reads_it(story: Story) -> None:
    child = child_client(story, "2010-03-01")
    assessed(child, **OF_A_CHILD)
    child.does("kasittelija", "post_paper", "HEAR-1")
    task = child.task("hearing_reply", "HEAR-1")
    page = signed_in(child.world, "kasittelija").get(f"/tasks/{task.id}")
    (hint,) = page.tree.xpath("//*[@id='q-opinion-hint']")
    guardian = next(each for each in child.file.parties if each.kind == "guardian")
    assert f"Tämän lukevat päätöksestä myös: {guardian.name}." in hint.text_content()


def heard_of_removal(child: Story, *wish: str) -> None:
    """Each hearing is answered; those that are named ask to state the case orally."""
    assessed(child, **OF_A_CHILD)
    for reference in sorted(each.reference for each in child.file.requests if each.kind == "hearing"):
        child.does("kasittelija", "post_paper", reference)
        wants = "yes" if reference in wish else "no"
        child.does("kasittelija", "hearing_reply", reference, wants_oral_hearing=wants)
        child.does("kasittelija", "review_reply", reference)


def party_of(child: Story, kind: str) -> Party:
    return next(each for each in child.file.parties if each.kind == kind)


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_letter_says_who_asked_to_speak_where_it_was_not_the_child(story: Story, language: str) -> None:
    child = child_client(story, "2022-03-01", language=language)
    guardian = party_of(child, "guardian")
    heard_of_removal(child, "HEAR-1")
    words = "Tapasimme toimistolla, ja huoltaja kertoi lapsen arjesta."
    # Of a young child the letter, which the guardian reads, says only that they were heard.
    alone = "Hän kertoi pelkäävänsä kotona."
    held = [oral_row(guardian, "held", oral_words=words), oral_row(person(child), "held", oral_words=alone)]
    child.does("kasittelija", "prepare_removal", oral_request="asked", oral_each=held)
    child.does("paattaja", "sign_removal")
    written = "".join(letter(child).split())
    asked = {
        "fi": f"{guardian.name} pyysi saada esittää asian suullisesti",
        "sv": f"{guardian.name} bad att få framföra saken muntligen",
    }[language]
    assert "".join(asked.split()) in written
    assert "".join(words.split()) in written
    assert "".join(alone.split()) not in written
    assert "".join(person(child).name.split()) in written
    for untrue in ("Asianosainenpyysi", "Asianosaisellekerrottiin", "Asianosainensanoi"):
        assert untrue not in written
    for untrue in ("Partenbad", "Partenfick", "Partenuppgav"):
        assert untrue not in written
    applied = written.partition({"fi": "Sovelletutsäännökset", "sv": "Tillämpadebestämmelser"}[language])[2]
    for provision in {
        "fi": ("lapsenetujamielipide", "kukakäyttääpuhevaltaa", "pyyntöesittääasiasuullisesti"),
        "sv": ("barnetsbästaochåsikt", "vemsomförtalan", "begäranattfåframförasakenmuntligen"),
    }[language]:
        assert provision in applied


def test_two_who_ask_to_speak_get_each_an_answer(story: Story) -> None:
    child = child_client(story, "2010-03-01")
    guardian = party_of(child, "guardian")
    heard_of_removal(child, "HEAR-1", "HEAR-2")
    words = "Tapasimme lapsen kahden, ja hän kertoi haluavansa jäädä."
    own = oral_row(person(child), "held", oral_words=words)
    with pytest.raises(OralUnanswered) as one_left:
        child.does("kasittelija", "prepare_removal", oral_request="asked", oral_each=[own])
    assert (one_left.value.field, one_left.value.values["names"]) == ("oral_each", guardian.name)
    why = "Huoltaja kertoi jo kaiken kirjallisesti, eikä kertomus toisi lisää."
    both = [own, oral_row(guardian, "refused", oral_reasons=why)]
    child.does("kasittelija", "prepare_removal", oral_request="asked", oral_each=both)
    page = signed_in(child.world, "paattaja").get(f"/tasks/{child.task('sign_removal').id}").text
    explained = page.partition("Mitä valmistelija joutui selittämään")[2]
    assert f"{person(child).name}: {words}" in explained
    assert f"{guardian.name}: {why}" in explained
    child.does("paattaja", "sign_removal")
    written = "".join(letter(child).split())
    for stands in (f"häntä kuultiin: {words}", f"Pyyntöä ei hyväksytty: {why}"):
        assert "".join(stands.split()) in written.replace("–", ""), stands


def test_a_removal_is_not_signed_before_a_representative_who_came_late_is_heard(story: Story) -> None:
    child = child_client(story, "2010-03-01")
    assessed(child, **OF_A_CHILD)
    for reference in ("HEAR-1", "HEAR-2"):
        child.does("kasittelija", "post_paper", reference)
        child.does("kasittelija", "hearing_reply", reference)
        child.does("kasittelija", "review_reply", reference)
    child.does("kasittelija", "prepare_removal")
    gets_a_representative(child)
    with pytest.raises(PartyUnheard) as unheard:
        child.does("paattaja", "sign_removal")
    assert unheard.value.field == "removal_signature"
    child.does(
        "paattaja", "sign_removal", removal_signature="reassess", return_reason="Edustajaa ei ole kuultu."
    )
    assert "removal_assessment" in child.forms
