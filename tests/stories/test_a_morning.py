"""A caseworker's morning with eight cases: one list says what is hers, in which order, and what waits for whom and until when."""

from __future__ import annotations

from datetime import timedelta

from engine.domain.waits import WaitKind
from engine.queries.my_cases import CaseLine, MyCases, Turn
from tests.stories.test_my_cases import asks
from tests.support.story import Story
from tests.support.world import World

HER_OWN = ("triage_override", "sufficiency", "assessment", "prepare_resolution")


def test_a_morning_with_eight_cases(world: World) -> None:
    hers = {"caseworker": str(world.people["kasittelija"].id)}

    def begins(**known: str) -> Story:
        story = Story(world)
        story.applies(**known)
        story.does("kirjaaja", "register", **hers, **known)
        return story

    def seen() -> dict[str, CaseLine]:
        lines = world.engine.answer(MyCases(), world.actor("kasittelija")).lines
        places = [list(Turn).index(each.turn) for each in lines]
        assert places == sorted(places), "stuck and late first, then hers, then what others are to do"
        assert all(each.back_on >= story.today for each in lines), "each comes back on a day"
        return {each.case.reference: each for each in lines}

    asked, answered = begins(), begins()
    for story in (asked, answered):
        story.until("sufficiency")
        asks(story)
    answered.answers("REQ-1")
    story = answered
    at_the_signer = begins()
    at_the_signer.until("sign_resolution")
    at_steps = [begins() for _ in HER_OWN]
    for each, form in zip(at_steps, HER_OWN, strict=True):
        each.until(form)
    in_danger = begins(in_danger="yes")

    found = seen()
    assert len(found) == 8
    assert found[in_danger.reference].warnings.is_in_danger
    assert found[answered.reference].is_mine, "an answer waits to be read"
    assert found[asked.reference].turn is Turn.OTHERS
    assert found[asked.reference].wait.kind is WaitKind.REPLY
    assert found[at_the_signer.reference].turn is Turn.OTHERS

    for each, form in zip(at_steps, HER_OWN, strict=True):
        assert found[each.reference].is_mine
        assert found[each.reference].wait.task_id == each.task(form).id, "the line leads to the step"
        each.does("kasittelija", form)
    answered.does("kasittelija", "review_reply")
    later = seen()
    assert set(later) == set(found), "no case has left the list"
    assert later[at_steps[-1].reference].turn is Turn.OTHERS, "prepared: somebody else signs"
    assert later[at_steps[0].reference].wait.task_id != found[at_steps[0].reference].wait.task_id

    asked.passes(days=20)
    late = seen()[asked.reference]
    assert (late.turn, late.is_stalled) == (Turn.STUCK, True), "what nobody answers comes first by itself"
    assert late.back_on <= asked.today + timedelta(days=1)
