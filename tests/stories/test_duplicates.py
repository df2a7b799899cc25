"""A person who has been here before: noticed at registration, linked, handled together, and parted again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.commands.case_links import HandleApart, HandleTogether, LinkCases, UnlinkCases
from engine.commands.visibility import RestrictCase
from engine.domain.case_links import (
    OTHER_PERSON,
    ContraryLink,
    HandledTogetherAlready,
    LinkedAlready,
    LinkKind,
    NotHandledTogether,
    NothingAlike,
    NotLinked,
    NotPending,
    OtherHandledTogether,
    RestrictedCase,
)
from engine.domain.cases import CaseState
from engine.domain.likeness import Reason
from engine.errors import Forbidden, Invalid
from engine.executor import Command
from engine.queries.access_log import WhoLooked
from engine.queries.duplicates import Duplicates, LikelyDuplicates, LikelyDuplicatesOf
from tests.stories.conftest import NADIA
from tests.support.browsing import signed_in
from tests.support.story import Story

REASON = "Puhelin on sama, ja hän kertoi itse."


def does(story: Story, command: Command[object], who: str = "kasittelija") -> object:
    return story.world.engine.perform(command, story.world.actor(who))


def likely(story: Story, who: str = "kirjaaja") -> Duplicates:
    return story.world.engine.answer(LikelyDuplicates(story.reference), story.world.actor(who))


@pytest.mark.databases
def test_found_at_registration_handled_together_and_parted_again(earlier: Story, later: Story) -> None:
    (hit,) = likely(later).hits
    assert (hit.case.reference, hit.name) == (earlier.reference, "Nadia Kuvitelma")
    assert hit.likeness.reasons == (Reason.PHONE, Reason.LIKE_NAME, Reason.SWAPPED_DATE)
    looks = earlier.world.engine.answer(WhoLooked(earlier.reference), earlier.world.actor("tarkastaja"))
    assert "likely_duplicates" in [each["action"] for each in looks]

    later.does("kirjaaja", "register", duplicate_found="yes", duplicate_reference=earlier.reference)
    for one, other in ((earlier, later), (later, earlier)):
        (link,) = one.file.relations.links
        assert (link.case.reference, link.kind) == (other.reference, LinkKind.SAME_PERSON)
        assert "cases_linked" in one.events
    assert likely(later).hits == (), "it has been answered"

    before = [(each.case.reference, each.case.pending_at, each.case.outcome) for each in (earlier, later)]
    later.world.clock.passes(minutes=1)
    does(later, HandleTogether(later.reference, earlier.reference, REASON))
    together = earlier.file.relations.together
    assert together is not None
    assert ([each.reference for each in together.cases], together.reason) == ([later.reference], REASON)

    does(earlier, HandleApart(earlier.reference, "Toinen viivästyisi kuukausia."))
    assert [each.file.relations.together for each in (earlier, later)] == [None, None]
    assert {"handled_together", "handled_apart"} <= set(earlier.events) & set(later.events)
    does(later, UnlinkCases(later.reference, link.pair_id, "Ei ollutkaan sama ihminen."))
    assert earlier.file.relations.links == later.file.relations.links == ()
    assert likely(later).hits, "the question is open again"
    assert before == [
        (each.case.reference, each.case.pending_at, each.case.outcome) for each in (earlier, later)
    ]


def test_somebody_with_the_same_telephone_is_shown_as_that_and_not_as_the_same_person(
    earlier: Story,
) -> None:
    stranger = Story(earlier.world)
    stranger.applies(
        **{**NADIA, "given_names": "Hugo", "family_name": "Satunnainen", "born_on": "1970-02-03"}
    )
    found = likely(stranger)
    assert (found.hits, found.family) == ((), ())
    (hit,) = found.same_way
    assert (hit.case.reference, hit.likeness.reasons) == (earlier.reference, (Reason.PHONE,))
    looks = earlier.world.engine.answer(WhoLooked(earlier.reference), earlier.world.actor("tarkastaja"))
    assert "likely_duplicates" in [each["action"] for each in looks], "they read a name in it"
    kirjaaja = signed_in(earlier.world, "kirjaaja")
    register = f"/tasks/{stranger.task('register').id}"
    for address in (f"/cases/{stranger.reference}/duplicates", register):
        shown = kirjaaja.get(address).tree.xpath("//*[@class='second-line shared-way']")
        assert [" ".join(each.text_content().split()) for each in shown] == [
            "sama puhelinnumero. Tässä asiassa: Hugo Satunnainen (Hakija). "
            f"Asiassa {earlier.reference}: Nadia Kuvitelma (Hakija)."
        ]

    does(earlier, RestrictCase(earlier.reference, "Uhka on lähellä."), "esihenkilo")
    hidden = likely(stranger)
    assert (hidden.hits, hidden.same_way, hidden.has_hidden) == ((), (), False)


def test_a_shared_number_is_put_on_everybody_who_has_it(earlier: Story) -> None:
    """A referrer and two applicants with one number: it may be the exploiter's, and no name of the three may be left out."""
    referred, world = Story(earlier.world), earlier.world
    hugo = {"given_names": "Hugo", "family_name": "Toinen", "born_on": "1970-02-03"}
    referred.is_referred(**{**NADIA, **hugo}, referrer_phone=NADIA["phone"])
    stranger = Story(world)
    stranger.applies(**{**NADIA, "given_names": "Ilta", "family_name": "Kolmas", "born_on": "1981-06-07"})

    found = likely(stranger)
    (way,) = next(ways for case, ways in found.shared_ways.items() if case == referred.case.id)
    assert way.reason is Reason.PHONE
    assert [(each.kind, each.name) for each in way.mine] == [("applicant", "Ilta Kolmas")]
    assert {each.kind for each in way.theirs} == {"applicant", "referrer"}

    does(referred, RestrictCase(referred.reference, "Uhka on lähellä."), "esihenkilo")
    unproved = replace(world.actor("esihenkilo"), proof_ends_at=world.clock())
    (way,) = world.engine.answer(LikelyDuplicates(stranger.reference), unproved).shared_ways[referred.case.id]
    assert [each.name for each in way.theirs] == ["", ""], "of a restricted case no list names anybody"


