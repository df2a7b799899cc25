"""Forms that cannot be used as written are refused, with the place and a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import parse
from forms.errors import InvalidDefinition
from forms.parsing import parse_form
from tests.forms.writing import asked, choices, form, rows, written


@pytest.mark.parametrize(
    "component, where, word",
    [
        ({"type": "html", "id": "x"}, "x", "Markdown"),
        ({"type": "iframe", "id": "x"}, "x", "upottaa"),
        ({"type": "button", "id": "x"}, "x", "painikkeensa"),
        ({"type": "wizard", "id": "x"}, "x", "wizard"),
        ({"type": ["text"], "id": "x"}, "x", "tyyppi"),
        (asked("Name"), "Name", "pieniä kirjaimia"),
        (asked("_x"), "_x", "pieniä kirjaimia"),
        (asked("typename"), "typename", "toinen merkitys"),
        (asked("for"), "for", "toinen merkitys"),
        (asked("a", label=""), "a", "ei ole otsikkoa"),
        (asked("a", label="=today()"), "a", "sellaisina kuin"),
        (asked("a", description="{{name}}"), "a", "sellaisina kuin"),
        (asked("a", readonly=True), "a", "readonly"),
        (asked("a", "select", valuesKey="x"), "a", "valuesKey"),
        (asked("a", "select", values=[]), "a", "person"),
        (asked("a", "radio", values=choices("yes", "yes")), "a", "sama arvo"),
        (asked("a", "radio", values=choices("dont_want")), "a", "dont_want"),
        (asked("a", "radio", values=[{"value": "x"}]), "a", "otsikko"),
        (asked("a", "datetime", subtype="datetime"), "a", "päivää"),
        (asked("a", properties={"varable": "true"}), "a", "varable"),
        (asked("a", properties={"variable": "maybe"}), "a", "maybe"),
        (asked("a", properties={"class": "secret"}), "a", "secret"),
        (asked("a", properties={"date_limit": "past"}), "a", "päivään"),
        (asked("a", "checkbox", properties={"skippable": "true"}), "a", "skippable"),
        (asked("a", validate={"pattern": "("}), "a", "RE2"),
        (asked("a", validate={"pattern": "(a)\\1"}), "a", "RE2"),
        (asked("a", validate={"pattern": "x"}), "a", "example"),
        (asked("a", validate={"maxLength": -1}), "a", "kokonaisluku"),
        (asked("a", "number", validate={"min": "x"}), "a", "luku"),
        (asked("a", conditional={"hide": 5}), "a", "hide"),
        (asked("a", hide="a = 1"), "a", "itsestään"),
        (asked("a", "radio", values=choices("yes"), properties={"note_no": "x"}), "a", "jota ei ole"),
        (rows("a"), "a", "ainakin yksi"),
        (rows("a", rows("b", asked("c"))), "a.b", "toista"),
        (rows("a", asked("c"), asked("c")), "a.c", "Kahdella"),
        (rows("a", asked("c", properties={"class": "identity"})), "a.c", "luokka luettelolle"),
        ({"type": "group", "id": "g", "path": "p", "components": [asked("a")]}, "p", "ei ole polkua"),
    ],
)
def test_a_definition_that_cannot_be_shown_or_checked_is_refused(component, where, word):
    with pytest.raises(InvalidDefinition) as refused:
        form(component)
    assert refused.value.where == where
    assert word in refused.value.sentence


def test_conditions_that_go_in_a_circle_are_refused():
    with pytest.raises(InvalidDefinition, match=r"kehää: (a → b → a|b → a → b)"):
        form(asked("a", hide='b = "x"'), asked("b", hide='a = "x"'))


@pytest.mark.parametrize(
    "root",
    [
        {"schemaVersion": 18},
        {"schemaVersion": None},
        {"id": "other"},
        {"id": None},
        {"type": "wizard"},
        {"components": {}},
    ],
)
def test_the_form_itself_must_be_one(root):
    with pytest.raises(InvalidDefinition) as refused:
        form(asked("a"), **root)
    assert "None" not in refused.value.sentence


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{", b"\xff", b'{"id": "trial", "id": "trial"}', b'{"id": NaN}', b"[" * 100_000]
)
def test_a_file_that_is_no_json_object_is_refused(data):
    with pytest.raises(InvalidDefinition):
        parse_form("trial", data, parse=parse)


def test_steps_begin_with_the_first_component():
    with pytest.raises(InvalidDefinition, match="ensimmäisen osan"):
        form(asked("a"), asked("b", properties={"step": "Kaksi"}))


def test_two_questions_cannot_have_one_key():
    with pytest.raises(InvalidDefinition, match="Kahdella"):
        form(asked("a"), {"type": "group", "label": "x", "components": [asked("a")]})


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
ATTRIBUTES = ("key", "label", "values", "validate", "properties", "conditional", "path", "components", "defaultValue",
              "decimalDigits", "increment", "subtype", "description", "multiple", "text")  # fmt: skip


@given(
    st.sampled_from(
        ["textfield", "number", "radio", "checklist", "datetime", "dynamiclist", "group", "text", "spacer"]
    ),
    st.dictionaries(st.sampled_from(ATTRIBUTES), anything, max_size=4),
)
def test_any_written_form_is_read_or_refused(kind, attributes):
    component = {**asked("a", kind, path="p", components=[asked("b")], text="x"), **attributes}
    if kind == "group" and "path" not in attributes:
        component.pop("path")
    try:
        data = written(component)
    except UnicodeEncodeError:
        return
    try:
        read = parse_form("trial", data, parse=lambda _: parse("true")).key
    except InvalidDefinition as refused:
        read = refused.sentence
    assert read
