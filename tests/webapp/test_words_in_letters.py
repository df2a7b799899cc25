"""Beside each text that enters a letter as it is typed: the language of the letter, where it is another than the page's."""

from __future__ import annotations

import pytest
from flask import Flask

from engine.casework.words_in_letters import LETTERS
from engine.feel import parse
from forms.catalogue import read_form
from tests.support.browsing import signed_in
from tests.support.story import Story
from tests.support.world import World

NOTE = "Kirjeen kieli: ruotsi."


def hints(story: Story, world: World, app: Flask, form: str) -> dict[str, str]:
    page = signed_in(world, "kasittelija", app).get(f"/tasks/{story.task(form).id}")
    return {
        each.get("id")[2:-5]: each.text_content()
        for each in page.tree.xpath("//*[substring(@id, string-length(@id) - 4) = '-hint']")
    }


@pytest.mark.parametrize(("language", "is_noted"), [("sv", True), ("fi", False)])
def test_a_text_of_a_letter_in_another_language_says_so(
    story: Story, world: World, app: Flask, language: str, is_noted: bool
) -> None:
    story.applies()
    story.does("kirjaaja", "register", language=language)
    story.until("assessment")
    noted = {name for name, words in hints(story, world, app, "assessment").items() if NOTE in words}
    asked = {"hearing_told", "hearing_material", "hearing_unnecessary_reasons"}
    assert noted == (asked if is_noted else set())
    story.until("prepare_resolution")
    noted = {name for name, words in hints(story, world, app, "prepare_resolution").items() if NOTE in words}
    assert ("reasons" in noted) is is_noted
    story.does(
        "kasittelija", "prepare_resolution", resolution_language=language, language_reasons="Hän pyysi sitä."
    )
    story.does("paattaja", "sign_resolution")
    noted = {name for name, words in hints(story, world, app, "contact_client").items() if NOTE in words}
    assert noted == (set(LETTERS["contact_client"]) if is_noted else set())


@pytest.mark.parametrize("form", LETTERS)
def test_each_text_that_enters_a_letter_is_a_question_of_its_form(form: str) -> None:
    fields = read_form(form, parse=parse).fields
    asked = {each.key for each in fields} | {column.key for each in fields for column in each.fields}
    assert set(LETTERS[form]) <= asked


def test_each_text_of_a_decision_on_the_reflection_period_says_that_it_leaves() -> None:
    fields = read_form("reflection_period", parse=parse).fields
    hints = {each.key: each.hint for each in (*fields, *(column for row in fields for column in row.fields))}
    # The person alone reads their own words.
    asked = set(LETTERS["reflection_period"]) - {"reflection_opinion"}
    assert {name for name in asked if "päätökse" not in hints[name]} == set()