def test_a_mistyped_number_makes_no_stranger_the_same_person(earlier: Story) -> None:
    stranger = Story(earlier.world)
    hugo = {
        "given_names": "Hugo",
        "family_name": "Satunnainen",
        "born_on": "1970-02-03",
        "phone": "000 000 0077",
    }
    stranger.applies(**{**NADIA, **hugo})
    year, number = earlier.reference.split("-")
    short = f"{year}-{int(number)}"
    same = LinkCases(stranger.reference, short, "same_person", REASON)
    with pytest.raises(NothingAlike) as refused:
        does(stranger, same, "kirjaaja")
    assert (refused.value.field, stranger.file.relations.links) == ("sure", ())
    with pytest.raises(Invalid) as at_registration:
        stranger.does("kirjaaja", "register", duplicate_found="yes", duplicate_reference=short)
    assert at_registration.value.message == OTHER_PERSON

    kirjaaja = signed_in(earlier.world, "kirjaaja")
    page = kirjaaja.get(f"/cases/{stranger.reference}/duplicates")
    typed = {"link-other": short, "kind": "same_person", "link-reason": REASON}
    action = f"/cases/{stranger.reference}/links"
    asked = kirjaaja.post(action, {"form_token": kirjaaja.token(page), **typed})
    assert asked.status == 422
    assert f"{earlier.reference}: Nadia Kuvitelma." in asked.text, "whose number it is"
    assert asked.tree.xpath("//textarea[@id='link-reason']")[0].text == REASON
    sure = kirjaaja.post(action, {"form_token": kirjaaja.token(asked), **typed, "sure": "yes"})
    linked = kirjaaja.follows(sure)
    assert "Sama ihminen" in linked.text
    assert f"{earlier.reference} Nadia Kuvitelma" in linked.text
    looks = earlier.world.engine.answer(WhoLooked(earlier.reference), earlier.world.actor("tarkastaja"))
    assert [each["action"] for each in looks].count("likely_duplicates") >= 2


def test_a_sister_is_proposed_as_family_and_never_as_the_same_person(earlier: Story) -> None:
    """The same family name and number, another birth year."""
    sister = Story(earlier.world)
    sister.applies(**{**NADIA, "given_names": "Samira", "born_on": "1999-02-03"})
    found = likely(sister)
    assert found.hits == ()
    (hit,) = found.family
    assert (hit.case.reference, hit.name) == (earlier.reference, "Nadia Kuvitelma")
    assert hit.likeness.reasons == (Reason.FAMILY_NAME, Reason.PHONE)
    visitor = signed_in(sister.world, "kirjaaja")
    registering = f"/tasks/{sister.task('register').id}"
    for address in (registering, f"/cases/{sister.reference}/duplicates"):
        assert "Mahdollisesti samaa perhettä" in visitor.get(address).text
    chosen = visitor.get(f"/cases/{sister.reference}/duplicates?other={earlier.reference}&kind=family")
    assert chosen.tree.xpath("//input[@name='kind' and @value='family' and @checked]")
    other = Story(earlier.world)
    other.applies(**{**NADIA, "given_names": "Samira", "family_name": "Toinen", "born_on": "1999-02-03"})
    assert earlier.reference not in {each.case.reference for each in likely(other).family}, (
        "a shared number alone"
    )
    does(sister, LinkCases(sister.reference, earlier.reference, "family", "Hän kertoi sisarestaan itse."))
    assert likely(sister).family == (), "it has been answered"


def test_what_is_no_other_case_of_theirs_is_refused_beside_the_field(earlier: Story, later: Story) -> None:
    for wanted in ("2026-999999", "ei ole", later.reference):
        with pytest.raises(Invalid) as refused:
            later.does("kirjaaja", "register", duplicate_found="yes", duplicate_reference=wanted)
        assert refused.value.field == "duplicate_reference", wanted
    assert later.file.relations.links == ()


