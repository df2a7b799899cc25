"""Questions that several forms share: each stands at the place of its inclusion, as if written there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.feel import parse
from forms.catalogue import DEFINITIONS, PARTS, form_keys, read_part, shipped_parts
from forms.definition import FormDefinition, Group
from forms.errors import InvalidDefinition, KeyTwice, PartInItself, UnknownPart
from forms.inclusion import parts_within, question_labels
from forms.parsing import parse_form, parse_part
from tests.forms.writing import asked, choices, rows, written


def place(part: str, **more: Any) -> dict[str, Any]:
    """Return the component by which a form includes a part."""
    properties = {"part": part, **more.pop("properties", {})}
    return {"type": "group", "id": f"Part_{part}", "components": [], "properties": properties, **more}


def part(key: str, *components: dict[str, Any]) -> bytes:
    return written(*components, id=key, properties={"title": key.capitalize()})


def form_with(*components: dict[str, Any], parts: dict[str, bytes], **root: Any) -> FormDefinition:
    return parse_form("trial", written(*components, **root), parse=parse, parts=parts)


CONTACT = {"contact": part("contact", asked("phone"), asked("email"))}


def test_a_part_stands_in_its_place_without_a_heading_of_its_own():
    definition = form_with(asked("name"), place("contact"), asked("notes"), parts=CONTACT)

    assert [field.key for field in definition.fields] == ["name", "phone", "email", "notes"]
    assert not any(isinstance(component, Group) for component in definition.components)


def test_a_question_in_a_part_is_as_it_would_be_in_the_form():
    child = rows(
        "children", asked("given", properties={"register": "identity"}), properties={"party": "child"}
    )
    sealed = {"class": "contact", "skippable": "true"}
    questions = [
        asked("safe", "radio", values=choices("yes", "no"), validate={"required": True}, properties=sealed),
        asked("phone", validate={"validationType": "phone"}, properties={"class": "contact", "why": "Miksi"}),
        {"type": "group", "label": "Ryhmä", "components": [asked("born_on", "datetime")]},
        child,
    ]
    person = {"properties": {"party": "person"}}

    shared = form_with(place("all"), parts={"all": part("all", *questions)}, **person)

    written_out = form_with(*questions, parts={}, **person)
    assert shared.components == written_out.components
    assert shared.order == written_out.order


def test_a_part_may_begin_a_step():
    step = part(
        "contact", {"type": "text", "text": "Miten?", "properties": {"step": "Yhteys"}}, asked("phone")
    )
    definition = form_with(
        asked("name", properties={"step": "Sinä"}), place("contact"), parts={"contact": step}
    )

    assert [(each.name, [field.key for field in each.fields]) for each in definition.steps] == [
        ("Sinä", ["name"]),
        ("Yhteys", ["phone"]),
    ]


def test_a_condition_on_the_place_is_a_condition_on_all_of_the_part():
    definition = form_with(
        asked("safe", "radio"), place("contact", conditional={"hide": '=safe != "yes"'}), parts=CONTACT
    )

    assert [len(definition.by_key[key].hidden_when) for key in ("phone", "email")] == [1, 1]
    assert definition.order[0] == "safe"


def test_a_condition_in_a_part_reads_the_questions_of_the_form_around_it():
    detail = part("detail", asked("which", hide='other != "yes"'))
    definition = form_with(asked("other", "radio"), place("detail"), parts={"detail": detail})

    assert definition.given_names == frozenset()
    assert parse_part("detail", detail, parse=parse).given_names == {"other"}


def test_the_place_says_how_what_the_part_leaves_open_is_sealed():
    definition = form_with(
        place("contact", properties={"class": "contact", "party": "person"}), parts=CONTACT
    )

    assert {field.sealing_class for field in definition.fields} == {"contact"}


def test_a_part_may_include_another_and_stand_in_the_rows_of_a_list():
    parts = {"child": part("child", place("names"), asked("school")), "names": part("names", asked("given"))}
    definition = form_with(rows("children", place("child")), parts=parts)

    assert [column.key for column in definition.by_key["children"].fields] == ["given", "school"]
    assert parts_within(written(rows("children", place("child"))), parts) == {"child", "names"}
    assert question_labels(parts["child"], parts) == ("Given", "School")


@pytest.mark.parametrize(
    ("components", "parts", "error", "where"),
    [
        ([place("lost")], {}, UnknownPart, "Part_lost"),
        ([place("a")], {"a": part("a", place("a"))}, PartInItself, "Part_a"),
        ([place("a")], {"a": part("a", place("b")), "b": part("b", place("a"))}, PartInItself, "Part_a"),
        ([asked("phone"), place("contact")], CONTACT, KeyTwice, "phone"),
        ([place("contact"), place("contact")], CONTACT, KeyTwice, "phone"),
        ([rows("r", asked("phone"), place("contact"))], CONTACT, KeyTwice, "r.phone"),
        ([place("contact", label="Otsikko")], CONTACT, InvalidDefinition, "Part_contact"),
        ([place("contact", components=[asked("x")])], CONTACT, InvalidDefinition, "Part_contact"),
        ([asked("x", properties={"part": "contact"})], CONTACT, InvalidDefinition, "x"),
        ([place("contact", properties={"step": "X"})], CONTACT, InvalidDefinition, "Part_contact"),
        ([place("a")], {"a": b"{"}, InvalidDefinition, "a"),
        ([place("a")], {"a": part("other", asked("x"))}, InvalidDefinition, "a"),
    ],
)
def test_a_part_that_cannot_be_included_is_refused(components, parts, error, where):
    with pytest.raises(error) as refused:
        form_with(*components, parts=parts)
    assert refused.value.where == where
    assert refused.value.sentence


def test_a_key_asked_twice_names_both_files():
    with pytest.raises(KeyTwice, match=r"trial\.form ja contact\.form"):
        form_with(asked("phone"), place("contact"), parts=CONTACT)


@pytest.mark.parametrize(
    "data", [part("a"), written(asked("x"), id="a", properties={"title": "A", "public": "true"})]
)
def test_a_part_has_questions_and_settings_of_a_part_only(data):
    with pytest.raises(InvalidDefinition):
        parse_part("a", data, parse=parse)


def test_every_shipped_part_can_be_read_by_itself_and_is_used_by_two_forms():
    for key in shipped_parts():
        assert read_part(key, parse=parse).title
    users = {key: [form for form in form_keys() if key in within(form)] for key in shipped_parts()}

    assert {key for key, forms in users.items() if len(forms) < 2} == set()


def within(form: str) -> frozenset[str]:
    return parts_within((DEFINITIONS / f"{form}.form").read_bytes(), shipped_parts())


ONCE_IN_TWO_FILES = {
    "born_on", "children_notes", "contact_language_other", "interpreter_name", "new_due_on", "next_person", "notes",
    "referrer_organisation", "removal_on", "stay_status",
}  # fmt: skip
"""Single questions repeated between others that are not shared. The list may only shrink."""


def test_no_question_is_written_again_in_the_same_words():
    written_in: dict[str, set[str]] = {}
    for file in sorted([*DEFINITIONS.glob("*.form"), *PARTS.glob("*.form")]):
        for component in components_of(json.loads(file.read_bytes())):
            kept = {name: value for name, value in component.items() if name not in ("id", "conditional")}
            if "key" in kept:
                written_in.setdefault(json.dumps(kept, sort_keys=True), set()).add(file.stem)
    repeated = {json.loads(question)["key"] for question, files in written_in.items() if len(files) > 1}

    assert repeated == ONCE_IN_TWO_FILES


def components_of(component: dict[str, Any]) -> list[dict[str, Any]]:
    children = component.get("components", [])
    return [each for child in children for each in (child, *components_of(child))]


def test_an_application_is_handled_by_law_and_asks_no_permission_for_it() -> None:
    closing = json.dumps(json.loads(shipped_parts()["own_closing"]), ensure_ascii=False)
    assert "käsittelemme asiaasi lain perusteella" in closing
    for key in ("application", "child_application"):
        written_out = (DEFINITIONS / f"{key}.form").read_text(encoding="utf-8")
        assert '"part": "own_closing"' in written_out
        assert "luvan käsitellä" not in written_out + closing
