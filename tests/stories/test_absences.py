"""Several absences of one person: each with its days and its deputy, and none ends because another is recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.commands.absences import EndAbsence, RecordAbsence
from engine.errors import Invalid
from engine.executor import Command
from engine.queries.absences import OpenAbsence
from engine.queries.my_cases import MyCases
from engine.queries.whose_cases import Whose
from tests.support.story import Story

DAY = timedelta(days=1)


def records(story: Story, command: Command[object], who: str = "esihenkilo") -> None:
    story.world.engine.perform(command, story.world.actor(who))


def stood_in(story: Story, deputy: str) -> int:
    return len(story.world.engine.answer(MyCases(Whose.STANDING_IN), story.world.actor(deputy)).lines)


def deputies(story: Story) -> list[str]:
    page = story.world.engine.answer(OpenAbsence("kasittelija"), story.world.actor("esihenkilo"))
    return [each.absence.deputy for each in page.lines]


@pytest.mark.databases
def test_a_holiday_is_recorded_while_an_illness_lasts(registered: Story) -> None:
    world, today = registered.world, registered.today
    records(registered, RecordAbsence("kasittelija", today, today + 4 * DAY, "toinen"))
    holiday = RecordAbsence("kasittelija", today + 28 * DAY, today + 34 * DAY, "kaksoisrooli")
    records(registered, holiday, "kasittelija")

    assert deputies(registered) == ["toinen", "kaksoisrooli"]
    kerttu = world.people["kasittelija"]
    away = [kerttu.is_away(today + passed * DAY) for passed in (0, 4, 5, 27, 28, 34, 35)]
    assert away == [True, True, False, False, True, True, False]
    assert (stood_in(registered, "toinen"), stood_in(registered, "kaksoisrooli")) == (1, 0)

    registered.passes(days=29)
    assert deputies(registered) == ["kaksoisrooli"], "what is over is not shown"
    assert (stood_in(registered, "toinen"), stood_in(registered, "kaksoisrooli")) == (0, 1)


def test_days_of_another_absence_are_refused_and_a_change_names_its_own(registered: Story) -> None:
    today = registered.today
    records(registered, RecordAbsence("kasittelija", today, today + 4 * DAY, "toinen"))
    records(registered, RecordAbsence("kasittelija", today + 28 * DAY, today + 34 * DAY))
    for since, until in ((0, 0), (4, 10), (-3, 40), (34, 36)):
        with pytest.raises(Invalid) as refused:
            records(registered, RecordAbsence("kasittelija", today + since * DAY, today + until * DAY))
        assert refused.value.field == "away_from"

    illness, holiday = registered.world.people["kasittelija"].absences
    longer = RecordAbsence("kasittelija", today, today + 6 * DAY, "toinen", absence_id=illness.id)
    records(registered, longer)
    assert deputies(registered) == ["toinen", ""]
    with pytest.raises(Invalid):
        records(registered, longer)
    with pytest.raises(Invalid):
        records(registered, EndAbsence("kasittelija"))
    records(registered, EndAbsence("kasittelija", holiday.id))
    assert deputies(registered) == ["toinen"]
    records(registered, EndAbsence("kasittelija"))
    assert deputies(registered) == []


def test_nobody_is_a_deputy_on_a_day_of_any_of_their_own_absences(registered: Story) -> None:
    today = registered.today
    for begins in (2, 20):
        own = RecordAbsence("toinen", today + begins * DAY, today + (begins + 1) * DAY)
        records(registered, own, "toinen")
    for begins, is_refused in ((1, True), (10, False), (19, True)):
        command = RecordAbsence("kasittelija", today + begins * DAY, today + (begins + 2) * DAY, "toinen")
        if is_refused:
            with pytest.raises(Invalid) as refused:
                records(registered, command)
            assert refused.value.field == "deputy"
        else:
            records(registered, command)