def test_two_found_to_be_two_people_are_not_proposed_again(earlier: Story, later: Story) -> None:
    does(later, LinkCases(later.reference, earlier.reference, "not_same", "Eri henkilöt, kuvat verrattu."))
    assert likely(later).hits == likely(earlier).hits == ()
    with pytest.raises(ContraryLink):
        does(later, LinkCases(later.reference, earlier.reference, "same_person", REASON))


def test_what_can_not_be_joined_is_refused_with_its_reason(earlier: Story, later: Story) -> None:
    third, fourth = Story(earlier.world), Story(earlier.world)
    third.applies()
    fourth.applies()
    one, two, three, four = (each.reference for each in (earlier, later, third, fourth))
    for command in (
        LinkCases(one, one, "family", REASON),
        LinkCases(one, "2026-999999", "family", REASON),
        LinkCases(one, two, "cousins", REASON),
        LinkCases(one, two, "family", "lyhyt"),
        HandleTogether(one, one, REASON),
        HandleTogether(one, "", REASON),
        HandleTogether(one, two, "x" * 501),
    ):
        with pytest.raises(Invalid):
            does(earlier, command)
    does(earlier, LinkCases(one, two, "family", REASON))
    for reference, other in ((one, two), (two, one)):
        with pytest.raises(LinkedAlready):
            does(earlier, LinkCases(reference, other, "family", REASON))
    (link,) = earlier.file.relations.links
    with pytest.raises(NotLinked):
        does(third, UnlinkCases(three, link.pair_id, "Ei tämän asian linkki."))

    does(earlier, HandleTogether(one, two, REASON))
    does(earlier, HandleTogether(two, three, REASON))
    for reference, other in ((one, two), (three, one)):
        with pytest.raises(HandledTogetherAlready):
            does(earlier, HandleTogether(reference, other, REASON))
    with pytest.raises(NotHandledTogether):
        does(fourth, HandleApart(four, REASON))
    does(earlier, HandleApart(two, REASON))
    together = earlier.file.relations.together
    assert together is not None
    assert [each.reference for each in together.cases] == [three]
    does(earlier, HandleTogether(two, four, REASON))
    with pytest.raises(OtherHandledTogether):
        does(earlier, HandleTogether(one, four, REASON))


def test_a_closed_case_is_linked_and_not_handled_together(earlier: Story, later: Story) -> None:
    later.does(
        "kirjaaja", "register", competence="transfer", transfer_to="migri", transfer_reason="Oleskelulupa."
    )
    later.ends()
    assert later.case.state is CaseState.CLOSED
    with pytest.raises(NotPending):
        does(earlier, HandleTogether(earlier.reference, later.reference, REASON))
    does(earlier, LinkCases(earlier.reference, later.reference, "same_person", REASON))


def test_a_link_opens_nobodys_file_and_a_restricted_case_is_joined_with_none(
    earlier: Story, later: Story
) -> None:
    does(earlier, LinkCases(earlier.reference, later.reference, "same_person", REASON))
    does(earlier, HandleTogether(earlier.reference, later.reference, REASON))
    does(earlier, RestrictCase(earlier.reference, "Entinen työnantaja kysyy."), "esihenkilo")

    seen = later.read_by("toinen")
    assert (seen.relations.links, seen.relations.together) == ((), None)
    assert all(earlier.reference not in str(each) for each in seen.timeline)
    other = Story(earlier.world)
    other.applies()
    for reference, to in ((other.reference, earlier.reference), (later.reference, earlier.reference)):
        with pytest.raises(Invalid, match="ei löydy asiaa"):
            does(other, LinkCases(reference, to, "family", REASON), "toinen")
    with pytest.raises(RestrictedCase):
        does(other, HandleTogether(other.reference, earlier.reference, REASON), "esihenkilo")
    with pytest.raises(Forbidden):
        does(other, HandleTogether(other.reference, later.reference, REASON), "kirjaaja")


def test_a_caller_who_has_been_here_is_noticed_before_there_is_a_case(earlier: Story) -> None:
    asked = LikelyDuplicatesOf("Nadya", "Kuvitelma", "5.12.1996", "0000000005")
    hits, has_hidden = earlier.world.engine.answer(asked, earlier.world.actor("paivystaja"))
    assert ([each.case.reference for each in hits], has_hidden) == ([earlier.reference], False)
    nobody = earlier.world.engine.answer(LikelyDuplicatesOf(), earlier.world.actor("paivystaja"))
    assert nobody == ((), False)


def test_a_child_and_the_case_it_was_opened_from_are_no_duplicates(story: Story) -> None:
    child = {"given_names": "Eeli", "family_name": "Keksitty", "in_finland": "yes", "born_on": "2018-03-01"}
    story.applies(has_children="yes", children=[child])
    story.does("kirjaaja", "register", has_children="yes", child_welfare_considered="not_needed")
    assert story.file.children
    assert likely(story).hits == likely(story.child()).hits == ()
