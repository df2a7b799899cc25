"""Two requests to other authorities stand with the name and the number of each wherever one is read or chosen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask

from tests.support import answers as plain
from tests.support.browsing import signed_in
from tests.support.story import Story
from tests.support.world import World

NAMES = ("Kuviteltu laitos", "Keksitty virasto")


@pytest.fixture
def asked(story: Story) -> Story:
    story.applies()
    story.until("sufficiency")
    story.does("kasittelija", "sufficiency", enough="ask", missing="Työpaikka", account_known="no")
    due = story.today + timedelta(days=14)
    rows = [plain.request("outside_authority", due) | {"recipient_name": name} for name in NAMES]
    story.does("kasittelija", "new_information_request", requests=rows, round_reason="Siksi.")
    story.passes(minutes=5)
    return story


def test_each_place_names_the_recipient_and_the_number(world: World, app: Flask, asked: Story) -> None:
    worker = signed_in(world, "kasittelija", app)
    named = [f"{name}, REQ-{number}" for number, name in enumerate(NAMES, 1)]
    case = worker.get(f"/cases/{asked.reference}")
    table, open_list = (case.tree.get_element_by_id(each).text_content() for each in ("requests", "now"))
    events = worker.get(f"/cases/{asked.reference}?events=all").text
    arrivals = worker.get(f"/cases/{asked.reference}/arrivals").text
    tasks = [each for each in asked.case_status.tasks if (each.business_key or "").startswith("REQ-")]
    pages = {each.business_key: worker.get(f"/tasks/{each.id}").heading for each in tasks}
    assert len(pages) == 2
    for number, each in enumerate(named, 1):
        for place in (table, open_list, events, arrivals, pages[f"REQ-{number}"]):
            assert each in place
    assert "muu viranomainen, REQ" not in case.text


def test_two_answers_show_on_their_folds_to_which_request_from_whom_and_when(
    world: World, app: Flask, asked: Story
) -> None:
    came = []
    for number in (1, 2):
        asked.passes(days=1)
        asked.answers(f"REQ-{number}")
        came.append(asked.today)
    worker = signed_in(world, "kasittelija", app)
    task = asked.task("review_reply", "REQ-1")
    for address in (f"/cases/{asked.reference}", f"/tasks/{task.id}"):
        page = worker.get(address)
        folds = [" ".join(each.text_content().split()) for each in page.tree.xpath("//details/summary")]
        assert [each for each in folds if each.startswith("Vastaus kysymyksiin")] == [
            f"Vastaus kysymyksiin: {name}, REQ-{number} {day.day}.{day.month}.{day.year}, muu viranomainen"
            for number, name, day in ((2, NAMES[1], came[1]), (1, NAMES[0], came[0]))
        ], address
    links = worker.get(f"/cases/{asked.reference}").tree.xpath("//a[starts-with(., 'Korjaa tai täsmennä')]")
    named = [" ".join(each.text_content().split()) for each in links]
    assert len(named) == len(set(named))
