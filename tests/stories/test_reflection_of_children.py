"""Before a child gets no reflection period, each who speaks for the child is heard, and the child (434/2003 14, 34 §)."""

from __future__ import annotations

from typing import Any

import pytest

from engine.casework.answers import HEARD
from engine.casework.recordings.hearing import TimeTooShort
from engine.casework.recordings.reflection_hearing import (
    HeardSinceChanged,
    OthersHeard,
    RowMissing,
    TimeNotOver,
)
from engine.casework.reflection_hearings import heard_values
from engine.domain.cases import Case
from engine.domain.people import SYSTEM
from engine.domain.safe_contact import CallNotSafe
from engine.errors import AnswersRejected
from engine.queries.resolution_page import ReadLetter
from engine.queries.task_page import OpenTaskPage, TaskPage
from engine.storage.parties import Party
from tests.stories.test_reflection import ADVERSE, newest_letter, proposes, reflecting
from tests.stories.test_representatives import adds
from tests.support.browsing import signed_in
from tests.support.party_changes import changes, person
from tests.support.story import Story
from tests.support.working import Doing

CALLED = {"contact": {"safe_channels": ["phone"], "phone": "+358 50 000 0019"}}
NO_ALONE = dict.fromkeys(
    ("hearing_way", "hearing_given_on", "hearing_until", "reflection_opinion"),
)


def reflecting_child(story: Story, born_on: str | None, **representative: Any) -> Party:
    """A child admitted as a victim without a right to stay, and who speaks for the child."""
    story.applies(is_under_18="yes", born_on=born_on)
    speaker = adds(story, **representative)
    child = {
        "is_child": "yes",
        "representative_state": "representative",
        "child_welfare_considered": "not_needed",
    }
    story.does("kirjaaja", "register", **child)
    story.until("sign_resolution")
    story.does("paattaja", "sign_resolution")
    story.until("contact_client")
    story.does("kasittelija", "contact_client", stay_status="no_right")
    return speaker


def row(story: Story, party: Party, **changes: Any) -> dict[str, Any]:
    answers = {
        "heard_party": str(party.id),
        "party_answer": "heard",
        "party_way": "in_person",
        "party_told_on": story.today.isoformat(),
        "party_until": str(story.today.replace(day=story.today.day + 14)),
        "party_words": f"{party.kind} haluaa ajan.",
        **changes,
    }
    return {name: value for name, value in answers.items() if value is not None}


def refuses(story: Story, *rows: dict[str, Any], **answers: Any) -> None:
    each = {**NO_ALONE, "hearing": "each", "heard_each": list(rows)}
    proposes(story, "not_given", reflection_until=None, **{**each, **answers})


def task_page(story: Story) -> TaskPage:
    task = story.task("reflection_period")
    return story.world.engine.answer(OpenTaskPage(task.id), story.world.actor("kasittelija"))


@pytest.mark.databases
def test_a_child_of_thirteen_is_heard_beside_the_one_who_speaks_and_the_record_names_both(
    story: Story,
) -> None:
    speaker = reflecting_child(story, "2013-03-01", **CALLED)
    child = person(story)
    with pytest.raises(OthersHeard) as in_childs_name:
        proposes(story, "not_given", reflection_until=None)
    assert in_childs_name.value.field == "hearing"
    assert speaker.name in in_childs_name.value.values["names"]
    with pytest.raises(RowMissing) as unspoken:
        refuses(story, row(story, child))
    assert speaker.name in unspoken.value.values["names"]
    with pytest.raises(RowMissing) as unheard:
        refuses(story, row(story, speaker))
    assert child.name in unheard.value.values["names"]
    of_child = row(story, child, party_until=story.today.isoformat())
    with pytest.raises(TimeTooShort) as short:
        refuses(story, of_child, row(story, speaker, party_until=story.today.isoformat()))
    assert short.value.field == "heard_each.1.party_until"
    with pytest.raises(CallNotSafe) as unsafe:
        refuses(story, {**of_child, "party_way": "phone"}, row(story, speaker))
    assert unsafe.value.field == "heard_each.0.party_way"

    refuses(story, of_child, row(story, speaker, party_way="phone"))
    task = story.task("sign_reflection_period")
    letter = story.world.engine.answer(ReadLetter(task.id), story.world.actor("paattaja"))
    assert letter is not None
    assert letter.signing is not None
    assert [(each.name, each.way, each.words) for each in letter.signing.hearings] == [
        (child.name, "in_person", "applicant haluaa ajan."),
        (speaker.name, "phone", "representative haluaa ajan."),
    ]
    page = signed_in(story.world, "paattaja").get(f"/tasks/{task.id}").text
    for words in (speaker.name, "representative haluaa ajan.", "applicant haluaa ajan."):
        assert words in page
    story.does("paattaja", "sign_reflection_period")
    written = "".join(newest_letter(story).split())
    for words in (f"{speaker.name}, jolle siitä kerrottiin", f"{child.name}, jolle siitä kerrottiin"):
        assert "".join(words.split()) in written
    assert "434/2003)14,34" in written
    assert "representativehaluaaajan." in written
    assert "applicanthaluaaajan." not in written, "who speaks for the child reads the letter"
    assert "saikertoamielipiteensä" in written
    assert "Asianosaiselle kerrottiin" not in newest_letter(story)
    case_page = signed_in(story.world, "kasittelija").get(f"/cases/{story.reference}").text
    assert f"{speaker.name}, Edustaja" in case_page
    assert str(speaker.id) not in case_page


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_of_a_child_of_unknown_age_the_letter_says_if_they_answered_and_not_what(
    story: Story, language: str
) -> None:
    """They are served themselves, and the guardian too."""
    speaker = reflecting_child(story, None)
    child, case = person(story), story.case
    assert child.is_minor
    lines = {
        answer: heard_lines(
            story,
            case,
            language,
            *(
                {**row(story, each, party_answer=answer), "party_told_on": story.today}
                for each in (child, speaker)
            ),
        )
        for answer in ("heard", "no_answer", "declined")
    }
    for answer, (of_child, of_speaker) in lines.items():
        assert child.name in of_child
        assert "applicant haluaa ajan." not in of_child
        assert ("representative haluaa ajan." in of_speaker) is (answer == "heard")
    words = {
        "fi": ("kertoi mielipiteensä.", "ei vastannut määräajassa.", "ei halunnut ottaa kantaa."),
        "sv": ("framförde sin åsikt.", "svarade inte inom den utsatta tiden.", "ville inte ta ställning."),
    }
    for (of_child, _), stands in zip(lines.values(), words[language], strict=True):
        assert stands in of_child
        assert "sai kertoa" not in of_child


