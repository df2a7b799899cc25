"""Forms, their parts and translated names before a publication: what is wrong is named once, at its place, with a way out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from engine.bootstrap import shipped_files
from engine.bpmn import in_language
from engine.bpmn.form_sentences import FORM_SENTENCES
from engine.models.form_gate import form_findings
from engine.models.gate import unreadable
from engine.models.lost_translations import lost_findings, lost_translations
from engine.models.name_gate import name_findings

REASON = "forms/parts/reason.form"
STALLED = "forms/stalled_request.form"
TABLE = "wait_for_reply/reminders.dmn"
HOLD = "hold_before_dispatch/process.bpmn"
QUESTION = {"type": "textfield", "key": "reason", "label": "Miksi?"}


def place(part: str) -> dict[str, Any]:
    return {"type": "group", "id": f"Part_{part}", "components": [], "properties": {"part": part}}


def with_more(files: Mapping[str, bytes], path: str, *components: dict[str, Any]) -> dict[str, bytes]:
    form = json.loads(files[path])
    form["components"] += components
    return {**files, path: json.dumps(form).encode()}


def found(files: Mapping[str, bytes]) -> list[tuple[str, str, str | None]]:
    return [(each.code, each.values["file"], each.element_id) for each in form_findings(files)]


@pytest.fixture(scope="module")
def files() -> Mapping[str, bytes]:
    return shipped_files()


def test_the_shipped_forms_pass_without_a_word(files):
    assert found(files) == []


@pytest.mark.parametrize(
    ("path", "component", "finding"),
    [
        (STALLED, place("lost"), ("part_unknown", STALLED, "Part_lost")),
        (STALLED, QUESTION, ("question_twice", STALLED, "reason")),
        (STALLED, {**QUESTION, "key": "Reason"}, ("form_unreadable", STALLED, "Reason")),
        (
            STALLED,
            {**QUESTION, "key": "who", "properties": {"class": "identity"}},
            ("question_unregistered", STALLED, "who"),
        ),
        (REASON, place("reason"), ("part_in_itself", REASON, "Part_reason")),
        (REASON, place("lost"), ("part_unknown", REASON, "Part_lost")),
        (REASON, {**QUESTION, "key": "Reason"}, ("form_unreadable", REASON, "Reason")),
    ],
)
def test_a_fault_is_named_once_at_its_place(files, path, component, finding):
    assert found(with_more(files, path, component)) == [finding]


def test_a_part_that_is_missing_is_named_in_each_form_that_includes_it(files):
    without = {path: data for path, data in files.items() if path != REASON}

    assert {path for code, path, _ in found(without) if code == "part_unknown"} == {
        "forms/consent_not_reached.form",
        "forms/contact_overdue.form",
        "forms/request_follow_up.form",
        STALLED,
        "forms/sufficiency.form",
        "forms/triage_override.form",
    }


def test_parts_that_include_each_other_are_named_both(files):
    round_about = with_more(files, REASON, place("assistant"))
    round_about = with_more(round_about, "forms/parts/assistant.form", place("reason"))

    assert [(code, path) for code, path, _ in found(round_about)] == [
        ("part_in_itself", "forms/parts/assistant.form"),
        ("part_in_itself", REASON),
    ]


def test_every_sentence_is_reached_and_has_a_way_out_in_each_language(files):
    broken = [
        with_more(files, STALLED, place("lost")),
        with_more(files, STALLED, QUESTION),
        with_more(files, STALLED, {**QUESTION, "key": "Reason"}),
        with_more(files, STALLED, {**QUESTION, "key": "who", "properties": {"class": "identity"}}),
        with_more(files, REASON, place("reason")),
    ]
    renamed = {**files, HOLD: files[HOLD].replace(b'name="Uusi seikka"', b'name="Uusi asia"')}
    spoilt = {TABLE: files[TABLE].replace(b"(due_at - now()) / 2", "5 päivää".encode())}
    findings = [
        *(each for one in broken for each in form_findings(one)),
        *name_findings(renamed),
        *unreadable(spoilt),
        *unreadable({TABLE: b"<x/>"}),
        *lost_findings(
            lost_translations(
                files,
                with_more(
                    files, STALLED, {**QUESTION, "key": "more", "label": "Onko tämä kysymys kääntämättä?"}
                ),
            )
        ),
    ]

    assert {each.code for each in findings} == set(FORM_SENTENCES)
    for each in findings:
        sentences = {language: in_language(each, language) for language in ("fi", "sv", "en")}
        assert (
            len({sentence for sentence, _ in sentences.values()})
            == len({way for _, way in sentences.values()})
            == 3
        )
        assert "{" not in "".join(part for both in sentences.values() for part in both)
