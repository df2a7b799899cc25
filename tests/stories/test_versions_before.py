"""A case that stays on a version from before letters were posted by a person: it comes to its end, and the record is true."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from engine.bootstrap import shipped_files
from engine.casework.decision_corrections import REPEATS
from engine.casework.recordings import contact
from engine.casework.resolution_letter import draft_of
from engine.domain.people import SYSTEM
from engine.errors import Invalid
from engine.operations import papers
from tests.stories.test_delivery import BY_POST
from tests.stories.test_removal import assessed as removal_assessed
from tests.stories.test_removal import letter
from tests.stories.test_removal_of_children import OF_A_CHILD, child_client
from tests.support.answers import request
from tests.support.browsing import signed_in, visitor
from tests.support.publishing import published
from tests.support.story import Story
from tests.support.working import Doing


def before_posting(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The shipped models without the form by which the program knows that a person posts letters."""
    form, renamed = b"post_paper", b"send_paper"
    return {
        path.replace("post_paper.form", "send_paper.form"): data.replace(
            b'value="%s"' % form, b'value="%s"' % renamed
        ).replace(b'"id": "%s"' % form, b'"id": "%s"' % renamed)
        for path, data in files.items()
    }


def test_a_letter_that_arrived_is_recorded_where_a_decision_is_handed_over(story: Story) -> None:
    published(story.world.engine, before_posting(shipped_files()))
    story.applies(**BY_POST)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    assert "post_letter" not in story.forms
    assert "resolution_dispatched" not in story.events, "nobody has posted anything"
    story.passes(days=6)
    arrived = (story.today - timedelta(days=1)).isoformat()
    story.does(
        "kasittelija",
        "record_delivery",
        delivery_channel="acknowledgement",
        proof="receipt",
        served_on=arrived,
        handed_by=None,
        handed_where=None,
    )
    (delivery,) = story.file.deliveries
    assert (delivery.channel, delivery.state, delivery.served_on) == (
        "acknowledgement",
        "served",
        story.today - timedelta(days=1),
    )


def with_one_hearing_in_its_letter(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The shipped models with letters of removal that have no place for several who are heard, as in the version before."""
    section = re.compile(
        rb'\[\[(fi|sv)\.sections\]\]\nkey = "(heard_each|provisions_each)"\n.*?items = \[[^\n]*\]\n\n',
        re.DOTALL,
    )
    named = re.compile(rb'^(  "hearings",|hearings = ".*")\n', re.MULTILINE)
    before = {
        path: named.sub(b"", section.sub(b"", data))
        for path, data in files.items()
        if path.rpartition("/")[2].startswith("removal_notice")
    }
    assert not any(b"hearings" in data for data in before.values())
    assert before
    return {**files, **before}


def test_each_who_was_heard_stands_in_the_letter_of_a_removal_of_the_version_before(story: Story) -> None:
    published(story.world.engine, with_one_hearing_in_its_letter(shipped_files()))
    child = child_client(story, "2010-03-01")
    names = {each.kind: each.name for each in child.file.parties}
    removal_assessed(child, **OF_A_CHILD)
    for reference in ("HEAR-1", "HEAR-2"):
        child.does("kasittelija", "post_paper", reference)
        child.does("kasittelija", "hearing_reply", reference, opinion=f"Vastaus {reference}.")
        child.does("kasittelija", "review_reply", reference)
    child.does("kasittelija", "prepare_removal")
    child.does("paattaja", "sign_removal")
    written = "".join(letter(child).split()).replace("–", "")
    for stands in (
        "Asianosaiselle kerrottiin",
        f"({names['applicant']})",
        f"({names['guardian']})",
        "sanoi: Vastaus HEAR-1.",
        "sanoi: Vastaus HEAR-2.",
    ):
        assert "".join(stands.split()) in written, stands


def oral_words_in(child: Story, **content: Any) -> str:
    """Return the answers to the wish to be heard orally in a letter of removal, in the places of both versions."""
    case = child.case
    draft = child.world.engine.perform(
        Doing(
            lambda work: draft_of(
                work,
                case,
                work.instances.models(case.deployment_id),
                kind="removal",
                outcome="removed",
                language="fi",
                content=content,
            )
        ),
        SYSTEM,
    )
    return "\n".join(draft.values.get(name, "") for name in ("oral_answers", "oral_held", "oral_refused"))


@pytest.mark.parametrize(("born_on", "is_withheld"), [("2022-03-01", True), ("2010-03-01", False)])
def test_the_words_of_a_small_child_in_a_version_before_stay_out_of_the_guardians_letter(
    story: Story, born_on: str, is_withheld: bool
) -> None:
    """It had one answer, and did not say whose: also in a corrected copy of such a decision."""
    child = child_client(story, born_on)
    words = "Hän kertoi pelkäävänsä kotona."
    kept = {"key": "removal_notice", "parts": [], "values": {"oral_held": words}, "follows": []}
    for content in (
        {"answers": {"oral_request": "held", "oral_words": words}},
        {"answers": {}, REPEATS: kept},
    ):
        written = oral_words_in(child, **content)
        assert (words not in written) is is_withheld
        assert "ja häntä kuultiin" in written
    why = "Kirjallinen selvitys riittää."
    assert why in oral_words_in(child, answers={"oral_request": "refused", "oral_reasons": why})


def offering_the_right_of_others(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The shipped models with 746/2011 58 § among the bases of a request, as versions before offered it."""
    choice = b'"value": "l615_13_4_3"\n            }'
    old = choice + b',\n            {"label": "746/2011 58 \xc2\xa7", "value": "l746_58"}'
    path = "forms/new_information_request.form"
    assert choice in files[path]
    return {**files, path: files[path].replace(choice, old)}


def test_the_right_of_others_is_no_basis_in_a_version_that_offers_it_and_what_was_asked_on_it_stays(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = offering_the_right_of_others(shipped_files())
    published(story.world.engine, offered)
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", reason="Ehdot puuttuvat.", missing="Ehdot")
    row = {**request("outside_authority", story.today + timedelta(days=14)), "legal_basis": "l746_58"}
    asking = {"requests": [row], "round_reason": "Ehdot puuttuvat."}
    with pytest.raises(Invalid) as refused:
        story.does("kasittelija", "new_information_request", **asking)
    assert refused.value.field == "requests.0.legal_basis"

    with monkeypatch.context() as before:
        before.setattr(contact, "RIGHT_OF_OTHERS", "")
        before.setitem(papers.LEGAL_BASES, "l746_58", "746/2011 58 §")
        story.does("kasittelija", "new_information_request", **asking)
    story.passes(days=8)
    (asked,) = story.file.requests
    assert asked.legal_basis == "746/2011 58 §"
    read = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}").text
    page = visitor(story.world).get(f"/fi/r/{story.link_of(asked)}").text
    assert "746/2011 58 §" in read
    assert "746/2011 58 §" in page
    assert "salassapitosäännösten estämättä" not in page, "it gives us no right"
    story.answers("REQ-1")
    assert story.file.requests[0].answered_at is not None
