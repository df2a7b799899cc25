"""Pages of forms, drawn with a bare Jinja environment: every question labelled, every mistake beside its question."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import jinja2
import lxml.html
import polib
import pytest

import webapp
from engine.feel import parse
from forms.catalogue import form_keys, read_form
from forms.errors import AnswersRejected
from forms.submission import accept
from forms.translations import translated
from forms.views import shown
from tests.forms.writing import TODAY, asked, choices, form, rows
from webapp.rendering.assets import icon
from webapp.rendering.forms.page import form_page
from webapp.rendering.forms.texts import page_messages

TEMPLATE = """{% from "forms/parts.html" import form_sections, answers_shown %}
<form>{{ form_sections(page) }}{{ answers_shown(answers, change="to_step") }}</form>"""


@pytest.fixture(scope="module")
def environment():
    loader = jinja2.FileSystemLoader(Path(webapp.__file__).parent / "templates")
    made = jinja2.Environment(
        loader=loader,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_null_translations(newstyle=True)
    made.globals.update(icon=icon)
    return made


def drawn(environment, definition, answers=(), **more):
    page = form_page(definition, say=str, **more)
    return lxml.html.fromstring(environment.from_string(TEMPLATE).render(page=page, answers=answers))


def inputs(page):
    return page.xpath(".//input[not(@type='hidden')] | .//select | .//textarea")


def is_labelled(page, element):
    return bool(element.xpath("ancestor::label") or page.xpath(f".//label[@for='{element.get('id')}']"))


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("key", form_keys())
def test_every_question_of_a_shipped_form_is_drawn_and_labelled(environment, key, language):
    definition = translated(read_form(key, parse=parse), language)
    known = dict.fromkeys(definition.given_names)
    page = drawn(
        environment, definition, given=known, choices={s: {"1": "x"} for s in definition.option_sources}
    )

    names = {element.get("name").split(".")[-1] for element in inputs(page)}
    asked_here = {
        name for field in definition.fields for name in [field.key, *(column.key for column in field.fields)]
    }
    ids = page.xpath(".//@id")
    assert names - asked_here <= {"skip"}
    assert [element.get("name") for element in inputs(page) if not is_labelled(page, element)] == []
    assert not page.xpath(".//fieldset[not(legend)]")
    assert len(ids) == len(set(ids))
    assert page.xpath(".//@style | .//script | .//@onclick") == []
    assert "None" not in page.text_content()


def test_a_mistake_stands_beside_its_question_and_in_the_summary(environment):
    definition = form(
        asked("born_on", "datetime", subtype="date", description="Arvio riittää"),
        asked("safe", "radio", validate={"required": True}),
        rows("children", asked("name", validate={"maxLength": 2}), properties={"row_label": "Lapsi"}),
    )
    typed = {"born_on": ["31.2.2026"], "children.rows": ["2"], "children.1.name": ["<b>abc"]}
    with pytest.raises(AnswersRejected) as rejected:
        accept(definition, typed, today=TODAY)
    page = drawn(environment, definition, typed=typed, problems=rejected.value.problems)
    summary = form_page(definition, say=str, typed=typed, problems=rejected.value.problems).problems

    born = page.get_element_by_id("q-born_on")
    assert born.get("value") == "31.2.2026"
    assert born.get("aria-invalid") == "true"
    described = [page.get_element_by_id(one).text_content() for one in born.get("aria-describedby").split()]
    assert [text.strip() for text in described] == [
        "Arvio riittää",
        "Tällaista päivää ei ole. Tarkista päivä ja kuukausi",
    ]
    assert page.get_element_by_id("q-children-1-name").get("value") == "<b>abc"
    assert [sentence for _, sentence in summary] == [
        "Born on: Tällaista päivää ei ole. Tarkista päivä ja kuukausi",
        "Safe: Vastaa tähän kysymykseen",
        "Lapsi 2, Name: Tekstissä on 6 merkkiä. Lyhennä se enintään 2 merkkiin",
    ]
    assert all(page.get_element_by_id(anchor) is not None for anchor, _ in summary)


def test_a_sentence_that_the_form_gives_two_questions_differs_by_ear(environment):
    needed = {"validate": {"required": True}, "properties": {"required_message": "Täytä tämä."}}
    definition = form(
        asked("phone", **needed), asked("whose", **{**needed, "label": "Kenen? Kerro se."}), asked("other")
    )
    with pytest.raises(AnswersRejected) as rejected:
        accept(definition, {}, today=TODAY)
    page = drawn(environment, definition, problems=rejected.value.problems)
    summary = form_page(definition, say=str, problems=rejected.value.problems).problems

    assert [sentence for _, sentence in summary] == ["Phone: Täytä tämä.", "Kenen? Kerro se. Täytä tämä."]
    assert page.get_element_by_id("q-phone-problem").text_content().strip() == "Täytä tämä."


def test_questions_that_one_choice_opens_stand_inside_it(environment):
    definition = form(
        asked("how", "checklist", values=choices("phone", "post")),
        asked("number", hide='list contains(how, "phone") != true'),
        asked("address", hide='not(list contains(how, "post"))'),
        asked("other"),
    )
    page = drawn(environment, definition)

    opened = {
        more.getprevious().find("input").get("value"): [element.get("name") for element in inputs(more)]
        for more in page.find_class("more")
    }
    assert opened == {"phone": ["number"], "post": ["address"]}


def test_a_question_that_depends_on_distant_answers_carries_their_marks(environment):
    definition = form(
        asked("a", "radio", values=choices("x", "y", "z")),
        asked("middle"),
        asked("b", "radio", values=choices("yes", "no"), hide='not(a = "x" or a = "y")'),
        asked("c", hide='a != "x" or b != "yes"'),
        asked("d", hide='a = "z"'),
    )
    page = drawn(environment, definition)

    def gates(name):
        return [
            one.get("class").split()[-1]
            for one in page.xpath(f".//*[@name='{name}'][1]/ancestor::div[contains(@class, 'gated')]")
        ]

    def marks(name, value):
        return set((page.xpath(f".//input[@name='{name}'][@value='{value}']")[0].get("class") or "").split())

    for name, opens in {"b": {"x", "y"}, "c": {"x"}}.items():
        (gate, *_) = gates(name)
        mark = gate.replace("opened", "opens")
        assert {value for value in ("x", "y", "z") if mark in marks("a", value)} == opens
    assert gates("c")[1].replace("opened", "opens") in marks("b", "yes")
    assert gates("d")[0].replace("closed", "closes") in marks("a", "z")
    assert gates("middle") == gates("a") == []


@pytest.mark.parametrize(
    ("is_public", "note"),
    [
        (True, "Vastaa vain, jos tämä koskee sinua"),
        (False, "Vastaa vain, jos kysymys koskee tätä asiaa"),
    ],
)
def test_a_question_that_cannot_be_tried_out_carries_a_note_for_its_reader(environment, is_public, note):
    asks = form(asked("age", "number"), asked("school", hide="age > 17"))
    page = drawn(environment, replace(asks, is_public=is_public))

    assert page.get_element_by_id("q-school-if").text == note


def test_a_question_that_waits_for_a_day_names_it(environment):
    asks = form(asked("day", "datetime"), asked("how", hide="day = null"), asked("why", hide="day != null"))
    page = drawn(environment, replace(asks, is_public=False))

    assert page.get_element_by_id("q-how-if").text == "Vastaa vain, jos vastasit kohtaan ”Day”."
    assert page.get_element_by_id("q-why-if").text == "Vastaa vain, jos kysymys koskee tätä asiaa"


def test_a_question_that_other_answers_hide_is_not_drawn(environment):
    definition = form(asked("a", "radio", values=choices("yes", "no"), properties={"step": "Yksi"}),
                      asked("b", "radio", hide='a != "yes"', properties={"step": "Kaksi", "skippable": "true"}, values=choices("x")),
                      asked("c", hide='b != "x"'))  # fmt: skip

    assert inputs(drawn(environment, definition, typed={"a": ["no"]}, step=2)) == []
    assert {e.get("name") for e in inputs(drawn(environment, definition, typed={"a": ["yes"]}, step=2))} == {
        "b",
        "c",
    }


def test_markdown_can_do_no_harm(environment):
    text = "# Otsikko\n<script>alert(1)</script> [x](javascript:alert(1)) ![kuva](https://esimerkki.fi/x.png) **vahva**"
    page = drawn(environment, form(asked("a"), {"type": "text", "id": "t", "text": text}))

    assert page.xpath(".//h2/text()") == ["Otsikko"]
    assert page.xpath(".//strong/text()") == ["vahva"]
    assert page.xpath(".//script | .//img | .//*[starts-with(@href, 'javascript')]") == []


def test_answers_to_check_lead_back_to_their_question(environment):
    definition = form(
        asked("a", properties={"step": "Yksi", "skippable": "true"}), asked("b", properties={"step": "Kaksi"})
    )
    page = drawn(environment, definition, shown(definition, {"a": {"skipped": "dont_want"}, "b": "<b>x</b>"}))

    assert page.xpath(".//button[@name='to_step']/@value") == ["a", "b"]
    assert [dd.text_content() for dd in page.xpath(".//dd[not(@class)]")] == ["En halua vastata", "<b>x</b>"]


def test_defaults_stand_in_an_untouched_form_only(environment):
    definition = form(asked("a", defaultValue="Suomi"), asked("b"))

    assert drawn(environment, definition).get_element_by_id("q-a").get("value") == "Suomi"
    assert drawn(environment, definition, typed={"b": ["x"]}).get_element_by_id("q-a").get("value") == ""


def test_names_that_are_no_questions_are_refused_once_at_the_first_question(environment):
    definition = form(asked("a"), rows("children", asked("name")))
    with pytest.raises(AnswersRejected) as rejected:
        accept(
            definition,
            {"children.x.y": ["1"], "zz": ["1"], "children.².name": ["1"], "_a": ["1"]},
            today=TODAY,
        )
    page = form_page(definition, say=str, problems=rejected.value.problems)

    assert page.problems == (
        ("q-a", "Tällä lomakkeella ei ole tällaista kysymystä"),
        ("q-a", "Lähetetty nimi ei voi olla ”_a”"),
    )


@pytest.mark.parametrize("language", ["sv", "en"])
def test_our_own_words_are_in_the_catalogues(language):
    folder = Path(webapp.__file__).parent / "translations" / language / "LC_MESSAGES"
    known = {entry.msgid for path in folder.glob("*.po") for entry in polib.pofile(str(path)) if entry.msgstr}

    assert page_messages() - known == set()
