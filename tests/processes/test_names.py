"""The names in diagrams in each language of staff: all translated, and readable on the same drawing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import combinations

import pytest

from engine.bootstrap import shipped_files
from engine.bpmn.diagram import layout
from engine.bpmn.diagram.drawing import LEADING, label_lines
from engine.bpmn.diagram.lettering import broken, width
from engine.bpmn.element_names import Names, names_in, translated_file
from engine.models.bundle import Bundle
from engine.queries.proposals import TABLES
from tests.processes.picture import Box, Picture, Shape, read
from tests.processes.test_layout import BESIDE_MARKER, MOST_LINES

BUNDLE = Bundle(shipped_files())
REASON = re.compile(r'id="triage_rule_\d+_out_3">\s*<text>"([^"]+)"</text>')
WORDS = (
    re.compile(r'<decision id="[^"]+" name="([^"]+)"'),
    re.compile(r'<input id="[^"]+" label="([^"]+)"'),
    re.compile(r'id="missing_facts_rule_\d+_out_1">\s*<text>"([^"]+)"</text>'),
)
DIAGRAMS = sorted(path for path in BUNDLE.files if path.endswith(".bpmn"))


def labels(picture: Picture) -> Iterator[tuple[str, list[str], Box]]:
    """Yield each label with its lines and the room that they take."""
    for each in (*picture.nodes, *picture.edges):
        if each.label is not None and each.name:
            own = _drawn(each.box) if isinstance(each, Shape) else None
            lines, (x, y) = label_lines(each.name, _drawn(each.label), own)
            wide, high = max(width(line, 12) for line in lines), LEADING * len(lines)
            yield each.id, lines, Box(x - wide / 2, y - high / 2, x + wide / 2, y + high / 2)


def _drawn(box: Box) -> layout.Box:
    return layout.Box(box.left, box.top, box.right - box.left, box.bottom - box.top)


def findings(picture: Picture) -> list[str]:
    frames = (*picture.frames("participant"), *picture.frames("lane"))
    cut = [each.id for each in frames if width(each.name, 13) > each.box.bottom - each.box.top - 10]
    return [
        *_of_labels(picture),
        *_on_each_other(picture),
        *_in_tasks(picture),
        *(f"the name of {each} is cut" for each in cut),
    ]


def _of_labels(picture: Picture) -> Iterator[str]:
    for key, lines, box in labels(picture):
        if any("…" in line for line in lines):
            yield f"the label of {key} is cut: {lines}"
        if any(piece.box.meets(box) for edge in picture.edges for piece in edge.pieces):
            yield f"a line runs through the label of {key}: {lines}"
        if any(shape.kind != "subProcess" and _on(box, shape) for shape in picture.nodes):
            yield f"the label of {key} lies on something: {lines}"
        if not any(lane.box.contains(box) for lane in picture.frames("lane")):
            yield f"the label of {key} crosses the border of a lane: {lines}"


def _on_each_other(picture: Picture) -> Iterator[str]:
    for (key, lines, box), (second, _, other) in combinations(labels(picture), 2):
        if box.meets(other):
            yield f"the labels of {key} and {second} overlap: {lines}"


def _in_tasks(picture: Picture) -> Iterator[str]:
    for shape in picture.nodes:
        if not shape.kind.endswith(("Task", "callActivity")):
            continue
        lines = broken(shape.name, shape.box.right - shape.box.left - 12, 13, 9)
        most = BESIDE_MARKER if shape.kind == "callActivity" else MOST_LINES
        if len(lines) > most or any(width(line, 13) > 104 for line in lines):
            yield f"the name of {shape.id} is too long: {lines}"
        middle = (shape.box.left + shape.box.right) / 2
        top = (shape.box.top + shape.box.bottom) / 2 + 6 - 13 * 1.18 * len(lines) / 2
        for place, line in enumerate(lines):
            upper, half = top + 13 * 1.18 * place, width(line, 13) / 2
            row = Box(middle - half, upper + 3, middle + half, upper + 13)
            for event in picture.nodes:
                if event.host == shape.id and _on(row, event):
                    yield f"the name of {shape.id} lies under {event.id}: {lines}"


def _on(label: Box, shape: Shape) -> bool:
    """Return True if a label lies on a shape, as round or pointed as it is."""
    box = shape.box
    x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
    aside = max(label.left - x, x - label.right, 0)
    away = max(label.top - y, y - label.bottom, 0)
    if shape.kind.endswith("Gateway"):
        return aside + away < (box.right - box.left) / 2
    if shape.kind.endswith("Event"):
        return (aside**2 + away**2) ** 0.5 < (box.right - box.left) / 2
    return label.meets(box)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("path", DIAGRAMS)
def test_names_fit_their_drawing(path: str, language: str) -> None:
    data = translated_file(BUNDLE.files[path], BUNDLE.names_in(language))
    assert findings(read(data)) == []


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("path", DIAGRAMS)
def test_every_name_is_translated(path: str, language: str) -> None:
    assert set(names_in(BUNDLE.files[path])) - set(BUNDLE.names_in(language).known) == set()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_each_reason_of_a_proposed_class_is_translated(language: str) -> None:
    reasons = set(REASON.findall(BUNDLE.files["intake_to_decision/triage.dmn"].decode()))

    assert len(reasons) > 5
    assert reasons - set(BUNDLE.names_in(language).known) == set()


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("name", sorted(set(TABLES.values())))
def test_each_word_of_a_table_beside_a_judgement_is_translated(name: str, language: str) -> None:
    (path,) = (each for each in BUNDLE.files if each.endswith(f"/{name}.dmn"))
    table = BUNDLE.files[path].decode()
    words = {found for pattern in WORDS for found in pattern.findall(table)}

    assert len(words) > 10
    assert words - set(BUNDLE.names_in(language).known) == set()


def test_a_name_that_grows_too_long_in_a_language_is_seen() -> None:
    names = Names("sv", {"Arvioi vastaus": "En mycket långrandig bedömning av svaret", "kyllä": "ja " * 30})
    data = translated_file(BUNDLE.files["information_request/process.bpmn"], names)
    seen = "\n".join(findings(read(data)))
    assert "review_reply is too long" in seen
    assert "is cut" in seen


def test_one_word_names_one_thing() -> None:
    """*Peruuttaa* is what happens to an application alone; content is sealed, and no name speaks of closing it; each role
    has one name, that of its lane."""
    pictures = {path: read(BUNDLE.files[path]) for path in DIAGRAMS}
    names = {
        each.name for picture in pictures.values() for each in (*picture.nodes, *picture.edges) if each.name
    }
    assert {each for each in names if re.search(r"\bperuu|perua|peru ", each.lower())} == {
        "Peruutettu",
        "Peruutus saapuu",
        "Varmista peruutus",
    }
    assert {each for each in names if "sinetö" in each.lower()} == {"Sinetöi sisältö heti"}
    assert not {each for each in names if re.search(r"\bsul[jk]e", each.lower())}
    lanes = {frame.name for picture in pictures.values() for frame in picture.frames("lane")}
    assert not {each for each in lanes if "vastaanotto" in each.lower() or "kirjaamo" in each.lower()}
