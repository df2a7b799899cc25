"""Every shipped diagram can be read: nothing runs through anything, everything fits on one screen."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

import pytest

from processes import catalogue
from tests.processes.picture import Box, Edge, Picture, Piece, Point, Shape, read

WIDEST, TALLEST = 1800, 900
LONGEST_WORD, LINE = 17, 16
MOST_LINES, BESIDE_MARKER = 3, 2
ROOM_FOR_ARROW = 12
CLEAR = 5
LANE_NAME = 30
"""Width of the strip at the left of a lane on which its name stands."""

CROSSINGS = {
    "examined_again": 2,
    "information_request": 5,
    "intake_to_decision": 2,
    "make_notice": 1,
    "removal": 3,
    "removal_decision": 1,
}
"""Places where two flows of a diagram cross. Of the others none does; a number may only fall."""

DIAGRAMS = {path: data for path, data in catalogue.files().items() if path.endswith(".bpmn")}


def findings(picture: Picture) -> list[str]:
    return [
        *_missing(picture),
        *_size(picture),
        *_names(picture),
        *_crooked(picture),
        *_through_nodes(picture),
        *_through_labels(picture),
        *_flow_on_flow(picture),
        *_labels_on_things(picture),
        *_nodes_in_lanes(picture),
    ]


def _missing(picture: Picture) -> Iterator[str]:
    for key in sorted(picture.drawn - set(picture.shapes) - {edge.id for edge in picture.edges}):
        yield f"{key} is not drawn"


def _size(picture: Picture) -> Iterator[str]:
    for pool in picture.frames("participant"):
        width, height = pool.box.right - pool.box.left, pool.box.bottom - pool.box.top
        if width > WIDEST or height > TALLEST:
            yield f"the diagram is {width:.0f} by {height:.0f}"


def _names(picture: Picture) -> Iterator[str]:
    for shape in picture.nodes:
        if not shape.kind.endswith(("Task", "callActivity")):
            continue
        words, lines, used = shape.name.split(), 1, 0
        for word in words:
            if used and used + 1 + len(word) > LINE:
                lines, used = lines + 1, len(word)
            else:
                used += len(word) + (1 if used else 0)
        most = BESIDE_MARKER if shape.kind == "callActivity" else MOST_LINES
        if lines > most or any(len(word) > LONGEST_WORD for word in words):
            yield f"{shape.id}: the name {shape.name!r} is too long"


def _crooked(picture: Picture) -> Iterator[str]:
    for edge in picture.edges:
        if any(p.start[0] != p.end[0] and p.start[1] != p.end[1] for p in edge.pieces):
            yield f"{edge.id} is not orthogonal"
        if edge.pieces[-1].length < ROOM_FOR_ARROW:
            yield f"{edge.id} has no room for its arrow"
        for end, point in ((edge.source, edge.points[0]), (edge.target, edge.points[-1])):
            box = picture.shapes[end].box.grown(1)
            if not (box.left <= point[0] <= box.right and box.top <= point[1] <= box.bottom):
                yield f"{edge.id} does not touch {end}"


def _through_nodes(picture: Picture) -> Iterator[str]:
    for edge in picture.edges:
        for shape in picture.nodes:
            if shape.id in {edge.source, edge.target}:
                if any(piece.box.meets(shape.box.grown(-2)) for piece in edge.pieces):
                    yield f"{edge.id} runs over its own end {shape.id}"
            elif not picture.inside(picture.shapes[edge.source], shape) and _too_near(picture, edge, shape):
                yield f"{edge.id} runs through or too near {shape.id}"


def _too_near(picture: Picture, edge: Edge, shape: Shape) -> bool:
    """The first piece of a flow out of a boundary event leaves its host."""
    leaves = shape.id == picture.shapes[edge.source].host
    return any(piece.box.meets(shape.box.grown(CLEAR)) for piece in edge.pieces[1 if leaves else 0 :])


def _labels(picture: Picture) -> Iterator[tuple[str, Box]]:
    for shape in picture.nodes:
        if shape.label is not None:
            yield shape.id, shape.label
    for edge in picture.edges:
        if edge.label is not None:
            yield edge.id, edge.label


def _through_labels(picture: Picture) -> Iterator[str]:
    for key, label in _labels(picture):
        for edge in picture.edges:
            if any(piece.box.grown(0.5).meets(label) for piece in edge.pieces):
                yield f"{edge.id} runs through the label of {key}"


def _flow_on_flow(picture: Picture) -> Iterator[str]:
    for one, other in combinations(picture.edges, 2):
        for piece in one.pieces:
            for second in other.pieces:
                if _lie_on_each_other(piece, second) and not _meet(one, piece, other, second):
                    yield f"{one.id} lies on {other.id}"


def _lie_on_each_other(one: Piece, other: Piece) -> bool:
    if one.level != other.level:
        return False
    a, b = one.box, other.box
    if one.level:
        return abs(a.top - b.top) < CLEAR and min(a.right, b.right) - max(a.left, b.left) > 3
    return abs(a.left - b.left) < CLEAR and min(a.bottom, b.bottom) - max(a.top, b.top) > 3


def _meet(one: Edge, piece: Piece, other: Edge, second: Piece) -> bool:
    """Two flows may share a line into the same place."""
    return (
        one.target == other.target
        and piece == one.pieces[-1]
        and second == other.pieces[-1]
        and piece.end == second.end
    )


def _labels_on_things(picture: Picture) -> Iterator[str]:
    labels = list(_labels(picture))
    for (key, label), (second, other) in combinations(labels, 2):
        if label.meets(other):
            yield f"the labels of {key} and {second} overlap"
    for key, label in labels:
        for shape in picture.nodes:
            own = shape.id == key and shape.kind.endswith("Gateway")
            if shape.kind != "subProcess" and not own and label.meets(shape.box):
                yield f"the label of {key} lies on {shape.id}"
        if not any(lane.box.grown(-1).contains(label) for lane in picture.frames("lane")):
            yield f"the label of {key} crosses the border of a lane"


def _nodes_in_lanes(picture: Picture) -> Iterator[str]:
    lanes = picture.frames("lane")
    for shape in picture.nodes:
        around = [lane for lane in lanes if lane.box.contains(shape.box)]
        if not around:
            yield f"{shape.id} stands in no lane"
        if any(shape.box.left < lane.box.left + LANE_NAME for lane in around):
            yield f"{shape.id} stands on the name of its lane"
    for one, other in combinations(picture.nodes, 2):
        related = one.host == other.id or other.host == one.id
        nested = picture.inside(one, other) or picture.inside(other, one)
        if one.box.meets(other.box) and not related and not nested:
            yield f"{one.id} lies on {other.id}"


def crossings(picture: Picture) -> frozenset[Point]:
    """Return the places where a level piece of one flow and an upright one of another cross, not where they touch."""
    pieces = [(edge.id, piece) for edge in picture.edges for piece in edge.pieces]
    level = [(key, piece) for key, piece in pieces if piece.level]
    upright = [(key, piece) for key, piece in pieces if not piece.level]
    return frozenset(
        (up.start[0], along.start[1])
        for key, along in level
        for other, up in upright
        if key != other
        and along.box.left < up.start[0] < along.box.right
        and up.box.top < along.start[1] < up.box.bottom
    )


@pytest.mark.parametrize("path", sorted(DIAGRAMS))
def test_no_more_flows_cross_than_did(path: str) -> None:
    found = crossings(read(DIAGRAMS[path]))
    assert len(found) == CROSSINGS.get(path.partition("/")[0], 0), sorted(found)


@pytest.mark.parametrize("path", sorted(DIAGRAMS))
def test_a_diagram_can_be_read(path: str) -> None:
    assert findings(read(DIAGRAMS[path])) == []


def test_the_checker_sees_a_flow_drawn_over_a_task() -> None:
    data = DIAGRAMS["information_request/process.bpmn"]
    picture = read(data)
    review, send = picture.shapes["review_reply"].box, picture.shapes["send_request"].box
    middle = (review.top + review.bottom) / 2
    straight = Edge(
        "drawn", "", "request_start", "request_end", ((send.left - 50, middle), (review.right, middle)), None
    )
    seen = findings(Picture(picture.shapes, (*picture.edges, straight), picture.drawn))
    assert any("drawn runs through or too near review_reply" in each for each in seen)
    assert any("lies on drawn" in each for each in seen)
