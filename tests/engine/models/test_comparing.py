"""Every kind of change is named in words, and nothing that did not change is."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest

from engine.bootstrap import shipped_files
from engine.models.comparing import Change, Comparison, Words, changed_guardrails, compare
from engine.models.comparing.report_output import in_lines, plain
from tests.support.redrawing import redrawn

REQUEST = "information_request/process.bpmn"
WAIT = "wait_for_reply/process.bpmn"
PAUSING = "gather_information/pausing.dmn"
REVIEW = "forms/review_reply.form"
COVER = "delivery/texts/delivery_cover.toml"
GUARDRAILS = "guardrails.json"


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    return shipped_files()


def changed(files: Mapping[str, bytes], path: str, *edits: tuple[str, str]) -> dict[str, bytes]:
    text = files[path].decode()
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return {**files, path: text.encode()}


def only(comparison: Comparison) -> tuple[Change, ...]:
    assert len(comparison.parts) == 1
    return comparison.parts[0].changes


def details_of(change: Change) -> dict[str, tuple[str, str]]:
    return {each.label: (each.before, each.after) for each in change.details}


def test_the_same_files_have_no_differences(files):
    assert compare(files, dict(files)).parts == ()


def test_a_renamed_task_is_one_change_and_its_arrows_are_none(files):
    (change,) = only(compare(files, changed(files, REQUEST, ('"Arvioi vastaus"', '"Lue vastaus"'))))

    assert (change.state, change.kind, change.element_id) == (
        "changed",
        "tehtävä",
        "review_reply",
    )
    assert details_of(change) == {"Nimi": ("Arvioi vastaus", "Lue vastaus")}


@pytest.mark.parametrize(
    ("path", "edit", "label", "values"),
    [
        (REQUEST, ('value="send_request"', 'value="close_request"'), "Toiminto", ("send_request", "close_request")),
        (REQUEST, ('value="review_reply"', 'value="sufficiency"'), "Lomake",
         ("Vastauksen arviointi", "Onko tietoa riittävästi?")),
        (REQUEST, ('name="milestone" value="reply_reviewed"', 'name="milestone" value="x y"'), "Virstanpylväs",
         ("reply_reviewed", "x, y")),
        (WAIT, ('name="timer" value="reminder"', 'name="timer" value="due"'), "Ajastimen laji", ("reminder", "due")),
    ],
)  # fmt: skip
def test_a_change_that_no_drawing_shows_is_named(files, path, edit, label, values):
    (change,) = only(compare(files, changed(files, path, edit)))

    assert details_of(change) == {label: values}


def test_a_condition_is_shown_with_the_arrow_it_guards(files):
    (change,) = only(
        compare(files, changed(files, REQUEST, ('reply_state = "answered"', 'reply_state = "came"')))
    )

    assert change.kind == "reitti"
    assert "Vastattiinko? → Arvioi vastaus" in change.name
    assert details_of(change)["Ehto"] == ('reply_state = "answered"', 'reply_state = "came"')


def test_a_changed_timer_shows_its_moment(files):
    text = files[WAIT].decode()
    when = re.search(r"timeDate[^>]*>([^<]+)<", text)
    assert when is not None

    (change,) = only(
        compare(files, changed(files, WAIT, (f">{when[1]}<", '>later(now(), duration("P3D"))<')))
    )

    assert details_of(change)["Milloin"][1] == 'later(now(), duration("P3D"))'


def test_a_change_of_layout_alone_has_a_state_of_its_own(files):
    text = files[REQUEST].decode()
    place = re.search(r'<(?:dc:)?Bounds x="(\d+)"[^>]*width="110"', text)
    assert place is not None
    moved = place[0].replace(f'x="{place[1]}"', f'x="{int(place[1]) + 40}"')

    comparison = compare(files, changed(files, REQUEST, (place[0], moved)))

    assert comparison.only_layout
    assert [each.state for each in only(comparison)] == ["moved"]
    assert comparison.parts[0].real == ()


def test_a_renamed_lane_is_one_change_and_not_one_of_each_task(files):
    (change,) = only(compare(files, changed(files, REQUEST, ('name="Käsittelijä"', 'name="Työryhmä"'))))

    assert (change.kind, details_of(change)) == ("rata", {"Nimi": ("Käsittelijä", "Työryhmä")})


def test_a_setting_of_another_tool_is_a_change_too(files):
    vendor = '<bpmn:userTask xmlns:camunda="http://camunda.org/schema/1.0/bpmn" camunda:assignee="x" '

    (change,) = only(compare(files, changed(files, REQUEST, ("<bpmn:userTask ", vendor))))

    assert details_of(change) == {"Muu asetus": ("", "assignee = x")}


def test_a_diagram_that_came_or_went_is_one_line(files):
    without = {path: data for path, data in files.items() if path != WAIT}

    assert [(each.path, each.state) for each in compare(files, without).parts] == [(WAIT, "removed")]
    assert [(each.path, each.state) for each in compare(without, files).parts] == [(WAIT, "added")]


def test_an_unreadable_file_is_still_named(files):
    (part,) = compare(files, {**files, REQUEST: b"ei kaavio"}).parts

    assert (part.state, part.changes) == ("changed", ())
    assert "ei voi lukea" in part.problem


def test_another_formatting_is_no_change_and_is_called_that(files):
    (part,) = compare(files, {**files, REQUEST: files[REQUEST] + b"\n<!-- x -->\n"}).parts

    assert part.changes == ()
    assert "muotoilultaan" in part.problem


def test_a_field_is_changed_added_removed_and_moved(files):
    form = json.loads(files[REVIEW])
    components = form["components"]
    components[0]["validate"]["required"] = False
    removed = components.pop(1)
    components.insert(1, {"type": "number", "id": "F", "key": "children_heard", "label": "Kuultuja lapsia"})
    components.insert(0, components.pop())

    found = only(compare(files, {**files, REVIEW: json.dumps(form).encode()}))

    by_state = {each.name: each for each in found}
    assert by_state["Kuultuja lapsia"].state == "added"
    assert by_state[removed["label"]].state == "removed"
    assert details_of(by_state["Riittääkö vastaus?"])["Pakollinen"] == ("kyllä", "ei")
    assert [each.name for each in found if "Paikka" in details_of(each)] == [components[0]["label"]]


def test_a_table_names_its_cell_its_row_and_which_row_wins(files):
    edits = (
        ('hitPolicy="FIRST"', 'hitPolicy="UNIQUE"'),
        ('>"urgent","child"</text>\n        </inputEntry', '>"urgent"</text>\n        </inputEntry'),
    )

    policy, row = only(compare(files, changed(files, PAUSING, *edits)))

    assert details_of(policy)["Mikä rivi ratkaisee"][1] == "yksi ainoa rivi sopii (UNIQUE)"
    assert (row.name, details_of(row)) == ("Rivi 1", {"Luokka": ('"urgent","child"', '"urgent"')})


def test_a_letter_is_compared_by_paragraph_and_word(files):
    (change,) = only(compare(files, changed(files, COVER, ("Lue se rauhassa.", "Lue se."))))

    (detail,) = change.details
    assert (change.name, detail.label) == ("intro, suomi", "Kappale 1")
    assert [each.text for each in detail.spans if each.state == "removed"] == [" rauhassa"]


def test_a_paragraph_put_between_does_not_make_the_rest_look_changed(files):
    new = changed(files, COVER, ('["Ohessa on sinulle', '["Hei.", "Ohessa on sinulle'))

    (change,) = only(compare(files, new))

    assert [(each.before, each.after) for each in change.details] == [("", "Hei.")]


def test_guardrails_are_compared_as_sentences(files):
    guardrails = json.loads(files[GUARDRAILS])
    guardrail = next(each for each in guardrails["guardrails"] if each["key"] == "consent_before_assessment")
    guardrail["a"] = ["registered"]
    gone = guardrails["guardrails"].pop(0)
    new = {**files, GUARDRAILS: json.dumps(guardrails).encode()}

    found = {each.element_id: each for each in only(compare(files, new))}

    assert found[gone["key"]].state == "removed"
    changed_rule = found["consent_before_assessment"]
    assert changed_rule.name == guardrail["fi"]
    assert details_of(changed_rule)["Mitä valvotaan"] == (
        "Ennen kuin tapahtuu ”assessed”, on tapahtunut ”consent_recorded”. Koskee vain asioita, joissa applied_by on ”other”.",
        "Ennen kuin tapahtuu ”assessed”, on tapahtunut ”registered”. Koskee vain asioita, joissa applied_by on ”other”.",
    )
    assert changed_guardrails(files[GUARDRAILS], new[GUARDRAILS]) == (
        "consent_before_assessment",
        gone["key"],
    )


def test_it_speaks_the_readers_language(files):
    new = changed(files, REQUEST, ('"Arvioi vastaus"', '"Läs svaret"'))

    (change,) = only(compare(files, new, Words("sv")))

    assert list(details_of(change)) == ["Namn"]


def test_a_whole_redrawn_bundle_is_compared(files):
    comparison = compare(files, redrawn(files))

    states = {change.state for part in comparison.parts for change in part.changes}
    assert {"added", "removed"} <= states
    assert all(part.kind == "diagram" for part in comparison.parts)


def test_lines_for_a_terminal_and_json_say_the_same(files):
    comparison = compare(files, changed(files, REQUEST, ('"Arvioi vastaus"', '"Lue vastaus"')))

    lines = list(in_lines(comparison))
    assert "      Nimi: Arvioi vastaus → Lue vastaus" in lines
    (part,) = plain(comparison)
    assert part["changes"][0]["details"] == [
        {"key": "name", "label": "Nimi", "before": "Arvioi vastaus", "after": "Lue vastaus"}
    ]


def test_a_scenario_is_compared_by_what_it_expects_and_does() -> None:
    path = "scenarios/own-application-admitted.json"
    shipped = shipped_files()[path]
    changed = shipped.replace(b'"outcome": "admitted_35_1"', b'"outcome": "lapsed"').replace(
        b'"subject": "P31D"', b'"subject": "P32D"'
    )
    (part,) = compare({path: shipped}, {path: changed}).parts
    ((change,),) = (part.changes,)
    assert part.kind == "scenario"
    assert [each.key for each in change.details] == ["outcome", "steps"]


def test_a_changed_part_is_one_change_that_names_its_forms(files):
    after = changed(files, "forms/parts/reason.form", ('"label": "Perustelu"', '"label": "Miksi?"'))

    comparison = compare(files, after)

    (part,) = comparison.parts
    assert (part.kind, part.state, [each.name for each in part.real]) == ("part", "changed", ["Miksi?"])
    assert {"Pyyntö on jumissa", "Onko tietoa riittävästi?"} <= set(part.used_in)
    assert len(part.used_in) == 6
    assert part.used_in[0] in next(in_lines(comparison))
    assert plain(comparison)[0]["used_in"] == list(part.used_in)


def test_a_part_in_a_form_is_called_by_its_title(files):
    stalled = "forms/stalled_request.form"
    form = json.loads(files[stalled])
    form["components"] = [each for each in form["components"] if each["id"] != "Part_reason"]

    (part,) = compare(files, {**files, stalled: json.dumps(form).encode()}).parts

    assert [(each.state, each.kind, each.name) for each in part.changes] == [("removed", "osa", "Perustelu")]
