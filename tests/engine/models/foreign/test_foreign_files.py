"""A hundred files in the style of other tools: opened within limits, kept whole, laid out, described in sentences."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from lxml import etree

from engine.bpmn import draw
from engine.bpmn.checks import check_bundle
from engine.bpmn.diagram import layout
from engine.bpmn.drawings import read_drawings
from engine.bpmn.findings import in_language
from engine.models.imports.file_import import Imported, read_apart
from engine.models.imports.interchange import not_drawn
from tests.engine.bpmn.refused import REFERENCES
from tests.engine.models.foreign.shapes import files
from tests.engine.models.foreign.styles import Style

FILES = {name: (style, data) for name, style, data in files()}
DRAWING = ("http://www.omg.org/spec/BPMN/20100524/DI", "http://www.omg.org/spec/DD/20100524/")


@cache
def imported(name: str) -> Imported:
    """The file as it is opened, in a process of its own: once for all questions about it."""
    return read_apart(f"{name}.bpmn", FILES[name][1])


def contents(data: bytes) -> Counter[tuple[str, str, str]]:
    """All that a file says: (element, attribute, value), every text and every comment with its place."""
    root = etree.fromstring(data, etree.XMLParser(strip_cdata=False))
    found: Counter[tuple[str, str, str]] = Counter()
    for node in root.iter():
        tag = str(node.tag) if isinstance(node.tag, str) else "comment"
        found.update((tag, str(name), str(value)) for name, value in node.attrib.items())
        found[tag, "text", node.text or ""] += 1
        found[tag, "after", (node.tail or "").strip()] += 1
    return found


def is_drawing(entry: tuple[str, str, str]) -> bool:
    return entry[0][1:].startswith(DRAWING)


def test_there_are_a_hundred() -> None:
    assert len(FILES) >= 100


@pytest.mark.parametrize("name", FILES)
def test_nothing_is_lost_and_only_a_drawing_is_added(name: str) -> None:
    _, data = FILES[name]
    opened = imported(name)
    before, after = contents(data), contents(opened.content)
    assert not before - after
    assert all(is_drawing(each) for each in after - before)
    assert opened.content.count(b"<![CDATA[") == data.count(b"<![CDATA[")
    if name.endswith("-drawn"):
        assert opened.content == data


@pytest.mark.parametrize("name", FILES)
def test_elements_without_a_drawing_are_drawn_without_overlaps(name: str) -> None:
    content = imported(name).content
    root = etree.fromstring(content)
    if not name.endswith("-drawn"):
        assert not not_drawn(root)
        assert overlapping(layout.read(root), root) == []
    drawings = read_drawings({"p.bpmn": content})
    assert all("<svg" in draw(drawings, process) for process in drawings.processes)


def overlapping(found: layout.Layout, root: etree._Element) -> list[tuple[str, str]]:
    """Pairs of steps in the same process or sub-process whose boxes meet; boundary events, meant to, are left out."""
    parents = {node.get("id"): node.getparent() for node in root.iter("{*}*") if node.get("id")}
    hung = {node.get("id") for node in root.iter("{*}boundaryEvent")}
    keys = [key for key in found.boxes if key in parents and key not in hung]
    return [
        (one, other)
        for number, one in enumerate(keys)
        for other in keys[number + 1 :]
        if parents[one] is parents[other] and meet(found.boxes[one], found.boxes[other])
    ]


def meet(one: layout.Box, other: layout.Box) -> bool:
    return (
        one.x < other.x + other.width
        and other.x < one.x + one.width
        and one.y < other.y + other.height
        and other.y < one.y + one.height
    )


@pytest.mark.parametrize("name", FILES)
def test_the_gate_says_in_sentences_what_does_not_run(name: str) -> None:
    style, _ = FILES[name]
    opened = imported(name)
    found = [*opened.notes, *check_bundle({f"{name}.bpmn": opened.content}, REFERENCES)]
    assert any(each.severity == "error" for each in found)
    for each in found:
        assert each.sentence.strip()
        assert each.way_out.strip()
        assert all(text.strip() for language in ("sv", "en") for text in in_language(each, language))
    assert settings_found(style, found) == bool(style.on_task or style.inside_task or style.on_definitions)


def settings_found(style: Style, found: list) -> bool:  # type: ignore[type-arg]  # findings
    return any(each.code in {"import_settings", "unknown_extension"} for each in found)


@pytest.mark.parametrize("name", [name for name in FILES if "choice" in name])
def test_a_condition_in_another_language_is_called_by_its_name(name: str) -> None:
    style, _ = FILES[name]
    found = check_bundle({"p.bpmn": imported(name).content}, REFERENCES)
    languages = {
        each.values["language"]
        for each in found
        if each.code == "other_language" and each.values["use"] == "condition"
    }
    assert languages == ({style.named} if style.named else set())
