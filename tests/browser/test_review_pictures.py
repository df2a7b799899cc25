"""The picture of a text's place in a real browser: it shows the text readably, and nothing of it stands outside its frame."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from engine.commands.people import Appoint
from engine.domain.people import OPERATOR, Power
from engine.domain.text_reviews import SourceText
from tests.support.axe import faults
from tests.support.world import World

LEAVE = SourceText("Poistu nopeasti")
"""Stands on a button that has a place of its own in the window, above everything."""
OUTSIDE = """() => {
  const frame = document.querySelector(".review-picture"), {top, right, bottom, left} = frame.getBoundingClientRect();
  return [...frame.shadowRoot.querySelectorAll(".leave")]
    .map(element => [element, element.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.top < top || box.bottom > bottom || box.left < left || box.right > right))
    .map(([element]) => element.outerHTML.slice(0, 120));
}"""
FAINT = """() => {
  const ink = getComputedStyle(document.body).color;
  return [...document.querySelector(".review-picture").shadowRoot.querySelectorAll("mark")]
    .filter(mark => getComputedStyle(mark).color !== ink).map(mark => mark.parentElement.outerHTML.slice(0, 120));
}"""


@pytest.mark.parametrize("width", [1280, 390])
def test_a_button_with_a_place_of_its_own_stays_in_the_picture(
    world: World, sign_in: Callable[..., Page], width: int
) -> None:
    appointment = Appoint(world.people["kieli"].id, Power.REVIEW_AR, world.clock().date())
    world.engine.perform(appointment, OPERATOR)
    page = sign_in("kieli")
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"/translations/ar/{LEAVE.key}?place=page-layouts-public")

    assert page.evaluate(OUTSIDE) == []
    assert page.evaluate(FAINT) == []
    assert faults(page) == []