def heard_lines(story: Story, case: Case, language: str, *rows: dict[str, Any]) -> list[str]:
    answers = {"hearing": "each", "heard_each": list(rows), "hearing_held": "Ajan epääminen."}
    act = Doing(lambda work: heard_values(work, case, answers, language, {"hearings"}))
    return story.world.engine.perform(act, SYSTEM)["hearings"].splitlines()


def test_at_sixteen_silence_of_the_one_who_speaks_counts_after_their_last_day(story: Story) -> None:
    speaker = reflecting_child(story, "2010-03-01")
    silent = row(story, speaker, party_answer="no_answer", party_words=None)
    own = row(story, person(story), party_answer="declined", party_words=None)
    with pytest.raises(TimeNotOver) as early:
        refuses(story, own, silent)
    assert early.value.field == "heard_each.1.party_answer"
    with pytest.raises(TimeTooShort):
        refuses(story, {**own, "party_until": story.today.isoformat()}, silent)
    story.passes(days=15)
    refuses(story, own, silent)
    story.does("paattaja", "sign_reflection_period")
    written = newest_letter(story)
    assert "ei vastannut määräajassa" in written
    assert "ei halunnut ottaa kantaa" in written


def test_a_child_of_thirteen_is_not_recorded_as_silent_while_their_time_runs(story: Story) -> None:
    speaker = reflecting_child(story, "2013-03-01")
    silent = row(story, person(story), party_answer="no_answer", party_words=None)
    spoken = row(story, speaker)
    with pytest.raises(TimeNotOver) as early:
        refuses(story, silent, spoken)
    assert early.value.field == "heard_each.0.party_answer"
    with pytest.raises(TimeNotOver):
        refuses(story, {**silent, "party_until": story.today.isoformat()}, spoken)
    story.passes(days=15)
    refuses(story, silent, spoken)
    assert "sign_reflection_period" in story.forms


def test_silence_of_a_child_does_not_count_before_the_letter_reaches_them(story: Story) -> None:
    speaker = reflecting_child(story, "2013-03-01")
    changes(story, person(story), {"safe_channels": ["post"], "postal_address": "Esimerkkitie 1"})
    posted = {"party_way": "post", "party_until": story.today.isoformat()}
    silent = row(story, person(story), party_answer="no_answer", party_words=None, **posted)
    spoken = row(story, speaker)
    story.passes(days=2)
    with pytest.raises(TimeNotOver):
        refuses(story, silent, spoken)
    story.passes(days=6)
    refuses(story, silent, spoken)


def test_of_a_small_child_the_one_who_speaks_is_heard_alone(story: Story) -> None:
    speaker = reflecting_child(story, "2018-03-01")
    assert dict(task_page(story).choices[HEARD]) == {str(speaker.id): speaker.name}
    with pytest.raises(AnswersRejected) as stranger:
        refuses(story, row(story, person(story)))
    assert list(stranger.value.problems) == ["heard_each.0.heard_party"]
    refuses(story, row(story, speaker))
    assert "sign_reflection_period" in story.forms


def test_a_refusal_is_returned_where_somebody_speaks_who_was_not_heard(story: Story) -> None:
    speaker = reflecting_child(story, "2018-03-01")
    refuses(story, row(story, speaker))
    late = adds(story, "guardian")
    with pytest.raises(HeardSinceChanged) as unheard:
        story.does("paattaja", "sign_reflection_period")
    assert unheard.value.field == "reflection_signature"
    back = {"reflection_signature": "return", "return_reason": "Huoltajaa ei ole kuultu."}
    story.does("paattaja", "sign_reflection_period", **back, delegation_confirmed=None)
    refuses(story, row(story, speaker), row(story, late))
    story.does("paattaja", "sign_reflection_period")


def test_the_form_offers_an_adult_no_rows_and_a_child_no_hearing_alone(story: Story) -> None:
    reflecting(story)
    assert task_page(story).withheld["hearing"] == {"each"}
    page = signed_in(story.world, "kasittelija").get(f"/tasks/{story.task('reflection_period').id}")
    assert page.tree.xpath("//input[@name='hearing' and @value='heard']")
    assert not page.tree.xpath("//input[@name='hearing' and @value='each']")


def test_the_form_of_a_child_names_who_is_heard_with_their_part(story: Story) -> None:
    speaker = reflecting_child(story, "2018-03-01")
    assert task_page(story).withheld["hearing"] == {"heard", "no_answer"}
    page = signed_in(story.world, "kasittelija").get(f"/tasks/{story.task('reflection_period').id}")
    offered = page.tree.xpath("//select[@name='heard_each.0.heard_party']/option[@value!='']")
    assert [each.text_content().strip() for each in offered] == [f"{speaker.name}, Edustaja"]
    assert set(ADVERSE) <= {
        each.get("value") for each in page.tree.xpath("//input[@name='reflection_proposal']")
    }
